"""A worker that opens a campaign and kills itself: ``python -m tests.support.dying_campaign``.

Its orders come as JSON: the campaign, how many rows go into a share, and at which statement or
commit it dies.
"""

import json
import os
import signal
import sys

from sqlalchemy import event

from caseflow import config as settings
from caseflow import db
from caseflow.documents import HOUSE_FONTS
from caseflow.jobs import worker
from caseflow.services import campaigns, place
from caseflow.services.cases import opening
from caseflow.services.kinds.campaign import OPENING


def main(orders: str) -> None:
    """Open share by share; die at the n-th moment of the connection."""
    told = json.loads(orders)
    config = settings.load()
    place.settle(place.under(config.var, fonts=HOUSE_FONTS))
    opening.OPENED_AT_ONCE = told["share"]
    database = db.connect(str(config.database_url))
    left = told["at"]

    def strike(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, told["moment"], strike)
    worker.work_through(database, {OPENING: campaigns.open_share})


if __name__ == "__main__":
    main(sys.argv[1])
