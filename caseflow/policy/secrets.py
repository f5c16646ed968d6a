"""Sensitive files (涉密案卷): from whom a marked case or household is withheld.

The rule, for one mark in force. A marked **case** is kept by its main and second officer, by
whoever has an open step of it in the own name, by the readers named for it, by the one who marked
it, and by supervision (an auditor), from whom nobody may hide a file. A marked **household** is
kept by its administrator, its named readers, the one who marked it and supervision, and each of
its cases by those who handle it. For everybody else, deputies of all these included, none of it
exists: a deputyship does not carry a clearance.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    any_,
    except_,
    exists,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from caseflow.models import Case, Post, Recusal, SensitiveFile, SensitiveReader, Task, Taxpayer
from caseflow.policy.verbs import held_today
from caseflow.vocabulary import Actor, Role, TaskStatus

# Somebody by number, or a column that holds such numbers.
Person = int | None | InstrumentedAttribute[int]


def sees_all(actor: Actor) -> bool:
    """Whether no mark keeps anything from the actor: the system, and supervision."""
    return actor.user_id is None or Role.AUDITOR in actor.roles


def withheld(
    actor: Actor, case_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
) -> ColumnElement[bool]:
    """The condition on a case's id: the case is kept from the actor; false where there is none."""
    if sees_all(actor):
        return false()
    ids = _withheld_cases(actor.user_id)
    return func.coalesce(case_id.in_(ids), false())


def withheld_household(
    actor: Actor, taxpayer_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """The condition on a household's id: the household is kept from the actor.

    Whoever keeps one of its cases knows the household: its name stands on the case. A recused
    officer keeps none.
    """
    if sees_all(actor):
        return false()
    recused = exists().where(Recusal.case_id == Case.id, Recusal.user_id == actor.user_id)
    handled = select(Case.id).where(
        Case.taxpayer_id == SensitiveFile.taxpayer_id, _keeps(actor.user_id), ~recused
    )
    ids = _withheld_homes(actor.user_id).where(~handled.exists())
    return among(taxpayer_id, ids)


def named_for(user_id: int | None) -> tuple[Select[Any], ...]:
    """The ids of cases that somebody may open as a named reader."""
    by_case = select(SensitiveFile.case_id).where(
        SensitiveFile.case_id.is_not(None), in_force(), _is_named(user_id)
    )
    by_home = (
        select(Case.id)
        .join(SensitiveFile, SensitiveFile.taxpayer_id == Case.taxpayer_id)
        .where(in_force(), _is_named(user_id))
    )
    return by_case, by_home


def named_for_homes(user_id: int | None) -> Select[Any]:
    """The ids of households that somebody may open as a named reader."""
    return select(SensitiveFile.taxpayer_id).where(
        SensitiveFile.taxpayer_id.is_not(None), in_force(), _is_named(user_id)
    )


def in_force() -> ColumnElement[bool]:
    """The condition on ``SensitiveFile``: nobody has lifted it."""
    return SensitiveFile.lifted_at.is_(None)


def marked() -> ColumnElement[bool]:
    """The condition on ``Case``: a mark on it or on its household is in force."""
    return or_(
        exists().where(SensitiveFile.case_id == Case.id, in_force()),
        exists().where(SensitiveFile.taxpayer_id == Case.taxpayer_id, in_force()),
    )


def marked_household() -> ColumnElement[bool]:
    """The condition on ``Taxpayer``: a mark on the household is in force."""
    return exists().where(SensitiveFile.taxpayer_id == Taxpayer.id, in_force())


def marked_cases() -> CompoundSelect[Any]:
    """The ids of the cases that a mark is on, by themselves or by their household."""
    by_case = select(SensitiveFile.case_id).where(SensitiveFile.case_id.is_not(None), in_force())
    by_home = (
        select(Case.id)
        .join(SensitiveFile, SensitiveFile.taxpayer_id == Case.taxpayer_id)
        .where(in_force())
    )
    return union_all(by_case.correlate(None), by_home.correlate(None))


def keeps_out(user_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition on ``SensitiveFile`` and ``Case``: this mark keeps this case from the person.

    The person is a column, so that one statement asks for many people. From somebody recused it
    is not a mark that keeps the case.
    """
    covers = or_(SensitiveFile.case_id == Case.id, SensitiveFile.taxpayer_id == Case.taxpayer_id)
    lets_through = or_(_is_cleared(user_id), _manages(user_id))
    recused = (
        exists()
        .where(Recusal.case_id == Case.id, Recusal.user_id == user_id)
        .correlate_except(Recusal)
    )
    return and_(
        covers, in_force(), ~lets_through, ~_keeps(user_id), ~_supervises(user_id), ~recused
    )


def _withheld_cases(user_id: int | None) -> CompoundSelect[Any]:
    """Ids of the marked cases less those that the person keeps: sets, for marks may be many."""
    marked = select(SensitiveFile.case_id).where(
        SensitiveFile.case_id.is_not(None), in_force(), ~_is_cleared(user_id)
    )
    of_homes = select(Case.id).where(among(Case.taxpayer_id, _withheld_homes(user_id)))
    handled = select(Case.id).where(
        or_(Case.main_officer_id == user_id, Case.second_officer_id == user_id)
    )
    on_desk = select(Task.case_id).where(
        Task.status == TaskStatus.OPEN, Task.assignee_id == user_id
    )
    withheld_ids: CompoundSelect[Any] = union_all(marked.correlate(None), of_homes.correlate(None))
    return except_(withheld_ids, union_all(handled.correlate(None), on_desk.correlate(None)))


def _withheld_homes(user_id: int | None) -> Select[Any]:
    return select(SensitiveFile.taxpayer_id).where(
        SensitiveFile.taxpayer_id.is_not(None),
        in_force(),
        ~_is_cleared(user_id),
        ~_manages(user_id),
    )


def _keeps(user_id: Person) -> ColumnElement[bool]:
    """The condition on ``Case``: the person is an officer of it or has an open step of it."""
    on_desk = (
        exists()
        .where(Task.case_id == Case.id, Task.status == TaskStatus.OPEN, Task.assignee_id == user_id)
        .correlate_except(Task)
    )
    return or_(
        Case.main_officer_id.is_not_distinct_from(user_id),
        Case.second_officer_id.is_not_distinct_from(user_id),
        on_desk,
    )


def _is_cleared(user_id: Person) -> ColumnElement[bool]:
    """The condition on ``SensitiveFile``: the person marked it or is named for it."""
    return or_(SensitiveFile.marked_by == user_id, _is_named(user_id))


def _manages(user_id: Person) -> ColumnElement[bool]:
    """The condition on ``SensitiveFile``: the person administers the household that it marks."""
    return (
        exists()
        .where(Taxpayer.id == SensitiveFile.taxpayer_id, Taxpayer.administrator_id == user_id)
        .correlate_except(Taxpayer)
    )


def _supervises(user_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """``sees_all`` for a column of people."""
    return (
        exists()
        .where(Post.user_id == user_id, Post.role == Role.AUDITOR, held_today())
        .correlate_except(Post)
    )


def _is_named(user_id: Person) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            SensitiveReader.file_id == SensitiveFile.id,
            SensitiveReader.user_id == user_id,
            SensitiveReader.ended_at.is_(None),
        )
        .correlate_except(SensitiveReader)
    )


def among(
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], ids: Select[Any]
) -> ColumnElement[bool]:
    """The column is one of these ids, which are read once, before the rows.

    Beside an OR, PostgreSQL would look at every row for an IN.
    """
    return column == any_(func.array(ids.correlate(None).scalar_subquery()))
