"""Daily digest 每日通知摘要: how many notices somebody has not read, as one row of the outbox.

A mail leaves the bureau's hands, so it says how many of which kind and where to read them: no
taxpayer, no case, no text of anybody. Each working day from eight o'clock, once for each person
who has unread notices and has not declined. Where the bureau has named its mail domain, the row
becomes a file in a maildir, which the bureau's own relay takes from there; else nothing is sent.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, time
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.config import Mail
from caseflow.models import Case, Notice, OutboxMessage, ProcessBeat, User
from caseflow.models.base import Json
from caseflow.services import beats, bureau_clock, limits, outbox, people, place
from caseflow.vocabulary import NoticeKind

AT_ONCE = 100
TOPIC = "digest"
PAGE = "/notices"
_FROM = time(8)
_BEAT = "digests"


def compose_daily(session: Session) -> int:
    """Put the digests of a share of the people into the outbox; how many people were looked at.

    The day is noted with the rows, and no row is put twice for a person and day: stopped at any
    instant, it goes on where it was.
    """
    now = clock.now().astimezone(clock.BUREAU_ZONE)
    if now.time() < _FROM or bureau_clock.is_making_past(session):
        return 0
    row = session.get(ProcessBeat, _BEAT)
    told = row.detail if row and row.detail["on"] == now.date().isoformat() else {"after": 0}
    if told["after"] is None:
        return 0
    is_working = limits.of_today(session).calendar.is_working(now.date())
    found = _unread_by(session, now.date(), int(told["after"])) if is_working else []
    for user_id in found:
        _compose(session, user_id, now.date())
    after = found[-1] if len(found) == AT_ONCE else None
    beats.note(session, _BEAT, {"on": now.date().isoformat(), "after": after})
    return len(found)


def send(session: Session, payload: Json) -> None:
    """Lay a digest into the maildir; nothing without a mail domain, or for who declined since.

    The name is that of the person and day: laid once more, it is the same file.
    """
    mail = place.here().mail
    person = session.get_one(User, payload["user"])
    if mail is None or not person.is_active or not person.wants_digest:
        return
    name = f"{TOPIC}-{payload['on']}-{person.id}"
    counts = {NoticeKind(kind): int(count) for kind, count in payload["unread"].items()}
    _lay(place.here().mailbox, name, _letter(mail, person, counts, name=name))


def set_wanted(session: Session, user_id: int, *, is_wanted: bool) -> None:
    """Say whether somebody wants to be sent digests."""
    session.get_one(User, user_id).wants_digest = is_wanted


def _unread_by(session: Session, on: date, after: int) -> list[int]:
    """People with unread notices who have no digest of the day, in order of their ids."""
    has_unread = exists().where(Notice.user_id == User.id, Notice.read_at.is_(None))
    has_one = exists().where(
        OutboxMessage.topic == TOPIC,
        OutboxMessage.payload["user"].astext == cast(User.id, Text),
        OutboxMessage.payload["on"].astext == on.isoformat(),
    )
    wanting = (User.is_active, User.wants_digest, User.id > after)
    people_of_day = select(User.id).where(*wanting, has_unread, ~has_one)
    return list(session.scalars(people_of_day.order_by(User.id).limit(AT_ONCE)))


def _compose(session: Session, user_id: int, on: date) -> None:
    """Put the digest of one person, of the notices whose cases still exist for that person."""
    unread = session.execute(
        select(Notice.kind, func.count())
        .outerjoin(Case, Case.id == Notice.case_id)
        .where(
            Notice.user_id == user_id,
            Notice.read_at.is_(None),
            or_(Notice.case_id.is_(None), policy.visible_cases(people.actor_of(session, user_id))),
        )
        .group_by(Notice.kind)
        .order_by(Notice.kind)
    )
    counts = {kind.value: count for kind, count in unread}
    if counts:
        told = {"user": user_id, "on": on.isoformat(), "unread": counts, "link": PAGE}
        outbox.put(session, TOPIC, told)


def _letter(
    mail: Mail, person: User, counts: Mapping[NoticeKind, int], *, name: str
) -> EmailMessage:
    total, address = sum(counts.values()), f"{mail.address}{PAGE}"
    letter = EmailMessage()
    letter["From"] = f"caseflow@{mail.domain}"
    letter["To"] = f"{person.login}@{mail.domain}"
    letter["Date"] = format_datetime(clock.wall())
    letter["Message-ID"] = f"<{name}@{mail.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    if person.locale == "en":
        letter["Subject"] = f"Caseflow: {total} unread notices"
        lines = [f"{kind.en}: {count}" for kind, count in counts.items()]
        said = [f"{total} unread notices.", *lines, "", f"Read them: {address}"]
        end = "To have none of these, see sign-in and security there."
    else:
        letter["Subject"] = f"信息管税平台：{total} 条通知未读"
        lines = [f"{kind.zh}：{count} 条" for kind, count in counts.items()]
        said = [f"有 {total} 条通知未读。", *lines, "", f"登录后查看：{address}"]
        end = "不需要这份摘要的，在“登录与安全”中关闭。"
    letter.set_content("\n".join([*said, end, ""]))
    return letter


def _lay(mailbox: Path, name: str, letter: EmailMessage) -> None:
    """Write a letter beside the mailbox's new ones and move it there, whole and on disk."""
    for each in ("tmp", "new", "cur"):
        (mailbox / each).mkdir(parents=True, exist_ok=True)
    draft = mailbox / "tmp" / name
    with draft.open("wb") as file:
        file.write(bytes(letter))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(mailbox / "new" / name)
