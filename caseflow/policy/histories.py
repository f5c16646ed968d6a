"""A case with its steps at one moment: what every decision on it is made from.

One builder for now and for any day in the past: whoever asks says which rows there were, and
gets the facts of the case and of each step. Incompatible duties (不相容岗位) of a case are decided
here: whoever acted for somebody counts beside the principal, and so does who stood between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from caseflow import element_names
from caseflow.policy.decision import CaseFacts, Mark
from caseflow.policy.desk import PERSONAL_FORMS, TaskFacts, may_complete
from caseflow.vocabulary import Actor, CaseKind, Role, TaskStatus
from caseflow.vocabulary.drawings import OFFICERS

_OTHER_OFFICER = dict(zip(OFFICERS, reversed(OFFICERS), strict=True))


@dataclass(frozen=True, slots=True)
class StepThen:
    """A step as it stood: whose it was, who held it, who did it (in whose name, through whom)."""

    id: int
    element: str
    name: str
    name_en: str
    form_key: str
    roles: tuple[Role, ...]
    unit_id: int
    relation: str | None
    separation: tuple[str, ...]
    status: TaskStatus
    assignee_id: int | None = None
    held_for: int | None = None
    done_by: int | None = None
    done_for: int | None = None
    done_through: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waited to be done."""
        return self.status is TaskStatus.OPEN

    @property
    def acted(self) -> tuple[int, ...]:
        """Everybody who counts as having done it; nobody while it is not done."""
        if self.status is not TaskStatus.DONE:
            return ()
        people = (self.done_by, self.done_for, self.done_through)
        return tuple(each for each in people if each is not None)


@dataclass(frozen=True, slots=True)
class History:
    """A case as it stood, and what was done in it until then.

    ``declared`` wait for the decision on a tie; ``movers`` asked for or agreed to a move of the
    case; ``stand_ins`` step in for a recused person's post: unit, role, who. ``renames`` are what
    its elements were called by the versions that it was carried over from. ``marks`` are as in
    ``CaseFacts``, as are ``successors``.
    """

    id: int
    kind: CaseKind
    taxpayer_id: int | None
    district_id: int
    section_id: int
    lines: frozenset[str]
    main_officer_id: int | None
    second_officer_id: int | None
    steps: tuple[StepThen, ...]
    recused: frozenset[int] = frozenset()
    declared: frozenset[int] = frozenset()
    movers: frozenset[int] = frozenset()
    stand_ins: frozenset[tuple[int, Role, int]] = frozenset()
    successors: frozenset[int] = frozenset()
    renames: tuple[Mapping[str, str], ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def opened(self) -> tuple[StepThen, ...]:
        """The steps that waited to be done."""
        return tuple(step for step in self.steps if step.is_open)


def case_facts(case: History) -> CaseFacts:
    """What the decision needs to know of the case."""
    return CaseFacts(
        id=case.id,
        kind=case.kind,
        taxpayer_id=case.taxpayer_id,
        district_id=case.district_id,
        section_id=case.section_id,
        lines=case.lines,
        officers=frozenset(_officers(case, OFFICERS)),
        seats=_seats((step.assignee_id, step) for step in case.steps),
        lent=_seats((step.held_for, step) for step in case.opened),
        waiting=frozenset(
            (step.unit_id, role)
            for step in case.opened
            if step.assignee_id is None and step.relation is None
            for role in step.roles
        ),
        successors=case.successors,
        deputies=frozenset(
            step.done_by
            for step in case.steps
            if step.done_by is not None and step.done_for is not None
        ),
        recused=case.recused,
        holders=frozenset(step.assignee_id for step in case.opened if step.assignee_id is not None),
        marks=case.marks,
    )


def step_facts(case: History, step: StepThen) -> TaskFacts:
    """What the decision needs to know of one step of the case."""
    return TaskFacts(
        is_open=step.is_open,
        roles=frozenset(step.roles),
        unit_id=step.unit_id,
        relation=step.relation,
        assignee_id=step.assignee_id,
        barred=barred(case, step.separation),
        kind=case.kind,
        held_for=step.held_for,
        is_personal=step.form_key in PERSONAL_FORMS,
        recused=case.recused,
        stand_ins=frozenset(
            user_id
            for unit_id, role, user_id in case.stand_ins
            if unit_id == step.unit_id and role in step.roles
        ),
        opposed=opposed(case, step),
    )


def may_be_given(case: History, step: StepThen, user_id: int) -> bool:
    """Whether a step that nobody does for another could be done by whom it is given to."""
    given = replace(step, assignee_id=user_id, held_for=None)
    return may_complete(Actor(user_id, ""), step_facts(case, given)) is None


def barred(case: History, separation: Sequence[str]) -> dict[int, str]:
    """Who may not do a step so separated: the case's officers, the people of earlier elements.

    Where officers are kept from it, so are the two who put the case on another step.
    """
    relations = frozenset(separation) & frozenset(OFFICERS)
    names = element_names.with_former(separation, case.renames)
    found = {
        **dict.fromkeys(case.declared, "tie_declared"),
        **(dict.fromkeys(case.movers, "case_move") if relations else {}),
        **_officers(case, relations),
    }
    for earlier in case.steps:
        # A step of an officer bars as the officer's, whatever the step.
        if earlier.relation in relations:
            found = {**dict.fromkeys(earlier.acted, earlier.relation or ""), **found}
        elif earlier.element in names:
            found = {**dict.fromkeys(earlier.acted, names[earlier.element]), **found}
    return found


def opposed(case: History, step: StepThen) -> dict[int, str]:
    """Who may not act in another's name in a step.

    Whoever did a step that is kept from this one, as the approval is from the officers' steps;
    in a step of an officer the other officer too, and whoever acted as that one.
    """
    names = element_names.with_former([step.element], case.renames)
    found = kept_from(case, {*names, step.relation or step.element})
    other = _OTHER_OFFICER.get(step.relation or "")
    if other is None:
        return found
    acted = {each for done in case.steps if done.relation == other for each in done.acted}
    rivals = {**dict.fromkeys(acted - {step.assignee_id}, other), **_officers(case, {other})}
    return {**found, **rivals}


def kept_from(case: History, words: Iterable[str]) -> dict[int, str]:
    """Who did steps whose separation names one of these, each with such a step."""
    named = frozenset(words)
    found: dict[int, str] = {}
    for done in case.steps:
        if named & frozenset(done.separation):
            found |= dict.fromkeys(done.acted, done.element)
    return found


def _officers(case: History, relations: Iterable[str]) -> dict[int, str]:
    officers = dict(zip(OFFICERS, (case.main_officer_id, case.second_officer_id), strict=True))
    wanted = frozenset(relations)
    return {
        user_id: relation
        for relation, user_id in officers.items()
        if relation in wanted and user_id is not None
    }


def _seats(pairs: Iterable[tuple[int | None, StepThen]]) -> frozenset[tuple[int, Role]]:
    return frozenset(_with_roles(pairs))


def _with_roles(pairs: Iterable[tuple[int | None, StepThen]]) -> Iterator[tuple[int, Role]]:
    for user_id, step in pairs:
        if user_id is not None:
            yield from ((user_id, role) for role in step.roles)
