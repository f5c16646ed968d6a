"""Every figure of the insight is the count of the list it opens; ways are the record's."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from caseflow import clock, course_counts, policy
from caseflow.course_counts import HEAD, Counts
from caseflow.models import (
    Case,
    CaseCourse,
    CourseCell,
    CourseMark,
    Definition,
    Recusal,
    Task,
    Unit,
    Variant,
)
from caseflow.reads import cases, course_sums, insight
from caseflow.reads.cases import ANY_STEP, Course
from caseflow.reads.insight import Insight, Wish
from caseflow.services import course_cells, courses, definitions, record
from caseflow.vocabulary import Actor, Forbidden, TaskStatus
from tests import cast, desk, factories
from tests.cast import Cast
from tests.desk import own_names

_REVIEW = {"opinion": "同意"}
_BACK = {
    "review_decision": "send_back",
    "next_step": "conclude",
    "return_reason": "evidence",
    "return_text": "请补充购销合同。",
}


@pytest.fixture
def people(session: Session) -> Cast:
    """Cases of two districts: waiting, late, sent back and closed, closed at once, recused."""
    people = cast.enter(session)
    sections = ("0101", "0101", "0101", "0102", "0201")
    made = [
        factories.case(session, factories.taxpayer(session, section=section, serial=serial))
        for serial, section in enumerate(sections, 1)
    ]
    for case in made[:3]:
        desk.to_desk_check(session, people, case)
    for case in made[:2]:
        desk.check(session, people, case)
    _close(session, people, made[0], send_backs=1)
    _close(session, people, made[1], send_backs=0)
    desk.open_task(session, made[2], "desk_check").due_at = clock.now() - timedelta(days=1)
    _recuse(session, people.leader, made[3])
    session.flush()  # the insight is read by queries
    _caught_up(session)
    return people


def _recuse(session: Session, actor: Actor, case: Case) -> None:
    user_id = actor.user_id or 0
    recusal = Recusal(
        case_id=case.id, user_id=user_id, declaration="", decided_by=user_id, at=clock.now()
    )
    session.add(recusal)


def _close(session: Session, people: Cast, case: Case, *, send_backs: int) -> None:
    for _ in range(send_backs):
        desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
        desk.do(session, people.chief, case, "review", {**_REVIEW, **_BACK})
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
    desk.do(session, people.chief, case, "review", {**_REVIEW, "review_decision": "agree"})
    desk.do(session, people.officer, case, "closing_check", {"sign_off": True})


def _caught_up(session: Session) -> None:
    session.flush()  # what has moved is found by a query
    for mark in session.scalars(select(CourseMark)):
        mark.at = clock.wall() - timedelta(hours=1)
    while courses.catch_up(session):
        pass
    while course_cells.renew(session):
        pass


def _definition(session: Session) -> Definition:
    return session.scalars(select(Definition)).one()


def _scopes(session: Session) -> Mapping[str, str]:
    process = definitions.process_of(session, _definition(session).id)
    return {element.id: element.scope for element in process.elements.values()}


def _read(session: Session, actor: Actor, wish: Wish) -> Insight:
    return insight.of(session, actor, wish, _scopes(session))


LOOKING = [
    ("director", ""),
    ("auditor", "01"),
    ("director", "0101"),
    ("leader", ""),
    ("leader", "0102"),
    ("chief", ""),
    ("far_leader", ""),
]


@pytest.mark.parametrize(("login", "code"), LOOKING)
def test_every_figure_is_the_count_of_its_list(
    session: Session, people: Cast, login: str, code: str
) -> None:
    actor = getattr(people, login)
    unit = session.scalar(select(Unit.id).where(Unit.code == code))
    base = Course(version_id=_definition(session).id)
    found = _read(session, actor, Wish(base, unit))

    @cache
    def listed(course: Course, *, is_open: bool | None = None) -> int:
        wish = cases.Wish(unit_id=unit, course=course, is_open=is_open)
        return cases.listing(session, actor, wish).count

    totals = found.totals
    assert totals.cases == listed(base)
    assert totals.open == listed(base, is_open=True)
    assert totals.ended == listed(replace(base, is_ended=True))
    assert totals.behind == 0
    inside = {"dispatching/acceptance": ("dispatching/accept_main", "dispatching/accept_second")}
    for key, waiting in found.waiting.items():
        at = replace(base, at=inside.get(key, (key,)))
        assert waiting.cases == listed(at)
        assert waiting.late == listed(replace(at, is_late_there=True))
    assert set(found.worked) <= set(found.passed)
    for key, count in found.passed.items():
        assert count == listed(replace(base, passed=key))
    for row in found.variants:
        assert row.cases == listed(replace(base, variant_id=row.id, is_ended=True))
    for line in found.units:
        for count, course, is_open in (
            (line.cases, base, None),
            (line.open, base, True),
            (line.late, replace(base, is_late_there=True), None),
            (line.ended, replace(base, is_ended=True), None),
            (line.again, replace(base, repeated=ANY_STEP), None),
        ):
            wish = cases.Wish(unit_id=line.unit.id, course=course, is_open=is_open)
            assert count == cases.listing(session, actor, wish).count
    for key, again in found.repeated.items():
        assert again.cases == listed(replace(base, repeated=key))
    for back in found.returned:
        assert back.cases == listed(replace(base, reason=back.reason, sent_to=back.element))


def test_ways_are_counted_as_the_cases_went(session: Session, people: Cast) -> None:
    found = _read(session, people.director, Wish(Course()))
    assert (found.totals.cases, found.totals.open, found.totals.ended) == (5, 3, 2)
    assert found.waiting["dispatching/dispatch"].cases == 2
    assert found.waiting["dispatching"] == found.waiting["dispatching/dispatch"]
    assert (found.waiting["desk_check"].cases, found.waiting["desk_check"].late) == (1, 1)
    assert found.passed["task_order_to_dispatching"] == 5
    assert found.passed["dispatching/dispatched_to_assign"] == 3
    assert (found.repeated["conclusion"].cases, found.repeated["conclusion"].again) == (1, 1)
    assert {(back.element, back.reason, back.times) for back in found.returned} == {
        ("conclusion", _BACK["return_text"], 1)
    }
    assert found.variant_count == 2
    once = (
        "dispatching/dispatch",
        "dispatching/assign",
        "dispatching/accept_main+dispatching/accept_second",
        "desk_check",
        "conclusion",
        "deciding/review",
    )
    ways = {row.steps: row.cases for row in found.variants}
    assert ways == {
        (*once, "closing_check"): 1,
        (*once, "conclusion", "deciding/review", "closing_check"): 1,
    }


def test_sub_process_counts_each_case_once(session: Session, people: Cast) -> None:
    case = factories.case(session, factories.taxpayer(session, serial=9))
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    desk.do(session, people.leader, case, "dispatch", {**dispatched, "priority": "normal"})
    named = {
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    desk.do(session, people.chief, case, "assign", {"assign_decision": "assign", **named})
    _caught_up(session)
    found = _read(session, people.director, Wish(Course()))
    told = {key: (each.cases, each.steps) for key, each in found.waiting.items()}
    assert told["dispatching/acceptance"] == (1, 2)
    assert told["dispatching/accept_main"] == (1, 1)
    assert told["dispatching"] == (3, 4)
    at_call = cases.Wish(course=Course(at=("dispatching",)))
    assert cases.listing(session, people.director, at_call).count == 3


def test_list_at_a_call_holds_what_waits_inside_it_alone(session: Session, people: Cast) -> None:
    def listed(*at: str) -> int:
        wish = cases.Wish(course=Course(at=at))
        return cases.listing(session, people.director, wish).count

    first, second = session.scalars(
        select(Task).where(Task.status == TaskStatus.OPEN, own_names() == "dispatch")
    )
    first.element, second.element = "all_of_it/part/step", "all-of-it/step"
    session.flush()  # lists are read by queries
    for at in ("all_of_it", "all_of_it/part", "all_of_it/part/step", "all-of-it"):
        assert listed(at) == 1, at
    for at in ("all", "all_of", "part", "step", "all_of_it/p", "%", "all%"):
        assert listed(at) == 0, at
    assert listed("all_of_it", "all-of-it", "desk_check") == 3


def _district(session: Session, code: str) -> int:
    return session.scalars(select(Unit.id).where(Unit.code == code)).one()


def test_units_are_compared_at_the_level_below(session: Session, people: Cast) -> None:
    def codes(actor: Actor, code: str = "") -> list[str]:
        unit = _district(session, code) if code else None
        return [line.unit.code for line in _read(session, actor, Wish(Course(), unit)).units]

    assert codes(people.director) == ["01", "02"]
    assert codes(people.director, "01") == ["0101", "0102"]
    assert codes(people.director, "0101") == []
    assert codes(people.deputy) == ["0101", "0102"]
    assert codes(people.chief) == []
    (late, _rest) = _read(session, people.director, Wish(Course())).units
    assert (late.cases, late.open, late.late, late.ended, late.again) == (4, 2, 1, 2, 1)


def test_period_and_version_narrow_the_cases(session: Session, people: Cast) -> None:
    today = clock.today()
    definition = _definition(session)
    for course, count in (
        (Course(process=definition.process), 5),
        (Course(process="another"), 0),
        (Course(version_id=definition.id, since=today, until=today), 5),
        (Course(until=today - timedelta(days=1)), 0),
        (Course(since=today + timedelta(days=1)), 0),
    ):
        assert _read(session, people.director, Wish(course)).totals.cases == count
        assert insight.case_count(session, people.director, Wish(course)) == count


def test_who_opens_no_case_sees_the_sums_of_the_city(session: Session, people: Cast) -> None:
    sums = _read(session, people.sysadmin, Wish(Course()))
    assert sums.totals == _read(session, people.director, Wish(Course())).totals
    assert cases.listing(session, people.sysadmin, cases.Wish()).count == 0
    assert {unit.code for unit in insight.units(session, people.sysadmin, None)} >= {"01", "02"}


@pytest.mark.parametrize("login", ["officer", "partner"])
def test_who_watches_nobody_has_no_insight(session: Session, people: Cast, login: str) -> None:
    with pytest.raises(Forbidden):
        _read(session, getattr(people, login), Wish(Course()))


def test_units_to_choose_from_lie_within_reach(session: Session, people: Cast) -> None:
    def codes(actor: Actor, chosen: str | None = None) -> set[str]:
        unit = _district(session, chosen) if chosen else None
        return {each.code for each in insight.units(session, actor, unit)}

    assert "0101" not in codes(people.director)
    assert codes(people.director, "01") >= {"01", "02", "0101", "0102"}
    assert codes(people.director, "0102") >= {"01", "0101", "0102"}
    assert codes(people.leader) == {"0101", "0102"}
    assert codes(people.chief) == {"0101"}


def test_what_has_moved_is_told_until_it_is_summed_up(session: Session, people: Cast) -> None:
    factories.case(session, factories.taxpayer(session, serial=9))
    session.flush()  # the insight is read by queries
    found = _read(session, people.director, Wish(Course()))
    assert (found.totals.behind, found.totals.cases) == (1, 5)
    assert courses.catch_up(session) == 0  # looked less than a minute ago
    _caught_up(session)
    found = _read(session, people.director, Wish(Course()))
    assert (found.totals.behind, found.totals.cases) == (0, 6)


def test_page_tells_when_its_figures_were_true(session: Session, people: Cast) -> None:
    assert _read(session, people.director, Wish(Course())).as_of == clock.now()
    mark = session.scalars(select(CourseMark)).one()
    counted = mark.walked_at = mark.counted_at = clock.now() - timedelta(minutes=1)
    factories.case(session, factories.taxpayer(session, serial=9))
    session.flush()  # the insight is read by queries
    assert _read(session, people.director, Wish(Course())).as_of == counted
    _caught_up(session)
    assert _read(session, people.director, Wish(Course())).as_of == clock.now()


def test_while_the_past_is_summed_up_page_claims_no_time(session: Session, people: Cast) -> None:
    mark = session.scalars(select(CourseMark)).one()
    mark.seen, mark.walked_at, mark.counted_at = 0, None, None
    for cell in session.scalars(select(CourseCell)):
        cell.stale_at = clock.wall()
    session.flush()  # the insight is read by queries
    assert _read(session, people.director, Wish(Course())).as_of is None
    _caught_up(session)
    assert _read(session, people.director, Wish(Course())).as_of == clock.now()


def test_summing_up_anew_gives_the_same(session: Session, people: Cast) -> None:
    before = _read(session, people.director, Wish(Course()))
    kept = select(func.count()).select_from(Variant)
    count = session.scalar(kept)
    for course in session.scalars(select(CaseCourse)):
        course.revision = 0
    mark = session.scalars(select(CourseMark)).one()
    mark.seen, mark.at = 0, clock.wall() - timedelta(hours=1)
    session.flush()  # what has moved is found by a query
    assert [courses.catch_up(session, at_once=2) for _ in range(4)] == [2, 2, 1, 0]
    while course_cells.renew(session, at_once=1):
        pass
    assert _read(session, people.director, Wish(Course())) == before
    assert session.scalar(kept) == count


def test_case_that_changes_its_section_is_counted_there(session: Session, people: Cast) -> None:
    def cases_of_sections() -> dict[str, int]:
        found = _read(session, people.deputy, Wish(Course()))
        return {line.unit.code: line.cases for line in found.units}

    case = factories.case(session, factories.taxpayer(session, section="0101", serial=9))
    _caught_up(session)
    assert cases_of_sections() == {"0101": 4, "0102": 1}
    elsewhere = {"dispatch_decision": "assign", "section": str(_district(session, "0102"))}
    desk.do(session, people.leader, case, "dispatch", {**elsewhere, "priority": "normal"})
    _caught_up(session)
    assert cases_of_sections() == {"0101": 3, "0102": 2}


def test_case_elsewhere_that_somebody_takes_part_in_is_counted(
    session: Session, people: Cast
) -> None:
    far = session.scalars(select(Case).order_by(Case.id.desc())).first()
    assert far is not None
    before = _read(session, people.leader, Wish(Course()))
    session.scalars(
        select(Task).where(Task.case_id == far.id)
    ).one().assignee_id = people.leader.user_id
    session.flush()  # the insight is read by queries
    found = _read(session, people.leader, Wish(Course()))
    assert found.totals.cases == before.totals.cases + 1
    assert found.totals.cases == cases.listing(session, people.leader, cases.Wish()).count
    assert not {"dispatching", "dispatching/dispatch"} & set(before.waiting)
    assert found.waiting["dispatching"].cases == 1
    assert found.waiting["dispatching/dispatch"].cases == 1
    assert {line.cases for line in found.units} == {1, 3}
    narrow = _read(session, people.leader, Wish(Course(), _district(session, "01")))
    assert narrow.totals == before.totals


def test_whole_months_and_single_days_give_the_same_figures(session: Session, people: Cast) -> None:
    today = clock.today()
    first = today.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    all_of_them = _read(session, people.leader, Wish(Course()))
    for since, until in (
        (first, None),
        (today, None),
        (first, today),
        (today, after),
        (first - timedelta(days=40), after + timedelta(days=40)),
        (None, today),
        (None, after - timedelta(days=1)),
    ):
        period = Course(since=since, until=until)
        assert _read(session, people.leader, Wish(period)) == all_of_them, (since, until)


# Days over which cases are opened, so that whole months lie between them.
_SPREAD = 100


def test_sums_and_cells_give_what_a_count_of_the_cases_gives(
    session: Session, people: Cast
) -> None:
    chance = random.Random(16)
    first = clock.today() - timedelta(days=_SPREAD)
    _spread(session, people, first, chance)
    units = [None, *(_district(session, code) for code in ("01", "0101", "02"))]
    for actor in (people.director, people.leader, people.sysadmin):
        for unit in units * 3:
            wish = Wish(_period(first, chance), unit)
            assert _told(session, actor, wish) == _directly(session, actor, wish), wish


def _spread(session: Session, people: Cast, first: date, chance: random.Random) -> None:
    """Further cases, each opened on some day; the leader takes part in some, is kept from some."""
    for serial in range(20, 36):
        payer = factories.taxpayer(
            session, section=chance.choice(("0101", "0102", "0201")), serial=serial
        )
        day = first + timedelta(days=chance.randrange(_SPREAD))
        # The first and the last second of a day count as well.
        at = chance.choice((clock.start_of(day), clock.end_of(day) - timedelta(seconds=1)))
        token = clock.set_moment(at)
        case = factories.case(session, payer)
        clock.reset_moment(token)
        if serial % 2:
            desk.open_task(session, case, "dispatch").assignee_id = people.leader.user_id
        if serial % 3 == 0:
            _recuse(session, people.leader, case)
    _caught_up(session)


def _period(first: date, chance: random.Random) -> Course:
    """Any days, one in five without a beginning or an end."""
    since, until = sorted(first + timedelta(days=chance.randint(-1, _SPREAD + 1)) for _ in "12")
    return Course(
        since=since if chance.randrange(5) else None, until=until if chance.randrange(5) else None
    )


def _told(session: Session, actor: Actor, wish: Wish) -> tuple[Counts, dict[int, Counts]]:
    found = course_sums.of(session, actor, wish, _scopes(session))
    units = {unit_id: _filled(counts) for unit_id, counts in found.units.items()}
    return _filled(found.whole), {unit_id: counts for unit_id, counts in units.items() if counts}


def _directly(session: Session, actor: Actor, wish: Wish) -> tuple[Counts, dict[int, Counts]]:
    scopes = _scopes(session)
    counted = course_counts.by_cell(session, insight.wanted(actor, wish), lambda _: scopes)
    whole: Counts = {}
    units: dict[int, Counts] = {}
    by_section = wish.unit_id is not None or not policy.sees_city(actor)
    for cell_id, counts in counted.items():
        cell = session.get_one(CourseCell, cell_id)
        unit_id = cell.section_id if by_section else cell.district_id
        course_counts.add(whole, counts)
        head = {kind: values for kind, values in counts.items() if kind in HEAD}
        course_counts.add(units.setdefault(unit_id, {}), head)
    return whole, units


def _filled(counts: Counts) -> Counts:
    return {kind: values for kind, values in counts.items() if values}


def test_act_committed_late_is_found(session: Session, people: Cast) -> None:
    """While an older transaction is open, events up to the bound are looked at again."""
    mark = session.scalars(select(CourseMark)).one()
    seen = mark.seen
    factories.case(session, factories.taxpayer(session, serial=9))
    session.flush()  # what has moved is found by a query
    mark.horizon, mark.bound = 2**62, record.newest(session)
    _caught_up(session)
    assert mark.seen == seen
    assert _read(session, people.director, Wish(Course())).totals.behind == 0
    mark.horizon = 0
    _caught_up(session)
    assert mark.seen == record.newest(session)


def test_rest_of_the_clockwork_costs_two_statements(session: Session, people: Cast) -> None:
    del people
    _caught_up(session)
    _caught_up(session)  # nothing older is open any more
    with _counted(session) as seen:
        assert courses.catch_up(session) == 0
    assert len(seen) == 2


def test_statements_do_not_grow_with_the_cases(session: Session, people: Cast) -> None:
    scopes = _scopes(session)
    with _counted(session) as few:
        insight.of(session, people.leader, Wish(Course()), scopes)
    for serial in range(20, 40):
        factories.case(session, factories.taxpayer(session, serial=serial))
    _caught_up(session)
    with _counted(session) as many:
        insight.of(session, people.leader, Wish(Course()), scopes)
    assert (len(few), len(many)) == (14, 14)


def test_ages_and_lengths_are_in_days(session: Session, people: Cast) -> None:
    now = clock.now()
    for task in session.scalars(select(Task).where(own_names() == "dispatch")):
        if task.status == TaskStatus.OPEN:
            task.opened_at = now - timedelta(days=2)
        else:
            task.done_at, task.opened_at = now, now - timedelta(days=4)
    for cell in session.scalars(select(CourseCell)):
        cell.stale_at = clock.wall()
    _caught_up(session)
    found = _read(session, people.director, Wish(Course()))
    assert found.waiting["dispatching/dispatch"].age == pytest.approx(2, abs=1 / 24)
    assert found.worked["dispatching/dispatch"].median == pytest.approx(4, rel=0.03)
    assert found.worked["dispatching/dispatch"].ninth == pytest.approx(4, rel=0.03)


class _Counted:
    """The statements sent while it is open."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        self._seen: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self._connection, "before_cursor_execute", self._note)
        return self._seen

    def __exit__(self, *_raised: object) -> None:
        event.remove(self._connection, "before_cursor_execute", self._note)

    def _note(self, *told: object) -> None:
        self._seen.append(str(told[2]))


def _counted(session: Session) -> _Counted:
    session.execute(text("SELECT 1"))  # what was changed is sent before the count begins
    return _Counted(session)
