"""Moves of cases by administration: who is too near to one to ask for it or to decide on it."""

from __future__ import annotations

from caseflow.policy.desk import counts_as
from caseflow.policy.histories import History
from caseflow.vocabulary import Actor


def handles(actor: Actor, case: History) -> bool:
    """Whether somebody, or one they stand for, is officer of a case or has a step of it."""
    people = set(counts_as(actor, case.kind))
    holders = {each for step in case.opened for each in (step.assignee_id, step.held_for)}
    return bool(people & {case.main_officer_id, case.second_officer_id, *holders})


def is_one_with(decider: Actor, asker: Actor, case: History) -> bool:
    """Whether who would decide is who asked: the same person, or either stands for the other.

    Two who stand for one and the same third count as that one.
    """
    one, other = (set(counts_as(each, case.kind)) for each in (decider, asker))
    return bool(one & other)
