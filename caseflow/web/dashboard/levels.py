"""The bar of levels from the city to the officer: a link each, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.models import Unit
from caseflow.reads.dashboard import Board
from caseflow.vocabulary import UnitLevel
from caseflow.web.dashboard import names, rank_lines
from caseflow.web.dashboard.settings import Settings
from caseflow.web.speech import _


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the bar; without a link its note says why."""

    name: str
    note: str
    href: str | None = None
    is_current: bool = False


def of(board: Board, settings: Settings) -> list[Level]:
    """The five levels, as far as they are chosen."""
    reached = {unit.level: (unit, is_open) for unit, is_open in board.parents}
    return [
        _unit_level(board, settings, *reached.get(UnitLevel.CITY, (board.unit, True))),
        Level(_("市局处室"), _("处室不直接管户")),
        _district(board, settings, reached),
        _section(board, settings),
        _officers(board, settings),
    ]


def _district(
    board: Board, settings: Settings, reached: dict[UnitLevel, tuple[Unit, bool]]
) -> Level:
    if board.unit.level is UnitLevel.CITY:
        note = _("%(n)s 个单位", n=len(rank_lines.at_work(board)))
        return Level(_("区（市）局"), note, _ranking(board, settings))
    return _unit_level(board, settings, *reached.get(UnitLevel.DISTRICT, (board.unit, True)))


def _section(board: Board, settings: Settings) -> Level:
    if board.unit.level is UnitLevel.CITY:
        return Level(_("科（所）"), _("先选择区（市）局"))
    if board.unit.level is UnitLevel.DISTRICT:
        note = _("%(n)s 个科（所）", n=len(rank_lines.at_work(board)))
        return Level(_("科（所）"), note, _ranking(board, settings))
    return _unit_level(board, settings, board.unit, is_open=True)


def _officers(board: Board, settings: Settings) -> Level:
    if board.unit.level is not UnitLevel.SECTION:
        return Level(_("税收管理员"), _("先选择科（所）"))
    return Level(_("税收管理员"), _people(board), _ranking(board, settings))


def _unit_level(board: Board, settings: Settings, unit: Unit, is_open: bool) -> Level:  # noqa: FBT001 -- as the read pairs them
    name = names.of_unit(unit.short_name, unit.name_en)
    if unit.id == board.unit.id:
        households = sum(row.households for row in board.rows)
        note = _("%(n)s 户 · %(people)s", n=f"{households:,}", people=_people(board))
        return Level(name, note, settings.link(unit.id), is_current=True)
    if not is_open:
        return Level(name, _("不在您的管辖范围"))
    return Level(name, _("返回上一级"), settings.link(unit.id))


def _people(board: Board) -> str:
    return _("%(n)s 名管理员", n=sum(row.staff for row in board.rows))


def _ranking(board: Board, settings: Settings) -> str:
    return settings.link(board.unit.id, anchor="ranking")
