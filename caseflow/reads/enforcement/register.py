"""
The register of enforcement acts 执法记录: every act on the cases that somebody may see.

Source: procedures.md 0.4. What a line says stands in the record and in the rows that the same act
wrote: its answers and its papers. Nothing is kept for the register alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Answer, Case, Document, PaperService, Taxpayer, Unit
from caseflow.models.base import Json
from caseflow.models.record import RecordEvent
from caseflow.reads import case_names, record, record_acts
from caseflow.reads.record_acts import Wish
from caseflow.vocabulary import Actor, CaseKind, Verb

LIMIT = 50
# So many cases are named one by one, so that the index on the chains finds their acts; of more the
# newest acts are looked at step by step, since every few of them are of such a case.
_FEW = 1_000
_FIRST_STEP, _LONGEST_STEP = 250, 16_000
_CASES, _BEHIND_CASES = "case:", "case;"
_IS_OF_CASE = RecordEvent.stream.between(_CASES, _BEHIND_CASES)
_CASE_ID = case((_IS_OF_CASE, cast(func.substr(RecordEvent.stream, len(_CASES) + 1), BigInteger)))
_AT_ONCE = 1_000
_NOTHING = Decimal("0.00")
# Where the forms of the kinds ask for tax, and for what was paid; see forms/.
_ASSESSED = ("amounts", "corrections")
_PAID_IN = ("payments", "corrections", "periods", "lines")
_PAID = ("tax_paid", "surcharge_paid", "fine_paid", "additional_paid", "amount_paid")
_IDS = ARRAY(BigInteger)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that an act issued, with its text as data."""

    id: int
    kind: str
    number: str | None
    sha256: str
    data: Json


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an act says in yuan, each the sum of its lines; None where it says nothing of it."""

    # The tax as it was declared, and as it was found.
    before: Decimal | None = None
    after: Decimal | None = None
    # Tax, surcharge and fines that were paid.
    paid: Decimal | None = None
    # The fine that was decided.
    fine: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One act with its case and what it wrote."""

    event: record.Event
    case_id: int
    number: str
    kind: CaseKind
    taxpayer: str
    section: str
    section_en: str
    answer: Answer | None
    papers: tuple[Paper, ...]

    @property
    def amounts(self) -> Amounts:
        """What was handed in with the act in yuan."""
        return amounts_of(self.answer.content if self.answer else {})


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the register, newest first, with the names of the steps of its cases."""

    lines: tuple[Line, ...]
    names: Mapping[str, tuple[str, str]]
    next_before: int | None


def page(session: Session, actor: Actor, wish: Wish, *, paper: str = "") -> Page:
    """
    The newest acts on cases that the actor may see; ten statements, more where few are seen.

    ``paper`` is the number of a paper that the act issued or served.

    Raises:
        Forbidden: the actor's posts see no case.
    """
    found = _found(session, actor, wish, paper, most=LIMIT + 1)
    lines = _lines(session, found[:LIMIT])
    return Page(
        lines,
        record_acts.step_names(session, [line.case_id for line in lines]),
        lines[-1].event.id if len(found) > LIMIT else None,
    )


def rows(session: Session, actor: Actor, wish: Wish, *, paper: str = "", most: int) -> Page:
    """The newest acts for a file, at most ``most``.

    Raises:
        Forbidden: the actor's posts see no case.
    """
    lines = _lines(session, _found(session, actor, wish, paper, most=most))
    names = record_acts.step_names(session, {line.case_id for line in lines})
    return Page(lines, names, None)


def amounts_of(content: Json) -> Amounts:
    """What the answers of a step say in yuan.

    >>> amounts_of({"amounts": [{"declared": "10.00", "recomputed": "12.50"}]}).after
    Decimal('12.50')
    """
    assessed = [row for name in _ASSESSED for row in _rows_of(content, name) if "declared" in row]
    paid = [content, *(row for name in _PAID_IN for row in _rows_of(content, name))]
    fines = _rows_of(content, "fines")
    return Amounts(
        before=_sum(row.get("declared") for row in assessed),
        after=_sum(row.get("recomputed") for row in assessed),
        paid=_sum(row.get(name) for row in paid for name in _PAID),
        fine=_sum(row.get("amount") for row in fines),
    )


def _rows_of(content: Json, name: str) -> list[Json]:
    given = content.get(name)
    return [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []


def _sum(values: Iterable[object]) -> Decimal | None:
    """The sum of what was filled in; None when nothing was."""
    given = [amount for amount in map(_amount, values) if amount is not None]
    return sum(given, _NOTHING) if given else None


def _amount(value: object) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str) and value else None
    except InvalidOperation:
        return None


def _found(
    session: Session, actor: Actor, wish: Wish, paper: str, *, most: int
) -> Sequence[RecordEvent]:
    """The acts themselves, newest first."""
    policy.require(actor, Verb.READ_CASE)
    seen = and_(policy.visible_cases(actor), *record_acts.of_cases(wish))
    if paper:
        seen = and_(seen, Case.id.in_(select(Document.case_id).where(Document.number == paper)))
    asked = [record_acts.of_acts(session, wish), *record_acts.in_time(wish)]
    if paper:
        named = RecordEvent.payload.contains(paper, autoescape=True)
        asked.append(or_(named, *_unnamed_services(session, paper)))
    if wish.before:
        asked.append(RecordEvent.id < wish.before)
    few = session.scalars(select(Case.id).where(seen).limit(_FEW + 1)).all()
    if len(few) > _FEW and wish.until:
        asked.append(RecordEvent.id <= record_acts.highest(session, wish.until, last=LIMIT))
    if len(few) > _FEW:
        asked.append(RecordEvent.id == any_(literal(_walked(session, asked, seen, most), _IDS)))
    else:
        asked.append(_of_chains(few))
    # An expression, so that nobody walks back along the index over the acts of all other cases.
    newest = (RecordEvent.id + 0).desc()
    return session.scalars(select(RecordEvent).where(*asked).order_by(newest).limit(most)).all()


def _unnamed_services(session: Session, paper: str) -> Iterator[ColumnElement[bool]]:
    """Acts that served the paper and say the day alone, as acts did before they named it."""
    served = select(PaperService.case_id, PaperService.served_on).join(
        Document, Document.id == PaperService.document_id
    )
    for case_id, served_on in session.execute(served.where(Document.number == paper)):
        yield and_(
            RecordEvent.stream == f"{_CASES}{case_id}",
            RecordEvent.payload.contains(f'"served_on":"{served_on.isoformat()}"'),
            ~RecordEvent.payload.contains('"number":"'),
        )


def _walked(
    session: Session,
    asked: Sequence[ColumnElement[bool]],
    seen: ColumnElement[bool],
    most: int,
) -> list[int]:
    """
    The newest acts that are asked for and of a case that is seen: their numbers, at most ``most``.

    Back along the index, more acts at every step, and then which of their cases are seen. In one
    statement PostgreSQL would rather look at all acts than at the few that a page needs.
    """
    found: list[int] = []
    before, size = None, _FIRST_STEP
    while len(found) < most:
        step = select(RecordEvent.id, _CASE_ID).where(*asked, _IS_OF_CASE)
        if before is not None:
            step = step.where(RecordEvent.id < before)
        acts = session.execute(step.order_by(RecordEvent.id.desc()).limit(size)).all()
        named = literal(sorted({case_id for _id, case_id in acts}), _IDS)
        visible = set(session.scalars(select(Case.id).where(Case.id == any_(named), seen)))
        found += [act_id for act_id, case_id in acts if case_id in visible]
        if len(acts) < size:
            break
        before, size = acts[-1][0], min(2 * size, _LONGEST_STEP)
    return found[:most]


def _of_chains(case_ids: Sequence[int]) -> ColumnElement[bool]:
    chains = [f"{_CASES}{case_id}" for case_id in case_ids]
    return RecordEvent.stream == any_(literal(chains, ARRAY(Text)))


def _lines(session: Session, found: Sequence[RecordEvent]) -> tuple[Line, ...]:
    shown = record.events(session, found)
    keys = [(int(event.stream.removeprefix(_CASES)), event.seq) for event in shown]
    cases = _cases(session, sorted({case_id for case_id, _seq in keys}))
    answers = _answers(session, keys)
    papers = _papers(session, shown)
    return tuple(
        Line(
            event,
            case_id,
            *cases[case_id],
            answers.get((case_id, seq)),
            tuple(papers[each] for each in _issued(event) if each in papers),
        )
        for event, (case_id, seq) in zip(shown, keys, strict=True)
    )


def _cases(
    session: Session, case_ids: Sequence[int]
) -> dict[int, tuple[str, CaseKind, str, str, str]]:
    """Number, kind, household and section of these cases."""
    rows = session.execute(
        select(Case.id, Case.number, Case.kind, case_names.about(), Unit.name, Unit.name_en)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .join(Unit, Unit.id == Case.section_id)
        .where(Case.id == any_(literal(list(case_ids), _IDS)))
    )
    return {row[0]: (row[1], row[2], row[3] or "", row[4], row[5]) for row in rows}


def _answers(session: Session, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Answer]:
    """What was handed in with these acts, by case and number of the act."""
    return {
        (row.case_id, row.revision): row
        for some in _portions(keys)
        for row in session.scalars(
            select(Answer).where(tuple_(Answer.case_id, Answer.revision).in_(some))
        )
    }


def _issued(event: record.Event) -> tuple[tuple[int, str], ...]:
    """The papers that an act issued: its case and the hash of each."""
    case_id = int(event.stream.removeprefix(_CASES))
    effects = event.payload.get("effects") or ()
    return tuple(
        (case_id, str(effect["sha256"]))
        for effect in effects
        if isinstance(effect, dict) and effect.get("paper") and effect.get("sha256")
    )


def _papers(session: Session, events: Sequence[record.Event]) -> dict[tuple[int, str], Paper]:
    """The papers that these acts issued, by case and hash."""
    keys = [key for event in events for key in _issued(event)]
    return {
        (row.case_id, row.sha256): Paper(row.id, row.kind, row.number, row.sha256, row.data)
        for some in _portions(keys)
        for row in session.execute(
            select(
                Document.case_id,
                Document.sha256,
                Document.id,
                Document.kind,
                Document.number,
                Document.data,
            ).where(
                Document.case_id.in_({case_id for case_id, _hash in some}),
                Document.sha256.in_({sha256 for _case_id, sha256 in some}),
            )
        )
    }


def _portions(keys: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The keys in portions that one statement takes."""
    return (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))
