"""A worker that migrates cases and kills itself: ``python -m tests.support.dying_migration``.

Its orders come as JSON: which migration, and at which commit it dies.
"""

import json
import os
import signal
import sys

from sqlalchemy import event

from caseflow import config as settings
from caseflow import db
from caseflow.documents import HOUSE_FONTS
from caseflow.services import case_migrations, place


def main(orders: str) -> None:
    """Carry cases over one by one; die when the n-th transaction is about to commit."""
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

    event.listen(database.engine, "commit", strike)
    while True:
        with database.transaction() as session:
            if not case_migrations.work_one(session, told["migration"]):
                break


if __name__ == "__main__":
    main(sys.argv[1])
