"""Data corrections at work, step by step, on facts that lie in a lake of their own."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow.jobs.topics import EFFECTS
from caseflow.lake import batches, corrections, fields
from caseflow.models import Case, OutboxMessage, Taxpayer
from caseflow.services import bureau, facts, place
from caseflow.services import corrections as verbs
from caseflow.services.bureau import OfficerRow, PostRow
from caseflow.vocabulary import SYSTEM, Actor, Role
from tests import cast, desk, orders
from tests.cast import Cast
from tests.journeys import source_files

FIELD, PERIOD = "input_customs", 200912
BEFORE, AFTER = "85000", "5000"
AGREED = {"opinion": "同意，证据充分。"}
WHY = "海关缴款书原件载明税额为 5000 元，导入时多录。"
_POSTS = (
    PostRow("quality", Role.POST_DATA_QUALITY, "D07"),
    PostRow("quality_too", Role.POST_DATA_QUALITY, "D07"),
)


@contextmanager
def lake(folder: Path) -> Iterator[Path]:
    """The facts lie here while it lasts."""
    before = place.here()
    place.settle(place.under(folder, fonts=before.fonts))
    try:
        yield place.here().lake
    finally:
        place.settle(before)


def enter(session: Session, folder: Path) -> Cast:
    """The bureau with its quality posts, thirty households and a run with one warning."""
    cast.enter(session)
    officers = [
        OfficerRow(post.login, f"员{post.login}", post.login, f"证7{n:03d}", is_demo=True)
        for n, post in enumerate(_POSTS)
    ]
    bureau.put_officers(session, SYSTEM, officers, _POSTS, since=cast.SINCE)
    source_files.screen(session, folder)
    orders.deploy(session, "data_correction")
    return cast.people_on_file(session)


def household(session: Session) -> Taxpayer:
    """The one whose customs input the run has found at odds."""
    return session.scalars(select(Taxpayer).where(Taxpayer.name == source_files.AT_ODDS)).one()


def opened(session: Session, who: Actor, **changes: str) -> Case:
    """A correction that somebody begins by hand."""
    return verbs.open_by_hand(session, who, household(session).id, wrong=wrong(**changes))


def wrong(**changes: str) -> verbs.Wrong:
    """What somebody names when a correction begins: another value than the steps correct."""
    return verbs.Wrong(**{"field": "credit_grade", "period": "2009-12", "why": WHY, **changes})


def do(session: Session, who: Actor, case: Case, element: str, **answers: Any) -> None:  # noqa: ANN401 - any JSON
    """Hand in a step and read the case anew, as another person would find it."""
    desk.do(session, who, case, element, answers)
    session.expire_all()


def line(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A corrected value as the form has it."""
    return {
        "field": FIELD,
        "period": "2009-12",
        "after": AFTER,
        "error_kind": "typed_by_office",
        **changes,
    }


def request(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of a whole request."""
    proof = {"covers": "every", "evidence_kind": "original", "dated": "2010-01-20", "pages": 2}
    return {
        "recusal": "none",
        "source": "CTAIS",
        "lines": list(lines) or [line()],
        "found_by": "comparison",
        "reason": WHY,
        "evidence": [proof],
        **changes,
    }


def checked(session: Session, who: Actor, case: Case, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    """4: the quality post lets it take effect."""
    answers = {
        "recusal": "none",
        "evidence_seen": True,
        "same_fault": "no",
        "notice_text": "请按海关缴款书更正该户 2009 年 12 月的抵扣进项。",
        "correction_check": "apply",
        **changes,
    }
    do(session, who, case, "check", **answers)


def applied(session: Session, people: Cast) -> Case:
    """A correction that has taken effect, with its batch laid."""
    case = opened(session, people.officer)
    do(session, people.officer, case, "request_section", **request())
    do(session, people.chief, case, "review_section", correction_review="agree", **AGREED)
    do(session, people.leader, case, "approve_district", correction_approval="agree", **AGREED)
    checked(session, people.quality, case)
    work_off(session)
    return case


def work_off(session: Session) -> None:
    """Do what the acts have left in the outbox, until nothing is left."""
    session.flush()
    while message := session.scalar(select(OutboxMessage).where(OutboxMessage.topic.in_(_TOPICS))):
        payload, topic = message.payload, message.topic
        session.delete(message)
        EFFECTS[topic](session, payload)
        session.flush()
        # As at a commit: every change of a guarded table has its event.
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    session.expire_all()


_TOPICS = ("facts_to_correct", "correction_mended")


def standing(session: Session) -> str:
    """What the newest facts say of the value, as people read it."""
    field = fields.shipped().fields[FIELD]
    root = place.here().lake
    found = corrections.current(
        fields.shipped(),
        batches.snapshot(root),
        field,
        root=root,
        tp=household(session).id,
        period=PERIOD,
    )
    return corrections.written(field, found.value if found else None)


def delivered(session: Session, folder: Path, amount: str) -> None:
    """The source delivers the month of the household again, with this value."""
    path = folder / f"再次报送{amount}.csv"
    header: Sequence[object] = ("纳税人识别号", "所属期", "海关完税凭证抵扣进项")
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, (household(session).tin, PERIOD, amount)])
    facts.take_in(session, SYSTEM, path, registry=fields.shipped())
    work_off(session)
