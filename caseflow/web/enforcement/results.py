"""The results of enforcement 执法成果: by level as table and picture; the cases behind each sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from caseflow import clock
from caseflow.models import YearlyResult
from caseflow.reads import people, units
from caseflow.reads.enforcement import past
from caseflow.reads.enforcement import results as reads
from caseflow.reads.enforcement.results import NOBODY, Figure, Wish
from caseflow.services import exports
from caseflow.vocabulary import CaseKind, Invalid, UnitLevel
from caseflow.web import charts, sheets, words
from caseflow.web import listing as lists
from caseflow.web.dashboard import calibers, names
from caseflow.web.faults import Faults
from caseflow.web.house import actor, reading, writing
from caseflow.web.languages import name_of, say
from caseflow.web.sheets import MOST, Sheet
from caseflow.web.speech import _
from caseflow.web.term_filters import outcome

_CASES = "enforcement.results_cases"
_BOARD = "enforcement.results_page"
_QUARTERS = (1, 2, 3, 4)
_NOTHING = reads.Page((), reads.Sums(), None)


@dataclass(frozen=True, slots=True)
class Cell:
    """A sum as written, and the cases that it opens; without any it opens none."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A unit or officer with every sum, and its share of the tax as a bar."""

    name: str
    href: str
    households: str
    cases: Cell
    cells: tuple[Cell, ...]
    meter: Markup


def page() -> tuple[str, int]:
    """The results of a unit, of what stands below it, and year by year."""
    faults = Faults()
    wish = _wish(faults)
    with reading(counting=True) as session:
        board = reads.board(session, actor(), wish)
        imported = past.of(session, board.unit.id, wish.kind)
        shown = render_template(
            "pages/enforcement_results.html",
            crumbs=[(_("执法成果"), None)],
            title=_title(board),
            board=board,
            wish=wish,
            faults=faults,
            kinds=_kinds(),
            years=_years(board),
            quarters=_quarters(),
            parents=_parents(board, wish),
            figures=figure_names(),
            whole=_line(board, wish, board.whole, _("合计")),
            lines=[_part(board, wish, part) for part in board.parts],
            row_name=_("税收管理员") if board.unit.level is UnitLevel.SECTION else _("单位"),
            year_lines=_year_lines(board, wish),
            imported=imported,
            imported_sums=past.sums_of(imported),
            pictures=_pictures(board, imported),
            caliber=caliber(),
        )
    return faults.answer(shown)


def cases() -> tuple[str, int]:
    """The cases behind a sum."""
    faults = Faults()
    wish = _wish(faults)
    with reading() as session:
        found = _NOTHING if faults else reads.page(session, actor(), wish)
        unit = units.one(session, wish.unit_id) if wish.unit_id else None
        officer = people.name(session, wish.officer_id) if wish.officer_id else None
        shown = render_template(
            "pages/enforcement_cases.html",
            crumbs=[(_("执法成果"), url_for(_BOARD, **_kept(wish))), (_("办结任务"), None)],
            found=found,
            wish=wish,
            faults=faults,
            said=words.joined(
                [
                    *([name_of(unit.name, unit.name_en)] if unit else []),
                    *([officer] if officer else []),
                    *([_("未定管理员")] if wish.officer_id == NOBODY else []),
                    *([period(wish)] if wish.year else []),
                    *([say(wish.kind)] if wish.kind else []),
                    *([figure_names()[wish.figure]] if wish.figure else []),
                ]
            ),
            figures=figure_names(),
            pages=lists.pages(found.next_before, "before"),
            export=lists.export_link("enforcement.results_file"),
        )
    return faults.answer(shown)


def file() -> Response:
    """The cases behind a sum as a file; noted as an export."""
    faults = Faults()
    wish = _wish(faults)
    if faults:
        raise Invalid("bad_page")
    named = figure_names()
    with reading() as session:
        rows = reads.rows(session, actor(), wish, most=MOST + 1)
        answer = sheets.answer(
            Sheet(
                title=_("执法成果明细"),
                filters=[f"{name}={value}" for name, value in _asked().items()],
                rows=rows,
                columns=(
                    (_("任务编号"), lambda row: row.number),
                    (_("任务类别"), lambda row: say(row.kind)),
                    (_("纳税人"), lambda row: row.taxpayer),
                    (_("科（所）"), lambda row: name_of(row.section, row.section_en)),
                    (_("主办"), lambda row: row.officer),
                    (_("处理结果"), lambda row: outcome(row.outcome)),
                    (_("办结日期"), lambda row: clock.local_date(row.closed_at)),
                    (named[Figure.TAX], lambda row: row.sums.tax),
                    (named[Figure.PAID], lambda row: row.sums.paid),
                    (named[Figure.INCOME], lambda row: row.sums.income),
                    (named[Figure.LOSS], lambda row: row.sums.loss),
                    (named[Figure.SURCHARGE], lambda row: row.sums.surcharge),
                    (named[Figure.FINE], lambda row: row.sums.fine),
                ),
            )
        )
    with writing() as session:
        count = min(len(rows), MOST)
        exports.note(session, actor(), "results", filters=_asked(), count=count)
    return answer


def figure_names() -> dict[Figure, str]:
    """What each sum is called, as the glossary has it."""
    return {
        Figure.TAX: _("评估税款"),
        Figure.PAID: _("评估入库税款"),
        Figure.INCOME: _("调整应纳税所得额"),
        Figure.LOSS: _("弥补亏损"),
        Figure.SURCHARGE: _("滞纳金"),
        Figure.FINE: _("罚款"),
    }


def caliber() -> calibers.Caliber:
    """What the sums count."""
    return (
        (
            _("任务"),
            _("已办结（含已归档）的任务，不含已作废；计入办结的年度、办结时的主办和科（所）"),
        ),
        (_("户数"), _("任务涉及的纳税人，同一户只计一次，所以各行的户数相加可能大于合计")),
        (
            _("评估税款"),
            _("任务核定的应补税款：同一税种各属期的差额相加，税种之间不相抵；其他金额为各行之和"),
        ),
        (_("不重复计"), _("转其他任务或移送其他部门的，只计件数，金额计入后续任务")),
        (_("罚款"), _("简易处罚任务决定的罚款")),
        (_("来源"), _("本平台的任务，每次打开时逐件计算，没有另存的合计")),
        (_("截至"), words.stamp_exact(clock.now())),
    )


def period(wish: Wish) -> str:
    """The year or quarter in words."""
    if wish.quarter:
        return _("%(year)s 年第 %(quarter)s 季度", year=wish.year, quarter=wish.quarter)
    return _("%(year)s 年", year=wish.year)


def _wish(faults: Faults) -> Wish:
    year = faults.read("year", lists.year, None)
    quarter = faults.read("quarter", lists.number, None)
    return Wish(
        unit_id=faults.read("unit", lists.number, None),
        officer_id=faults.read("officer", lists.number, None),
        kind=faults.read("kind", lambda name: lists.term(CaseKind, name), None),
        year=year,
        quarter=quarter if year and quarter in _QUARTERS else None,
        figure=faults.read("of", lambda name: lists.term(Figure, name), None),
        before=faults.read("before", lists.number, None),
    )


def _asked() -> dict[str, str]:
    kept = request.args.items()
    return {name: value for name, value in kept if value and name not in lists.NOT_FILTERS}


def _kept(wish: Wish) -> dict[str, Any]:
    """What a link keeps of the address: time and kind."""
    kind = wish.kind.value if wish.kind else None
    return {"year": wish.year, "quarter": wish.quarter, "kind": kind}


def _title(board: reads.Board) -> str:
    if board.unit.level is UnitLevel.CITY:
        return _("全市执法成果")
    name = names.of_unit(board.unit.short_name, board.unit.name_en)
    return _("%(unit)s执法成果", unit=name)


def _parents(board: reads.Board, wish: Wish) -> list[tuple[str, str | None]]:
    """The units above, each a link where it may be opened."""
    return [
        (
            names.of_unit(unit.short_name, unit.name_en),
            url_for(_BOARD, unit=unit.id, **_kept(wish)) if is_open else None,
        )
        for unit, is_open in board.parents
    ]


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, say(kind)) for kind in CaseKind]


def _years(board: reads.Board) -> list[tuple[str, str]]:
    known = sorted({*board.years, clock.today().year}, reverse=True)
    return [(str(year), _("%(year)s 年", year=year)) for year in known]


def _quarters() -> list[tuple[str, str]]:
    return [(str(each), _("第 %(quarter)s 季度", quarter=each)) for each in _QUARTERS]


def _part(board: reads.Board, wish: Wish, part: reads.Part) -> Line:
    if board.unit.level is UnitLevel.SECTION:
        scope: dict[str, Any] = {"unit": board.unit.id, "officer": part.id}
        name = name_of(part.name, part.name_en) if part.id != NOBODY else _("未定管理员")
        return _line(board, wish, part.sums, name, scope, url_for(_CASES, **scope, **_kept(wish)))
    scope = {"unit": part.id}
    name = names.of_unit(part.name, part.name_en)
    return _line(board, wish, part.sums, name, scope, url_for(_BOARD, **scope, **_kept(wish)))


def _line(
    board: reads.Board,
    wish: Wish,
    sums: reads.Sums,
    name: str,
    scope: dict[str, Any] | None = None,
    href: str = "",
) -> Line:
    where = _scope(board) if scope is None else scope
    most = max((part.sums.tax for part in board.parts), default=Decimal(0))
    return Line(
        name=name,
        href=href,
        households=f"{sums.households:,}",
        cases=_count(sums, {**where, **_kept(wish)}),
        cells=_cells(sums, {**where, **_kept(wish)}),
        meter=charts.meter(float(sums.tax / most) if most else 0.0, "plain"),
    )


def _scope(board: reads.Board) -> dict[str, Any]:
    return {} if board.unit.level is UnitLevel.CITY else {"unit": board.unit.id}


def _count(sums: reads.Sums, address: dict[str, Any]) -> Cell:
    return Cell(f"{sums.cases:,}", url_for(_CASES, **address) if sums.cases else None)


def _cells(sums: reads.Sums, address: dict[str, Any]) -> tuple[Cell, ...]:
    return tuple(_cell(sums, figure, address) for figure in Figure)


def _cell(sums: reads.Sums, figure: Figure, address: dict[str, Any]) -> Cell:
    amount: Decimal = getattr(sums, figure.value)
    href = url_for(_CASES, of=figure.value, **address) if amount else None
    return Cell(words.wan(amount), href)


def _year_lines(board: reads.Board, wish: Wish) -> list[tuple[int, Cell, tuple[Cell, ...]]]:
    """The years in which anything was closed, the newest first."""
    kept = {"kind": wish.kind.value if wish.kind else None, **_scope(board)}
    return [
        (
            year,
            _count(sums, {**kept, "year": year}),
            _cells(sums, {**kept, "year": year}),
        )
        for year, sums in sorted(board.years.items(), reverse=True)
    ]


def _pictures(board: reads.Board, imported: Sequence[YearlyResult]) -> list[tuple[str, Markup]]:
    """Each sum year by year, as imported and as computed: two lines that never join."""
    taken: dict[int, reads.Sums] = {}
    for row in imported:
        taken[row.year] = taken.get(row.year, reads.Sums()) + past.sums_of([row])
    years = sorted({*board.years, *taken})
    if len(years) < 2:  # noqa: PLR2004 -- a line needs two points
        return []
    named = figure_names()
    return [
        (named[figure], _trend(named[figure], figure, years, (taken, board.years)))
        for figure in (Figure.TAX, Figure.INCOME, Figure.LOSS)
    ]


def _trend(
    name: str,
    figure: Figure,
    years: Sequence[int],
    both: tuple[Mapping[int, reads.Sums], Mapping[int, reads.Sums]],
) -> Markup:
    lines = [
        charts.Line(
            said,
            [float(getattr(sums[year], figure)) if year in sums else None for year in years],
            is_dashed=is_dashed,
        )
        for said, sums, is_dashed in zip((_("导入"), _("本平台")), both, (True, False), strict=True)
        if sums
    ]
    return charts.trend(
        [str(year) for year in years],
        lines,
        sentence=_("各年的%(figure)s：虚线是导入的历年数，实线是本平台的任务", figure=name),
        say=words.yuan_short,
        size=(340, 150),
    )
