"""Batches: what has been taken in. Files lie immutable; a manifest, written last, makes them count.

facts/<kind>/period=YYYYMM/<hash>.parquet   rejects/<hash>.csv   batches/<hash>.json
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from caseflow.lake.fields import Grain


@dataclass(frozen=True, slots=True)
class FactFile:
    """One month of one batch. `path` is relative to the lake."""

    path: str
    sha256: str
    period: int
    rows: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One file taken in. `number` orders batches: a later cell replaces an earlier one.

    `is_known`: the very same file had been taken in before, nothing was done.
    """

    sha256: str
    number: int
    name: str
    kind: str
    columns: tuple[str, ...]
    files: tuple[FactFile, ...]
    rejects: str | None
    reject_reasons: Mapping[str, int]
    is_known: bool = False

    @property
    def periods(self) -> tuple[int, ...]:
        """The months it speaks of."""
        return tuple(sorted({each.period for each in self.files}))

    @property
    def stored(self) -> tuple[str, ...]:
        """The hashes of the files it was laid down in."""
        return tuple(each.sha256 for each in self.files)

    @property
    def reject_count(self) -> int:
        """How many rows were rejected."""
        return sum(self.reject_reasons.values())

    @property
    def rows(self) -> int:
        """How many rows were accepted."""
        return sum(each.rows for each in self.files)


@dataclass(frozen=True)
class Snapshot:
    """The batches a run sees, oldest first. Nothing it names is ever rewritten."""

    batches: tuple[Batch, ...]

    @property
    def key(self) -> str:
        """A hash over what all batches stored, in their order.

        Not over the files as they came: the same file says something else of another register.
        """
        stored = (line for each in self.batches for line in (each.sha256, *each.stored))
        return sha256("\n".join(stored).encode()).hexdigest()

    def of_kind(self, kind: str) -> Iterator[Batch]:
        """Yield the batches of one file type, oldest first."""
        return (each for each in self.batches if each.kind == kind)


def snapshot(root: Path) -> Snapshot:
    """See everything that has been taken in until now."""
    manifests = (root / "batches").glob("*.json")
    return Snapshot(tuple(sorted(map(_read, manifests), key=lambda each: each.number)))


def find(root: Path, digest: str) -> Batch | None:
    """Find the batch of a file that has been taken in before."""
    path = _manifest(root, digest)
    return replace(_read(path), is_known=True) if path.exists() else None


@contextmanager
def writing(root: Path) -> Iterator[int]:
    """Hold the lake for one batch at a time and give its number."""
    folder = root / "batches"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield 1 + max((each.number for each in snapshot(root).batches), default=0)


def keep(root: Path, batch: Batch) -> None:
    """Write the manifest: from here on the batch counts."""
    path = _manifest(root, batch.sha256)
    draft = path.with_suffix(".part")
    content = {
        "number": batch.number,
        "sha256": batch.sha256,
        "name": batch.name,
        "kind": batch.kind,
        "columns": batch.columns,
        "files": [[each.path, each.sha256, each.period, each.rows] for each in batch.files],
        "rejects": batch.rejects,
        "reject_reasons": dict(batch.reject_reasons),
    }
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)


def forget(root: Path, digest: str) -> None:
    """Let a batch no longer count, when whoever took it in could not note it."""
    _manifest(root, digest).unlink(missing_ok=True)


def fact_path(kind: str, period: int, digest: str) -> str:
    """Say where a month of a batch lies, relative to the lake."""
    return f"facts/{kind}/period={period}/{digest[:16]}.parquet"


def subject_column(grain: Grain) -> str:
    """Name the column that says whom or what a stored row is about."""
    return {Grain.AREA: "district_code", Grain.PARAMETER: "industry_code"}.get(grain, "tp")


def _manifest(root: Path, digest: str) -> Path:
    return root / "batches" / f"{digest}.json"


def _read(path: Path) -> Batch:
    content = json.loads(path.read_text(encoding="utf-8"))
    files = tuple(FactFile(*each) for each in content.pop("files"))
    columns = tuple(content.pop("columns"))
    return Batch(**content, columns=columns, files=files)
