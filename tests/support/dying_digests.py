"""A clockwork that writes digests and kills itself: ``python -m tests.support.dying_digests``.

Its orders come as JSON: the instant that it is, how many people go into a share, and at which
statement or commit it dies.
"""

import json
import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event

from caseflow import config as settings
from caseflow import db
from caseflow.services import digests
from tests import orders


def main(told: str) -> None:
    """Write share by share; die at the n-th moment of the connection."""
    said = json.loads(told)
    digests.AT_ONCE = said["share"]
    database = db.connect(str(settings.load().database_url))
    left = said["at"]

    def strike(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, said["moment"], strike)
    is_going_on = True
    while is_going_on:
        with (
            database.transaction() as session,
            orders.at(datetime.fromisoformat(said["instant"])),
        ):
            is_going_on = digests.compose_daily(session) > 0


if __name__ == "__main__":
    main(sys.argv[1])
