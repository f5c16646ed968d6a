"""Powers traced: the answer for a day is what the verbs answered on that day, whatever came after.

A case walks through random hand-overs, one act a day. When each day ends everybody tries every
open step; the answers are kept and compared with the trace on that day, and again at the end.
"""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.engine import migration
from caseflow.models import Case, Deputy, SensitiveFile, Task
from caseflow.reads import trace
from caseflow.services import (
    bureau_clock,
    case_moves,
    definitions,
    deputies,
    record,
    recusals,
    sights,
    tasks,
)
from caseflow.services import people as signing
from caseflow.services.powers import grants, sensitive
from caseflow.services.recusals import Successor, Tie
from caseflow.vocabulary import SYSTEM, Actor, Conflict, Forbidden, Invalid, NotFound, TaskStatus
from tests import cast, desk, factories
from tests.cast import Cast
from tests.trust.conftest import Figures
from tests.trust.counts import IS_LONG

_REFUSED = (Conflict, Forbidden, Invalid, NotFound)
_WALKS, _DAYS = (8, 30) if IS_LONG else (1, 18)
# So many kinds of acts take effect in each walk at least.
_KINDS = 8 if IS_LONG else 12
_BEGUN = datetime(2010, 1, 25, 1, tzinfo=UTC)
_REASON = "休假期间由同事代办，到期收回"
_AGREED = {"review_decision": "agree", "opinion": "同意"}

# By sign-in name: what each may do; who is not there does not see the case.
Able = dict[str, frozenset[str]]


@dataclass
class Walk:
    """A case on its way, with what everybody could do when each day ended."""

    session: Session
    people: Cast
    case: Case
    dice: random.Random
    kept: dict[date, Able] = field(default_factory=dict)
    # How often each kind of act took effect.
    done: Counter[str] = field(default_factory=Counter)

    def anybody(self) -> Actor:
        """Somebody of the district as of now."""
        login = self.dice.choice(
            ["leader", "deputy", "chief", "officer", "partner", "third", "other_chief"]
        )
        return self.now(login)

    def now(self, login: str) -> Actor:
        return signing.actor_of(self.session, self.people.people[login].user_id or 0)

    def opened(self) -> list[Task]:
        return list(
            self.session.scalars(
                select(Task)
                .where(Task.case_id == self.case.id, Task.status == TaskStatus.OPEN)
                .order_by(Task.id)
            )
        )

    def able(self) -> Able:
        """What the verbs let everybody do now; each try is undone."""
        found: Able = {}
        for login in self.people.people:
            actor = self.now(login)
            if sights.sees(self.session, actor, self.case.id):
                found[login] = frozenset(
                    task.element for task in self.opened() if self._may(actor, task)
                )
        return found

    def _may(self, actor: Actor, task: Task) -> bool:
        for verb in (tasks.held, tasks.claim):
            tried = self.session.begin_nested()
            try:
                verb(self.session, actor, task.id)
            except _REFUSED:
                continue
            finally:
                tried.rollback()
            if verb is tasks.held or task.assignee_id != actor.user_id:
                return True
        return False

    def traced(self, day: date) -> Able:
        """The same as the trace tells of a day."""
        answer = trace.who_could(self.session, SYSTEM, self.case.number, day)
        elements = {step.id: step.element for step in answer.steps}
        logins = {who.user_id: login for login, who in self.people.people.items()}
        return {
            logins[person.actor.user_id]: frozenset(
                elements[act.step_id] for act in person.acts if act.refusal is None
            )
            for person in answer.people
            if person.could_see
        }


def _take(walk: Walk) -> None:
    tasks.claim(walk.session, walk.anybody(), walk.dice.choice(walk.opened()).id)


def _give_back(walk: Walk) -> None:
    task = walk.dice.choice(walk.opened())
    holder = {who.user_id: login for login, who in walk.people.people.items()}.get(task.assignee_id)
    if holder is not None:
        tasks.release(walk.session, walk.now(holder), task.id)


def _name_a_deputy(walk: Walk) -> None:
    principal, deputy = walk.anybody(), walk.anybody()
    day = clock.today()
    deputies.grant(
        walk.session,
        walk.now("leader"),
        principal.user_id or 0,
        deputy.user_id or 0,
        wish=deputies.Wish(day, day + timedelta(days=walk.dice.randrange(6)), _REASON),
    )


def _end_a_deputy(walk: Walk) -> None:
    held = walk.session.scalars(select(Deputy).where(Deputy.revoked_at.is_(None))).all()
    if held:
        deputies.revoke(walk.session, walk.now("leader"), walk.dice.choice(held).id)


def _recuse(walk: Walk) -> None:
    successor = walk.now(walk.dice.choice(["officer", "partner", "third"])).user_id
    recusals.order(
        walk.session,
        walk.dice.choice([walk.now("leader"), walk.now("chief")]),
        walk.case.id,
        walk.anybody().user_id or 0,
        tie=Tie("in_law", _REASON),
        successor=Successor(officer=successor, stand_in=walk.now("deputy").user_id),
    )


def _mark(walk: Walk) -> None:
    sensitive.mark(walk.session, walk.now("leader"), number=walk.case.number, reason=_REASON)


def _lift(walk: Walk) -> None:
    for file in walk.session.scalars(
        select(SensitiveFile).where(SensitiveFile.lifted_at.is_(None))
    ):
        sensitive.lift(walk.session, walk.now("director"), file.id, reason=_REASON)


def _name_a_reader(walk: Walk) -> None:
    file = walk.session.scalar(select(SensitiveFile).limit(1))
    if file is not None:
        login = walk.dice.choice(["third", "other_chief", "deputy"])
        sensitive.allow(walk.session, walk.now("leader"), file.id, login=login)


def _grant(walk: Walk) -> None:
    day = clock.today()
    grants.give(
        walk.session,
        walk.now("leader"),
        grants.Wish(number=walk.case.number),
        login=walk.dice.choice(["other_chief", "other_officer", "third"]),
        valid_from=day,
        valid_to=day + timedelta(days=walk.dice.randrange(4)),
        reason=_REASON,
    )


def _go_on(walk: Walk) -> None:
    """The next step of the course, by whoever holds or may take it."""
    answers = {
        "desk_check": {},
        "conclusion": desk.conclusion(walk.session, walk.case),
        "review": _AGREED,
    }
    for task, login in itertools.product(walk.opened(), walk.people.people):
        element = task.element.rpartition("/")[2]
        if element in answers:
            who = walk.now(login)
            with suppress(*_REFUSED), walk.session.begin_nested():
                if element == "desk_check":
                    holder = Cast({**walk.people.people, "officer": who})
                    desk.check(walk.session, holder, walk.case)
                else:
                    desk.do(walk.session, who, walk.case, element, answers[element])
                return


def _take_for_another(walk: Walk) -> None:
    """Somebody is named a deputy and takes a step for the principal."""
    _name_a_deputy(walk)
    for task, login in itertools.product(walk.opened(), walk.people.people):
        who = walk.now(login)
        if task.assignee_id is None and who.stands_for:
            with suppress(*_REFUSED), walk.session.begin_nested():
                if tasks.claim(walk.session, who, task.id).held_for is not None:
                    return


def _free(walk: Walk) -> None:
    """Deputyships end, and what was held by them is free again."""
    for task in walk.opened():
        if task.held_for is not None:
            for each in walk.session.scalars(select(Deputy).where(Deputy.revoked_at.is_(None))):
                deputies.revoke(walk.session, walk.now("leader"), each.id)
            tasks.free_if_ended(walk.session, SYSTEM, task.id)


def _move(walk: Walk) -> None:
    """Administration puts the case on another step: one asks, another agrees."""
    process = definitions.process_of(walk.session, walk.case.definition_id)
    keys = [place.key for place in migration.places(process, walk.case.state)]
    target = walk.dice.choice(("dispatching", "desk_check"))
    ids, session = walk.case.id, walk.session
    asker, decider = walk.now("deputy"), walk.now("leader")
    move = case_moves.ask(session, asker, ids, drop=keys, target=target, reason=_REASON)
    case_moves.approve(session, decider, move.id, note=_REASON)


_ACTS: tuple[Callable[[Walk], None], ...] = (
    _take,
    _give_back,
    _name_a_deputy,
    _end_a_deputy,
    _recuse,
    _mark,
    _lift,
    _name_a_reader,
    _grant,
    _go_on,
    _take_for_another,
    _free,
    _move,
)


def _act(walk: Walk) -> None:
    """One act that takes effect, of a kind that has had least so far, as the dice fall."""
    acts = walk.dice.sample(_ACTS, len(_ACTS))
    for act in sorted(acts, key=lambda each: walk.done[each.__name__]):
        before = record.newest(walk.session)
        with suppress(*_REFUSED), walk.session.begin_nested():
            act(walk)
        if record.newest(walk.session) > before:
            walk.done[act.__name__] += 1
            return


@contextmanager
def _day_by_day(session: Session) -> Iterator[Callable[[], None]]:
    """A demo's clock that stands at a morning, and what moves it on to the next."""
    tokens = [clock.set_moment(_BEGUN)]
    bureau_clock.begin_demo(session, SYSTEM, _BEGUN)

    def next_day() -> None:
        tokens.append(clock.set_moment(bureau_clock.advance(session, SYSTEM, timedelta(days=1))))

    yield next_day
    for token in reversed(tokens):
        clock.reset_moment(token)


@pytest.mark.parametrize("seed", range(1, _WALKS + 1))
def test_the_trace_of_a_day_is_what_the_verbs_answered_on_it(
    session: Session, seed: int, figures: Figures
) -> None:
    with _day_by_day(session) as next_day:
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        walk = Walk(session, people, case, random.Random(seed))
        walk.kept[clock.today()] = walk.able()
        next_day()
        desk.to_desk_check(session, people, case)
        for _ in range(_DAYS):
            _act(walk)
            walk.kept[clock.today()] = walk.able()
            assert walk.traced(clock.today()) == walk.kept[clock.today()]
            next_day()
        for day, able in walk.kept.items():
            assert walk.traced(day) == able, day
    assert len(walk.done) >= _KINDS, walk.done
    assert walk.done.total() >= _DAYS * 2 // 3
    told = {name.strip("_"): count for name, count in sorted(walk.done.items())}
    figures("powers", days_traced_back=len(walk.kept), wrong=0, **told)
