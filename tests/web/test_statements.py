"""How many statements a page takes: each sum explained, the same for few rows and for many."""

from collections.abc import Mapping

import pytest
from sqlalchemy import event

from caseflow.models import Case, Taxpayer
from caseflow.services import record
from caseflow.vocabulary import SYSTEM, Rate
from tests import factories
from tests.web.conftest import Bureau

# Who asks: the time, the session, the person, the posts, what was granted, for whom they stand,
# language and theme, what the session owes.
DOOR = 8
# Around every page: time in its snapshot, demo clock, the person's units, notices not read yet.
FRAME = 4
# In the menu of whoever has a desk: steps on it, reminders.
BADGES = 2
AUDITOR = DOOR + FRAME
PERSON = AUDITOR + BADGES
# Case, household, process, units, steps, papers, files, people, calendar, doubts, doubts that went
# on, amounts, referrals, links.
CASE = 14
# Whether and by whom it was checked again; what receipts have paid.
CHECKED = 2
# Whether today's reading is noted already.
NOTED = 1
# The act that is shown: itself, the one before it, its place in the sealed log.
ONE_ACT = 3
# An auditor looked: the time, the event.
LOOKED = 2
# What others were asked; steps on the desk, what this person did last, what opened by it and who
# did it.
OFFICE = 5
# Last acts, whose they are, their answers, nodes passed on the drawing.
LAST_ACTS = 4

SUMS = {
    # Tabs, rows, calendar, doubts of the rows, stages, own views.
    ("leader", "/inbox?preview=off"): PERSON + 6,
    # And the step beside the list: itself, its doubts, calendar, acts, whose they are, names.
    ("leader", "/inbox"): PERSON + 6 + 6,
    # Rows, calendar, count, units of the filter.
    ("leader", "/cases"): PERSON + 4,
    # And which of its steps are on the desk, whether a move waits, and a declared tie; what could
    # be split off.
    # And wishes for more time.
    ("leader", "/cases/2"): PERSON + CASE + LAST_ACTS + OFFICE + 3 + CHECKED + NOTED + 1 + 1,
    # And for the form: draft, two offers, what was found before, whether the hand-in asks for the
    # password, what it goes on from, steps before and after.
    ("officer", "/cases/2"): PERSON + CASE + LAST_ACTS + OFFICE + 3 + 7 + CHECKED + NOTED + 1,
    # Cases, their acts, whose they are, which cases, answers, names of steps; units of the filter.
    ("leader", "/enforcement"): PERSON + 6 + 1,
    # Unit, units above; the whole with units below, who they are, years; years taken in.
    ("leader", "/enforcement/results"): PERSON + 2 + 3 + 1,
    # Cases, their sum.
    ("leader", "/enforcement/results/cases"): PERSON + 2,
    # Rows, count.
    ("leader", "/taxpayers"): PERSON + 2,
    # Household, units, who managed it, same representative, doubts, marks; its cases, calendar,
    # count; a reading outside one's scope, whether it is marked sensitive.
    ("leader", "/taxpayers/2"): PERSON + 8 + NOTED + 1 + 1,
    # Rows, versions of their indicators, count, indicators and units of the filter.
    ("leader", "/warnings"): PERSON + 5,
    # Unit, units above; cases, money; warnings; cases, money and households of the units below,
    # who they are; outcomes; months opened, closed and paid; rates, and rates of the units below;
    # moves of cases that wait for this person.
    ("leader", "/dashboard"): PERSON + 2 + 2 + 1 + 4 + 1 + 3 + 2 + 1,
    # The version; totals, ways most gone, waiting, done, flows, repeats, send-backs, units;
    # versions and units of the filters.
    ("leader", "/processes/1/insight"): PERSON + 1 + 8 + 2,
    # Rows, calendar, count, units of the filter; the version whose steps the conditions name.
    ("leader", "/cases?version=1&at=dispatching&passed=task_order_to_dispatching"): PERSON + 4 + 1,
    # Cases with their last acts.
    ("auditor", "/record"): AUDITOR + 1,
    # Streams of the system and of people, names of the people.
    ("auditor", "/record?part=others"): AUDITOR + 2,
    # Acts, count, whose they are, their cases, names of steps; units of the filter.
    ("auditor", "/record?part=acts"): AUDITOR + 5 + 1 + LOOKED,
    # Acts, whose they are, names of steps, answers; keys, and the acts, row, answers, papers and
    # files that are held against each other; who looked into it, how often.
    ("auditor", "/cases/2/record?seq=1"): AUDITOR + CASE + 4 + 6 + 2 + ONE_ACT + NOTED,
    # And the readings.
    ("auditor", "/cases/2/record?filter=reads"): AUDITOR + CASE + 4 + 6 + 2 + 1 + NOTED,
    # Nobody else is shown who looked.
    ("officer", "/cases/2/record?seq=1"): PERSON + CASE + 4 + 6 + ONE_ACT + NOTED,
}

# The few acts include one that issued a paper, which is looked up; of the thirty newer ones none.
PAPERS_AT_FIRST = {("leader", "/enforcement"): 1}


@pytest.fixture(scope="module")
def counts(bureau: Bureau) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Statements of each page, before and after everything has thirty rows more."""
    with bureau.database.transaction() as session:
        factories.figure(session, Rate.FILING, (9, 10))
    few = {(login, path): _statements(bureau, login, path) for login, path in SUMS}
    with bureau.database.transaction() as session:
        case = session.get_one(Case, 2)
        payer = session.get_one(Taxpayer, case.taxpayer_id)
        for number in range(30):
            factories.case(session, factories.taxpayer(session, serial=100 + number))
            factories.warning(session, payer).case_id = case.id
            record.append(session, SYSTEM, f"user:{900 + number}", action="x", payload={})
            record.append(session, SYSTEM, f"case:{case.id}", action="x", payload={})
    return {
        (login, path): (before, _statements(bureau, login, path))
        for (login, path), before in few.items()
    }


@pytest.mark.parametrize(("login", "path"), SUMS)
def test_page_takes_the_same_statements_for_one_row_and_for_thirty(
    counts: Mapping[tuple[str, str], tuple[int, int]], login: str, path: str
) -> None:
    expected = SUMS[login, path]
    at_first = expected + PAPERS_AT_FIRST.get((login, path), 0)
    assert counts[login, path] == (at_first, expected)


def _statements(bureau: Bureau, login: str, path: str) -> int:
    """Count what the page sends to PostgreSQL, once drawings are loaded in this process."""
    visitor = bureau.visitor(login)
    visitor.get(path)
    seen: list[object] = []

    def note(*told: object) -> None:
        seen.append(told[2])

    event.listen(bureau.database.engine, "before_cursor_execute", note)
    try:
        assert visitor.get(path).status_code == 200
    finally:
        event.remove(bureau.database.engine, "before_cursor_execute", note)
    return len(seen)
