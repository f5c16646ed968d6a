"""Exports with something changed in them, thousands of times: none is accepted, none is a crash."""

import hashlib
import json
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from caseflow.verifier import packing, verify
from tests.support import exports
from tests.support.exports import Log
from tests.trust.conftest import Figures
from tests.trust.counts import count

EVENTS = 30
# What the log alone must show, though the writer signs the manifest of the mutated files anew.
SELF_PROVING = ("events.jsonl", "checkpoints.txt")

Mutate = Callable[[bytes, Random], bytes]


def _flip(content: bytes, random: Random) -> bytes:
    """One bit."""
    changed = bytearray(content)
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(content: bytes, random: Random) -> bytes:
    """The end is gone."""
    return content[: random.randrange(len(content))]


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def _drop(content: bytes, random: Random) -> bytes:
    """A line is gone."""
    lines = _lines(content)
    del lines[random.randrange(len(lines))]
    return b"".join(lines)


def _repeat(content: bytes, random: Random) -> bytes:
    """A line stands twice, somewhere."""
    lines = _lines(content)
    lines.insert(random.randrange(len(lines) + 1), random.choice(lines))
    return b"".join(lines)


def _swap(content: bytes, random: Random) -> bytes:
    """Two lines have changed places."""
    lines = _lines(content)
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _noise(content: bytes, random: Random) -> bytes:
    """Some bytes are others, more or fewer of them."""
    start = random.randrange(len(content))
    stop = min(len(content), start + random.randrange(1, 40))
    return content[:start] + random.randbytes(random.randrange(40)) + content[stop:]


def _digit(content: bytes, random: Random) -> bytes:
    """One digit is another."""
    places = [place for place, byte in enumerate(content) if 48 <= byte <= 57]
    changed = bytearray(content)
    changed[random.choice(places or [0])] = random.choice(b"0123456789")
    return bytes(changed)


MUTATIONS: tuple[Mutate, ...] = (_flip, _flip, _flip, _cut, _drop, _repeat, _swap, _noise, _digit)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> tuple[Log, Path]:
    log = Log().fill(EVENTS, every=7)
    return log, exports.write(log, tmp_path_factory.mktemp("mutated") / "export")


def mutated(folder: Path, random: Random, names: list[str]) -> Iterator[str]:
    """Change one file in a way that changes something, for as long as the caller looks."""
    name = random.choice(names)
    path = folder / name
    content = path.read_bytes()
    changed = content
    while changed == content:
        changed = random.choice(MUTATIONS)(content, random)
    path.write_bytes(changed)
    try:
        yield name
    finally:
        path.write_bytes(content)


def _status(folder: Path, log: Log) -> int:
    """The exit code of a verdict that is told; what breaks within it is a crash and ends the test.

    Not by ``main``, which makes a sentence of whatever breaks.
    """
    status, found = verify.run(verify.options_of([str(folder), "--key", str(log.key)]))
    assert list(verify.report(status, found, None))
    return status


def seed() -> int:
    """From where the battery draws: fixed, unless SEED says otherwise."""
    return int(os.environ.get("SEED", "5"))


@pytest.mark.parametrize("share", range(4))
def test_no_mutated_export_is_accepted(
    export: tuple[Log, Path], figures: Figures, share: int
) -> None:
    log, folder = export
    names = sorted(path.name for path in folder.iterdir())
    random, verdicts = Random(seed() + share), Counter[int]()
    asked = count(25, long=1_000)
    for _ in range(asked):
        for _name in mutated(folder, random, names):
            verdicts[_status(folder, log)] += 1
    assert verdicts[verify.OK] == 0
    assert verdicts[verify.BROKEN] + verdicts[verify.UNREADABLE] == asked
    figures("mutations", exports=asked, accepted=verdicts[verify.OK], crashes=0)
    assert _status(folder, log) == verify.OK


def test_the_log_alone_shows_it_when_the_writer_signs_the_mutated_export(
    export: tuple[Log, Path], figures: Figures
) -> None:
    log, folder = export
    random, verdicts = Random(seed()), Counter[int]()
    kept = {name: (folder / name).read_bytes() for name in (packing.MANIFEST, packing.SIGNATURE)}
    asked = count(60, long=1_000)
    for _ in range(asked):
        for name in mutated(folder, random, list(SELF_PROVING)):
            exports.sign_again(log, folder, [name])
            verdicts[_status(folder, log)] += 1
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    assert verdicts[verify.OK] == 0
    figures("mutations", signed_anew=asked, accepted=verdicts[verify.OK], crashes=0)


def _content(path: Path) -> dict[str, str] | None:
    """What a zip holds; None when it cannot be read."""
    try:
        with zipfile.ZipFile(path) as packed:
            return {
                name: hashlib.sha256(packed.read(name)).hexdigest() for name in packed.namelist()
            }
    except Exception:  # noqa: BLE001 - the zip was broken at random, and so is every error
        return None


def test_a_mutated_zip_is_accepted_only_with_its_content_whole(
    export: tuple[Log, Path], tmp_path: Path, figures: Figures
) -> None:
    log, folder = export
    whole, broken = tmp_path / "whole.zip", tmp_path / "broken.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            packed.write(path, f"export/{path.name}")
    content, truth = whole.read_bytes(), _content(whole)
    random, accepted = Random(seed()), 0
    asked = count(60, long=1_000)
    for _ in range(asked):
        broken.write_bytes(random.choice((_flip, _cut, _noise))(content, random))
        if _status(broken, log) == verify.OK:
            accepted += 1
            assert _content(broken) == truth
    figures("mutations", zips=asked, whole_inside=accepted, crashes=0)


def test_the_manifest_names_every_file_of_an_export(export: tuple[Log, Path]) -> None:
    _, folder = export
    told = json.loads((folder / packing.MANIFEST).read_text(encoding="utf-8"))["files"]
    names = {path.name for path in folder.iterdir()}
    assert names == {*told, packing.MANIFEST, packing.SIGNATURE}
