"""Lists of campaigns: where they come from, and what becomes of each row before anything is done.

A list is judged anew whenever it is made, and each row once more when its case is opened.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson
from sqlalchemy import BigInteger, ColumnElement, Text, any_, delete, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import Session

from caseflow.models import Campaign, CampaignLine, Case, Taxpayer, TaxWarning, Unit
from caseflow.models import HouseholdMark as HouseholdMarkRow
from caseflow.models.base import Json, among
from caseflow.reckoning.identity_numbers import kinds_of
from caseflow.services import household_marks
from caseflow.vocabulary import CaseKind, Invalid, UnitLevel, WarningStatus
from caseflow.vocabulary.choices.campaigns import (
    PLANS,
    CampaignSource,
    CampaignSubject,
    HouseholdMark,
    LeftOutReason,
    LineVerdict,
)

MOST_ROWS = 100_000
_LONGEST_CELL = 40
# Headers under which the numbers of a file stand; without one of them the first column is read.
_HEADERS = frozenset({"纳税人识别号", "税号", "tin", "taxpayer_number"})
_OFF_THE_BOOKS = frozenset({"cancelled", "unregistered"})
_ABNORMAL = frozenset({"abnormal", "invalidated"})
_INDIVIDUAL = "individual"
_INSERT = text("""
INSERT INTO campaign_lines (case_id, number, tin, taxpayer_id, verdict, left_out)
SELECT case_id, number, tin, taxpayer_id, verdict, left_out
FROM json_populate_recordset(NULL::campaign_lines, :rows)
""")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the households of a query have in common; nothing: anything."""

    kind: str = ""
    reg_status: str = ""
    vat_class: str = ""
    industry: str = ""
    credit_grade: str = ""
    section_id: int | None = None

    def told(self) -> Json:
        """What was asked for, without what was not."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of a row."""

    tin: str
    taxpayer_id: int | None
    verdict: LineVerdict
    left_out: LeftOutReason | None = None
    # The open case that it joins.
    joins: int | None = None


def of_file(content: bytes) -> list[str]:
    """The numbers of a file: CSV in UTF-8 or GB18030, one household a row.

    Raises:
        Invalid: it is no text, has no rows, or more than a list may have.
    """
    try:
        shown = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            shown = content.decode("gb18030")
        except UnicodeDecodeError:
            _refuse("file", "campaign_file_unread")
    if "\0" in shown:
        _refuse("file", "campaign_file_unread")
    try:
        rows = [row for row in csv.reader(io.StringIO(shown)) if any(map(str.strip, row))]
    except csv.Error:
        _refuse("file", "campaign_file_unread")
    column, named = 0, False
    for at, cell in enumerate(rows[0] if rows else ()):
        if cell.strip().lower() in _HEADERS:
            column, named = at, True
    tins = [
        row[column].strip().upper()[:_LONGEST_CELL] if column < len(row) else ""
        for row in rows[1 if named else 0 :]
    ]
    if not tins:
        _refuse("file", "campaign_file_empty")
    if len(tins) > MOST_ROWS:
        _refuse("file", "campaign_too_long", most=MOST_ROWS)
    return tins


def of_query(session: Session, campaign: Campaign, asked: Conditions) -> list[str]:
    """The numbers of the households that fit, in the units of the campaign.

    Raises:
        Invalid: no condition at all, or nobody fits, or too many.
    """
    if not asked.told():
        _refuse("kind", "campaign_no_condition")
    parts: list[ColumnElement[bool]] = [
        getattr(Taxpayer, name) == wanted
        for name in ("kind", "reg_status", "vat_class", "credit_grade")
        if (wanted := getattr(asked, name))
    ]
    if asked.industry:
        parts.append(Taxpayer.industry_code.startswith(asked.industry, autoescape=True))
    if asked.section_id:
        parts.append(Taxpayer.section_id == asked.section_id)
    return _tins(session, campaign, parts, "kind")


def of_warnings(
    session: Session, campaign: Campaign, indicator: str, period: int | None
) -> list[str]:
    """The numbers of the households that an indicator has found and no case has taken.

    Raises:
        Invalid: nobody waits with such a warning.
    """
    hits = select(TaxWarning.taxpayer_id).where(
        TaxWarning.indicator == indicator.strip().upper(),
        TaxWarning.status == WarningStatus.POOL,
    )
    if period is not None:
        hits = hits.where(TaxWarning.period == period)
    return _tins(session, campaign, [Taxpayer.id.in_(hits)], "indicator")


def of_campaign(session: Session, campaign: Campaign, number: str) -> list[str]:
    """The numbers of the households that an earlier campaign has marked and that are so still.

    Raises:
        Invalid: there is no such campaign, it marked nobody, or this one ends another mark.
    """
    mark = PLANS[CampaignSubject(campaign.subject)].mark
    if mark is None or PLANS[CampaignSubject(campaign.subject)].is_set:
        _refuse("number", "campaign_ends_no_mark")
    newest = (
        select(HouseholdMarkRow.taxpayer_id, HouseholdMarkRow.is_set, HouseholdMarkRow.case_id)
        .where(HouseholdMarkRow.mark == mark.value)
        .ext(distinct_on(HouseholdMarkRow.taxpayer_id))
        .order_by(HouseholdMarkRow.taxpayer_id, HouseholdMarkRow.id.desc())
        .subquery()
    )
    of_it = (
        select(newest.c.taxpayer_id)
        .join(Case, Case.id == newest.c.case_id)
        .where(newest.c.is_set, Case.facts["campaign"].astext == number.strip().upper())
    )
    return _tins(session, campaign, [Taxpayer.id.in_(of_it)], "number")


def keep(
    session: Session,
    campaign: Campaign,
    tins: Sequence[str],
    *,
    source: CampaignSource,
    asked: Json,
) -> Json:
    """Put the list in the place of the former one; gives what the record says of it."""
    judged = judge(session, campaign, tins)
    session.execute(delete(CampaignLine).where(CampaignLine.case_id == campaign.case_id))
    rows = [
        {
            "case_id": campaign.case_id,
            "number": number,
            "tin": row.tin,
            "taxpayer_id": row.taxpayer_id,
            "verdict": row.verdict.value,
            "left_out": row.left_out.value if row.left_out else None,
        }
        for number, row in enumerate(judged, 1)
    ]
    session.execute(_INSERT, {"rows": orjson.dumps(rows).decode()})
    campaign.source, campaign.asked = source.value, asked
    verdicts = [row.verdict for row in judged]
    return {
        "source": source.value,
        **asked,
        **{verdict.value: verdicts.count(verdict) for verdict in LineVerdict},
        "list_sha256": digest(row.tin for row in judged if row.verdict != LineVerdict.LEFT_OUT),
    }


def take_out(
    session: Session, campaign: Campaign, numbers: Collection[int], reason: str
) -> list[str]:
    """Leave rows out for a reason; gives their tax numbers.

    Raises:
        Invalid: no row that is on the list, or no reason of 5 to 200 characters.
    """
    if not 5 <= len(reason.strip()) <= 200:  # noqa: PLR2004 - as the page says
        _refuse("reason", "campaign_reason")
    found = session.scalars(
        update(CampaignLine)
        .where(
            CampaignLine.case_id == campaign.case_id,
            CampaignLine.number.in_(numbers),
            CampaignLine.verdict != LineVerdict.LEFT_OUT.value,
        )
        .values(
            verdict=LineVerdict.LEFT_OUT.value,
            left_out=LeftOutReason.TAKEN_OUT.value,
            reason=reason.strip(),
        )
        .returning(CampaignLine.tin)
    ).all()
    if not found:
        _refuse("reason", "campaign_nobody_chosen")
    return sorted(found)


def digest(tins: Iterable[str]) -> str:
    """By which anybody can tell that a list is the one on the record: its numbers, line by line."""
    return hashlib.sha256("\n".join(sorted(tins)).encode()).hexdigest()


def judge(session: Session, campaign: Campaign, tins: Sequence[str]) -> list[Judged]:
    """What becomes of each number of a list, in its order; nothing is changed."""
    plan = PLANS[CampaignSubject(campaign.subject)]
    known = {row.tin: row for row in _households(session, list(dict.fromkeys(tins)))}
    ids = [row.id for row in known.values()]
    facts = _Facts(
        unit=session.get_one(Unit, campaign.unit_id),
        busy=_open_cases(session, plan.kind, ids),
        marked=household_marks.marked(session, plan.mark, ids) if plan.mark else {},
        doubted=_doubted(session, plan.kind, ids) if plan.needs_doubts else None,
        mark=plan.mark,
        sets=plan.is_set,
        is_write_off=campaign.subject == CampaignSubject.WRITE_OFF,
    )
    seen: set[str] = set()
    judged = []
    for tin in tins:
        judged.append(_twice(tin, known.get(tin)) if tin in seen else _one(tin, known, facts))
        seen.add(tin)
    return judged


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of the households of a list."""

    unit: Unit
    busy: Mapping[int, tuple[int, bool]]
    marked: Mapping[int, bool]
    doubted: Collection[int] | None
    mark: HouseholdMark | None
    sets: bool
    is_write_off: bool


def _one(tin: str, known: Mapping[str, Any], facts: _Facts) -> Judged:
    payer = known.get(tin)
    if payer is None:
        is_right = bool(tin) and bool(kinds_of(tin))
        wrong = LeftOutReason.UNKNOWN if is_right else LeftOutReason.WRONG_NUMBER
        return Judged(tin, None, LineVerdict.LEFT_OUT, wrong)
    if reason := _why_not(payer, facts):
        return Judged(tin, payer.id, LineVerdict.LEFT_OUT, reason)
    if payer.id not in facts.busy:
        return Judged(tin, payer.id, LineVerdict.OPENS)
    case_id, is_concluded = facts.busy[payer.id]
    if is_concluded:
        return Judged(tin, payer.id, LineVerdict.LEFT_OUT, LeftOutReason.CONCLUDED)
    return Judged(tin, payer.id, LineVerdict.JOINS, joins=case_id)


def _why_not(payer: Any, facts: _Facts) -> LeftOutReason | None:  # noqa: ANN401 - a row
    is_district = facts.unit.level is UnitLevel.DISTRICT
    is_marked = facts.marked.get(payer.id, False)
    is_off = payer.reg_status in _OFF_THE_BOOKS
    grounds = (
        (is_district and payer.district_id != facts.unit.id, LeftOutReason.OTHER_DISTRICT),
        (
            facts.is_write_off and payer.reg_status not in _ABNORMAL,
            LeftOutReason.NOT_ABNORMAL,
        ),
        # Third parties tell of households that are not registered: their doubts are verified.
        (is_off and facts.doubted is None, LeftOutReason.NOT_REGISTERED),
        (
            facts.mark is HouseholdMark.BELOW_THRESHOLD and payer.kind != _INDIVIDUAL,
            LeftOutReason.NOT_INDIVIDUAL,
        ),
        (
            facts.mark is not None and is_marked == facts.sets,
            LeftOutReason.MARKED_ALREADY if facts.sets else LeftOutReason.NOT_MARKED,
        ),
        (
            facts.doubted is not None and payer.id not in facts.doubted,
            LeftOutReason.NO_DOUBT,
        ),
    )
    return next((reason for holds, reason in grounds if holds), None)


def _twice(tin: str, payer: Any) -> Judged:  # noqa: ANN401 - a row
    taxpayer_id = payer.id if payer else None
    return Judged(tin, taxpayer_id, LineVerdict.LEFT_OUT, LeftOutReason.TWICE)


def _households(session: Session, tins: Sequence[str]) -> Sequence[Any]:
    return session.execute(
        select(
            Taxpayer.id, Taxpayer.tin, Taxpayer.district_id, Taxpayer.reg_status, Taxpayer.kind
        ).where(Taxpayer.tin == any_(literal(list(tins), ARRAY(Text))))
    ).all()


def _open_cases(
    session: Session, kind: CaseKind, ids: Sequence[int]
) -> Mapping[int, tuple[int, bool]]:
    """The open case of the kind of each household, and whether it has its conclusion."""
    found = session.execute(
        select(Case.taxpayer_id, Case.id, Case.submitted_at.is_not(None)).where(
            Case.taxpayer_id == any_(literal(list(ids), ARRAY(BigInteger))),
            Case.kind == kind,
            Case.closed_at.is_(None),
        )
    )
    return {row[0]: (row[1], row[2]) for row in found if row[0] is not None}


def _doubted(session: Session, kind: CaseKind, ids: Sequence[int]) -> Collection[int]:
    return set(
        session.scalars(
            select(TaxWarning.taxpayer_id)
            .where(
                among(TaxWarning.taxpayer_id, ids),
                TaxWarning.kind == kind.value,
                TaxWarning.status == WarningStatus.POOL,
            )
            .distinct()
        )
    )


def _tins(
    session: Session, campaign: Campaign, parts: Sequence[ColumnElement[bool]], place: str
) -> list[str]:
    unit = session.get_one(Unit, campaign.unit_id)
    if unit.level is UnitLevel.DISTRICT:
        parts = [*parts, Taxpayer.district_id == unit.id]
    found = session.scalars(
        select(Taxpayer.tin).where(*parts).order_by(Taxpayer.tin).limit(MOST_ROWS + 1)
    ).all()
    if not found:
        _refuse(place, "campaign_nobody_fits")
    if len(found) > MOST_ROWS:
        _refuse(place, "campaign_too_long", most=MOST_ROWS)
    return list(found)


def _refuse(place: str, code: str, **values: object) -> NoReturn:
    raise Invalid("answers", fields={place: (code, values)})
