"""税收管理员工作日志, 巡查记录: a day and a visit on paper, for the shelf; neither is of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from caseflow.clock import BUREAU_ZONE
from caseflow.documents.parts import Head, Opinion
from caseflow.documents.sheets import Pair, Sheet, SheetPart, Tabled
from caseflow.documents.typesetting import render_record
from caseflow.documents.words import day_in_words
from caseflow.vocabulary import PaperKind, Role

_POST = Role.TAX_ADMINISTRATOR.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A line of a log: when, about whom, what; whether it corrects another or was corrected."""

    at: datetime
    household: str
    content: str
    # What was found, of a visit.
    finding: str = ""
    is_correction: bool = False
    is_corrected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLog:
    """What the log of a day shows; everything is written out, ready to be set."""

    agency: str
    section: str
    number: str
    on: date
    name: str
    entries: tuple[Entered, ...]
    # The acts on cases that the record has: when, of whom, what.
    acts: tuple[tuple[datetime, str, str], ...]
    signed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolRecord:
    """What the record of a visit shows; everything is written out, ready to be set."""

    agency: str
    section: str
    number: str
    began_at: datetime
    household: str
    address: str
    officer: str
    second: str
    is_planned: bool
    finding: str
    content: str
    photographs: int
    noted_at: datetime
    confirmed_at: datetime | None
    # The number of the order to correct that was opened on it.
    case_number: str = ""


def render_work_log(found: WorkLog, *, at: datetime, fonts: Path | None = None) -> bytes:
    """Set the log of a day; one that is not signed has a line for the signature by hand.

    Raises:
        Unavailable: no font for Chinese is found.
    """
    said = [(_hour(each.at), each.household, _content(each)) for each in found.entries]
    acts = [(_hour(when), whom, what) for when, whom, what in found.acts]
    parts = (
        SheetPart(
            title="日志",
            pairs=(
                Pair.of("日期", day_in_words(found.on)),
                Pair.of("税收管理员", found.name),
                Pair.of("管理科（所）", found.section),
            ),
        ),
        _table("工作内容", ("时间", "纳税人", "工作内容"), said),
        _table("任务办理（取自留痕）", ("时间", "纳税人或任务", "办理"), acts),
    )
    opinions = [_signed("签署日志", found.name, found.signed_at)] if found.signed_at else []
    sheet = Sheet(
        head=Head(agency=found.agency, dated_on=found.on, case_number=found.number),
        parts=tuple(part for part in parts if not part.is_empty),
        opinions=tuple(opinions),
        signatures=() if opinions else ("税收管理员（签名）",),
    )
    return render_record(PaperKind.WORK_LOG, sheet, at=at, fonts=fonts)


def render_patrol_record(found: PatrolRecord, *, at: datetime, fonts: Path | None = None) -> bytes:
    """Set the record of a visit; both officers stand for it.

    Raises:
        Unavailable: no font for Chinese is found.
    """
    began = found.began_at.astimezone(BUREAU_ZONE)
    pairs = [
        Pair.of("巡查时间", f"{day_in_words(began.date())}{began.hour}时{began.minute:02d}分"),
        Pair.of("管理科（所）", found.section),
        Pair.of("纳税人", found.household),
        Pair.of("生产经营地址", found.address),
        Pair.of("巡查人员", found.officer),
        Pair.of("协同人员", found.second),
        Pair.of("计划", "计划内" if found.is_planned else "计划外"),
        Pair.of("现场照片", f"{found.photographs}张"),
        Pair.of("巡查结果", found.finding),
        *([Pair.of("责令限期改正任务", found.case_number)] if found.case_number else []),
    ]
    opinions = [_signed("登记巡查", found.officer, found.noted_at)]
    if found.confirmed_at is not None:
        opinions.append(_signed("协同人员确认", found.second, found.confirmed_at))
    sheet = Sheet(
        head=Head(agency=found.agency, dated_on=began.date(), case_number=found.number),
        parts=(
            SheetPart(title="巡查", pairs=tuple(pairs)),
            SheetPart(title="巡查情况", lines=tuple(found.content.splitlines())),
        ),
        opinions=tuple(opinions),
        signatures=() if found.confirmed_at else ("协同人员（签名）",),
    )
    return render_record(PaperKind.PATROL_RECORD, sheet, at=at, fonts=fonts)


def _content(entry: Entered) -> str:
    if entry.finding:
        return f"巡查：{entry.finding}。{entry.content}"
    mark = "（更正）" if entry.is_correction else "（已更正）" if entry.is_corrected else ""
    return entry.content + mark


def _table(title: str, names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> SheetPart:
    if not rows:
        return SheetPart(title=title)
    figures = (False,) * len(names)
    widths = ("0.7", "2", "4")
    table = Tabled(names=names, widths=widths, are_figures=figures, rows=tuple(rows))
    return SheetPart(title=title, table=table)


def _signed(what: str, name: str, at: datetime) -> Opinion:
    return Opinion(role=what, name=name, post=_POST, at=at, decision="已签署")


def _hour(at: datetime) -> str:
    return f"{at.astimezone(BUREAU_ZONE):%H:%M}"
