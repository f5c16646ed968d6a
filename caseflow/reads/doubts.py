"""Warnings with their evidence, and how their indicators are said: names, unit, rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import policy
from caseflow.detection.wording import ValueUnit, is_strict, unit_of
from caseflow.models import FormerDoubt, IndicatorVersion, TaxWarning
from caseflow.vocabulary import Actor


@dataclass(frozen=True, slots=True)
class Indicator:
    """One version of an indicator in words."""

    code: str
    version: int
    zh: str
    en: str
    formula_zh: str
    formula_en: str
    signal: str
    group: str
    unit: ValueUnit
    # Whether a value has to go beyond the limit; else reaching it is enough.
    is_strict: bool
    verification_steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A warning with its evidence; inside a case it is a doubt."""

    id: int
    indicator: Indicator
    taxpayer_id: int
    run_id: int
    case_id: int | None
    period: int
    value: float | None
    threshold: float | None
    side: str
    peers: Mapping[str, Any]
    inputs: Mapping[str, Any]
    batches: tuple[str, ...]
    severity: int
    points: Decimal
    estimated_tax: Decimal | None
    fingerprint: str
    # A later run over newer facts no longer finds it.
    recovered_at: datetime | None
    finding: str | None
    cause: str | None
    verdict: str | None


def indicator_of(code: str, version: int, content: Mapping[str, Any]) -> Indicator:
    """Read what the catalogue said of the indicator when the warning was raised."""
    return Indicator(
        code=code,
        version=version,
        zh=str(content.get("zh", code)),
        en=str(content.get("en", code)),
        formula_zh=str(content.get("formula_zh", "")),
        formula_en=str(content.get("formula_en", "")),
        signal=str(content.get("signal", "")),
        group=str(content.get("group", code.split("-", maxsplit=1)[0])),
        unit=unit_of(content),
        is_strict=is_strict(content),
        verification_steps=tuple(content.get("steps", ())),
    )


def where(session: Session, condition: ColumnElement[bool]) -> list[Doubt]:
    """Warnings with their indicators in words, the weightiest first."""
    rows = session.execute(
        select(TaxWarning, IndicatorVersion.version, IndicatorVersion.content)
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(condition)
        .order_by(TaxWarning.points.desc(), TaxWarning.severity.desc(), TaxWarning.id)
    )
    return [_doubt(warning, version, content) for warning, version, content in rows]


def of_case(session: Session, actor: Actor, case_id: int) -> list[Doubt]:
    """The doubts of a case that the actor may see; those that went on to a case it opened, too."""
    seen = policy.visible_warnings(actor)
    own = where(session, and_(TaxWarning.case_id == case_id, seen))
    here = {doubt.id for doubt in own}  # one that came back is worked here
    former = select(FormerDoubt).where(FormerDoubt.case_id == case_id).order_by(FormerDoubt.id)
    handed_on = {
        each.warning_id: each for each in session.scalars(former) if each.warning_id not in here
    }
    if not handed_on:
        return own
    gone = where(session, and_(TaxWarning.id.in_(handed_on), seen))
    return [*own, *(_as_then(doubt, handed_on[doubt.id]) for doubt in gone)]


def ever_of(
    case_id: InstrumentedAttribute[int], *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether a case has, or had before it opened another one, a doubt like this."""
    own = select(TaxWarning.id).where(TaxWarning.case_id == case_id, *conditions)
    gone = (
        select(TaxWarning.id)
        .join(FormerDoubt, FormerDoubt.warning_id == TaxWarning.id)
        .where(FormerDoubt.case_id == case_id, *conditions)
    )
    return or_(own.exists(), gone.exists())


def _as_then(doubt: Doubt, former: FormerDoubt) -> Doubt:
    """A doubt as it stood when it went on."""
    return replace(
        doubt,
        case_id=former.case_id,
        finding=former.finding,
        cause=former.cause,
        verdict=former.verdict,
    )


def _doubt(warning: TaxWarning, version: int, content: dict[str, object]) -> Doubt:
    return Doubt(
        id=warning.id,
        indicator=indicator_of(warning.indicator, version, content),
        taxpayer_id=warning.taxpayer_id,
        run_id=warning.run_id,
        case_id=warning.case_id,
        period=warning.period,
        value=warning.value,
        threshold=warning.threshold,
        side=warning.side,
        peers=warning.peers,
        inputs=warning.inputs,
        batches=tuple(warning.batches),
        severity=warning.severity,
        points=warning.points,
        estimated_tax=warning.estimated_tax,
        fingerprint=warning.fingerprint,
        recovered_at=warning.recovered_at,
        finding=warning.finding,
        cause=warning.cause,
        verdict=warning.verdict,
    )
