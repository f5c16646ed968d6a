"""Acts across all streams of the record, as an auditor searches them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Deputy, Task, Taxpayer, User
from caseflow.models.record import RecordEvent
from caseflow.reads import case_names, case_numbers, record, taxpayers
from caseflow.vocabulary import Actor, CaseKind, Verb
from caseflow.vocabulary.people import CLOCKWORK, SYSTEM

LIMIT = 50
COUNT_CAP = 1_000
# How many acts one page of a search for words looks through: no index helps it.
WINDOW = 50_000
# The index on the hash has so many of its bytes.
HASH_BYTES = 3
_CASE = "case:"
_BEHIND_ALL = 2**62
_TEXTS = ARRAY(Text)
_SIDE_BY_SIDE = timedelta(days=1)
_LAST_ONES = 1_000


@dataclass(frozen=True, slots=True)
class Outside:
    """Outside the working hours, ``begins`` to ``ends``, or on one of the days off."""

    begins: int
    ends: int
    rest: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What the URL asks for: of which case or household, by whom, which act, from when to when.

    ``begins`` and ``ends`` are how a hash begins and ends, hex; ``words`` stand in the payload,
    or in the name of the act, which the door knows: those are ``called``; ``stream`` is one chain;
    ``unit_id`` a district or a section of the cases.
    """

    text: str = ""
    person: str = ""
    # As the record signs acts: ``user:7/for:3``.
    by: str = ""
    # Whoever they acted for.
    user_id: int | None = None
    action: str = ""
    # Any of these, beside the one.
    actions: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    before: int | None = None
    kind: CaseKind | None = None
    unit_id: int | None = None
    stream: str = ""
    begins: str = ""
    ends: str = ""
    words: str = ""
    called: tuple[str, ...] = ()
    outside: Outside | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act with the case it belongs to, if it belongs to one."""

    event: record.Event
    case_id: int | None
    number: str
    taxpayer: str


@dataclass(frozen=True, slots=True)
class Found:
    """
    A page of acts, newest first, the count of the whole, and the names of their steps.

    A search for words looks through a part of the record at a time: ``looked_from`` is the oldest
    number that it came to, and what it counts are the acts of that part.
    """

    acts: tuple[Act, ...]
    names: Mapping[str, tuple[str, str]]
    count: int
    is_capped: bool
    next_before: int | None
    looked_from: int | None = None


def of(session: Session, actor: Actor, wish: Wish) -> Found:
    """Search the whole record; five statements, and one each for a person and a last day."""
    policy.require(actor, Verb.READ_RECORD)
    condition = _condition(session, wish)
    lowest = _window(session, wish) if wish.words else None
    if lowest is not None:
        condition = and_(condition, RecordEvent.id >= lowest, RecordEvent.id < _top(wish))
    rows = _rows(session, condition, wish, most=LIMIT + 1)
    is_more = len(rows) > LIMIT
    count = _count(session, condition) if lowest is None else len(rows[:LIMIT])
    shown = acts(session, rows[:LIMIT])
    further = shown[-1].event.id if is_more else None
    if further is None and lowest is not None and _is_more(session, lowest):
        further = lowest
    return Found(
        acts=shown,
        names=step_names(session, [each.case_id for each in shown if each.case_id is not None]),
        count=min(count, COUNT_CAP),
        is_capped=count > COUNT_CAP or (lowest is not None and is_more),
        next_before=further,
        looked_from=lowest,
    )


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    """How many there are, one more than the cap at most."""
    capped = select(RecordEvent.id).where(condition).limit(COUNT_CAP + 1).subquery()
    return session.scalar(select(func.count()).select_from(capped)) or 0


def rows_of(session: Session, actor: Actor, wish: Wish, *, most: int) -> Found:
    """
    The newest acts of a search for a file, at most ``most``; of a search for words, one part.

    Raises:
        Forbidden: the actor does not read the whole record.

    """
    policy.require(actor, Verb.READ_RECORD)
    condition = _condition(session, wish)
    lowest = _window(session, wish) if wish.words else None
    if lowest is not None:
        condition = and_(condition, RecordEvent.id >= lowest, RecordEvent.id < _top(wish))
    found = acts(session, _rows(session, condition, wish, most=most))
    ids = {each.case_id for each in found if each.case_id is not None}
    return Found(found, step_names(session, ids), len(found), is_capped=False, next_before=None)


def acts(session: Session, rows: Sequence[RecordEvent]) -> tuple[Act, ...]:
    """Events of any streams with who did them and the cases that they belong to."""
    shown = record.events(session, rows)
    cases = _cases(session, shown)
    return tuple(Act(event, *cases.get(event.stream, (None, "", ""))) for event in shown)


def _rows(
    session: Session, condition: ColumnElement[bool], wish: Wish, *, most: int
) -> Sequence[RecordEvent]:
    query = select(RecordEvent).where(condition).order_by(RecordEvent.id.desc()).limit(most)
    if wish.before:
        query = query.where(RecordEvent.id < wish.before)
    return session.scalars(query).all()


def _top(wish: Wish) -> int:
    return wish.before or _BEHIND_ALL


def _window(session: Session, wish: Wish) -> int:
    """The oldest number of the part that is looked through: so many acts before the newest."""
    before = select(RecordEvent.id).where(RecordEvent.id < _top(wish))
    step = before.order_by(RecordEvent.id.desc()).offset(WINDOW - 1).limit(1)
    return session.scalar(step) or 0


def _is_more(session: Session, lowest: int) -> bool:
    older = select(RecordEvent.id).where(RecordEvent.id < lowest).limit(1)
    return session.scalar(older) is not None


def _condition(session: Session, wish: Wish) -> ColumnElement[bool]:
    """What is asked, with people and dates looked up first.

    PostgreSQL then knows how much each part narrows, and walks the index on actor, on action or
    on the number, from the newest act asked for on.
    """
    parts: list[ColumnElement[bool]] = [of_acts(session, wish)]
    if wish.text or wish.kind or wish.unit_id:
        parts.append(RecordEvent.stream.in_(_streams(wish)))
    parts += in_time(wish)
    if wish.until:
        parts.append(RecordEvent.id <= highest(session, wish.until, last=_LAST_ONES))
    return and_(*parts)


def of_acts(session: Session, wish: Wish) -> ColumnElement[bool]:
    """What is asked of the acts themselves, whatever the case and the time."""
    parts: list[ColumnElement[bool]] = [true()]
    if wish.stream:
        parts.append(RecordEvent.stream == wish.stream)
    if wish.person:
        parts.append(RecordEvent.actor == any_(literal(_actors(session, wish.person), _TEXTS)))
    if wish.by:
        parts.append(RecordEvent.actor == wish.by)
    if wish.user_id:
        own = f"user:{wish.user_id}"
        parts.append(or_(RecordEvent.actor == own, RecordEvent.actor.startswith(f"{own}/")))
    parts += _what(wish)
    if wish.outside:
        parts.append(_outside(wish.outside))
    return and_(*parts)


def _what(wish: Wish) -> Iterator[ColumnElement[bool]]:
    """Which acts: of these kinds, with such a hash, with these words in name or content."""
    if wish.action:
        yield RecordEvent.action == wish.action
    if wish.actions:
        yield RecordEvent.action == any_(literal(list(wish.actions), _TEXTS))
    if wish.begins or wish.ends:
        yield from _hash(wish)
    if wish.words:
        told = RecordEvent.payload.contains(wish.words, autoescape=True)
        called = RecordEvent.action == any_(literal(list(wish.called), _TEXTS))
        yield or_(called, told) if wish.called else told


def _streams(wish: Wish) -> Select[str]:
    """The chains of the cases asked for."""
    return select(_CASE + cast(Case.id, Text)).where(*of_cases(wish))


def of_cases(wish: Wish) -> tuple[ColumnElement[bool], ...]:
    """The conditions on ``Case``: of one number or household, a kind, a unit."""
    parts: list[ColumnElement[bool]] = []
    if wish.text:
        homes = select(Taxpayer.id).where(taxpayers.named(wish.text))
        parts.append(or_(case_numbers.named(wish.text), Case.taxpayer_id.in_(homes)))
    if wish.kind:
        parts.append(Case.kind == wish.kind)
    if wish.unit_id:
        parts.append(or_(Case.district_id == wish.unit_id, Case.section_id == wish.unit_id))
    return tuple(parts)


def _outside(wish: Outside) -> ColumnElement[bool]:
    """Acts of people at such hours."""
    local = func.timezone("Asia/Shanghai", RecordEvent.at)
    hour = func.extract("hour", local)
    return and_(
        RecordEvent.actor.startswith("user:"),
        or_(
            hour < wish.begins,
            hour >= wish.ends,
            cast(local, Date) == any_(literal(list(wish.rest), ARRAY(Date))),
        ),
    )


def _hash(wish: Wish) -> Iterator[ColumnElement[bool]]:
    """How the hash begins, by the index on its first bytes, and how it ends."""
    if wish.begins:
        whole = bytes.fromhex(wish.begins[: 2 * HASH_BYTES])
        yield func.substring(RecordEvent.hash, 1, HASH_BYTES) == whole
    text = func.encode(RecordEvent.hash, "hex")
    if len(wish.begins) > 2 * HASH_BYTES:
        yield text.startswith(wish.begins)
    if wish.ends:
        yield text.endswith(wish.ends)


def _actors(session: Session, person: str) -> list[str]:
    """The signatures of people whose name holds these characters; the machines' by their name.

    What a deputy signed for a principal is found by the name of either.
    """
    named = set(session.scalars(select(User.id).where(User.name.contains(person, autoescape=True))))
    people = [f"user:{user_id}" for user_id in sorted(named)]
    pairs = session.execute(select(Deputy.deputy_id, Deputy.principal_id).distinct())
    people += [f"user:{a}/for:{b}" for a, b in pairs if a in named or b in named]
    machines = [SYSTEM.signature, CLOCKWORK.signature] if person == SYSTEM.name else []
    return people + machines


def in_time(wish: Wish) -> list[ColumnElement[bool]]:
    """The period by the clock."""
    parts: list[ColumnElement[bool]] = []
    if wish.since:
        parts.append(RecordEvent.at >= clock.start_of(wish.since))
    if wish.until:
        parts.append(RecordEvent.at < clock.end_of(wish.until))
    return parts


def highest(session: Session, until: date, *, last: int) -> int:
    """The highest number that an act until a day can have; 0 when there is none.

    Numbers follow the clock but for acts that were under way side by side, for less than a day,
    and for the few that were written before a demo's clock was put back: the highest of the
    ``last`` ones holds for all.
    """
    found = select(RecordEvent.id).where(RecordEvent.at < clock.end_of(until) + _SIDE_BY_SIDE)
    last_ones = found.order_by(RecordEvent.at.desc()).limit(last).subquery()
    return session.scalar(select(func.max(last_ones.c.id))) or 0


def _cases(session: Session, events: Sequence[record.Event]) -> dict[str, tuple[int, str, str]]:
    """The cases of these streams: id, number, taxpayer."""
    ids = {int(event.stream.removeprefix(_CASE)) for event in events if _is_case(event.stream)}
    rows = session.execute(
        select(Case.id, Case.number, case_names.about())
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(Case.id.in_(ids))
    )
    return {f"{_CASE}{row[0]}": (row[0], row[1], row[2]) for row in rows}


def _is_case(stream: str) -> bool:
    kind, _colon, key = stream.partition(":")
    return kind == "case" and key.isdigit()


def step_names(session: Session, case_ids: Iterable[int]) -> dict[str, tuple[str, str]]:
    """The names, Chinese and English, of the steps of these cases by their elements."""
    rows = session.execute(
        select(Task.element, Task.name, Task.name_en)
        .where(Task.case_id.in_(set(case_ids)))
        .distinct()
    )
    return {row.element: (row.name, row.name_en) for row in rows}
