"""Data corrections beside their steps: opened by hand, laid over the facts, met by new deliveries.

The course of a correction is its drawing; here is what happens to the facts, and what that does to
warnings and to the cases that rest on them. Source: data-correction.md, "Effects".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.lake import batches, corrections, fields
from caseflow.lake.batches import Batch, Snapshot
from caseflow.lake.cells import Value
from caseflow.lake.corrections import Correction
from caseflow.models import Case, ImportBatch, ScreeningRun, Taxpayer, TaxWarning
from caseflow.models.base import Json
from caseflow.services import cases, messages, notices, outbox, place, record
from caseflow.services.kinds.data_correction import impact, lines
from caseflow.services.kinds.data_correction.applying import ENDED, LAYING, STANDING
from caseflow.services.kinds.data_correction.lines import Line
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    Role,
    WarningStatus,
)

# The message by which a case hears that its source has mended the value itself.
MENDED = "dc_source_mended"
MENDING = "correction_mended"
# How long the reason is, as the form of the request has it.
SHORTEST_WHY, LONGEST_WHY = 10, 2000
_KEYS = UUID("8d0a2a35-0f43-4f0f-9a5c-3d9a0e6b1f64")
# Fields of the register that a correction brings up to date there as well.
_REGISTERED = frozenset(
    {"reg_status", "vat_class", "industry_code", "ownership_type", "credit_grade", "is_key_source"}
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value that somebody holds to be wrong, as typed: the field, its month (2009-12), why."""

    field: str
    period: str
    why: str


def seat_of(actor: Actor, taxpayer: Taxpayer) -> str | None:
    """As whom somebody may ask for a correction of a household's data; None: not at all."""
    if taxpayer.administrator_id == actor.user_id and Role.TAX_ADMINISTRATOR in actor.roles:
        return "section"
    held = {(post.role, post.unit_id) for post in actor.posts}
    if (Role.POST_INFO_ADMIN, taxpayer.district_id) in held:
        return "district"
    return "city" if Role.POST_DATA_QUALITY in actor.roles else None


def household(session: Session, actor: Actor, taxpayer_id: int) -> tuple[Taxpayer, str]:
    """A household whose data the actor may ask to correct, and as whom.

    Raises:
        NotFound: there is no such household for the actor.
        Forbidden: it is not for the actor to ask.
    """
    wanted = select(Taxpayer).where(Taxpayer.id == taxpayer_id)
    # Whoever checks data answers for those of every household, without seeing the household.
    if Role.POST_DATA_QUALITY not in actor.roles:
        wanted = wanted.where(policy.visible_taxpayers(actor))
    taxpayer = session.scalar(wanted)
    if taxpayer is None:
        raise NotFound("taxpayer", id=taxpayer_id)
    seat = seat_of(actor, taxpayer)
    if seat is None:
        raise Forbidden("not_own_household", taxpayer=taxpayer.name)
    return taxpayer, seat


def open_by_hand(session: Session, actor: Actor, taxpayer_id: int, *, wrong: Wrong) -> Case:
    """Begin a correction of a household's data; its form is the first step, on the own desk.

    The form begins with the value that was named. One value is corrected in one open case.

    Raises:
        NotFound, Forbidden: as ``household``; no process is deployed for the kind.
        Invalid: no such field or month, no reason; another open case corrects the value.
    """
    taxpayer, seat = household(session, actor, taxpayer_id)
    # Two who name the same value at once wait for each other here.
    session.execute(select(Taxpayer.id).where(Taxpayer.id == taxpayer.id).with_for_update())
    begun = _begun(wrong)
    value = (begun["field"], begun["period"])
    if number := lines.named_open(session, taxpayer.id, begun["source"], value):
        raise Invalid("corrected_elsewhere", number=number)
    return cases.open_by_hand(
        session,
        actor,
        taxpayer,
        kind=CaseKind.DC,
        said={"requested_by": seat},
        noted={"begun_with": begun},
        main_officer_id=actor.user_id,
    )


def _begun(wrong: Wrong) -> Json:
    """What a correction begins with, as the case keeps it."""
    field = lines.correctable(wrong.field)
    if field is None:
        raise Invalid("no_such_field")
    period = lines.month(wrong.period, clock.today())
    if period is None:
        raise Invalid("no_such_period")
    why = wrong.why.strip()
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        raise Invalid("reason_length", shortest=SHORTEST_WHY, longest=LONGEST_WHY)
    return {"source": field.source, "field": field.name, "period": period, "why": why}


def lay(session: Session, payload: Json) -> None:
    """Lay the batch of a correction over the facts, or take it back, and look at the warnings."""
    case = cases.locked(session, int(payload["case"]))
    is_reversal = payload["way"] == "reverse"
    cases.begin(case)
    laid = [
        _put(session, case, some, is_reversal=is_reversal, attempt=str(payload.get("attempt", "")))
        for some in _by_kind(lines.of(case))
    ]
    _bring_register_up_to_date(session, case, is_reversal=is_reversal)
    known = [*case.facts.get("batches", []), *(batch.sha256 for batch in laid)]
    case.facts = {**case.facts, "batches": known}
    seen = _reevaluated(session, case, known)
    case.facts = {**case.facts, "reevaluated": [[each.id, effect] for each, effect in seen]}
    action = "case.correction_reversed" if is_reversal else "case.correction_laid"
    told: Json = {"batches": [batch.sha256 for batch in laid]}
    told["warnings"] = [[each.fingerprint, effect] for each, effect in seen]
    cases.put_on_record(session, SYSTEM, case, action=action, payload=told)


def delivered(session: Session, batch: Batch) -> None:
    """A source has delivered: what it says of values that a correction stands on.

    The new value ends the overlay, and the case hears it; the old value does not win, the
    correction is laid over it again; a third value wins, and the requester is told.
    """
    of_months = [f"{period}" for period in batch.periods]
    if not of_months:
        return
    standing = select(Case.id).where(
        Case.kind == CaseKind.DC, Case.facts["overlay"].as_string() == STANDING
    )
    for case_id in session.scalars(standing.order_by(Case.id)).all():
        case = cases.locked(session, case_id)
        _meet(session, case, batch)


def say_mended(session: Session, payload: Json) -> None:
    """Let the case of a correction hear that its source has mended the value."""
    number = str(payload["case"])
    messages.deliver(
        session,
        SYSTEM,
        MENDED,
        correlation={"case": number},
        variables={},
        idem=uuid5(_KEYS, f"{number}:{payload['batch']}"),
        keep=True,
    )


def _meet(session: Session, case: Case, batch: Batch) -> None:
    root, tp = place.here().lake, case.taxpayer_id or 0
    said: list[tuple[Line, str]] = []
    for line in lines.of(case):
        value = corrections.said_by(batch, line.field, root=root, tp=tp, period=line.period)
        if value is not None:
            said.append((line, corrections.written(line.field, value)))
    if not said:
        return
    told: Json = {"batch": batch.sha256, "said": [[*line.key, text] for line, text in said]}
    cases.begin(case)
    if any(text not in (line.before, line.after) for line, text in said):
        case.facts = {**case.facts, "overlay": ENDED}
        to = [case.main_officer_id]
        text = f"{case.number}：来源又报送了不同的数值，更正不再覆盖。"
        notices.tell(session, SYSTEM, case, kind=NoticeKind.DATA_CORRECTED, to=to, text=text)
        told["ended"] = "third_value"
    elif any(text == line.before for line, text in said):
        outbox.put(session, LAYING, {"case": case.id, "way": "apply", "attempt": batch.sha256[:16]})
        told["laid_again"] = True
    elif len(said) == len(lines.of(case)):
        case.facts = {**case.facts, "overlay": ENDED}
        told["ended"] = "mended"
        if case.closed_at is None:
            outbox.put(session, MENDING, {"case": case.number, "batch": batch.sha256})
    cases.put_on_record(session, SYSTEM, case, action="case.correction_met", payload=told)


def _by_kind(corrected: Sequence[Line]) -> Iterator[list[Line]]:
    """The values by the type of file that delivers them: a batch is of one."""

    def kind(line: Line) -> str:
        return corrections.kind_of(fields.shipped(), line.field).name

    for _, some in groupby(sorted(corrected, key=kind), key=kind):
        yield list(some)


def _put(
    session: Session, case: Case, some: Sequence[Line], *, is_reversal: bool, attempt: str
) -> Batch:
    root, tp = place.here().lake, case.taxpayer_id or 0
    registry = fields.shipped()
    snapshot = batches.snapshot(root)
    old = {
        found.batch
        for line in some
        if (
            found := corrections.current(
                registry, snapshot, line.field, root=root, tp=tp, period=line.period
            )
        )
    }
    rows = [
        Correction(line.field.name, tp, line.period, _value(line, is_reversal=is_reversal))
        for line in some
    ]
    way = "reverse" if is_reversal else "apply"
    batch = corrections.lay(registry, root, case.number, rows, attempt=f"{way}{attempt}")
    if session.scalar(select(ImportBatch.id).where(ImportBatch.sha256 == batch.sha256)) is None:
        _note(session, batch, some[0].field.source, old)
    return batch


def _value(line: Line, *, is_reversal: bool) -> Value:
    text = line.before if is_reversal else line.after
    return corrections.read(line.field, text, clock.today())[0]


def _note(session: Session, batch: Batch, source: str, old: set[str]) -> None:
    superseded = select(ImportBatch.id).where(ImportBatch.sha256.in_(old)).order_by(ImportBatch.id)
    session.add(
        ImportBatch(
            sha256=batch.sha256,
            file_type=batch.kind,
            source=f"correction:{source}",
            file_name=batch.name,
            periods=list(batch.periods),
            row_count=batch.rows,
            reject_count=0,
            reject_reasons={},
            reject_file=None,
            files=[
                {"path": each.path, "sha256": each.sha256, "period": each.period, "rows": each.rows}
                for each in batch.files
            ],
            supersedes=list(session.scalars(superseded)),
            taken_at=clock.now(),
            taken_by=None,
        )
    )
    payload = {"sha256": batch.sha256, "rows": batch.rows, "case": batch.name}
    record.append(session, SYSTEM, "sys:facts", action="facts.corrected", payload=payload)


def _bring_register_up_to_date(session: Session, case: Case, *, is_reversal: bool) -> None:
    """The register shows the newest state; a correction of an older month leaves it alone."""
    registry, root = fields.shipped(), place.here().lake
    snapshot = batches.snapshot(root)
    taxpayer = session.get_one(Taxpayer, case.taxpayer_id)
    this_month = clock.today().year * 100 + clock.today().month
    for line in lines.of(case):
        if line.field.name not in _REGISTERED:
            continue
        found = corrections.current(
            registry, snapshot, line.field, root=root, tp=taxpayer.id, period=this_month
        )
        corrected = _value(line, is_reversal=is_reversal)
        if found is not None and found.value == corrected:
            setattr(taxpayer, line.field.name, found.value)


def _reevaluated(
    session: Session, case: Case, known: Sequence[str]
) -> list[tuple[TaxWarning, str]]:
    """Work the warnings out again on the corrected facts, with the peers of their own run.

    What falls is marked 指标已恢复 and stays; what rests on it is told. Nothing new is opened.
    """
    stored = batches.snapshot(place.here().lake)
    laid = tuple(each for each in stored.batches if each.sha256 in known)
    seen: list[tuple[TaxWarning, str]] = []
    for warning in impact.resting(session, case, lines.of(case)):
        run = session.get_one(ScreeningRun, warning.run_id)
        of_run = impact.seen_by(session, run)
        effect = impact.UNKNOWN
        if of_run is not None:
            known_then = {each.sha256 for each in of_run.batches}
            over = [each for each in laid if each.sha256 not in known_then]
            effect = impact.again(session, warning, Snapshot((*of_run.batches, *over)))
        seen.append((warning, effect))
        if warning.status != WarningStatus.CONCLUDED and effect != impact.UNKNOWN:
            warning.recovered_at = clock.now() if effect == impact.FALLS else None
    _tell_open_cases(session, case, seen)
    return seen


def _tell_open_cases(session: Session, case: Case, seen: Sequence[tuple[TaxWarning, str]]) -> None:
    """Main officers of open cases whose doubts rest on the old value; nothing closes by itself."""
    touched = {each.case_id for each, _ in seen if each.case_id is not None}
    found = select(Case).where(Case.id.in_(touched), Case.closed_at.is_(None)).order_by(Case.id)
    for other in session.scalars(found):
        fallen = [each.indicator for each, effect in seen if effect == impact.FALLS]
        text = f"{case.number}：本案疑点所依据的数据已更正。"
        if fallen:
            text += f"指标已恢复：{'、'.join(sorted(set(fallen)))}，可按数据差错处理。"
        notices.tell(
            session,
            SYSTEM,
            other,
            kind=NoticeKind.DATA_CORRECTED,
            to=[other.main_officer_id],
            text=text,
        )
