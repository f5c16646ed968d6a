"""Messages and signals to cases: who is meant, who waits, who heard; nothing lost, nothing twice.

A message names what it is about (``correlation``) and goes to the cases that wait for it:

* ``case`` a case number, ``taxpayer`` a tax number, ``paper`` the number of an issued paper;
* ``kind`` narrows these to one kind of case;
* any other name is a variable by which waiting events tell cases apart (their property
  ``correlation``), such as the number of a payment order.

Nobody waits: what comes from outside is refused, or kept if that was asked for; what another
case sent is always kept. A kept message is heard by the first that waits for it, or expires
after ``KEPT_FOR``, and either is on the record. Signals go to all that wait now and are not kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Boolean, ColumnElement, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from caseflow import clock, engine
from caseflow.engine import EngineError, Process, Step
from caseflow.models import Case, Document, Message, Taxpayer
from caseflow.models.base import Json
from caseflow.services import cases, limits, outbox, record
from caseflow.services.cases import Act, advancing, mail
from caseflow.services.correlation import word
from caseflow.vocabulary import (
    CLOCKWORK,
    SYSTEM,
    Actor,
    CaseKind,
    Conflict,
    Invalid,
    MessageStatus,
    NotFound,
    Refused,
)

KEPT_FOR = timedelta(days=90)
SPREADING = "messages.spread"
# One message is for one case or a few; what is for many is a signal.
MOST_RECEIVERS = 50
SIGNALLED_AT_ONCE = 50
# One transaction offers kept messages to so many cases, to each at most so many.
CASES_AT_ONCE, OFFERED_AT_ONCE = 20, 10
_STREAM = "sys:messages"
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
# An argument of a message in a drawing that says to whom it goes, as ``to_taxpayer``.
_TO = "to_"


def deliver(  # noqa: PLR0913 - a message is what it says, to whom, by whom, and its key
    session: Session,
    actor: Actor,
    name: str,
    *,
    correlation: Mapping[str, str],
    variables: Json,
    idem: uuid.UUID,
    keep: bool = False,
) -> Message:
    """Hand a message to the cases that it means and that wait for it, in one act.

    The same ``idem`` again changes nothing and answers as the first time did.

    Raises:
        Invalid: it does not say which case it means, or means too many.
        NotFound: the case, taxpayer or paper that it names does not exist.
        Conflict: nobody waits for it and it is not to be kept; or another message has this key;
            or a case that waits for it cannot go on with it, ``values`` say which and why.
    """
    message = _new(session, f"message:{name}", correlation, variables, idem)
    if message is None:
        return _known(session, idem, f"message:{name}", correlation)
    _require_correlation(session, correlation)
    if not _hand_in(session, actor, message):
        if not keep:
            raise Conflict("message_not_awaited", name=name)
        _keep(session, actor, message)
    return message


def broadcast(
    session: Session, actor: Actor, name: str, *, variables: Json, idem: uuid.UUID
) -> int:
    """Hand a signal to every case that waits for it now; returns how many that are.

    They hear it in shares, through the outbox. The same ``idem`` again changes nothing.

    Raises:
        Conflict: another message has this key.
    """
    event = f"signal:{name}"
    signal = _new(session, event, {}, variables, idem)
    if signal is None:
        return _known(session, idem, event, {}).receivers
    waiting = select(func.count()).select_from(Case).where(*_waits_for(event))
    signal.receivers = session.scalars(waiting).one()
    _settle(signal, MessageStatus.HEARD)
    payload: Json = {
        "signal": name,
        "waiting": signal.receivers,
        "variables": record.plain(variables),
    }
    record.append(session, actor, _STREAM, action="signal.given", payload=payload, idem=idem)
    outbox.put(session, SPREADING, {"message": signal.id, "after": 0})
    return signal.receivers


def arrive(session: Session, payload: Json) -> None:
    """Deliver what a drawing has sent, once; kept when nobody waits for it yet.

    Without an argument that says to whom, it is for the other cases of the same taxpayer.
    """
    sender = session.get_one(Case, int(payload["sender"]))
    arguments: Json = payload["arguments"]
    correlation = {
        name.removeprefix(_TO): str(value)
        for name, value in arguments.items()
        if name.startswith(_TO) and value is not None
    }
    if not correlation.keys() - {"kind"} and sender.taxpayer_id is not None:
        correlation["taxpayer"] = session.get_one(Taxpayer, sender.taxpayer_id).tin
    said = {name: value for name, value in arguments.items() if not name.startswith(_TO)}
    event, idem = f"message:{payload['name']}", uuid.UUID(payload["idem"])
    message = _new(session, event, correlation, said, idem, sender_id=sender.id)
    if message is not None and not _offer(session, message):
        _keep(session, SYSTEM, message)


def offer_wanted(session: Session, payload: Json) -> None:
    """Offer to cases that have begun to wait the kept messages that mean them, oldest first.

    Cases come in shares; of more messages than ``OFFERED_AT_ONCE`` the rest is for ``offer_next``.
    """
    share, later = payload["cases"][:CASES_AT_ONCE], payload["cases"][CASES_AT_ONCE:]
    if later:
        outbox.put(session, mail.WANTED, {"cases": later})
    for case_id in share:
        for message in _kept_for(session, session.get_one(Case, case_id)):
            _offer(session, message)


def offer_next(session: Session) -> int:
    """Offer the kept message that was not offered for longest, or let it expire; 1 if it did.

    What ``offer_wanted`` does at once is done here some time later, whatever happened between.
    """
    now = clock.now()
    message = session.scalar(
        select(Message)
        .where(Message.status == MessageStatus.KEPT, Message.next_try_at <= now)
        .order_by(Message.next_try_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is None:
        return 0
    if not _offer(session, message):
        if message.kept_until is not None and message.kept_until <= now:
            _settle(message, MessageStatus.EXPIRED)
            told: Json = {"message": _name(message), "correlation": message.correlation}
            record.append(session, CLOCKWORK, _STREAM, action="message.expired", payload=told)
        else:
            pause = max(_SHORTEST_PAUSE, min(now - message.received_at, _LONGEST_PAUSE))
            message.next_try_at = now + pause
    return 1


def spread(session: Session, payload: Json) -> None:
    """Hand a signal to the next share of the cases that waited for it when it was given."""
    signal = session.get_one(Message, int(payload["message"]))
    waiting = (
        *_waits_for(signal.event),
        Case.id > int(payload["after"]),
        Case.opened_at <= signal.received_at,
    )
    found = advancing.find(session, *waiting, order=(Case.id,), at_once=SIGNALLED_AT_ONCE)
    if not found:
        return
    moved = _move(session, SYSTEM, signal, found)
    for case_id, code in moved.failed.items():
        case = cases.locked(session, case_id)
        told: Json = {"signal": _name(signal), "code": code, "case": case.number}
        cases.note(session, SYSTEM, case, action="signal.failed", payload=told)
    outbox.put(session, SPREADING, {**payload, "after": found[-1].id})


def _new(
    session: Session,
    event: str,
    correlation: Mapping[str, str],
    variables: Json,
    idem: uuid.UUID,
    sender_id: int | None = None,
) -> Message | None:
    """The row of a new message; None when there is one with this key."""
    now = clock.now()
    row = insert(Message).values(
        event=event,
        correlation=_in_words(correlation),
        variables=record.plain(variables),
        idem=idem,
        sender_id=sender_id,
        status=MessageStatus.KEPT,
        heard_by=[],
        receivers=0,
        received_at=now,
        kept_until=now + KEPT_FOR,
        next_try_at=now + _SHORTEST_PAUSE,
    )
    return session.scalar(row.on_conflict_do_nothing(index_elements=["idem"]).returning(Message))


def _in_words(correlation: Mapping[str, str]) -> dict[str, str]:
    """What a message is about as cases have it: variables in the words that they are told by."""
    return {name: value if name in _NAMED else word(value) for name, value in correlation.items()}


def _known(
    session: Session, idem: uuid.UUID, event: str, correlation: Mapping[str, str]
) -> Message:
    message = session.scalars(select(Message).where(Message.idem == idem)).one()
    if (message.event, message.correlation) != (event, _in_words(correlation)):
        raise Conflict("message_key_used", idem=str(idem))
    return message


def _kept_for(session: Session, case: Case) -> Sequence[Message]:
    """The kept messages that mean a case and that it waits for, locked.

    The words that a message names are found one by one in an index, then all have to fit.
    """
    household = session.get(Taxpayer, case.taxpayer_id or 0)
    papers = session.scalars(
        select(Document.number).where(Document.case_id == case.id, Document.number.is_not(None))
    ).all()
    words: dict[str, str] = {**case.waits_by, "case": case.number}
    if household is not None:
        words["taxpayer"] = household.tin
    ways = [{name: value} for name, value in words.items()]
    ways += [{"paper": number} for number in papers if number is not None]
    others = Message.correlation.op("-", return_type=JSONB)("paper")
    paper = Message.correlation["paper"].astext
    kept = select(Message).where(
        _IS_KEPT,
        Message.event.in_(case.awaits),
        or_(*(Message.correlation.contains(way) for way in ways)),
        others.contained_by({**words, "kind": case.kind.value}),
        or_(paper.is_(None), paper.in_(papers)),
        Message.sender_id.is_distinct_from(case.id),
    )
    oldest = kept.order_by(Message.id).limit(OFFERED_AT_ONCE)
    return session.scalars(oldest.with_for_update(skip_locked=True)).all()


def _offer(session: Session, message: Message) -> bool:
    """Hand in a message; a case that cannot go on with it leaves it for another time."""
    try:
        with session.begin_nested():
            return _hand_in(session, CLOCKWORK, message)
    except (EngineError, Refused, IntegrityError, DataError):
        return False


def _hand_in(session: Session, actor: Actor, message: Message) -> bool:
    """Let all that the message means and that wait for it hear it, or none; False: nobody waits."""
    found = advancing.find(
        session,
        *_waits_for(message.event),
        *_meant(message),
        order=(Case.id,),  # one order of locks, so that two messages never wait for each other
        at_once=MOST_RECEIVERS + 1,
    )
    if len(found) > MOST_RECEIVERS:
        raise Invalid("message_too_wide", name=_name(message), most=MOST_RECEIVERS)
    if not found:
        return False
    moved = _move(session, actor, message, found)
    for case_id, code in moved.failed.items():
        number = next(case.standing.number for case in found if case.id == case_id)
        raise Conflict("message_refused", name=_name(message), case=number, because=code)
    message.heard_by = [case.standing.number for case in found]
    message.receivers = len(found)
    _settle(message, MessageStatus.HEARD)
    return True


def _move(
    session: Session, actor: Actor, message: Message, found: list[advancing.Found]
) -> advancing.Moved:
    times = limits.of_today(session)
    moment = times.moment()
    kind, name = message.event.split(":", 1)
    hand_in = engine.signal if kind == "signal" else engine.message

    def mover(process: Process, state: bytes) -> Step:
        values = engine.known(process, message.variables)
        return hand_in(process, state, name, values, at=moment)

    payload: Json = {kind: name, "variables": message.variables, "key": str(message.idem)}
    if message.sender_id is not None:
        payload["from"] = session.get_one(Case, message.sender_id).number
    act = Act(f"{kind}.heard", payload)
    return advancing.move(session, actor, found, mover, act=act, times=times)


def _keep(session: Session, actor: Actor, message: Message) -> None:
    payload: Json = {
        "message": _name(message),
        "correlation": message.correlation,
        "until": message.kept_until.isoformat() if message.kept_until else None,
    }
    record.append(session, actor, _STREAM, action="message.kept", payload=payload)


def _settle(message: Message, status: MessageStatus) -> None:
    message.status, message.settled_at, message.next_try_at = status, clock.now(), None


def _waits_for(event: str) -> tuple[ColumnElement[bool], ...]:
    return (Case.awaits.contains([event]), _SOMETHING_AWAITED)


def _meant(message: Message) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    for name, value in message.correlation.items():
        if name in _NAMED:
            where.append(_NAMED[name](value))
        else:
            where += [Case.waits_by.contains({name: value}), _SOMETHING_TO_GO_BY]
    if message.sender_id is not None:
        where.append(Case.id != message.sender_id)
    return where


# The conditions of the partial indexes, word for word: else the planner does not see that they fit.
_SOMETHING_AWAITED = literal_column("cases.awaits <> '{}'::text[]", Boolean)
_SOMETHING_TO_GO_BY = literal_column("cases.waits_by <> '{}'::jsonb", Boolean)
_IS_KEPT = literal_column("messages.status = 'kept'", Boolean)
_NAMED: Mapping[str, Callable[[str], ColumnElement[bool]]] = {
    "case": lambda number: Case.number == number,
    "kind": lambda kind: Case.kind.in_([each for each in CaseKind if each.value == kind]),
    "paper": lambda number: Case.id.in_(select(Document.case_id).where(Document.number == number)),
    "taxpayer": lambda tin: Case.taxpayer_id.in_(select(Taxpayer.id).where(Taxpayer.tin == tin)),
}
_KNOWN = {"case": Case.number, "paper": Document.number, "taxpayer": Taxpayer.tin}


def _require_correlation(session: Session, correlation: Mapping[str, str]) -> None:
    if not correlation.keys() - {"kind"}:
        raise Invalid("message_without_correlation")
    if correlation.get("kind", CaseKind.WV.value) not in {kind.value for kind in CaseKind}:
        raise NotFound("case_kind", kind=correlation["kind"])
    for name, column in _KNOWN.items():
        if name not in correlation:
            continue
        if session.scalar(select(column).where(column == correlation[name]).limit(1)) is None:
            raise NotFound(name, number=correlation[name])


def _name(message: Message) -> str:
    return message.event.split(":", 1)[1]
