"""What is counted of a third-party batch: matches, doubles, gaps, and the cases that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from caseflow.models import Case, ThirdPartyRecord
from caseflow.models.base import Json
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.choices.batches import TbKey


@dataclass(frozen=True, slots=True)
class Counts:
    """A batch as it stands now; ``by_key`` names the matched ones by what matched them."""

    records: int
    by_key: Sequence[tuple[str, int]]
    undecided: int
    no_match: int
    source_error: int
    doubles: int
    with_gaps: int
    cases: int
    open_cases: int

    @property
    def matched(self) -> int:
        """The records that have a household."""
        return sum(count for _, count in self.by_key)


def is_undecided() -> ColumnElement[bool]:
    """A record that neither a key nor a person has settled."""
    return and_(ThirdPartyRecord.taxpayer_id.is_(None), ThirdPartyRecord.decision.is_(None))


def of(session: Session, case: Case) -> Counts:
    """What is known of a batch."""
    here = ThirdPartyRecord.case_id == case.id
    by_key = session.execute(
        select(ThirdPartyRecord.match_key, func.count())
        .where(here, ThirdPartyRecord.match_key.is_not(None))
        .group_by(ThirdPartyRecord.match_key)
    ).all()
    found = {str(key): count for key, count in by_key}
    total, undecided, no_match, source_error, gaps, different = session.execute(
        select(
            func.count(),
            func.count().filter(is_undecided()),
            func.count().filter(ThirdPartyRecord.decision == "no_match"),
            func.count().filter(ThirdPartyRecord.decision == "source_error"),
            func.count().filter(ThirdPartyRecord.cells["missing"].astext == "1"),
            func.count(ThirdPartyRecord.sha256.distinct()),
        ).where(here)
    ).one()
    opened, still_open = _cases(session, case)
    return Counts(
        records=total,
        by_key=[(key.value, found[key.value]) for key in TbKey if key.value in found],
        undecided=undecided,
        no_match=no_match,
        source_error=source_error,
        doubles=total - different,
        with_gaps=gaps,
        cases=opened,
        open_cases=still_open,
    )


def cases_of(case: Case) -> ColumnElement[bool]:
    """The third-party cases on households of a batch that were opened after its release."""
    released_at = datetime.fromisoformat(case.facts["released_at"])
    matched = select(ThirdPartyRecord.taxpayer_id).where(
        ThirdPartyRecord.case_id == case.id, ThirdPartyRecord.taxpayer_id.is_not(None)
    )
    return and_(
        Case.kind == CaseKind.TP,
        Case.taxpayer_id.in_(matched),
        Case.opened_at >= released_at,
    )


def unmatched(session: Session, case: Case) -> Sequence[ThirdPartyRecord]:
    """The records that go back to the source."""
    return session.scalars(
        select(ThirdPartyRecord)
        .where(
            ThirdPartyRecord.case_id == case.id,
            or_(
                ThirdPartyRecord.decision.in_(("no_match", "source_error")),
            ),
        )
        .order_by(ThirdPartyRecord.number)
    ).all()


def _cases(session: Session, case: Case) -> tuple[int, int]:
    if not case.facts.get("released_at"):
        return 0, 0
    opened, closed = session.execute(
        select(func.count(), func.count(Case.closed_at)).where(cases_of(case))
    ).one()
    return opened, opened - closed


def plain(cells: Json) -> dict[str, str]:
    """The cells of a record as they came, without what was noted of them."""
    return dict(cells.get("values", {}))
