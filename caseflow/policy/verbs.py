"""Which posts carry which verbs: the table, and who owns a procedure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum

from sqlalchemy import ColumnElement, and_, or_

from caseflow import clock, lines
from caseflow.models import Post
from caseflow.vocabulary import Actor, Forbidden, PostHeld, Role, Verb


class Reach(Enum):
    """How far a role sees: its own cases, its section, its district, its line, the city.

    LINE is a division's: sums of the whole city, households and cases of the own line of business
    (``caseflow.lines``); a line that sees everything has the city.
    """

    NOTHING = 0
    OWN = 1
    SECTION = 2
    DISTRICT = 3
    LINE = 4
    CITY = 5


REACH: Mapping[Role, Reach] = {
    Role.CITY_DIRECTOR: Reach.CITY,
    Role.CITY_DEPUTY: Reach.CITY,
    Role.DIVISION_CHIEF: Reach.LINE,
    Role.POST_ANALYSIS: Reach.LINE,
    Role.AUDITOR: Reach.CITY,
    Role.DISTRICT_DIRECTOR: Reach.DISTRICT,
    Role.DISTRICT_DEPUTY: Reach.DISTRICT,
    Role.POST_INFO_ADMIN: Reach.DISTRICT,
    Role.SECTION_CHIEF: Reach.SECTION,
    Role.TAX_ADMINISTRATOR: Reach.OWN,
    Role.POST_DATA_QUALITY: Reach.NOTHING,
    Role.POST_DATA_PREP: Reach.NOTHING,
    Role.POST_REQUEST: Reach.NOTHING,
    Role.INSPECTOR: Reach.NOTHING,
    Role.INSPECTION_SELECTION: Reach.NOTHING,
    Role.INSPECTION_LEADER: Reach.NOTHING,
    Role.LEGAL_REVIEWER: Reach.NOTHING,
    Role.REVIEWER: Reach.NOTHING,
    Role.ARCHIVIST: Reach.NOTHING,
    Role.SERVICE_HALL: Reach.NOTHING,
    Role.POST_INVOICE: Reach.NOTHING,
    Role.SYS_ADMIN: Reach.NOTHING,
}


# Posts that steps of cases outside their own reach may come to: such a case exists for them from
# the step's coming, since nobody can take up what does not exist. Steps of a section or a district
# are steps of its own cases.
CALLED = frozenset(
    role for role, reach in REACH.items() if reach in (Reach.NOTHING, Reach.OWN, Reach.LINE)
)


# Posts whose own units' cases exist for them anyway, and that a directive may call in a case of the
# city, which runs through many units: such a case exists for them from the step's coming too.
CALLED_IN = CALLED | frozenset(
    role for role, reach in REACH.items() if reach in (Reach.DISTRICT, Reach.SECTION)
)


# The leading group: lists and sums of the whole city at once, one household for a reason.
CITY_LEADERS = frozenset({Role.CITY_DIRECTOR, Role.CITY_DEPUTY})


# Posts that watch over the work of others.
_WATCHERS = frozenset(
    {
        Role.CITY_DIRECTOR,
        Role.CITY_DEPUTY,
        Role.DIVISION_CHIEF,
        Role.POST_ANALYSIS,
        Role.AUDITOR,
        Role.DISTRICT_DIRECTOR,
        Role.DISTRICT_DEPUTY,
        Role.POST_INFO_ADMIN,
        Role.SECTION_CHIEF,
    }
)


VERBS: Mapping[Verb, frozenset[Role]] = {
    Verb.READ_CASE: frozenset(role for role, reach in REACH.items() if reach is not Reach.NOTHING),
    Verb.READ_TAXPAYER: frozenset(
        role for role, reach in REACH.items() if reach is not Reach.NOTHING
    ),
    Verb.READ_RECORD: frozenset({Role.AUDITOR}),
    # Whole files leave the house with those who answer for the case, and with who audits it.
    Verb.EXPORT_DOSSIER: frozenset(
        {
            Role.AUDITOR,
            Role.DISTRICT_DIRECTOR,
            Role.DISTRICT_DEPUTY,
            Role.SECTION_CHIEF,
        }
    ),
    Verb.REVIEW_RUN: frozenset({Role.POST_ANALYSIS}),
    Verb.SCREEN: frozenset({Role.POST_ANALYSIS}),
    Verb.IMPORT_FACTS: frozenset({Role.POST_ANALYSIS, Role.SYS_ADMIN}),
    Verb.DEPLOY: frozenset({Role.SYS_ADMIN}),
    Verb.DRAFT_DEFINITION: frozenset({Role.SYS_ADMIN, Role.POST_ANALYSIS}),
    Verb.APPROVE_DEFINITION: frozenset({Role.DIVISION_CHIEF}),
    Verb.MIGRATE_CASES: frozenset({Role.SYS_ADMIN}),
    Verb.ASK_MOVE: frozenset({Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY, Role.POST_INFO_ADMIN}),
    Verb.DECIDE_MOVE: frozenset({Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY}),
    # Who dispatches the cases of a district merges them there, and takes them out again.
    Verb.UNDO_MERGER: frozenset(
        {Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY, Role.POST_INFO_ADMIN}
    ),
    Verb.SPLIT_CASE: frozenset(
        {
            Role.SECTION_CHIEF,
            Role.DISTRICT_DIRECTOR,
            Role.DISTRICT_DEPUTY,
            Role.POST_INFO_ADMIN,
        }
    ),
    Verb.HAND_OVER: frozenset({Role.SECTION_CHIEF, Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY}),
    Verb.HAND_OVER_HOUSEHOLDS: frozenset(
        {Role.SECTION_CHIEF, Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY}
    ),
    Verb.KEEP_LOG: frozenset({Role.TAX_ADMINISTRATOR}),
    Verb.PLAN_PATROLS: frozenset({Role.SECTION_CHIEF}),
    Verb.ASSIGN_MANY: frozenset({Role.SECTION_CHIEF, Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY}),
    # A district for itself; of the divisions only the one whose line sees everything.
    Verb.PLAN_RECHECKS: frozenset(
        {Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY, Role.DIVISION_CHIEF}
    ),
    Verb.SPOT_CHECK: frozenset({Role.SECTION_CHIEF}),
    Verb.ARCHIVE: frozenset({Role.ARCHIVIST}),
    Verb.ADVANCE_CLOCK: frozenset({Role.SYS_ADMIN}),
    Verb.END_SESSIONS: frozenset({Role.SYS_ADMIN}),
    Verb.DASHBOARD: _WATCHERS,
    Verb.INSIGHT: _WATCHERS | {Role.SYS_ADMIN},
    Verb.OPERATE: frozenset({Role.SYS_ADMIN}),
    Verb.SELF_CHECK: frozenset(
        {
            Role.SECTION_CHIEF,
            Role.DISTRICT_DIRECTOR,
            Role.DISTRICT_DEPUTY,
            Role.POST_INFO_ADMIN,
            Role.AUDITOR,
            Role.SYS_ADMIN,
        }
    ),
    Verb.REPAIR: frozenset(
        {
            Role.SECTION_CHIEF,
            Role.DISTRICT_DIRECTOR,
            Role.DISTRICT_DEPUTY,
            Role.POST_INFO_ADMIN,
            Role.SYS_ADMIN,
        }
    ),
    # The analysis post for the city, a district for itself.
    Verb.DRAFT_DIRECTIVE: frozenset({Role.POST_ANALYSIS, Role.POST_INFO_ADMIN}),
    # The analysis post for every district, the information post for its own.
    Verb.DRAFT_PLAN: frozenset({Role.POST_ANALYSIS, Role.POST_INFO_ADMIN}),
    Verb.RECEIVE_RELEASE: frozenset({Role.SERVICE_HALL, Role.SECTION_CHIEF}),
    Verb.GRANT_SIGHT: frozenset({Role.CITY_DIRECTOR, Role.DISTRICT_DIRECTOR}),
    # Of the divisions only the one whose line sees everything: ``may_mark``.
    Verb.MARK_SENSITIVE: frozenset(
        {Role.CITY_DIRECTOR, Role.DIVISION_CHIEF, Role.DISTRICT_DIRECTOR}
    ),
    Verb.LIFT_SENSITIVE: frozenset({Role.CITY_DIRECTOR, Role.DIVISION_CHIEF}),
    Verb.TRACE_POWERS: frozenset({Role.AUDITOR, Role.DISTRICT_DIRECTOR, Role.SYS_ADMIN}),
}


# Roles whose posts are in the district bureau itself; the others sit in the section.
DISTRICT_SEATS = frozenset(
    {
        Role.DISTRICT_DIRECTOR,
        Role.DISTRICT_DEPUTY,
        Role.POST_INFO_ADMIN,
        Role.REVIEWER,
        Role.LEGAL_REVIEWER,
        Role.ARCHIVIST,
        Role.SERVICE_HALL,
        Role.POST_INVOICE,
    }
)


# Where the seats of the city bureau stand: its leaders, the inspection bureau, a division. Which
# division a step is of, its drawing says by the property ``line``; else the data analysis.
CITY = "city"
INSPECTION = "inspection"
DIVISION = "division"
CITY_SEATS: Mapping[Role, str] = {
    Role.CITY_DIRECTOR: CITY,
    Role.CITY_DEPUTY: CITY,
    Role.DIVISION_CHIEF: DIVISION,
    Role.POST_ANALYSIS: DIVISION,
    Role.POST_DATA_QUALITY: DIVISION,
    Role.POST_DATA_PREP: DIVISION,
    Role.INSPECTION_SELECTION: INSPECTION,
    Role.INSPECTION_LEADER: INSPECTION,
}


# The division that owns a procedure approves its versions. Kept here and not in the drawing: who
# changes a drawing must not choose who approves it.
OWNERS: Mapping[str, str] = {
    "warning_verification": "admin_tech_division",
    "tax_evaluation": "admin_tech_division",
    "inspection_transfer": "admin_tech_division",
}


# What runs the data analysis owns every procedure that nobody else does.
OWNER_OF_THE_REST = "admin_tech_division"


# Posts whose holders may be called to a collective review (集体审议).
COLLECTIVE_SEATS = (
    Role.DISTRICT_DIRECTOR,
    Role.DISTRICT_DEPUTY,
    Role.SECTION_CHIEF,
    Role.LEGAL_REVIEWER,
    Role.REVIEWER,
)


# Posts that steps of cases come to, be it to a collective review.
DESKS = frozenset(
    {
        *COLLECTIVE_SEATS,
        *CITY_SEATS,
        Role.TAX_ADMINISTRATOR,
        Role.POST_INFO_ADMIN,
        Role.ARCHIVIST,
    }
)


def may(actor: Actor, verb: Verb) -> bool:
    """Whether one of the actor's posts carries this verb."""
    return bool(actor.roles & VERBS[verb])


def require(actor: Actor, verb: Verb) -> None:
    """Refuse unless one of the actor's posts carries this verb.

    Raises:
        Forbidden: with the roles that have it.
    """
    if not may(actor, verb):
        roles = sorted(role.value for role in VERBS[verb])
        raise Forbidden("not_your_post", verb=verb, roles=roles)


def owner_of(process: str) -> str:
    """The line of the division that owns a procedure."""
    return OWNERS.get(process, OWNER_OF_THE_REST)


def may_approve_version(actor: Actor, process: str) -> bool:
    """Whether the actor is the chief of the division that owns the procedure."""
    owner = owner_of(process)
    seats = VERBS[Verb.APPROVE_DEFINITION]
    return any(post.role in seats and post.line == owner for post in actor.posts)


def may_read_drafts(actor: Actor) -> bool:
    """Whether the actor sees versions in the making."""
    verbs = (Verb.DRAFT_DEFINITION, Verb.APPROVE_DEFINITION, Verb.READ_RECORD)
    return any(may(actor, verb) for verb in verbs)


def has_desk(actor: Actor) -> bool:
    """Whether steps of cases come to this person by one of the posts held."""
    return bool(actor.roles & DESKS)


def districts_of(actor: Actor, verb: Verb) -> tuple[int, ...] | None:
    """The districts in which an actor's posts carry a verb; None: in the whole city.

    A district leader has it in the own district, the city director everywhere, a division's chief
    everywhere when the division's line sees everything. Nowhere: an empty tuple.
    """
    held = [post for post in actor.posts if post.role in VERBS[verb]]
    if any(is_of_the_whole(post) for post in held if post.role not in _OF_A_DISTRICT):
        return None
    return tuple(post.unit_id for post in held if post.role in _OF_A_DISTRICT)


_OF_A_DISTRICT = frozenset({Role.DISTRICT_DIRECTOR})


def is_of_the_whole(post: PostHeld) -> bool:
    """Whether a post's sight is not bounded by a unit, nor by a line of business.

    An analysis post without a line belongs to the division that runs the data analysis.
    """
    reach = REACH[post.role]
    if reach is Reach.LINE:
        is_analysis = post.role is Role.POST_ANALYSIS and post.line is None
        return is_analysis or post.line in lines.table().whole
    return reach is Reach.CITY


def runs_the_system(actor: Actor) -> bool:
    """Whether somebody is system administrator and nothing else: no file exists for such a one."""
    posts = [*actor.posts, *(post for each in actor.stands_for for post in each.posts)]
    return {post.role for post in posts} == {Role.SYS_ADMIN}


def held_on(day: date) -> ColumnElement[bool]:
    """The condition on ``Post``: held on this day of the bureau."""
    return and_(Post.valid_from <= day, or_(Post.valid_to.is_(None), Post.valid_to >= day))


def held_today() -> ColumnElement[bool]:
    """The condition on ``Post``: held on the bureau's date."""
    return held_on(clock.today())
