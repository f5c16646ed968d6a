"""A process that hands a step in and kills itself on the way: ``python -m tests.support.dying``.

Its orders come as JSON: who hands in which task under which key, and the moment of death.
"""

import json
import os
import signal
import sys
import uuid

from sqlalchemy import event

from caseflow import config as settings
from caseflow import db
from caseflow.documents import HOUSE_FONTS
from caseflow.services import people, place, tasks


def main(orders: str) -> None:
    """Hand in; die at the n-th ``moment`` of the connection, or ``after`` everything."""
    told = json.loads(orders)
    config = settings.load()
    place.settle(place.under(config.var, fonts=HOUSE_FONTS))
    database = db.connect(str(config.database_url))
    with database.reading() as session:
        who = people.actor_of(session, told["user"])
    left = told["at"]

    def strike(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if told["moment"] != "after":
        event.listen(database.engine, told["moment"], strike)
    with database.transaction() as session:
        tasks.complete(
            session,
            who,
            told["task"],
            seen_version=1,
            answers={"sign_off": True},
            idem=uuid.UUID(told["key"]),
        )
    if told["moment"] == "after":
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
