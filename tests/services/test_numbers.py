"""Numbers of a series under a crowd: no gap, no number twice, whatever acts fail halfway."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from caseflow.db import Database
from caseflow.models import NumberSeries
from caseflow.services import numbers

SERIES = ("paper:大中国税限改", "paper:大中国税岗店所限改", "paper:大西国税限改")
CROWD, ACTS = 8, 240


class Failed(Exception):
    """An act that fails after it took its number."""


def fail_if(fails: bool) -> None:  # noqa: FBT001 -- the throw of a dice
    if fails:
        raise Failed


def acts(database: Database, wishes: Sequence[tuple[str, int, bool]]) -> list[tuple[str, int, int]]:
    """Take one number for each wish in a transaction of its own; what was kept."""
    kept = []
    for series, year, fails in wishes:
        try:
            with database.transaction() as session:
                serial = numbers.take(session, series, year)
                fail_if(fails)
            kept.append((series, year, serial))
        except Failed:
            continue
    return kept


def test_a_crowd_of_acts_of_which_a_third_fails_leaves_no_gap(own_database: Database) -> None:
    dice = random.Random(2010)
    wishes = [
        (dice.choice(SERIES), dice.choice((2009, 2010)), dice.random() < 1 / 3) for _ in range(ACTS)
    ]
    with ThreadPoolExecutor(CROWD) as hands:
        shares = [wishes[n::CROWD] for n in range(CROWD)]
        told = list(hands.map(lambda share: acts(own_database, share), shares))
    kept = [each for share in told for each in share]
    assert len(kept) == sum(not fails for _, _, fails in wishes)
    with own_database.reading() as session:
        for series, year in {(series, year) for series, year, _ in kept}:
            given = sorted(serial for s, y, serial in kept if (s, y) == (series, year))
            assert given == list(range(1, len(given) + 1))
            row = session.get_one(NumberSeries, (series, year))
            assert row.last == len(given)
