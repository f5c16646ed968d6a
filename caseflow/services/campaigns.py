"""Campaigns 专项任务 beside their steps: begun, their lists made, their cases opened in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Campaign, CampaignLine, Case, Task, Taxpayer, TaxWarning, Unit
from caseflow.models.base import Json, among
from caseflow.services import (
    campaign_lists,
    cases,
    doubts,
    outbox,
    people,
    tasks,
)
from caseflow.services.campaign_lists import Conditions, Judged
from caseflow.services.cases import Doubt, Wish, advancing, opening
from caseflow.services.kinds import campaign as kind
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    Forbidden,
    Invalid,
    NotFound,
    Role,
    UnitLevel,
    WarningStatus,
)
from caseflow.vocabulary.choices.campaigns import (
    PLANS,
    CampaignSource,
    CampaignSubject,
    LineVerdict,
    Plan,
)

COMPOSING = frozenset({"compose", "compose_own"})
LONGEST_NAME, LONGEST_METHOD = 60, 1000
_POSTS = (Role.POST_ANALYSIS, Role.POST_INFO_ADMIN)
_SETTLE = text("""
UPDATE campaign_lines SET line_case_id = new.line_case_id, problem = new.problem
FROM json_populate_recordset(NULL::campaign_lines, :rows) AS new
WHERE campaign_lines.id = new.id
""")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is said of a campaign when it is begun."""

    name: str
    subject: CampaignSubject
    due_on: date
    method: str
    # The district; None: the whole city, or the own district of a district's post.
    district_id: int | None = None


def may_begin(actor: Actor) -> bool:
    """Whether somebody holds a post that composes campaigns."""
    return not actor.roles.isdisjoint(_POSTS)


def begin(session: Session, actor: Actor, draft: Draft) -> Case:
    """Begin a campaign: its list is the first step, on the desk of the post that began it.

    Raises:
        Forbidden: the actor composes none, or it is another district's.
        Invalid: name, day or method; ``fields`` names the places.
        NotFound: no process is deployed for campaigns.
    """
    if not may_begin(actor):
        raise Forbidden(
            "not_your_post", verb="begin_campaign", roles=[role.value for role in _POSTS]
        )
    _require_said(draft)
    unit, drafter = _unit_of(session, actor, draft.district_id)
    level = "city" if unit.level is UnitLevel.CITY else "district"

    def keep(session: Session, case: Case, wish: Wish) -> None:
        del wish
        session.add(
            Campaign(
                case_id=case.id,
                unit_id=unit.id,
                subject=draft.subject.value,
                due_on=draft.due_on,
                method=draft.method.strip(),
                source=None,
                asked={},
                approved_by=None,
                approved_at=None,
                opened_at=None,
            )
        )

    wish = Wish(
        taxpayer_id=None,
        district_id=unit.id,
        district_code=unit.code if level == "district" else opening.CITY_CODE,
        section_id=unit.id,
        doubts=(),
        score=doubts.score_of(()),
        grade=doubts.grade_of(doubts.score_of(())),
        is_ti=False,
        title=draft.name.strip(),
        said={"drafter": drafter, "level": level},
        noted={"subject": draft.subject.value, "due_on": draft.due_on.isoformat()},
    )
    return opening.open_wish(session, actor, wish, kind=CaseKind.CP, before=keep)


def may_compose(session: Session, actor: Actor, task_id: int) -> bool:
    """Whether the composing step is on the actor's desk, or free for the actor to take."""
    mine = select(Task.id).where(Task.id == task_id, policy.on_desk(actor))
    return session.scalar(mine) is not None


def list_file(
    session: Session, actor: Actor, task_id: int, *, name: str, content: bytes
) -> Mapping[str, Any]:
    """Make the list of a file of tax numbers; gives the counts.

    Raises:
        NotFound, Forbidden, Stale: as of every step on a desk. Invalid: as ``of_file``.
    """
    asked: Json = {"file": name[:200], "digest": sha256(content).hexdigest()}
    tins = campaign_lists.of_file(content)
    return _keep(session, actor, task_id, CampaignSource.FILE, asked, lambda _: tins)


def list_query(
    session: Session, actor: Actor, task_id: int, asked: Conditions
) -> Mapping[str, Any]:
    """Make the list of the households that fit; gives the counts.

    Raises:
        NotFound, Forbidden, Stale: as of every step on a desk. Invalid: as ``of_query``.
    """
    return _keep(
        session,
        actor,
        task_id,
        CampaignSource.QUERY,
        asked.told(),
        lambda campaign: campaign_lists.of_query(session, campaign, asked),
    )


def list_warnings(
    session: Session, actor: Actor, task_id: int, *, indicator: str, period: int | None
) -> Mapping[str, Any]:
    """Make the list of those whom an indicator has found; gives the counts.

    Raises:
        NotFound, Forbidden, Stale: as of every step on a desk. Invalid: as ``of_warnings``.
    """
    asked: Json = {"indicator": indicator.strip().upper(), "period": period}
    return _keep(
        session,
        actor,
        task_id,
        CampaignSource.WARNINGS,
        asked,
        lambda campaign: campaign_lists.of_warnings(session, campaign, indicator, period),
    )


def list_marked(session: Session, actor: Actor, task_id: int, *, number: str) -> Mapping[str, Any]:
    """Make the list of those whom an earlier campaign has marked; gives the counts.

    Raises:
        NotFound, Forbidden, Stale: as of every step on a desk. Invalid: as ``of_campaign``.
    """
    return _keep(
        session,
        actor,
        task_id,
        CampaignSource.CAMPAIGN,
        {"of_campaign": number.strip().upper()},
        lambda campaign: campaign_lists.of_campaign(session, campaign, number),
    )


def take_out(
    session: Session, actor: Actor, task_id: int, numbers: Sequence[int], reason: str
) -> int:
    """Leave rows of the list out for a reason; gives how many.

    Raises:
        NotFound, Forbidden, Stale: as of every step on a desk. Invalid: as the list says.
    """
    case, actor = _on_desk(session, actor, task_id)
    cases.begin(case)
    campaign = session.get_one(Campaign, case.id)
    out = campaign_lists.take_out(session, campaign, numbers, reason)
    payload: Json = {"tins": out, "reason": reason.strip()}
    cases.put_on_record(session, actor, case, action="campaign.taken_out", payload=payload)
    return len(out)


def open_share(session: Session, payload: Json) -> None:
    """Open the next cases of an approved list; with the last one the campaign goes on.

    Each row is judged once more: what may not be opened any more is told in its row and holds up
    nobody. All of a share comes to be in one transaction, so a share that is cut off was never
    begun, and the next one finds the same rows.
    """
    case = cases.locked(session, int(payload["case"]))
    rows = _waiting(session, case.id)
    share, more = rows[: opening.OPENED_AT_ONCE], len(rows) > opening.OPENED_AT_ONCE
    if share:
        _open(session, case, share)
    if more:
        outbox.put(session, kind.OPENING, payload)
        return
    _tell_opened(session, case)


def _keep(
    session: Session,
    actor: Actor,
    task_id: int,
    source: CampaignSource,
    asked: Json,
    tins_of: Any,  # noqa: ANN401 - of the campaign its numbers
) -> Mapping[str, Any]:
    case, actor = _on_desk(session, actor, task_id)
    campaign = session.get_one(Campaign, case.id)
    tins = tins_of(campaign)
    cases.begin(case)
    told = campaign_lists.keep(session, campaign, tins, source=source, asked=asked)
    cases.put_on_record(session, actor, case, action="campaign.listed", payload=told)
    return told


def _open(session: Session, case: Case, share: Sequence[Any]) -> None:
    """Open or join the cases of a share, and tell of it on the campaign."""
    campaign = session.get_one(Campaign, case.id)
    plan = PLANS[CampaignSubject(campaign.subject)]
    approver = campaign.approved_by
    is_district = case.facts.get("level") == "district"
    judged = campaign_lists.judge(session, campaign, [row.tin for row in share])
    wanted = [row.taxpayer_id for row in judged if row.verdict is LineVerdict.OPENS]
    noted = _noted(case, campaign, plan)
    # The leader's approval of a district's list is the dispatch of each of its cases; those of
    # the city's wait for their districts.
    opener, entry = SYSTEM, plan.entry
    if is_district and approver is not None:
        opener, entry = people.actor_of(session, approver), "assign"
    ids = [each for each in wanted if each is not None]
    wishes = _wishes(session, plan.kind, ids, said={"entry": entry} if entry else {}, noted=noted)
    opened = cases.open_many(session, opener, wishes, kind=plan.kind)
    joined = [row for row in judged if row.joins is not None]
    for row in joined:
        _join(session, row, plan, noted)
    settled = [
        {"id": line.id, "line_case_id": case_id, "problem": problem}
        for line, row in zip(share, judged, strict=True)
        for case_id, problem in [_became(row, opened)]
    ]
    case = cases.locked(session, case.id)
    cases.begin(case)
    session.execute(_SETTLE, {"rows": orjson.dumps(settled).decode()})
    problems = {
        line.tin: told["problem"]
        for line, told in zip(share, settled, strict=True)
        if told["problem"]
    }
    payload: Json = {
        "opened": len(opened.cases),
        "joined": len(joined),
        "problems": problems,
        "rows": [share[0].number, share[-1].number],
    }
    cases.put_on_record(session, SYSTEM, case, action="campaign.opened", payload=payload)


def _noted(case: Case, campaign: Campaign, plan: Plan) -> Json:
    """What the cases of a campaign bear of it."""
    noted: Json = {
        "campaign": case.number,
        "campaign_case": case.id,
        "campaign_name": case.title,
        "campaign_due": campaign.due_on.isoformat(),
        "campaign_method": campaign.method,
    }
    if case.facts.get("requirement"):
        noted["requirement"] = case.facts["requirement"]
    if plan.mark is not None:
        noted |= {"mark": plan.mark.value, "mark_set": plan.is_set}
    return noted


def _wishes(
    session: Session, kind_of_case: CaseKind, ids: Sequence[int], *, said: Json, noted: Json
) -> list[Wish]:
    """The cases of households, with the doubts that wait for one of this kind."""
    places = session.execute(
        select(Taxpayer.id, Taxpayer.district_id, Taxpayer.section_id, Unit.code.label("district"))
        .join(Unit, Unit.id == Taxpayer.district_id)
        .where(among(Taxpayer.id, ids))
    )
    place_of = {row.id: row for row in places}
    pooled: dict[int, list[TaxWarning]] = {}
    for warning in _pooled(session, kind_of_case, ids):
        pooled.setdefault(warning.taxpayer_id, []).append(warning)
    wishes = []
    for taxpayer_id in ids:
        place, found = place_of[taxpayer_id], pooled.get(taxpayer_id, [])
        score = doubts.score_of(found)
        wishes.append(
            Wish(
                taxpayer_id=taxpayer_id,
                district_id=place.district_id,
                district_code=place.district,
                section_id=place.section_id,
                doubts=tuple(map(Doubt.of, found)),
                score=score,
                grade=doubts.grade_of(score),
                is_ti=False,
                said=said,
                noted=noted,
            )
        )
    return wishes


def _pooled(session: Session, kind_of_case: CaseKind, ids: Sequence[int]) -> Sequence[TaxWarning]:
    return session.scalars(
        select(TaxWarning)
        .where(
            among(TaxWarning.taxpayer_id, ids),
            TaxWarning.kind == kind_of_case.value,
            TaxWarning.status == WarningStatus.POOL,
        )
        .order_by(TaxWarning.id)
        .with_for_update()
    ).all()


def _join(session: Session, row: Judged, plan: Plan, noted: Json) -> None:
    """Let an open case go on as one of the campaign, with the doubts that wait for it."""
    case = cases.locked(session, row.joins or 0)
    cases.begin(case)
    case.facts = {**case.facts, **noted}
    joining = _pooled(session, plan.kind, [row.taxpayer_id or 0])
    if joining:
        doubts.join(session, case, joining)
    payload: Json = {
        "campaign": noted["campaign"],
        "warnings": sorted(each.fingerprint for each in joining),
    }
    cases.put_on_record(session, SYSTEM, case, action="campaign.joined", payload=payload)


def _became(row: Judged, opened: opening.Opened) -> tuple[int | None, str | None]:
    """The case of a row, or why it has none."""
    if row.verdict is LineVerdict.LEFT_OUT:
        return None, row.left_out.value if row.left_out else None
    if row.joins is not None:
        return row.joins, None
    taxpayer_id = row.taxpayer_id or 0
    return opened.cases.get(taxpayer_id), opened.refused.get(taxpayer_id)


def _waiting(session: Session, case_id: int) -> Sequence[Any]:
    """The next rows of the list whose cases are still to be opened, one more than a share."""
    return session.execute(
        select(CampaignLine.id, CampaignLine.number, CampaignLine.tin)
        .where(
            CampaignLine.case_id == case_id,
            CampaignLine.verdict != LineVerdict.LEFT_OUT.value,
            CampaignLine.line_case_id.is_(None),
            CampaignLine.problem.is_(None),
        )
        .order_by(CampaignLine.number)
        .limit(opening.OPENED_AT_ONCE + 1)
    ).all()


def _tell_opened(session: Session, case: Case) -> None:
    found = advancing.waiting_for(session, case.id, kind.OPENED)
    if not found:
        return
    session.get_one(Campaign, case.id).opened_at = clock.now()
    session.flush()  # plain statements follow
    advancing.tell(session, found, kind.OPENED, {}, action="campaign.carried_out")


def _on_desk(session: Session, actor: Actor, task_id: int) -> tuple[Case, Actor]:
    """The composing step on the actor's desk, taken if nobody has it: its locked case."""
    case, task, actor = tasks.taken_on_desk(session, actor, task_id)
    if case.kind is not CaseKind.CP or task.element not in COMPOSING:
        raise NotFound("task", id=task_id)
    return case, actor


def _unit_of(session: Session, actor: Actor, district_id: int | None) -> tuple[Unit, str]:
    """The unit of a campaign, and whether the city or the district composes it."""
    if Role.POST_ANALYSIS in actor.roles:
        if district_id is None:
            city = select(Unit).where(Unit.level == UnitLevel.CITY)
            return session.scalars(city.order_by(Unit.id).limit(1)).one(), "city"
        unit = session.get(Unit, district_id)
        if unit is None or unit.level is not UnitLevel.DISTRICT:
            raise Invalid("answers", fields={"district": ("not_a_valid_choice", {})})
        return unit, "city"
    seat = next(post for post in actor.posts if post.role is Role.POST_INFO_ADMIN)
    if district_id not in (None, seat.unit_id):
        roles = [Role.POST_ANALYSIS.value]
        raise Forbidden("not_your_post", verb="begin_campaign", roles=roles)
    return session.get_one(Unit, seat.unit_id), "district"


def _require_said(draft: Draft) -> None:
    fields: dict[str, tuple[str, Json]] = {}
    if not 2 <= len(draft.name.strip()) <= LONGEST_NAME:  # noqa: PLR2004 - as the page says
        fields["name"] = ("campaign_name", {"longest": LONGEST_NAME})
    if draft.due_on <= clock.today():
        fields["due_on"] = ("not_after_today", {})
    if not 10 <= len(draft.method.strip()) <= LONGEST_METHOD:  # noqa: PLR2004 - as the page says
        fields["method"] = ("campaign_method", {"longest": LONGEST_METHOD})
    if fields:
        raise Invalid("answers", fields=fields)
