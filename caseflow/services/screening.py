"""Screening a period: the run is noted with its warnings and held until the post accepts it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import Text, any_, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from caseflow import clock, db, policy
from caseflow.detection import runs, screening, tax_warnings, units
from caseflow.detection.catalogue import Catalogue, Indicator
from caseflow.lake import batches
from caseflow.lake.batches import Snapshot
from caseflow.models import ImportBatch, IndicatorVersion, ScreeningRun, TaxWarning
from caseflow.services import evaluation_plans, outbox, place, record, report_figures
from caseflow.services import runs as work
from caseflow.vocabulary import Actor, CaseKind, Conflict, NotFound, RunStatus, Verb, WarningStatus

OPENING = "selection.open"
# The work that a page shows while the cases of an accepted run open.
CASE_OPENING = "case_opening"
_AT_ONCE = 2_000
# Kinds whose hits open no case by themselves: they are listed to the analysis post (design D4).
_LISTED = (CaseKind.DR.value, CaseKind.MO.value)

Progress = Callable[[str, int, int], None]


def run(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    *,
    period: int,
    progress: Progress = lambda _stage, _done, _all: None,
) -> ScreeningRun:
    """Screen a period over all facts taken in; the same facts again are the run they were.

    Only warnings that nobody has seen yet are added: a warning has one fingerprint for ever.
    The rates of the month go by the same facts and are kept beside the run.
    """
    if actor.user_id is not None:
        policy.require(actor, Verb.SCREEN)
    db.allow_long_work(session)
    seen = snapshot(session)
    found = screening.screen(catalogue, seen, period, root=place.here().lake, progress=progress)
    known = session.scalar(select(ScreeningRun).where(ScreeningRun.checksum == found.key))
    if known is not None:
        report_figures.note(session, known, seen, registry=catalogue.registry)
        return known
    row = ScreeningRun(
        period=period,
        status=RunStatus.TO_REVIEW,
        engine=found.engine,
        catalogue_sha256=found.catalogue_sha256,
        checksum=found.key,
        batches=_ids(session, seen),
        figures=_figures(found),
        warning_count=0,
        case_count=0,
        started_at=clock.now(),
        finished_at=clock.now(),
    )
    session.add(row)
    session.flush()  # warnings name the run by its id
    versions = _versions(session, catalogue)
    hits = list(tax_warnings.read(place.here().lake, found, catalogue))
    row.warning_count = _add(session, row, versions, hits, catalogue)
    _mark_recovered(session, found, [hit.fingerprint for hit in hits])
    report_figures.note(session, row, seen, registry=catalogue.registry)
    payload = {"period": period, "checksum": found.checksum, "warnings": row.warning_count}
    record.append(session, actor, "sys:screening", action="run.finished", payload=payload)
    return row


def look_back(session: Session, catalogue: Catalogue, *, period: int) -> None:
    """Evaluate an earlier period for the trends of pages alone: no run, no warning."""
    screening.screen(catalogue, snapshot(session), period, root=place.here().lake)


def accept(session: Session, actor: Actor, run_id: int) -> ScreeningRun:
    """The analysis post takes a run over: its warnings go into the pool, cases open from there.

    A run that was held may be accepted later: its warnings wait for nothing else.

    Raises:
        Conflict: it was accepted already.
    """
    row = _to_decide(session, actor, run_id, RunStatus.TO_REVIEW, RunStatus.HELD)
    _decide(row, actor, RunStatus.ACCEPTED, None)
    quarantined = [code for code, each in row.figures.items() if each.get("is_quarantined")]
    listed = TaxWarning.kind.in_(_LISTED) | TaxWarning.indicator.in_(quarantined)
    new = (TaxWarning.run_id == row.id, TaxWarning.status == WarningStatus.NEW)
    session.execute(update(TaxWarning).where(*new, listed).values(status=WarningStatus.LISTED))
    session.execute(update(TaxWarning).where(*new, ~listed).values(status=WarningStatus.POOL))
    payload = {"run": row.id, "period": row.period, "warnings": row.warning_count}
    record.append(session, actor, "sys:screening", action="run.accepted", payload=payload)
    work_id = work.begin(session, CASE_OPENING, stage="waiting", total=0, detail={"run": row.id})
    outbox.put(session, OPENING, {"run": row.id, "work": work_id})
    evaluation_plans.begin_all(session)
    return row


def hold(session: Session, actor: Actor, run_id: int, *, reason: str) -> ScreeningRun:
    """The analysis post puts a run aside with a reason; none of its warnings opens a case."""
    row = _to_decide(session, actor, run_id, RunStatus.TO_REVIEW)
    _decide(row, actor, RunStatus.HELD, reason)
    payload = {"run": row.id, "period": row.period, "reason": reason}
    record.append(session, actor, "sys:screening", action="run.held", payload=payload)
    return row


def snapshot(session: Session) -> Snapshot:
    """The batches that are noted here, oldest first; what only lies in the lake does not count."""
    noted = set(session.scalars(select(ImportBatch.sha256)))
    found = batches.snapshot(place.here().lake)
    return Snapshot(tuple(batch for batch in found.batches if batch.sha256 in noted))


def _ids(session: Session, seen: Snapshot) -> list[int]:
    """The ids of the batches of a snapshot; what was taken in since is not among them."""
    of_snapshot = ImportBatch.sha256.in_([batch.sha256 for batch in seen.batches])
    return list(session.scalars(select(ImportBatch.id).where(of_snapshot).order_by(ImportBatch.id)))


def _to_decide(session: Session, actor: Actor, run_id: int, *statuses: RunStatus) -> ScreeningRun:
    policy.require(actor, Verb.REVIEW_RUN)
    row = session.get(ScreeningRun, run_id, with_for_update=True)
    if row is None:
        raise NotFound("run", id=run_id)
    if row.status not in statuses:
        raise Conflict("run_decided", status=row.status, at=row.reviewed_at)
    return row


def _decide(row: ScreeningRun, actor: Actor, status: RunStatus, reason: str | None) -> None:
    row.status = status
    row.reviewed_by = actor.user_id
    row.reviewed_at = clock.now()
    row.reason = reason


def _figures(found: runs.Run) -> dict[str, Any]:
    figures: dict[str, Any] = {code: asdict(each) for code, each in found.coverage.items()}
    figures.update({code: {"not_screened": why} for code, why in found.not_screened.items()})
    return figures


def _versions(session: Session, catalogue: Catalogue) -> dict[str, int]:
    """Keep the wording of every indicator as it is now; returns the ids of the versions."""
    rows = [
        {
            "code": each.code,
            "version": each.version,
            "sha256": each.sha256,
            "content": _content(each, catalogue),
            "recorded_at": clock.now(),
        }
        for each in catalogue.indicators.values()
    ]
    session.execute(insert(IndicatorVersion).on_conflict_do_nothing(), rows)
    found = session.execute(
        select(IndicatorVersion.code, IndicatorVersion.sha256, IndicatorVersion.id)
    )
    wanted = {each.code: each.sha256 for each in catalogue.indicators.values()}
    return {code: key for code, sha256, key in found if wanted.get(code) == sha256}


def _content(each: Indicator, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "zh": each.zh,
        "en": each.en,
        "group": each.group,
        "aspect": each.aspect,
        "period": each.span.value,
        "direction": each.direction,
        "formula_zh": each.say("zh"),
        "formula_en": each.say("en"),
        "threshold": each.threshold.text(),
        "unit": _unit(each),
        "case_type": each.case_type,
        "signal": each.signal,
        "risk_points": list(each.risk_points),
        "steps": list(each.steps),
        "step_names": {step: catalogue.steps[step].zh for step in each.steps},
        "step_names_en": {step: catalogue.steps[step].en for step in each.steps},
        "sources": list(each.sources),
    }


def _unit(each: Indicator) -> str:
    """How pages write the value: yuan, a share in percent, or plain."""
    if each.unit == units.CNY:
        return "CNY"
    is_share = any(sign in each.formula.text for sign in ("/", "chg("))
    return "ratio" if each.unit == units.RATIO and is_share else "plain"


def _add(
    session: Session,
    row: ScreeningRun,
    versions: dict[str, int],
    hits: Iterable[runs.TaxWarning],
    catalogue: Catalogue,
) -> int:
    stream = iter(hits)
    while some := list(islice(stream, _AT_ONCE)):
        values = [_warning(row.id, versions, hit, catalogue) for hit in some]
        session.execute(insert(TaxWarning).on_conflict_do_nothing(), values)
    return (
        session.scalar(
            select(func.count()).select_from(TaxWarning).where(TaxWarning.run_id == row.id)
        )
        or 0
    )


def _mark_recovered(session: Session, found: runs.Run, fingerprints: list[str]) -> None:
    """Mark earlier warnings of the period that this run over newer facts no longer finds."""
    of_period = (
        TaxWarning.period == found.period,
        TaxWarning.indicator.in_(list(found.coverage)),
        TaxWarning.status != WarningStatus.CONCLUDED,
    )
    still = TaxWarning.fingerprint == any_(literal(fingerprints, ARRAY(Text)))
    session.execute(
        update(TaxWarning)
        .where(*of_period, TaxWarning.recovered_at.is_(None), ~still)
        .values(recovered_at=clock.now())
    )
    session.execute(
        update(TaxWarning)
        .where(*of_period, TaxWarning.recovered_at.is_not(None), still)
        .values(recovered_at=None)
    )


def _warning(
    run_id: int, versions: dict[str, int], hit: runs.TaxWarning, catalogue: Catalogue
) -> dict[str, Any]:
    indicator = catalogue.indicators[hit.indicator]
    return {
        "run_id": run_id,
        "taxpayer_id": hit.tp,
        "indicator": hit.indicator,
        "indicator_version_id": versions[hit.indicator],
        "kind": indicator.case_type,
        "period": hit.period,
        "value": _number(hit.value),
        "threshold": _number(hit.threshold),
        "side": hit.side,
        "peers": dict(_peers(hit.peers)),
        "inputs": {each.name: asdict(each) for each in hit.inputs},
        "batches": list(hit.batches),
        "severity": hit.severity,
        "points": hit.points,
        "estimated_tax": hit.estimated_tax,
        "fingerprint": hit.fingerprint,
        "status": WarningStatus.NEW,
    }


def _peers(figures: runs.PeerFigures | None) -> Iterator[tuple[str, Any]]:
    if figures is None:
        return
    yield "n", figures.count
    yield "group", figures.group
    for name, value in (
        ("mean", figures.mean),
        ("sd", figures.deviation),
        ("p25", figures.p25),
        ("p50", figures.p50),
        ("p75", figures.p75),
    ):
        yield name, _number(value)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
