"""Lists taken out as files, by the filters of their pages and within the same reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from flask import Blueprint, Response, request

from caseflow import clock
from caseflow.reads import cases as case_reads
from caseflow.reads import inbox as inbox_reads
from caseflow.reads import tax_warnings as warning_reads
from caseflow.reads import taxpayers as taxpayer_reads
from caseflow.services import exports
from caseflow.web import chips, doubt_words, inbox_wishes, listing, sheets, taxpayer_words, words
from caseflow.web.house import actor, reading, writing
from caseflow.web.languages import name_of, say
from caseflow.web.sheets import MOST, Sheet
from caseflow.web.speech import _
from caseflow.web.stages import stage_name
from caseflow.web.term_filters import outcome

bp = Blueprint("exports", __name__)


@bp.get("/inbox.csv")
def inbox() -> Response:
    """The own desk."""
    wish = replace(inbox_wishes.wish(), after=None)
    with reading() as session:
        rows = inbox_reads.rows(session, actor(), wish, most=MOST + 1)
        file = sheets.answer(
            Sheet(
                title=_("我的待办"),
                filters=inbox_wishes.said(wish),
                rows=rows,
                columns=(
                    (_("办理期限"), lambda row: _last_day(row.due_at)),
                    (_("剩余工作日"), lambda row: row.left),
                    (_("任务编号"), lambda row: row.number),
                    (_("纳税人"), lambda row: row.taxpayer),
                    (_("纳税人识别号"), lambda row: row.tin),
                    (_("疑点"), lambda row: doubt_words.short(row.doubt) if row.doubt else None),
                    (_("疑点数"), lambda row: row.doubt_count),
                    (_("阶段"), lambda row: stage_name(row.stage)),
                    (_("当前步骤"), lambda row: name_of(row.name, row.name_en)),
                    (_("任务状态"), lambda row: say(row.status)),
                    (_("风险分"), lambda row: row.score),
                    (_("风险等级"), lambda row: words.grade(row.grade)),
                    (_("估算税额（元）"), lambda row: row.amount),
                ),
            ),
        )
    return _noted("inbox", file, count=len(rows))


@bp.get("/cases.csv")
def cases() -> Response:
    """Cases within the actor's reach."""
    wish = replace(listing.case_wish(), before=None)
    with reading() as session:
        rows = case_reads.rows(session, actor(), wish, most=MOST + 1)
        filters = listing.said(
            listing.case_filters(session, wish), wish.text, chips.of_cases(session, wish)
        )
        file = sheets.answer(
            Sheet(
                title=_("核查任务"),
                filters=filters,
                rows=rows,
                columns=(
                    (_("任务编号"), lambda row: row.number),
                    (_("纳税人"), lambda row: row.taxpayer),
                    (_("纳税人识别号"), lambda row: row.tin),
                    (_("任务状态"), lambda row: say(row.status)),
                    (_("阶段"), lambda row: stage_name(row.stage)),
                    (_("处理结果"), lambda row: outcome(row.outcome) if row.outcome else None),
                    (_("基层局"), lambda row: name_of(row.district, row.district_en)),
                    (_("科（所）"), lambda row: name_of(row.section, row.section_en)),
                    (_("主办"), lambda row: row.main_officer),
                    (_("风险分"), lambda row: row.score),
                    (_("风险等级"), lambda row: words.grade(row.grade)),
                    (_("生成日期"), lambda row: clock.local_date(row.opened_at)),
                    (_("办理期限"), lambda row: _last_day(row.due_at)),
                    (_("办结日期"), lambda row: row.closed_at and clock.local_date(row.closed_at)),
                ),
            ),
        )
    return _noted("cases", file, count=len(rows))


@bp.get("/warnings.csv")
def warnings() -> Response:
    """Warnings of households within the actor's reach."""
    wish = replace(listing.warning_wish(), before=None)
    with reading() as session:
        rows = warning_reads.rows(session, actor(), wish, most=MOST + 1)
        filters = listing.said(
            listing.warning_filters(session, wish), wish.text, chips.of_warnings(wish)
        )
        file = sheets.answer(
            Sheet(
                title=_("疑点预警"),
                filters=filters,
                rows=rows,
                columns=(
                    (_("指标代码"), lambda row: row.indicator.code),
                    (_("指标"), lambda row: doubt_words.indicator_name(row.indicator)),
                    (_("纳税人"), lambda row: row.taxpayer),
                    (_("纳税人识别号"), lambda row: row.tin),
                    (_("基层局"), lambda row: name_of(row.district, row.district_en)),
                    (_("所属期"), lambda row: words.period(row.period)),
                    (_("指标值"), lambda row: doubt_words.found(row.indicator, row.value)),
                    (
                        _("预警值"),
                        lambda row: doubt_words.limit(row.indicator, row.side, row.threshold),
                    ),
                    (_("分值"), lambda row: row.points),
                    (_("严重程度"), lambda row: words.severity(row.severity)),
                    (_("估算税额（元）"), lambda row: row.estimated_tax),
                    (_("处理情况"), lambda row: say(row.status)),
                    (_("任务编号"), lambda row: row.case_number),
                ),
            ),
        )
    return _noted("warnings", file, count=len(rows))


@bp.get("/taxpayers.csv")
def taxpayers() -> Response:
    """Households within the actor's reach."""
    wish = replace(listing.taxpayer_wish(), after=None)
    with reading() as session:
        rows = taxpayer_reads.rows(session, actor(), wish, most=MOST + 1)
        file = sheets.answer(
            Sheet(
                title=_("纳税人"),
                filters=listing.said(
                    taxpayer_words.filters(wish), wish.text, chips.of_taxpayers(session, wish)
                ),
                rows=rows,
                columns=(
                    (_("纳税人"), lambda row: row.name),
                    (_("纳税人识别号"), lambda row: row.tin),
                    (_("户别"), lambda row: taxpayer_words.row(row).kind),
                    (_("登记状态"), lambda row: taxpayer_words.row(row).reg_status),
                    (_("行业"), lambda row: row.industry_name),
                    (_("增值税身份"), lambda row: taxpayer_words.row(row).vat_class),
                    (_("信用"), lambda row: row.credit_grade),
                    (_("科（所）"), lambda row: name_of(row.section, row.section_en)),
                    (_("税收管理员"), lambda row: row.administrator),
                    (_("未结疑点"), lambda row: row.doubt_count),
                    (_("在办任务"), lambda row: row.open_cases),
                ),
            ),
        )
    return _noted("taxpayers", file, count=len(rows))


def _noted(name: str, file: Response, *, count: int) -> Response:
    """Note that the list goes out, now that its file is made; then send it."""
    asked = request.args.items()
    filters = {key: value for key, value in asked if value and key not in listing.NOT_FILTERS}
    with writing() as session:
        exports.note(session, actor(), name, filters=filters, count=min(count, MOST))
    return file


def _last_day(at: datetime | None) -> date | None:
    """The last day on which a limit is kept."""
    return None if at is None else words.last_day(at)
