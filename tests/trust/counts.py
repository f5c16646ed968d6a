"""How much a battery does: little in every run of the suite, much in `make trust`."""

import os

IS_LONG = os.environ.get("CASEFLOW_TRUST") == "long"


def count(short: int, long: int) -> int:
    """How many times: ``COUNT`` when it is set, else ``long`` in `make trust` and ``short`` here.

    ``long`` is what the bureau was promised; ``short`` runs with a fixed seed.
    """
    wish = os.environ.get("COUNT")
    return int(wish) if wish else long if IS_LONG else short
