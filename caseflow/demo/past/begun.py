"""What people of the demonstration begin of their own accord: directives, requests, corrections.

Cases that a warning or another case calls for begin by themselves; these begin on a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from caseflow import clock, db
from caseflow.demo.past import wrong_values
from caseflow.demo.past.officers import Officers
from caseflow.models import Case, Post, Task, Taxpayer, Unit
from caseflow.services import (
    archiving,
    asked,
    campaigns,
    corrections,
    data_requests,
    directives,
    tasks,
    third_party_batches,
    zero_filing_batches,
)
from caseflow.vocabulary import Actor, AskedKind, CaseKind, Role, TaskStatus
from caseflow.vocabulary.choices.campaigns import CampaignSubject

Begin = Callable[[Session, Officers], None]
_LOOKED_AT = 400
_WRONG = "数值与企业报送的原件不符，来源系统采集时疑似多录一位。"
# Archivists file once a week what has been lying there for some days.
_FRIDAY = 4
_LEFT_LYING = timedelta(days=10)
_CAMPAIGNED_FOR = timedelta(days=61)


def begin(database: db.Database, officers: Officers, day: date) -> None:
    """Let people begin what they begin on a day, each in a transaction of its own."""
    for act in _ON.get(day, ()):
        with database.transaction() as session:
            act(session, officers)
    if day.weekday() == _FRIDAY:
        with database.reading() as session:
            districts = session.scalars(
                select(Post.unit_id).where(Post.role == Role.ARCHIVIST).distinct()
            ).all()
        for district in sorted(districts):
            with database.transaction() as session:
                file(session, officers, district, until=day - _LEFT_LYING)


def file(session: Session, officers: Officers, district: int, *, until: date) -> None:
    """The archivist of a district files what was closed up to a day, in the box of the month."""
    holders = select(Post.user_id).where(Post.role == Role.ARCHIVIST, Post.unit_id == district)
    keeper = officers.actor(session, session.scalars(holders.order_by(Post.user_id)).first() or 0)
    waits = (
        select(Case.id)
        .join(Task, Task.case_id == Case.id)
        .where(
            Task.asked_kind == AskedKind.ARCHIVE,
            Task.status == TaskStatus.OPEN,
            Task.unit_id == district,
            Case.closed_at < clock.end_of(until),
        )
        .order_by(Case.id)
        .limit(archiving.MOST)
    )
    if ids := session.scalars(waits).all():
        box = f"档案室 2 排 {until.month} 柜 {until.year % 100:02d}-{until.month:02d} 盒"
        archiving.archive_many(session, keeper, ids, place=box)


def directive(title: str) -> Begin:
    """The analysis post drafts a directive of the city."""

    def act(session: Session, officers: Officers) -> None:
        if not _is_begun(session, Case.kind == CaseKind.DR, Case.title == title):
            directives.draft(session, officers.analyst(session), title)

    return act


def request(district: str) -> Begin:
    """A district asks for data; its head signs the form as well."""

    def act(session: Session, officers: Officers) -> None:
        asks = _holder(session, officers, Role.POST_INFO_ADMIN, district)
        head = _holder(session, officers, Role.DISTRICT_DIRECTOR, district)
        own = (Case.kind == CaseKind.RQ, Case.main_officer_id == asks.user_id)
        if _is_begun(session, *own, Case.opened_at >= clock.start_of(clock.today())):
            return
        case = data_requests.begin(session, asks)
        session.flush()  # the step is found by its case below
        task = _first_step(session, case, asks)
        question = asked.ask_opinions(
            session,
            asks,
            task.id,
            seen_version=task.version,
            of=[head.user_id or 0],
            in_turn=False,
            text="请会签数据需求单。",
        )[0]
        asked.answer(session, head, question.id, text="情况属实，同意提出。")

    return act


def zero_filers(district: str) -> Begin:
    """A district works the zero filers of one of its sections as a batch."""

    def act(session: Session, officers: Officers) -> None:
        unit_id = session.scalars(select(Unit.id).where(Unit.code == district)).one()
        here = (Case.kind == CaseKind.ZB, Case.district_id == unit_id)
        if not _is_begun(session, *here, Case.opened_at >= clock.start_of(clock.today())):
            zero_filing_batches.begin(
                session, _holder(session, officers, Role.POST_INFO_ADMIN, district)
            )

    return act


def campaign(name: str, subject: CampaignSubject, district: str | None = None) -> Begin:
    """A campaign of a district, or of the city, for which two months are given."""

    def act(session: Session, officers: Officers) -> None:
        if _is_begun(session, Case.kind == CaseKind.CP, Case.title == name):
            return
        drafter = officers.analyst(session)
        if district is not None:
            drafter = _holder(session, officers, Role.POST_INFO_ADMIN, district)
        draft = campaigns.Draft(
            name=name,
            subject=subject,
            due_on=clock.today() + _CAMPAIGNED_FOR,
            method="先案头核对登记、申报和发票领用，再视情况实地核实，结果逐户登记。",
        )
        campaigns.begin(session, drafter, draft)

    return act


def delivery(session: Session, officers: Officers) -> None:
    """The quality bureau delivers its records of a month."""
    today = Case.opened_at >= clock.start_of(clock.today())
    if not _is_begun(session, Case.kind == CaseKind.TB, today):
        found = select(Post.user_id).where(Post.role == Role.POST_DATA_PREP).order_by(Post.id)
        receives = officers.actor(session, session.scalars(found.limit(1)).one())
        third_party_batches.begin(session, receives)


def correction(section: str) -> Begin:
    """An administrator has found a value that the papers of a household do not bear out."""

    def act(session: Session, officers: Officers) -> None:
        unit_id = session.scalars(select(Unit.id).where(Unit.code == section)).one()
        here = (Case.kind == CaseKind.DC, Case.section_id == unit_id)
        by_hand = Case.facts["origin_case"].is_(None)
        if _is_begun(session, *here, by_hand, Case.opened_at >= clock.start_of(clock.today())):
            return
        month = wrong_values.months_before(clock.today().year * 100 + clock.today().month, 2)
        busy = exists().where(Case.taxpayer_id == Taxpayer.id, Case.closed_at.is_(None))
        found = (
            select(Taxpayer)
            .where(
                Taxpayer.section_id == unit_id,
                Taxpayer.kind == "enterprise",
                Taxpayer.reg_status == "normal",
                Taxpayer.administrator_id.is_not(None),
                ~busy,
            )
            .order_by(Taxpayer.id)
            .limit(_LOOKED_AT)
        )
        for payer in session.scalars(found):
            for value in wrong_values.of_month(payer.id, month):
                administrator = officers.actor(session, payer.administrator_id or 0)
                period = f"{month // 100}-{month % 100:02d}"
                wrong = corrections.Wrong(value.field.name, period, _WRONG)
                corrections.open_by_hand(session, administrator, payer.id, wrong=wrong)
                return

    return act


_ON: Mapping[date, tuple[Begin, ...]] = {
    date(2009, 2, 10): (request("01"),),
    date(2009, 3, 3): (directive("年初备选疑点户清理督办"),),
    date(2009, 3, 5): (delivery,),
    date(2009, 4, 8): (
        campaign("餐饮服务业纯地税户标识清理", CampaignSubject.MARK_LOCAL_ONLY, "01"),
    ),
    date(2009, 4, 14): (correction("0102"),),
    date(2009, 5, 20): (zero_filers("01"),),
    date(2009, 6, 15): (request("04"),),
    date(2009, 7, 14): (correction("0401"),),
    date(2009, 9, 7): (delivery,),
    date(2009, 9, 8): (directive("三季度备选疑点户清理督办"),),
    date(2009, 10, 12): (campaign("四季度零申报户专项调查", CampaignSubject.ZERO_FILING),),
    date(2009, 10, 19): (request("07"), correction("0701")),
    date(2009, 10, 26): (zero_filers("04"),),
    date(2009, 11, 19): (zero_filers("01"),),
    date(2009, 11, 23): (request("01"),),
    date(2009, 12, 8): (correction("0101"), directive("四季度备选疑点户清理督办")),
    date(2010, 1, 11): (request("03"), correction("0102")),
    date(2010, 1, 7): (delivery,),
    date(2010, 1, 14): (directive("年末备选疑点户清理督办"),),
    date(2010, 1, 20): (request("01"),),
}


def _is_begun(session: Session, *where: ColumnElement[bool]) -> bool:
    """Whether a making that was broken off has begun it already."""
    return session.scalar(select(Case.id).where(*where).limit(1)) is not None


def _holder(session: Session, officers: Officers, role: Role, unit: str) -> Actor:
    """The first who holds a post of a unit."""
    found = (
        select(Post.user_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.role == role, Unit.code == unit)
        .order_by(Post.user_id)
        .limit(1)
    )
    return officers.actor(session, session.scalars(found).one())


def _first_step(session: Session, case: Case, actor: Actor) -> Task:
    """The only step of a new case, on the desk of who began it."""
    open_step = select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    task = session.scalars(open_step).one()
    if task.assignee_id is None:
        tasks.claim(session, actor, task.id)
    return task
