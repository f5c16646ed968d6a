"""A bureau whose record is sealed by the real sealer, and exports of it judged by the verifier."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from caseflow import db
from caseflow.jobs.dossiers import Doors
from caseflow.jobs.sealer import Sealer
from caseflow.services import log_key, place
from caseflow.services.record import Receipt
from caseflow.services.seal_memory import Memory
from caseflow.verifier import verify
from tests.trust.conftest import Bureau

Found = list[tuple[str, str]]


@dataclass(frozen=True)
class Sealed:
    """A bureau with its sealer."""

    bureau: Bureau
    sealer: Sealer
    memory: Memory

    @property
    def key(self) -> str:
        """The key of the log, as it is kept outside."""
        return str(self.sealer.key.public)

    @property
    def doors(self) -> Doors:
        """Transactions of the application; the sealer is always in time."""
        return Doors(self._reading, self._reading, self.bureau.database.transaction)

    def seal(self) -> None:
        """Seal all that waits."""
        while self.sealer.beat() == 0.0:
            pass

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        self.seal()
        with self.bureau.database.reading() as session:
            yield session


@dataclass(frozen=True)
class Tampered(Sealed):
    """A sealed bureau of which something was kept outside before it was attacked."""

    # The newest checkpoint and the receipts, as they lie outside.
    kept: Path
    receipts: Path
    # Where the application's log is shipped to.
    shipped: Path
    # Another case, and how many events an old backup has.
    other: str
    backup: int

    def ship(self, receipt: Receipt) -> None:
        """Let the application's log tell of an act, as it does once the act is committed."""
        told = f"{receipt.stream}#{receipt.seq}:{receipt.hash}"
        line = json.dumps({"event": "recorded", "receipts": [told]})
        self.shipped.write_text(f"{line}\n")


@contextmanager
def sealed(bureau: Bureau, folder: Path) -> Iterator[Sealed]:
    """Let the sealer begin, with its key where the bureau's keys lie and memory in a folder."""
    opened = db.connect(str(bureau.config.sealer_url), pool_size=1)
    memory = Memory(folder / "seals", folder / "log")
    made = Sealed(bureau, Sealer(opened, log_key.of(place.here().keys), memory), memory)
    made.seal()
    yield made
    opened.dispose()


def judge(path: Path, *options: str) -> tuple[int, Found]:
    """What the verifier finds in an export or dossier: exit code, and what is wrong where."""
    status, found = verify.run(verify.options_of([str(path), *options]))
    return status, [(problem.where, problem.code) for problem in found.problems]
