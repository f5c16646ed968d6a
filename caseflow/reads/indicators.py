"""Indicators as the catalogue had them: every wording that a warning was ever raised by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import IndicatorVersion
from caseflow.reads.doubts import Indicator, indicator_of
from caseflow.vocabulary import NotFound


@dataclass(frozen=True, slots=True)
class Page:
    """One version of an indicator, all that was noted of it, and the versions there are."""

    indicator: Indicator
    content: Mapping[str, Any]
    sha256: str
    recorded_at: datetime
    versions: tuple[int, ...]


def page(session: Session, code: str, *, version: int | None = None) -> Page:
    """
    One version of an indicator, the latest unless another is asked for; one statement.

    Raises:
        NotFound: there is no such indicator, or it never had this version.

    """
    rows = session.scalars(
        select(IndicatorVersion)
        .where(IndicatorVersion.code == code)
        .order_by(IndicatorVersion.version.desc())
    ).all()
    shown = next((row for row in rows if version in (None, row.version)), None)
    if shown is None:
        raise NotFound("indicator", indicator=code)
    return Page(
        indicator_of(shown.code, shown.version, shown.content),
        shown.content,
        shown.sha256,
        shown.recorded_at,
        tuple(row.version for row in rows),
    )
