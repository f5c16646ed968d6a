"""Warnings with their evidence, and how their indicators are said: names, unit, rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from caseflow.detection.wording import ValueUnit, is_strict, unit_of
from caseflow.models import IndicatorVersion, TaxWarning


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
