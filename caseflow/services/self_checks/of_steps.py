"""The check of open steps: for each of them there is somebody today who may see and do it.

One statement finds the cases that may have nobody for a step: marked ones, and those where all
whom a step comes to are recused, kept away by separated duties, or gone. Of these alone the policy
decides, person by person: a hundred thousand open steps are no hundred thousand decisions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, RecusalRequest, SensitiveFile, Task, User
from caseflow.models.base import Json
from caseflow.policy import Bar, CaseFacts, History, StepThen
from caseflow.services.self_checks.findings import Finding, Seen
from caseflow.services.self_checks.staff import Staff
from caseflow.vocabulary import TaskStatus

# So many cases are decided on in one snapshot.
_AT_ONCE = 300

# ``names`` are a person and those for whom this one stands, whose acts keep from steps too. What
# is kept away is drawn wide, since the policy decides on what is left: a step carried over from
# another version may have had another name, and a mover of the case is kept from some steps only.
_SUSPECTS = text("""
    WITH links AS (
        SELECT principal_id, deputy_id FROM deputies
        WHERE revoked_at IS NULL AND valid_from <= :today AND valid_to >= :today
    ), people AS (
        SELECT person.id, ARRAY(
            SELECT person.id
            UNION SELECT near.principal_id FROM links AS near WHERE near.deputy_id = person.id
            UNION SELECT far.principal_id FROM links AS near
                JOIN links AS far ON far.deputy_id = near.principal_id
                WHERE near.deputy_id = person.id
        ) AS names
        FROM users AS person WHERE person.is_active
    ), seats AS (
        SELECT posts.unit_id, posts.role::text AS role, people.names
        FROM posts JOIN people ON people.id = posts.user_id
        WHERE valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
    ), marks AS (
        SELECT case_id, taxpayer_id FROM sensitive_files WHERE lifted_at IS NULL
    ), steps AS (
        SELECT tasks.id, case_id, element, relation, tasks.unit_id, roles, separation, assignee_id,
            cases.taxpayer_id, ARRAY[main_officer_id, second_officer_id] AS officers
        FROM tasks JOIN cases ON cases.id = tasks.case_id
        WHERE tasks.status = 'open' AND case_id > :after
    ), turns AS (
        SELECT steps.*, seats.names
        FROM steps CROSS JOIN LATERAL unnest(roles) AS wanted (role)
        JOIN seats ON seats.unit_id = steps.unit_id AND seats.role = wanted.role
        WHERE assignee_id IS NULL
        UNION ALL
        SELECT steps.*, people.names FROM steps JOIN people ON people.id = assignee_id
    ), able AS (
        SELECT id FROM turns AS step
        WHERE NOT EXISTS (SELECT FROM recusals WHERE recusals.case_id = step.case_id
            AND recusals.user_id = ANY (names))
        AND NOT EXISTS (SELECT FROM tasks AS done
            WHERE done.case_id = step.case_id AND done.status = 'done'
            AND ARRAY[done.done_by, done.done_for, done.done_through] && names
            AND (ARRAY[done.element, done.relation]::text[] && step.separation
                OR ARRAY[step.element, step.relation]::text[] && done.separation
                OR EXISTS (SELECT FROM case_migration_lines AS carried
                    WHERE carried.case_id = step.case_id)))
        AND (cardinality(separation) = 0 OR NOT officers && names)
        AND (cardinality(separation) = 0 OR NOT EXISTS (SELECT FROM case_moves AS moved
            WHERE moved.case_id = step.case_id
            AND ARRAY[moved.asked_by, moved.decided_by] && names))
        AND (assignee_id IS NOT NULL
            OR case_id NOT IN (SELECT case_id FROM marks WHERE case_id IS NOT NULL)
            AND taxpayer_id NOT IN (SELECT taxpayer_id FROM marks WHERE taxpayer_id IS NOT NULL))
    )
    SELECT DISTINCT case_id FROM steps WHERE id NOT IN (SELECT id FROM able)
    ORDER BY case_id LIMIT :most
""")
# Who steps in for somebody recused does what came to the post, whoever holds it.
_VACANT = text("""
    SELECT DISTINCT tasks.unit_id, tasks.roles, units.name, units.name_en, units.parent_id
    FROM tasks JOIN units ON units.id = tasks.unit_id
    WHERE tasks.status = 'open' AND tasks.assignee_id IS NULL
        AND NOT EXISTS (
            SELECT FROM posts JOIN users ON users.id = posts.user_id AND users.is_active
            WHERE posts.unit_id = tasks.unit_id AND posts.role::text = ANY (tasks.roles)
                AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today))
        AND NOT EXISTS (SELECT FROM recusals WHERE recusals.case_id = tasks.case_id
            AND recusals.replaced_by IS NOT NULL)
    ORDER BY tasks.unit_id, tasks.roles
""")


def doers(session: Session, after: Json) -> Seen:
    """Every open step has somebody today who may see and do it; a portion of the cases.

    A tie that is declared keeps nobody here: it waits for a superior, who is told of it. Where none
    sees the case, the tie itself is the finding.
    """
    told = {"today": clock.today(), "after": after.get("case", 0), "most": _AT_ONCE}
    case_ids = session.scalars(_SUSPECTS, told).all()
    staff = Staff(session)
    found = [] if after else [*_vacant(session), *_undecided(session, staff)]
    for case_id in case_ids:
        known = policy.case_now(session, session.get_one(Case, case_id))
        found += _of_case(session, replace(known, declared=frozenset()), staff)
    opened = select(func.count()).where(Task.status == TaskStatus.OPEN)
    further = {"case": case_ids[-1]} if len(case_ids) == _AT_ONCE else None
    return Seen(0 if after else session.scalars(opened).one(), tuple(found), further)


def _vacant(session: Session) -> Iterator[Finding]:
    """One finding for each post that steps wait for and nobody in service holds."""
    for row in session.execute(_VACANT, {"today": clock.today()}):
        values = {
            "unit": row.unit_id,
            "above": row.parent_id,
            "unit_name": row.name,
            "unit_name_en": row.name_en,
            "roles": list(row.roles),
        }
        yield Finding(f"seat:{row.unit_id}:{'+'.join(row.roles)}", "vacant", values=values)


def _undecided(session: Session, staff: Staff) -> Iterator[Finding]:
    """Declared ties that nobody decides on: for none who stands above does the case exist."""
    waiting = (
        select(RecusalRequest.id, RecusalRequest.user_id, RecusalRequest.case_id, User.name)
        .join(Case, Case.id == RecusalRequest.case_id)
        .join(User, User.id == RecusalRequest.user_id)
        .where(RecusalRequest.status == "waiting", Case.closed_at.is_(None))
        .order_by(RecusalRequest.id)
    )
    for row in session.execute(waiting).all():
        # Of somebody who is gone the check of holders tells.
        if staff.actor(row.user_id) is None:
            continue
        case = policy.case_facts(policy.case_now(session, session.get_one(Case, row.case_id)))
        above = staff.above(row.user_id)
        if any(policy.may_see(each, case) for each in above):
            continue
        withheld = [each.user_id for each in above if policy.bar(each, case) is Bar.WITHHELD]
        told: Json = {"user": row.user_id, "name": row.name}
        if withheld:
            told |= {"people": withheld, "files": _marks(session, case)}
        code = "undecided" if withheld else "unheaded"
        yield Finding(f"recusal:{row.id}", code, row.case_id, told)


def _of_case(session: Session, known: History, staff: Staff) -> Iterator[Finding]:
    for step in known.opened:
        if step.assignee_id is None:
            turns = staff.holders(step) | policy.step_facts(known, step).stand_ins
            if turns and not _any_may(known, step, staff, turns):
                yield _of_free(session, known, step, staff)
        # Of a holder who is gone the check of holders tells.
        elif staff.actor(step.assignee_id) is not None:
            turns = frozenset(filter(None, (step.assignee_id, step.held_for)))
            if not _any_may(known, step, staff, turns):
                code = "held_named" if step.relation else "held"
                yield _finding(known, step, code, user=step.assignee_id)


def _any_may(known: History, step: StepThen, staff: Staff, turns: Collection[int]) -> bool:
    """Whether one of those whose turn it is, or a deputy of theirs, may see and do the step."""
    facts, case = policy.step_facts(known, step), policy.case_facts(known)
    return any(
        policy.bar(actor, case) is None
        and (policy.may_complete(actor, facts) is None or policy.may_claim(actor, facts) is None)
        for actor in staff.with_deputies(turns)
    )


def _of_free(session: Session, known: History, step: StepThen, staff: Staff) -> Finding:
    """Why nobody may take the step, and who could but for a mark that keeps it from them."""
    facts, case = policy.step_facts(known, step), policy.case_facts(known)
    withheld = [
        actor.user_id
        for actor in staff.with_deputies(staff.holders(step) | facts.stand_ins)
        if policy.bar(actor, case) is Bar.WITHHELD and policy.may_claim(actor, facts) is None
    ]
    if withheld:
        return _finding(known, step, "withheld", people=withheld, files=_marks(session, case))
    is_recused = known.recused & staff.holders(step)
    return _finding(known, step, "recused" if is_recused else "separated")


def _marks(session: Session, case: CaseFacts) -> list[int]:
    """The marks in force on a case or its household."""
    household = case.taxpayer_id or 0  # of a case about no household: nobody's
    of_this = or_(SensitiveFile.case_id == case.id, SensitiveFile.taxpayer_id == household)
    marks = select(SensitiveFile.id).where(policy.in_force(), of_this)
    return list(session.scalars(marks.order_by(SensitiveFile.id)))


def _finding(known: History, step: StepThen, code: str, **values: object) -> Finding:
    told = {"element": step.element, "step": step.name, "step_en": step.name_en, **values}
    roles = [role.value for role in step.roles]
    return Finding(f"task:{step.id}", code, known.id, {**told, "roles": roles})
