"""Where this installation keeps what is not in PostgreSQL: said once when a process starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from caseflow.config import Mail


@dataclass(frozen=True, slots=True)
class Place:
    """Folders: keys, files handed in and papers, fonts of the papers, lake, logs, seals.

    ``scanner`` is the address of the virus scanner, ``mail`` what mail needs to know, where the
    bureau has them.
    """

    keys: Path
    files: Path
    fonts: Path
    lake: Path
    log: Path
    seals: Path
    scanner: str | None = None
    mail: Mail | None = None

    @property
    def evidence(self) -> Path:
        """Packed evidence, one zip for each time that it was asked for."""
        return self.files.parent / "evidence"

    @property
    def mailbox(self) -> Path:
        """The maildir from which the bureau's own relay takes what is to be sent."""
        return self.files.parent / "mail"


_settled: list[Place] = []


def settle(place: Place) -> None:
    """Say where things lie; a second call moves everything (tests do)."""
    _settled[:] = [place]


def here() -> Place:
    """Where things lie."""
    if not _settled:
        raise RuntimeError("place.settle was not called when this process started")
    return _settled[0]


def under(var: Path, *, fonts: Path, scanner: str | None = None, mail: Mail | None = None) -> Place:
    """The usual layout below ``CASEFLOW_VAR``."""
    return Place(
        keys=var / "keys",
        files=var / "files",
        fonts=fonts,
        lake=var / "lake",
        log=var / "logs",
        seals=var / "seals",
        scanner=scanner,
        mail=mail,
    )
