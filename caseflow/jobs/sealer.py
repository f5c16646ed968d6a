"""The sealer: seals what was recorded, within a second, once in the whole installation.

It works as its own database role with its own key, and may stand on a machine and account of its
own: it needs nothing but CASEFLOW_SEALER_URL and CASEFLOW_VAR. It holds no state that is not on
disk or in the database: killed at any instant, the next one goes on where this one stopped.
"""

import logging
import signal
import threading
from dataclasses import dataclass

import psycopg

from caseflow import db
from caseflow.db import Database
from caseflow.jobs import start
from caseflow.services import log_key, place, sealing, seals
from caseflow.services.log_key import LogKey
from caseflow.services.seal_memory import Memory
from caseflow.services.seals import Stopped
from caseflow.tlog.notes import BadNote
from caseflow.vocabulary import SealFault

_LOCK = 0x7365616C65720000  # "sealer"
_POLL = 0.5
_PATIENCE = 5.0

_log = logging.getLogger(__name__)


def main() -> None:
    """Seal until told to stop."""
    over = threading.Event()
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, lambda *_: over.set())
    address = start.sealer("sealer")
    here = place.here()
    sealer = Sealer(
        db.connect(address, pool_size=1), log_key.of(here.keys), Memory(here.seals, here.log)
    )
    with psycopg.connect(address.replace("+psycopg", "", 1), autocommit=True) as holder:
        _stand_by(holder, over)
        while not over.is_set():
            over.wait(sealer.beat())
            holder.execute("SELECT 1")  # the lock is ours while this connection stands


@dataclass
class Sealer:
    """One sealer at work; it examines the log before its first seal and after every stop."""

    database: Database
    key: LogKey
    memory: Memory
    is_examined: bool = False
    is_clear: bool = False

    def beat(self) -> float:
        """Do once what there is to do; how long to wait then, in seconds."""
        try:
            if not self.is_examined:
                self._examine()
            return self._seal()
        except Stopped as stopped:
            self._stop(stopped)
            return _PATIENCE

    def _examine(self) -> None:
        try:
            remembered = self.memory.last()
        except BadNote:
            raise Stopped(SealFault.FORKED) from None
        with self.database.transaction() as session:
            told, size = self.memory.told(), sealing.size(session)
            if told > size and (newest := self.memory.newest(self.key.public)):
                remembered = newest[0]
            seals.examine(session, self.key, remembered)
            if told > size:
                # What was told is lost: only a ceremony that names a lost checkpoint explains it.
                if remembered is None or remembered.size <= size:
                    raise Stopped(SealFault.SHORTER)
                self.memory.forget_beyond(size)
            self.memory.hand_out(sealing.receipts(session, told))
            note = sealing.last_note(session)
            if note is not None:
                self.memory.remember(note)
        self.is_examined = True
        _log.info("event=sealer_began log=%s size=%d", self.key.public, size)

    def _seal(self) -> float:
        with self.database.transaction() as session:
            sealed = sealing.seal(session, self.key) if sealing.waits(session) else None
            if not self.is_clear:
                sealing.end_findings(session)
        self.is_clear = True
        if sealed is None:
            return _POLL
        self.memory.hand_out(sealed.receipts)
        if sealed.note is not None:
            self.memory.remember(sealed.note)
        if sealed.is_full:
            with self.database.reading() as session:
                left = sealing.left(session)
            _log.info("event=sealing size=%d left=%d", sealed.size, left)
        return 0.0

    def _stop(self, stopped: Stopped) -> None:
        self.is_examined = self.is_clear = False
        _log.error(
            "event=sealing_stopped fault=%s stream=%s seq=%s",
            stopped.fault,
            stopped.stream,
            stopped.seq,
        )
        with self.database.transaction() as session:
            sealing.note_finding(session, stopped)


def _stand_by(holder: psycopg.Connection, over: threading.Event) -> None:
    """Wait for the lock, which its holder loses with its connection."""
    while not over.is_set():
        row = holder.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if row and row[0]:
            return
        over.wait(_POLL)


if __name__ == "__main__":
    main()
