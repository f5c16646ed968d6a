"""税收管理员工作日志, 巡查记录: the pages of a day and of a visit, printed for the shelf.

They belong to no case: they bear the number of their day or visit. Printing is noted in the
printer's own stream; what stands on them is in Chinese whatever the page speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from caseflow import clock, documents
from caseflow.documents import Head, Opinion, Pair, PaperKind, Sheet, SheetPart, Tabled
from caseflow.models import Unit
from caseflow.reads import patrols, work_logs
from caseflow.services import place
from caseflow.vocabulary import Role

_NARROW = 16
_POST = Role.TAX_ADMINISTRATOR.zh


def patrol_number(visit_id: int) -> str:
    """The number of a visit as its paper bears it."""
    return f"XC{visit_id:06d}"


def log_number(user_id: int, shown: work_logs.Day) -> str:
    """The number of somebody's day as its paper bears it."""
    return f"RZ{user_id:06d}-{shown.on:%Y%m%d}"


def work_log(session: Session, shown: work_logs.Day, acts: Sequence[tuple[str, ...]]) -> bytes:
    """A day: entries and visits by the hour, then the acts on cases as time, whom, what."""
    district, section = _units(session, work_logs.unit_of(session, shown))
    pairs = (
        Pair(name="日期", value=_long(shown.on)),
        Pair(name="税收管理员", value=shown.user.name),
        Pair(name="管理科（所）", value=section),
    )
    parts = (
        SheetPart(title="日志", pairs=pairs),
        _table("工作内容", ("时间", "纳税人", "工作内容"), _entries(shown), (0.7, 2.0, 4.0)),
        _table("任务办理（取自留痕）", ("时间", "纳税人或任务", "办理"), acts, (0.7, 2.0, 4.0)),
    )
    signed = shown.signed
    return documents.render_record(
        PaperKind.WORK_LOG,
        Sheet(
            head=_head(district, log_number(shown.user.id, shown), shown.on),
            parts=tuple(part for part in parts if not part.is_empty),
            opinions=(_signed("签署日志", shown.user.name, signed.signed_at),) if signed else (),
            signatures=() if signed else ("税收管理员（签名）",),
        ),
        at=signed.signed_at if signed else clock.now(),
        fonts=place.here().fonts,
    )


def patrol(session: Session, shown: patrols.Page) -> bytes:
    """A visit: when and where, by whom, what was found; both officers stand for it."""
    visit = shown.visit
    district, section = _units(session, visit.section_id)
    pairs = [
        ("巡查时间", _minute(visit.began_at)),
        ("管理科（所）", section),
        ("纳税人", visit.name),
        ("生产经营地址", visit.address),
        ("巡查人员", shown.officer),
        ("协同人员", shown.second),
        ("计划", "计划内" if visit.line_id else "计划外"),
        ("现场照片", f"{len(shown.photographs)}张"),
        ("巡查结果", visit.finding.zh),
    ]
    if shown.case_number:
        pairs.append(("已立责令限期改正任务", shown.case_number))
    found = SheetPart(title="巡查情况", lines=tuple(visit.content.splitlines()))
    opinions = [_signed("登记巡查", shown.officer, visit.noted_at)]
    if visit.confirmed_at is not None:
        opinions.append(_signed("协同人员确认", shown.second, visit.confirmed_at))
    return documents.render_record(
        PaperKind.PATROL_RECORD,
        Sheet(
            head=_head(district, patrol_number(visit.id), visit.on),
            parts=(SheetPart(title="巡查", pairs=tuple(_pair(*pair) for pair in pairs)), found),
            opinions=tuple(opinions),
            signatures=() if visit.confirmed_at else ("协同人员（签名）",),
        ),
        at=visit.confirmed_at or visit.noted_at,
        fonts=place.here().fonts,
    )


def _units(session: Session, unit_id: int) -> tuple[str, str]:
    """The bureau and the section."""
    section = session.get_one(Unit, unit_id)
    district = session.get_one(Unit, section.parent_id) if section.parent_id else section
    return district.name, section.name


def _entries(shown: work_logs.Day) -> list[tuple[str, str, str]]:
    rows: list[tuple[datetime, str, str]] = []
    for row in shown.entries:
        mark = "（更正）" if row.entry.corrects_id else "（已更正）" if row.is_corrected else ""
        rows.append((row.entry.began_at, row.household or "", f"{row.entry.content}{mark}"))
    rows += [
        (visit.began_at, visit.name, f"巡查：{visit.finding.zh}。{visit.content}")
        for visit in shown.visits
    ]
    in_order = sorted(rows, key=lambda row: row[0])
    return [(_hour(at), whom, what) for at, whom, what in in_order]


def _table(
    title: str, names: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[float, ...]
) -> SheetPart:
    if not rows:
        return SheetPart(title=title)
    table = Tabled(
        names=names,
        widths=tuple(map(str, widths)),
        are_figures=(False,) * len(names),
        rows=tuple(rows),
    )
    return SheetPart(title=title, table=table)


def _head(agency: str, number: str, on: date) -> Head:
    return Head(agency=agency, dated_on=on, case_number=number)


def _pair(name: str, value: str) -> Pair:
    return Pair(name=name, value=value, is_wide=len(value) > _NARROW)


def _signed(what: str, name: str, at: datetime) -> Opinion:
    return Opinion(role=what, name=name, post=_POST, at=at, decision="已签署")


def _hour(at: datetime) -> str:
    return f"{at.astimezone(clock.BUREAU_ZONE):%H:%M}"


def _minute(at: datetime) -> str:
    local = at.astimezone(clock.BUREAU_ZONE)
    return f"{_long(local.date())}{local.hour}时{local.minute:02d}分"


def _long(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
