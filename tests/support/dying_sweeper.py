"""A process that climbs the ladder and is killed: ``python -m tests.support.dying_sweeper``.

Its orders come as JSON: at which instant of the bureau it sweeps, and at which ``moment`` of the
connection, counted from 1, it dies.
"""

import json
import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event

from caseflow import clock, db
from caseflow import config as settings
from caseflow.documents import HOUSE_FONTS
from caseflow.services import pauses, place, reminders


def main(orders: str) -> None:
    """Sweep as the clockwork does, a transaction each; die when it is said."""
    told = json.loads(orders)
    config = settings.load()
    place.settle(place.under(config.var, fonts=HOUSE_FONTS))
    database = db.connect(str(config.database_url))
    left = told["at"]

    def strike(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, told["moment"], strike)
    for sweep in (pauses.end_due, reminders.climb_due):
        with database.transaction() as session:
            clock.set_moment(datetime.fromisoformat(told["now"]))
            sweep(session)


if __name__ == "__main__":
    main(sys.argv[1])
