"""Row security against the policy: the net never hides what pages show, and hides the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Select, func, select, text, true

from caseflow import database_roles, policy
from caseflow.models import Case, Task, Taxpayer
from caseflow.vocabulary import Actor, Level, Reader
from tests.trust import test_policy
from tests.trust.conftest import Figures
from tests.trust.test_policy import World

world = test_policy.world

# Levels whose rows are those of the condition, if nobody stands for somebody else: a deputyship
# is bound to roles and kinds of case, which row security does not repeat.
_EXACT = frozenset(Level) - {Level.AUDITOR, Level.ADMINISTRATOR}


def test_row_security_lets_through_what_the_condition_shows(world: World, figures: Figures) -> None:
    pairs, more = 0, 0
    for actor in world.actors():
        reader = policy.reader_of(actor)
        shown = _ids(world, select(Case.id).where(policy.visible_cases(actor)))
        with _reading_as(world, reader):
            let_through = _ids(world, select(Case.id))
        if reader.level is Level.ADMINISTRATOR:
            assert let_through == set(), actor
            continue
        assert shown <= let_through, (actor, shown - let_through)
        if reader.level in _EXACT and not actor.stands_for:
            assert shown == let_through, (actor, let_through - shown)
        pairs, more = pairs + len(world.cases), more + len(let_through - shown)
    figures("row security", pairs=pairs, hidden_wrongly=0, wider_for_deputies_and_auditors=more)


def test_pages_show_the_same_with_row_security_and_without(world: World) -> None:
    """The conditions themselves ask other tables, which row security must not empty."""
    for actor in world.actors():
        reader = policy.reader_of(actor)
        if reader.level is Level.ADMINISTRATOR:
            continue
        shown = (
            select(Case.id).where(policy.visible_cases(actor)),
            select(Taxpayer.id).where(policy.visible_taxpayers(actor)),
            select(Task.id).join(Case).where(policy.visible_cases(actor)),
            select(Task.id).where(policy.on_desk(actor)),
            select(Case.id).join(Taxpayer).where(policy.visible_cases(actor)),
        )
        plainly = [_ids(world, each) for each in shown]
        with _reading_as(world, reader):
            behind = [_ids(world, each) for each in shown]
        assert plainly == behind, actor


def test_sums_are_the_same_with_row_security_and_without(world: World) -> None:
    for actor in world.actors():
        counted = select(Case.id).where(policy.counted_cases(actor))
        plainly = _ids(world, counted)
        with _reading_as(world, policy.counter_of(actor)):
            assert _ids(world, counted) == plainly, actor


def test_steps_of_a_case_are_as_far_as_the_case_is(world: World) -> None:
    for actor in world.actors():
        with _reading_as(world, policy.reader_of(actor)):
            assert _ids(world, select(Task.case_id)) <= _ids(world, select(Case.id)), actor


@pytest.mark.parametrize("level", Level)
def test_a_role_without_a_scope_sees_no_more_than_its_level(world: World, level: Level) -> None:
    everything = {Level.CITY, Level.AUDITOR}
    with _reading_as(world, Reader(level)):
        seen = _ids(world, select(Case.id))
    assert seen == ({case_id for case_id, _ in world.cases} if level in everything else set())


def test_the_net_is_there(world: World) -> None:
    """A page that forgot its condition shows an officer nothing of others."""
    alone = Actor(world.users[0], "某人")
    with _reading_as(world, policy.reader_of(alone)):
        seen = _ids(world, select(Case.id))
    assert 0 < len(seen) < len(world.cases)


def _ids(world: World, query: Select[int]) -> set[int]:
    return set(world.session.scalars(query))


@contextmanager
def _reading_as(world: World, reader: Reader) -> Iterator[None]:
    world.session.flush()
    for name, value in database_roles.told_of(reader).items():
        world.session.execute(select(func.set_config(name, value, true())))
    yield
    world.session.execute(text("RESET ROLE"))
