"""Third-party batches beside their steps: begun, matched record by record, released as facts."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, record_counts
from caseflow.lake import fields
from caseflow.models import Case, Task, Taxpayer, ThirdPartyRecord, Unit
from caseflow.models.base import Json
from caseflow.services import cases, facts, sights
from caseflow.services.kinds import third_party_batch
from caseflow.services.kinds.third_party_batch import IDENTITY
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    Forbidden,
    Invalid,
    NotFound,
    Role,
    TaskStatus,
)
from caseflow.vocabulary.choices.batches import TbKey, TbMatch

_LONGEST_REASON = 200
_MATCHING = "tb_hand_match"


def may_begin(actor: Actor) -> bool:
    """Whether somebody holds the post that receives deliveries."""
    return any(post.role is Role.POST_DATA_PREP for post in actor.posts)


def begin(session: Session, actor: Actor) -> Case:
    """Begin a batch; its receipt is the first step.

    Raises:
        Forbidden: the actor holds no such post. NotFound: no process is deployed for the kind.
    """
    post = next((each for each in actor.posts if each.role is Role.POST_DATA_PREP), None)
    if post is None:
        roles = [Role.POST_DATA_PREP.value]
        raise Forbidden("not_your_post", verb="begin_batch", roles=roles)
    unit = session.get_one(Unit, post.unit_id)
    return cases.open_titled(
        session,
        actor,
        kind=CaseKind.TB,
        title=f"第三方数据批次 {clock.today():%Y-%m-%d}",
        unit=unit,
        said={},
    )


def may_match(session: Session, actor: Actor, case: Case) -> bool:
    """Whether the hand matching of a batch is on the actor's desk."""
    found = select(Task.id).where(
        Task.case_id == case.id,
        Task.form_key == _MATCHING,
        Task.status == TaskStatus.OPEN,
        Task.assignee_id == actor.user_id,
    )
    return session.scalar(found) is not None


def decide(  # noqa: PLR0913 - one record, what is decided of it, whom it means and why
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    number: int,
    decision: str,
    tin: str,
    reason: str,
) -> ThirdPartyRecord:
    """B3: settle one record; until the step is handed in it can be settled otherwise.

    Raises:
        NotFound: there is no such batch or record for the actor.
        Forbidden: the step is not on the actor's desk.
        Invalid: no decision, no reason, or no such household.
    """
    if not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    case = cases.locked(session, case_id)
    if not may_match(session, actor, case):
        raise Forbidden("not_on_your_desk", number=case.number)
    record = session.scalar(
        select(ThirdPartyRecord).where(
            ThirdPartyRecord.case_id == case_id, ThirdPartyRecord.number == number
        )
    )
    if record is None:
        raise NotFound("case", id=case_id)
    if record.taxpayer_id is not None and record.match_key != TbKey.HAND:
        raise Invalid("record_matched_by_key")
    if decision not in {each.value for each in TbMatch}:
        raise Invalid("record_decision_wanted")
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise Invalid("record_reason_wanted", most=_LONGEST_REASON)
    payer = None
    if decision == TbMatch.MATCH:
        payer = session.scalar(select(Taxpayer).where(Taxpayer.tin == tin.strip().upper()))
        if payer is None:
            raise Invalid("record_no_household")
    cases.begin(case)
    record.taxpayer_id = payer.id if payer is not None else None
    record.match_key = TbKey.HAND.value if payer is not None else None
    known = None
    if payer is not None:
        known = {"tin": payer.tin, "name": payer.name, "address": payer.address}
    record.cells = {**record.cells, "household": known}
    record.decision, record.reason = decision, reason
    record.decided_by, record.decided_at = actor.user_id, clock.now()
    told: Json = {"record": number, "decision": decision, "taxpayer": record.taxpayer_id}
    told["reason"] = reason
    cases.put_on_record(session, actor, case, action="record.matched", payload=told)
    return record


def release(session: Session, payload: Json) -> None:
    """B5: the matched records go into the lake as facts of their source; done twice, once."""
    case = cases.locked(session, int(payload["case"]))
    if case.facts.get("facts_batch"):
        return
    found = session.execute(
        select(ThirdPartyRecord.cells, Taxpayer.tin)
        .join(Taxpayer, Taxpayer.id == ThirdPartyRecord.taxpayer_id)
        .where(ThirdPartyRecord.case_id == case.id)
        .order_by(ThirdPartyRecord.number)
    ).all()
    if not found:
        return
    kind = next(
        each for each in third_party_batch.offered() if each.name == case.facts["file_kind"]
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{case.number}.csv"
        rows = [{**record_counts.plain(row.cells), "纳税人识别号": row.tin} for row in found]
        names = [name for name in rows[0] if name not in IDENTITY]
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        batch = facts.take_in(session, SYSTEM, path, registry=fields.shipped(), kind=kind)
    session.flush()  # the case names the batch by its id
    told: Json = {"batch": batch.id, "rows": batch.row_count, "rejected": batch.reject_count}
    cases.begin(case)
    case.facts = {**case.facts, "facts_batch": batch.id, "facts_rows": batch.row_count}
    cases.put_on_record(session, SYSTEM, case, action="batch.released", payload=told)
