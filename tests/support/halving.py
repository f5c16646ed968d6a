"""A house that scans files in one transaction and marks that done in another.

``python -m tests.support.halving up`` runs it; its worker and clockwork are run here too.
"""

import sys
import time
from collections.abc import Mapping
from importlib import import_module

from sqlalchemy import update

from caseflow.cli import main, up
from caseflow.config import Config
from caseflow.db import Database
from caseflow.jobs import worker
from caseflow.jobs.topics import Effect
from caseflow.models import OutboxMessage
from caseflow.services import blobs, outbox

_JOBS = "caseflow.jobs."
_BETWEEN = 0.05
_FIRST = [5.0]  # of a process: long enough to be seen and struck in between


def _do_one(database: Database, effects: Mapping[str, Effect]) -> bool:
    with database.transaction() as session:
        message = outbox.take(session)
        if message is None:
            return False
        effects[message.topic](session, message.payload)
        if message.topic != blobs.SCANNING:  # what leaves work anew would multiply without end
            outbox.settle(message)
            return True
        done, at = message.id, message.available_at
    time.sleep(_FIRST.pop() if _FIRST else _BETWEEN)
    with database.transaction() as session:
        session.execute(
            update(OutboxMessage).where(OutboxMessage.id == done).values(done_at=at, error=None)
        )
    return True


def _programs(config: Config) -> dict[str, list[str]]:
    honest = _honest(config)
    halved = {name: honest[name] for name in ("worker", "clockwork")}
    return honest | {
        name: [words[0], "-m", "tests.support.halving", words[-1]] for name, words in halved.items()
    }


if __name__ == "__main__":
    if sys.argv[1].startswith(_JOBS):
        worker._do_one = _do_one  # noqa: SLF001 - the fault that is planted
        import_module(sys.argv[1]).main()
    else:
        _honest, up._programs = up._programs, _programs  # noqa: SLF001 - the fault that is planted
        main()
