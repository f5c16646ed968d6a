"""One table of powers: what is decided for one object is what lists show, for everybody."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, text, true
from sqlalchemy.orm import Session

from caseflow import clock, lines, policy
from caseflow.models import (
    Case,
    Definition,
    Post,
    Recusal,
    SensitiveFile,
    SensitiveReader,
    Task,
    Taxpayer,
    Unit,
    User,
)
from caseflow.policy import Bar, By, TaskFacts
from caseflow.services import definitions, people, sights
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    CaseStatus,
    Granted,
    PostHeld,
    Role,
    Standing,
    TaskStatus,
    UnitLevel,
)
from tests import cast, factories
from tests.trust.conftest import Figures
from tests.trust.counts import IS_LONG, count

_CASES = 80
_PAIRS = count(5_000, 120_000)
_ACTORS = _PAIRS // _CASES
_LINES = sorted({*lines.table().groups, *lines.table().whole})
_SEED = random.SystemRandom().randrange(2**32) if IS_LONG else 20100125


@dataclass(frozen=True)
class World:
    """Many cases and tasks of every shape, and dice to draw actors with."""

    session: Session
    dice: random.Random
    users: list[int]
    units: list[Unit]
    # Ids of cases and their households.
    cases: list[tuple[int, int]]

    def actors(self) -> Iterator[Actor]:
        """People with up to three posts of any role in any unit."""
        for _ in range(_ACTORS):
            user_id = self.dice.choice(self.users)
            others = [each for each in self.users if each != user_id]
            standings = tuple(
                self._standing(*self.dice.sample(others, 2))
                for _ in range(self.dice.choice((0, 0, 1, 2)))
            )
            grants = tuple(self._grant() for _ in range(self.dice.choice((0, 0, 1, 2))))
            yield Actor(user_id, "某人", self._posts(), stands_for=standings, grants=grants)

    def _grant(self) -> Granted:
        case_id, taxpayer_id = self.dice.choice(self.cases)
        unit = self.dice.choice(self.units)
        return self.dice.choice(
            (
                Granted(unit_id=unit.id),
                Granted(taxpayer_id=taxpayer_id),
                Granted(case_id=case_id),
            )
        )

    def _posts(self) -> tuple[PostHeld, ...]:
        return tuple(self._post() for _ in range(self.dice.randrange(4)))

    def _standing(self, principal: int, between: int) -> Standing:
        kinds = self.dice.choice((None, frozenset({CaseKind.WV}), frozenset({CaseKind.TA})))
        through = self.dice.choice((None, None, between))
        return Standing(principal, "某领导", self._posts(), kinds, through)

    def _post(self) -> PostHeld:
        unit = self.dice.choice(self.units)
        line = self.dice.choice((None, "office", *_LINES))
        return PostHeld(self.dice.choice(list(Role)), unit.id, unit.path, unit.name, line)


@pytest.fixture
def world(session: Session) -> World:
    """Cases and tasks thrown at random; never committed, so the record is not asked."""
    session.execute(text("SET LOCAL transaction_timeout = 0"))  # the long count takes its time
    cast.enter(session)
    dice = random.Random(_SEED)
    definition = definitions.deploy(session, SYSTEM, factories.bundle())
    units = list(session.scalars(select(Unit).order_by(Unit.id)))
    users = list(session.scalars(select(User.id).order_by(User.id)))
    sections = [unit for unit in units if unit.level == UnitLevel.SECTION]
    for number in range(_CASES):
        case = _case(session, dice, number, dice.choice(sections), users, definition)
        for element in range(dice.randrange(4)):
            _task(session, dice, case, f"step_{element}", users)
        for user_id in dice.sample(users, dice.choice((0, 0, 1, 2))):
            session.add(
                Recusal(
                    case_id=case.id,
                    user_id=user_id,
                    replaced_by=dice.choice((None, *(set(users) - {user_id}))),
                    declaration="declared",
                    decided_by=users[0],
                    at=clock.now(),
                )
            )
    session.flush()
    found = select(Case.id, Case.taxpayer_id).order_by(Case.id)
    cases = [(row[0], row[1] or 0) for row in session.execute(found)]
    for case_id, taxpayer_id in dice.sample(cases, _CASES // 4):
        by_case, by_home = {"case_id": case_id}, {"taxpayer_id": taxpayer_id}
        for marked in dice.choice(([by_case], [by_home], [by_case, by_home])):
            _mark(session, dice, marked, users)
    return World(session, dice, users, units, cases)


def _mark(session: Session, dice: random.Random, marked: dict[str, int], users: list[int]) -> None:
    """A mark in force or lifted, with readers some of whom no longer are."""
    by, lifter, *readers = dice.sample(users, 5)
    lifted_at = dice.choice((None, None, clock.now()))
    file = SensitiveFile(
        **marked,
        reason="reason",
        marked_by=by,
        marked_at=clock.now(),
        lifted_by=lifter if lifted_at else None,
        lifted_at=lifted_at,
    )
    session.add(file)
    session.flush()
    for reader in readers:
        ended_at = dice.choice((None, None, clock.now()))
        session.add(
            SensitiveReader(
                file_id=file.id,
                user_id=reader,
                allowed_by=by,
                allowed_at=clock.now(),
                ended_at=ended_at,
            )
        )
    session.flush()


def test_may_see_is_what_lists_show(world: World, figures: Figures) -> None:
    pairs, seen = 0, 0
    cases = {case.id: case for case in world.session.scalars(select(Case))}
    facts = {case_id: sights.case_facts(world.session, case) for case_id, case in cases.items()}
    for actor in world.actors():
        listed = set(world.session.scalars(select(Case.id).where(policy.visible_cases(actor))))
        decided = {case_id for case_id, known in facts.items() if policy.may_see(actor, known)}
        assert listed == decided, (_SEED, actor)
        pairs, seen = pairs + len(facts), seen + len(decided)
    assert 0 < seen < pairs
    figures("powers", pairs_decided_and_listed=pairs, seen=seen, wrong=0)


def test_grounds_are_told_of_every_case_that_is_seen_and_no_way_that_a_mark_shuts(
    world: World,
) -> None:
    shut = {By.POST, By.GRANT, By.STANDS_FOR, By.WAITING, By.STEP, By.DEPUTY_STEP, By.SUCCESSOR}
    cases = world.session.scalars(select(Case)).all()
    facts = [sights.case_facts(world.session, case) for case in cases]
    marked = 0
    for actor, known in itertools.product(world.actors(), facts):
        if not policy.may_see(actor, known):
            continue
        told = {way.by for way in policy.grounds(actor, known)}
        assert told, (_SEED, actor, known)
        if known.marks:
            marked += 1
            assert not told & shut, (_SEED, actor, known)
    assert marked


def test_whom_one_mark_keeps_out_is_who_is_barred_and_not_let_through_by_it(world: World) -> None:
    session = world.session
    _administer_and_supervise(world)
    rows = session.execute(
        select(Case.id, SensitiveFile.taxpayer_id.is_not(None), User.id)
        .select_from(Case)
        .join(SensitiveFile, true())
        .join(User, true())
        .where(policy.keeps_out(User.id))
    )
    kept = {(case_id, of_home, user_id) for case_id, of_home, user_id in rows}
    actors = [people.actor_of(session, user_id) for user_id in world.users]
    facts = [sights.case_facts(session, case) for case in session.scalars(select(Case))]
    marks = [(known, mark) for known in facts for mark in known.marks]
    decided = {
        (known.id, mark.is_of_household, actor.user_id)
        for (known, mark), actor in itertools.product(marks, actors)
        if policy.bar(actor, known) is Bar.WITHHELD and not mark.clears(actor.user_id)
    }
    assert kept == decided, _SEED
    assert 0 < len(kept) < len(marks) * len(actors)


def test_the_inbox_is_what_may_be_taken_or_handed_in(world: World) -> None:
    known = {
        case.id: policy.case_now(world.session, case)
        for case in world.session.scalars(select(Case))
    }
    tasks = world.session.scalars(select(Task)).all()
    steps = {task.id: _facts(task, known[task.case_id]) for task in tasks}
    cases = {task.id: policy.case_facts(known[task.case_id]) for task in tasks}
    for actor in world.actors():
        listed = set(world.session.scalars(select(Task.id).where(policy.on_desk(actor))))
        seen = {each for each, facts in cases.items() if policy.may_see(actor, facts)}
        assert listed <= seen or policy.runs_the_system(actor), (_SEED, actor)
        decided = {
            task_id
            for task_id, step in steps.items()
            if policy.bar(actor, cases[task_id]) is None
            and (policy.may_claim(actor, step) is None or policy.may_complete(actor, step) is None)
        }
        assert listed == decided, (_SEED, actor)


def test_a_recused_person_sees_the_case_by_no_post_at_all(world: World) -> None:
    every = tuple(
        PostHeld(role, unit.id, unit.path, unit.name)
        for role, unit in itertools.product(Role, world.units)
    )
    for case_id, user_id in world.session.execute(select(Recusal.case_id, Recusal.user_id)):
        actor = Actor(user_id, "某人", every)
        seen = select(Case.id).where(policy.visible_cases(actor), Case.id == case_id)
        assert world.session.scalar(seen) is None


def _administer_and_supervise(world: World) -> None:
    """Households with an administrator, and auditors of yesterday, today and tomorrow."""
    session, dice = world.session, world.dice
    for payer in session.scalars(select(Taxpayer).order_by(Taxpayer.id)):
        payer.administrator_id = dice.choice((None, *world.users))
    today, day = clock.today(), timedelta(days=1)
    terms = [(today - day, today - day), (today + day, None), (today, today), (today - day, None)]
    for user_id, (first, last) in zip(dice.sample(world.users, 8), terms * 2, strict=True):
        session.add(
            Post(
                user_id=user_id,
                unit_id=world.units[0].id,
                role=Role.AUDITOR,
                valid_from=first,
                valid_to=last,
            )
        )
    session.flush()


def _facts(task: Task, case: policy.History) -> TaskFacts:
    """A step without the people that its separation bars: the verb tells those why."""
    return TaskFacts(
        is_open=task.status == TaskStatus.OPEN,
        roles=frozenset(Role(role) for role in task.roles),
        unit_id=task.unit_id,
        relation=task.relation,
        assignee_id=task.assignee_id,
        barred={},
        kind=CaseKind.WV,
        held_for=task.held_for,
        is_personal=task.form_key in policy.PERSONAL_FORMS,
        recused=case.recused,
        stand_ins=frozenset(
            user_id
            for unit_id, role, user_id in case.stand_ins
            if unit_id == task.unit_id and role in task.roles
        ),
    )


def _case(
    session: Session,
    dice: random.Random,
    number: int,
    section: Unit,
    users: list[int],
    definition: Definition,
) -> Case:
    main, second = dice.sample([*users, None, None], 2)
    case = Case(
        number=f"T{number:04d}",
        kind=CaseKind.WV,
        taxpayer_id=factories.taxpayer(session, section=section.code, serial=number).id,
        district_id=section.parent_id or 0,
        section_id=section.id,
        lines=dice.sample(_LINES, dice.choice((0, 1, 2))),
        main_officer_id=main,
        second_officer_id=second,
        status=CaseStatus.IN_PROGRESS,
        stage="",
        definition_id=definition.id,
        state=b"",
        revision=1,
        score=1,
        grade=1,
        is_ti=False,
        period=200912,
        run_id=None,
        facts={},
        opened_at=clock.now(),
        paused_days=0,
        returns=0,
        priority="normal",
        closed_at=dice.choice((None, None, clock.now())),
    )
    session.add(case)
    session.flush()
    return case


def _may_stand(status: TaskStatus, case: Case) -> bool:
    """No step of a closed case waits to be done."""
    return case.closed_at is None or status is not TaskStatus.OPEN


def _task(
    session: Session, dice: random.Random, case: Case, element: str, users: list[int]
) -> None:
    unit_id = dice.choice((case.district_id, case.section_id))
    # A step of a section or a district is one of its own cases.
    elsewhere = policy.Reach.SECTION if unit_id == case.district_id else policy.Reach.DISTRICT
    seated = [role.value for role in Role if policy.REACH[role] is not elsewhere]
    roles = dice.sample(seated, dice.choice((1, 1, 2)))
    assignee, held_for = dice.sample([None, None, *users], 2)
    done_by, done_for = dice.sample(users, 2) if dice.random() < 0.2 else (None, None)
    session.add(
        Task(
            case_id=case.id,
            key=element,
            element=element,
            name=element,
            name_en=element,
            stage="desk",
            form_key=dice.choice(("wv_review", "wv_review", "wv_vote")),
            case_status=CaseStatus.IN_PROGRESS,
            roles=roles,
            unit_id=unit_id,
            relation=dice.choice((None, None, "main_officer")),
            separation=[],
            assignee_id=assignee,
            held_for=None if assignee is None else dice.choice((None, held_for)),
            status=dice.choice([each for each in TaskStatus if _may_stand(each, case)]),
            done_by=done_by,
            done_for=done_for,
            version=1,
            opened_at=clock.now(),
        )
    )
