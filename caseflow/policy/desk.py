"""What may be done with a step on a desk: one decision for a step, one condition for lists.

A deputy (代理) does what the principal might do, in the principal's name. For separation of
duties somebody counts as everybody whom they stand for on that day; in a personal step, which
nobody does for another, as oneself alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    any_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
)

from caseflow.models import Case, Post, Recusal, Task
from caseflow.policy.secrets import among, withheld
from caseflow.policy.sight import is_recused, waiting_for
from caseflow.policy.verbs import CALLED, held_today
from caseflow.vocabulary import Actor, CaseKind, PostHeld, Role, Standing, TaskStatus

# Forms that somebody fills in for nobody else: the own ties to a taxpayer, the own vote.
PERSONAL_FORMS = frozenset({"wv_acceptance", "wv_vote", "ta_vote", "ta_minutes_signature"})


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the decision needs to know of a step on a desk."""

    is_open: bool
    roles: frozenset[Role]
    unit_id: int
    relation: str | None
    assignee_id: int | None
    # People who may not do this step, with the reason (a relation or an earlier element).
    barred: Mapping[int, str]
    kind: CaseKind = CaseKind.WV
    # For whom the deputy who has taken the step holds it.
    held_for: int | None = None
    is_personal: bool = False
    recused: frozenset[int] = frozenset()
    # Who steps in for somebody recused whose post the step comes to.
    stand_ins: frozenset[int] = frozenset()
    # Who did what is kept from this step, and the other officer's people: they may not act here
    # for others. Nobody is kept from the own step by those whom they stand for.
    opposed: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capacity:
    """In which name somebody may act on a step (none: the own), or the code of the reason why not.

    ``because`` and ``as_whom`` explain a bar: the relation or step, and the person it holds for.
    """

    refusal: str | None = None
    standing: Standing | None = None
    because: str | None = None
    as_whom: int | None = None


def to_claim(actor: Actor, task: TaskFacts) -> Capacity:
    """In which name the actor may take the step onto the own desk."""
    if not task.is_open:
        return Capacity("not_open")
    if actor.user_id is None or task.relation is not None:
        return Capacity("not_yours")
    if task.assignee_id is not None and task.held_for != actor.user_id:
        return Capacity("taken")
    if _sits(actor.posts, task) or actor.user_id in task.stand_ins:
        return _unless_barred(actor, task, None)
    ways = [each for each in _covering(actor, task.kind) if _sits(each.posts, task)]
    return _first_usable(actor, task, ways) or Capacity("not_your_post")


def to_complete(actor: Actor, task: TaskFacts) -> Capacity:
    """In which name the actor may hand the step in."""
    if not task.is_open:
        return Capacity("not_open")
    if actor.user_id is None or task.assignee_id is None:
        return Capacity("not_yours")
    if task.assignee_id == actor.user_id and task.held_for is None:
        return _unless_barred(actor, task, None)
    ways = [each for each in _covering(actor, task.kind) if _holds(actor, each, task)]
    if not ways:
        is_own_desk = task.assignee_id == actor.user_id
        return Capacity("deputyship_ended" if is_own_desk else "not_yours")
    if task.is_personal:
        return Capacity("personal")
    return _first_usable(actor, task, ways) or Capacity("not_yours")


def may_claim(actor: Actor, task: TaskFacts) -> str | None:
    """None when the actor may take the step onto the own desk, else the code of the reason."""
    return to_claim(actor, task).refusal


def may_complete(actor: Actor, task: TaskFacts) -> str | None:
    """None when the actor may hand the step in, else the code of the reason."""
    return to_complete(actor, task).refusal


def counts_as(actor: Actor, kind: CaseKind) -> Iterator[int]:
    """The actor and everybody stood for today in cases of this kind, the actor first."""
    if actor.user_id is not None:
        yield actor.user_id
    for each in _covering(actor, kind):
        yield each.principal_id
        if each.through is not None:
            yield each.through


def on_desk(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Task``: open, and assigned to the actor or free to be taken.

    With what comes to the actor as a deputy of others.
    """
    ways = [_own(actor), *(_for(actor, each) for each in actor.stands_for)]
    recused = is_recused(actor.user_id, Task.case_id)
    kept = or_(recused, withheld(actor, Task.case_id))
    return and_(Task.status == TaskStatus.OPEN, or_(*ways), ~kept)


def on_desk_for(actor: Actor, principal_id: int) -> ColumnElement[bool]:
    """The condition on ``Task`` on a desk: there because the actor stands for this principal."""
    ways = [_for(actor, each) for each in actor.stands_for if each.principal_id == principal_id]
    # A step on nobody's desk makes the other condition null, not false.
    own = func.coalesce(_own(actor), false())
    return and_(~own, or_(false(), *ways))


def on_desk_for_whom(actor: Actor) -> ColumnElement[int | None]:
    """The principal for whom a step is on a desk; null when it is there in the own name."""
    principals = dict.fromkeys(each.principal_id for each in actor.stands_for)
    ways = [(on_desk_for(actor, each), literal(each, BigInteger)) for each in principals]
    return case(*ways) if ways else cast(null(), BigInteger)


def on_desk_in_own_name(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Task`` on a desk: there without standing for anybody."""
    return _own(actor)


def _own(actor: Actor) -> ColumnElement[bool]:
    mine = and_(Task.assignee_id == actor.user_id, Task.held_for.is_(None))
    return or_(mine, _free(actor, actor.posts), _stepping_in(actor))


def _stepping_in(actor: Actor) -> ColumnElement[bool]:
    """Waits for a post of somebody recused from the case, for whom the actor steps in."""
    seat = (
        select(Recusal.id)
        .join(Post, Post.user_id == Recusal.user_id)
        .where(
            Recusal.case_id == Task.case_id,
            Recusal.replaced_by == actor.user_id,
            Post.unit_id == Task.unit_id,
            cast(Post.role, Text) == any_(Task.roles),
            held_today(),
        )
    )
    # Few cases and read once: by the seat alone, PostgreSQL would look at every step that waits.
    stepped_in = select(Recusal.case_id).where(Recusal.replaced_by == actor.user_id)
    of_these = among(Task.case_id, stepped_in)
    waits = or_(Task.assignee_id.is_(None), Task.held_for == actor.user_id)
    return and_(of_these, waits, Task.relation.is_(None), seat.exists())


def _for(actor: Actor, standing: Standing) -> ColumnElement[bool]:
    """What comes to a deputy by standing for one principal; the rule of ``_holds``."""
    principal, through = standing.principal_id, standing.through
    kept = Task.held_for.is_(None)
    holds = [
        and_(Task.assignee_id == principal, kept),
        and_(Task.assignee_id == actor.user_id, Task.held_for == principal),
    ]
    if through is not None:
        holds.append(and_(Task.assignee_id == through, Task.held_for == principal))
    roles = [post.role.value for post in standing.posts]
    held = and_(
        or_(*holds), Task.form_key.not_in(PERSONAL_FORMS), Task.roles.overlap(roles or [""])
    )
    conditions = [or_(held, _free(actor, standing.posts)), ~is_recused(principal, Task.case_id)]
    if through is not None:
        conditions.append(~is_recused(through, Task.case_id))
    if standing.kinds is not None:
        of_kind = select(Case.id).where(Case.id == Task.case_id, Case.kind.in_(standing.kinds))
        conditions.append(of_kind.exists())
    return and_(*conditions)


def _free(actor: Actor, posts: tuple[PostHeld, ...]) -> ColumnElement[bool]:
    """Waits for one of these posts; or the actor's deputy has taken it and may give it back."""
    seats = [_waits_for(actor, post) for post in posts]
    return and_(Task.relation.is_(None), or_(false(), *seats))


def _waits_for(actor: Actor, post: PostHeld) -> ColumnElement[bool]:
    waits: ColumnElement[bool] = Task.assignee_id.is_(None)
    if post.role in CALLED:
        # Read once: else row security looks at each step in the unit that waits for other posts.
        waits = and_(waits, among(Task.case_id, waiting_for([post])))
    seat = and_(Task.unit_id == post.unit_id, Task.roles.contains([post.role.value]))
    return and_(or_(waits, Task.held_for == actor.user_id), seat)


def _sits(posts: tuple[PostHeld, ...], task: TaskFacts) -> bool:
    return any(post.role in task.roles and post.unit_id == task.unit_id for post in posts)


def _holds(actor: Actor, standing: Standing, task: TaskFacts) -> bool:
    """Whether the step lies with a principal, or with a deputy for that principal."""
    if not any(post.role in task.roles for post in standing.posts):
        return False
    lies_with = (task.assignee_id, task.held_for)
    return lies_with in {
        (standing.principal_id, None),
        (actor.user_id, standing.principal_id),
        (standing.through, standing.principal_id),
    }


def _covering(actor: Actor, kind: CaseKind) -> Iterator[Standing]:
    """For whom the actor stands in cases of this kind."""
    return (each for each in actor.stands_for if each.kinds is None or kind in each.kinds)


def _first_usable(actor: Actor, task: TaskFacts, ways: list[Standing]) -> Capacity | None:
    """The first name in which the actor may act; that of somebody recused is none."""
    for each in ways:
        if not {each.principal_id, each.through} & task.recused:
            return _unless_barred(actor, task, each)
    return Capacity("barred", because="recused", as_whom=ways[0].principal_id) if ways else None


def _unless_barred(actor: Actor, task: TaskFacts, standing: Standing | None) -> Capacity:
    if actor.user_id in task.recused:
        return Capacity("barred", because="recused", as_whom=actor.user_id)
    own = {each: why for each, why in task.opposed.items() if each == actor.user_id}
    bars = {**(own if standing is None else task.opposed), **task.barred}
    for user_id in [actor.user_id] if task.is_personal else counts_as(actor, task.kind):
        if user_id in bars:
            return Capacity("barred", because=bars[user_id], as_whom=user_id)
    return Capacity(standing=standing)
