"""Conduct worth a second look, from the record alone: who did what at which hour, how often.

Nothing here is a verdict. A row says what was counted, against which threshold, and leads to the
events that were counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from sqlalchemy import ColumnElement, Text, and_, any_, case, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from caseflow import calendars, clock, policy
from caseflow.models.record import RecordEvent
from caseflow.reads import record
from caseflow.reads.record_chain import payload_of
from caseflow.vocabulary import Actor, Verb

LONGEST = timedelta(days=31)
READ, BEGUN = "case.read", "session.begun"
# Turned away from a case, and from a page or an act of any other kind.
REFUSED = ("case.refused", "door.refused")
EXPORTS = ("list.exported", "record.exported", "dossier.exported", "evidence.taken")
# Refused since one did the other half, or would have given something to oneself.
OWN_WORK = {
    *("barred", "handles_the_case", "restored_two_people"),
    *("own_draft", "own_grant", "own_mark", "own_move", "own_plan"),
}
# What a deputy signs has the principal behind this.
_FOR = "/for:"
_TOLD = (*REFUSED, BEGUN, *EXPORTS)
_MOST_TOLD = 5_000
_USUAL = timedelta(days=90)


class Kind(Enum):
    """Kinds of conduct, in the order in which they are shown."""

    OUT_OF_HOURS = "out_of_hours"
    MASS_READING = "mass_reading"
    OWN_WORK = "own_work"
    REFUSALS = "refusals"
    ADDRESSES = "addresses"
    DEPUTIES = "deputies"
    EXPORTS = "exports"


@dataclass(frozen=True, slots=True)
class Wish:
    """The period (at most 31 days), the hours worked, one person, and the thresholds."""

    since: date
    until: date
    begins: int = 8
    ends: int = 18
    user_id: int | None = None
    # Acts out of hours in the period; files read in one hour, and how many times the usual;
    # refusals on one day.
    least_acts: int = 5
    least_reads: int = 20
    times_usual: int = 3
    least_refusals: int = 3


@dataclass(frozen=True, slots=True)
class Hour:
    """What one person did in one hour of the bureau: files read, or (``action`` empty) all else."""

    actor: str
    action: str
    hour: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Told:
    """One event whose payload matters."""

    actor: str
    action: str
    at: datetime
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """What was counted of one person: how much, when, and beside what."""

    kind: Kind
    actor: str
    count: int
    since: date
    until: date
    # Acts on days off among those out of hours; rows that went out; the usual of an hour.
    beside: float = 0.0
    hour: int | None = None
    # Addresses; ids of cases, and names of doors; the acts of export, each as often as it was done.
    details: tuple[str, ...] = ()
    # The code of the refusal that was counted.
    why: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Everything worth a look in a period, and who the people are."""

    rows: tuple[Row, ...]
    people: Mapping[str, record.Person]
    rest_days: tuple[date, ...]
    # There were more events of these kinds than are looked into at once.
    is_cut: bool

    def of(self, kind: Kind) -> tuple[Row, ...]:
        """The rows of one kind, the most striking first."""
        return tuple(row for row in self.rows if row.kind is kind)


def of(session: Session, actor: Actor, wish: Wish) -> Found:
    """
    Look through a period; five statements.

    Raises:
        Forbidden: the actor does not read the whole record.

    """
    policy.require(actor, Verb.READ_RECORD)
    rest = rest_days(session, wish.since, wish.until)
    hours = _hours(session, wish)
    told = _told(session, wish)
    found: list[Row] = [
        *out_of_hours(hours, wish, rest),
        *mass_reading(hours, wish, _usual_reads(session, hours, wish)),
        *refusals(told, wish),
        *addresses(told),
        *deputies(hours, _known_pairs(session, hours, wish)),
        *exports(told),
    ]
    people = record.people_of(session, {row.actor for row in found})
    return Found(tuple(found), people, rest, len(told) >= _MOST_TOLD)


def rest_days(session: Session, since: date, until: date) -> tuple[date, ...]:
    """The days of a period on which the bureau does not work."""
    calendar = calendars.of(session)
    days = (since + timedelta(days=n) for n in range((until - since).days + 1))
    return tuple(day for day in days if not calendar.is_working(day))


def out_of_hours(hours: Iterable[Hour], wish: Wish, rest: Sequence[date]) -> Iterator[Row]:
    """People with so many acts outside the working hours or on days off."""
    night: Counter[str] = Counter()
    off: Counter[str] = Counter()
    days: dict[str, set[date]] = defaultdict(set)
    for each in hours:
        is_off = each.hour.date() in rest
        if not is_off and wish.begins <= each.hour.hour < wish.ends:
            continue
        (off if is_off else night)[each.actor] += each.count
        days[each.actor].add(each.hour.date())
    total = night + off
    for actor, count in total.most_common():
        if count >= wish.least_acts:
            yield Row(
                Kind.OUT_OF_HOURS,
                actor,
                count,
                min(days[actor]),
                max(days[actor]),
                beside=off[actor],
            )


def mass_reading(hours: Iterable[Hour], wish: Wish, usual: Mapping[str, float]) -> Iterator[Row]:
    """Hours in which somebody opened many files, many times more than is usual for them."""
    reading = [each for each in hours if each.action == READ and each.count >= wish.least_reads]
    for each in sorted(reading, key=lambda each: -each.count):
        beside = usual.get(each.actor, 0.0)
        if each.count >= wish.times_usual * beside:
            day = each.hour.date()
            yield Row(
                Kind.MASS_READING,
                each.actor,
                each.count,
                day,
                day,
                beside=beside,
                hour=each.hour.hour,
            )


def refusals(told: Iterable[Told], wish: Wish) -> Iterator[Row]:
    """Attempts at one's own work or in one's own favour, each; and days with repeated refusals."""
    days: dict[tuple[str, date], list[Told]] = defaultdict(list)
    own: dict[tuple[str, date, str], list[Told]] = defaultdict(list)
    for each in told:
        if each.action not in REFUSED:
            continue
        place = (each.actor, clock.local_date(each.at))
        days[place].append(each)
        why = each.payload.get("why")
        if isinstance(why, str) and why in OWN_WORK:
            own[*place, why].append(each)
    for (actor, day, why), found in sorted(own.items(), key=lambda item: -len(item[1])):
        yield Row(Kind.OWN_WORK, actor, len(found), day, day, details=_refused(found), why=why)
    for (actor, day), found in sorted(days.items(), key=lambda item: -len(item[1])):
        if len(found) >= wish.least_refusals:
            yield Row(Kind.REFUSALS, actor, len(found), day, day, details=_refused(found))


def addresses(told: Iterable[Told]) -> Iterator[Row]:
    """Days on which somebody signed in from two addresses or more."""
    days: dict[tuple[str, date], dict[str, None]] = defaultdict(dict)
    for each in told:
        address = each.payload.get("address")
        if each.action == BEGUN and isinstance(address, str):
            days[each.actor, clock.local_date(each.at)][address] = None
    for (actor, day), found in sorted(days.items(), key=lambda item: -len(item[1])):
        if len(found) > 1:
            yield Row(Kind.ADDRESSES, actor, len(found), day, day, details=tuple(sorted(found)))


def deputies(hours: Iterable[Hour], known: frozenset[str]) -> Iterator[Row]:
    """Acts in another's name by a pair that had none in the 90 days before."""
    counts: Counter[str] = Counter()
    days: dict[str, set[date]] = defaultdict(set)
    for each in hours:
        if _FOR in each.actor and each.actor not in known:
            counts[each.actor] += each.count
            days[each.actor].add(each.hour.date())
    for actor, count in counts.most_common():
        yield Row(Kind.DEPUTIES, actor, count, min(days[actor]), max(days[actor]))


def exports(told: Iterable[Told]) -> Iterator[Row]:
    """What each person took out as files, the house's operator too, and how many rows of lists."""
    taken: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        if each.action in EXPORTS:
            taken[each.actor].append(each)
    for actor, found in sorted(taken.items(), key=lambda item: -len(item[1])):
        days = [clock.local_date(each.at) for each in found]
        rows = sum(n for each in found if isinstance(n := each.payload.get("rows"), int))
        acts = tuple(each.action for each in found)
        yield Row(Kind.EXPORTS, actor, len(found), min(days), max(days), beside=rows, details=acts)


def _refused(found: Iterable[Told]) -> tuple[str, ...]:
    """The ids of the cases, and the names of the doors, that refusals tell of, each once."""
    things = (each.payload.get("case", each.payload.get("door")) for each in found)
    return tuple(str(each) for each in dict.fromkeys(things) if isinstance(each, int | str))


def _span(wish: Wish) -> tuple[datetime, datetime]:
    return clock.start_of(wish.since), clock.end_of(wish.until)


def _hours(session: Session, wish: Wish) -> tuple[Hour, ...]:
    """The period by person and hour; goes through the index on the time."""
    start, end = _span(wish)
    hour = func.date_trunc("hour", func.timezone("Asia/Shanghai", RecordEvent.at)).label("hour")
    action = case((RecordEvent.action == READ, READ), else_="").label("action")
    rows = session.execute(
        select(RecordEvent.actor, action, hour, func.count())
        .where(RecordEvent.at >= start, RecordEvent.at < end, _by(wish))
        .group_by(RecordEvent.actor, action, hour)
    )
    return tuple(Hour(*row) for row in rows)


def _by(wish: Wish) -> ColumnElement[bool]:
    """Acts of people, or of one person; a deputy's in another's name are the deputy's."""
    if wish.user_id is None:
        return and_(RecordEvent.actor >= "user:", RecordEvent.actor < "user;")
    own = f"user:{wish.user_id}"
    return RecordEvent.actor.like(f"{own}/for:%") | (RecordEvent.actor == own)


def _by_operator(wish: Wish) -> ColumnElement[bool]:
    """What the operator took out at the command line: the house signs it, for it knows no more."""
    if wish.user_id is not None:
        return false()
    is_export = RecordEvent.action == any_(literal(list(EXPORTS), ARRAY(Text)))
    return and_(is_export, RecordEvent.actor.like("system:%"))


def _told(session: Session, wish: Wish) -> tuple[Told, ...]:
    start, end = _span(wish)
    rows = session.scalars(
        select(RecordEvent)
        .where(
            RecordEvent.action == any_(literal(list(_TOLD), ARRAY(Text))),
            RecordEvent.at >= start,
            RecordEvent.at < end,
            or_(_by(wish), _by_operator(wish)),
        )
        .order_by(RecordEvent.id.desc())
        .limit(_MOST_TOLD)
    )
    return tuple(Told(row.actor, row.action, row.at, payload_of(row)) for row in rows)


def _usual_reads(session: Session, hours: Sequence[Hour], wish: Wish) -> dict[str, float]:
    """How many files each of those who read many opened in an hour of reading before."""
    many = {e.actor for e in hours if e.action == READ and e.count >= wish.least_reads}
    if not many:
        return {}
    start, _end = _span(wish)
    local = func.timezone("Asia/Shanghai", RecordEvent.at)
    rows = session.execute(
        select(
            RecordEvent.actor,
            func.count(),
            func.count(func.date_trunc("hour", local).distinct()),
        )
        .where(
            RecordEvent.actor == any_(literal(sorted(many), ARRAY(Text))),
            RecordEvent.action == READ,
            RecordEvent.at >= start - _USUAL,
            RecordEvent.at < start,
        )
        .group_by(RecordEvent.actor)
    )
    return {actor: count / max(1, active) for actor, count, active in rows}


def _known_pairs(session: Session, hours: Sequence[Hour], wish: Wish) -> frozenset[str]:
    """The deputies' signatures of this period that were there in the 90 days before."""
    pairs = sorted({each.actor for each in hours if _FOR in each.actor})
    if not pairs:
        return frozenset()
    start, _end = _span(wish)
    found = session.scalars(
        select(RecordEvent.actor)
        .where(
            RecordEvent.actor == any_(literal(pairs, ARRAY(Text))),
            RecordEvent.at >= start - _USUAL,
            RecordEvent.at < start,
        )
        .distinct()
    )
    return frozenset(found)
