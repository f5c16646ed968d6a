"""The inbox: what to do next, why it is here, and the way into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, jsonify, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from caseflow import clock
from caseflow.reads import inbox as reads
from caseflow.reads import preview as preview_reads
from caseflow.vocabulary import Invalid, NotFound
from caseflow.web import charts, doubt_words, history, timeline, words
from caseflow.web.house import actor, reading
from caseflow.web.languages import name_of
from caseflow.web.speech import _, ngettext
from caseflow.web.stages import stage_name

bp = Blueprint("inbox", __name__)

_HIGH, _MIDDLE = 20, 10


@dataclass(frozen=True, slots=True)
class Line:
    """One row in words."""

    row: reads.Row
    due: words.DueWords
    text: str
    stage: str
    step: str
    meter: Markup
    kind: str
    href: str
    open_href: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that are due at about the same time."""

    name: str
    kind: str
    icon: str
    lines: tuple[Line, ...]


@bp.get("/inbox")
def page() -> str:
    """The list with the preview of the selected step; ``part=preview`` gives that alone."""
    wish = _wish()
    with reading() as session:
        if request.args.get("part") == "preview":
            return _preview(preview_reads.of(session, actor(), request.args.get("task", 0, int)))
        box = reads.of(session, actor(), wish)
        selected = _selected(box)
        wanted = None if _hides_preview() else selected
        shown = preview_reads.of(session, actor(), wanted) if wanted else None
        return render_template(
            "pages/inbox.html",
            crumbs=[(_("我的待办"), None)],
            box=box,
            wish=wish,
            tabs=_tabs(box, wish),
            sections=tuple(_sections(box, selected)),
            stages=[(stage, stage_name(stage)) for stage in box.stages],
            grades=[(grade, words.grade(grade)) for grade in (1, 2, 3)],
            preview=_preview(shown) if shown else None,
            toggle=_link(preview=None if _hides_preview() else "off"),
            hides_preview=_hides_preview(),
            cleared=_link(stage=None, grade=None),
            next_page=_link(after=_cursor(box.more)) if box.more else None,
        )


@bp.get("/inbox/counts")
def counts() -> Response:
    """The numbers of the tabs, for pages that stay open."""
    with reading() as session:
        found = reads.counts_of(session, actor())
        return jsonify({tab.value: count for tab, count in found.items()})


def _wish() -> reads.Wish:
    try:
        tab = reads.Tab(request.args.get("tab", "all"))
        after = _after(request.args.get("after", ""))
    except ValueError:
        raise Invalid("bad_page") from None
    return reads.Wish(
        tab=tab,
        stage=request.args.get("stage", ""),
        grade=request.args.get("grade", None, int),
        after=after,
    )


def _after(text: str) -> tuple[datetime | None, int] | None:
    if not text:
        return None
    at, _sep, last = text.rpartition("~")
    return (datetime.fromisoformat(at) if at else None, int(last))


def _cursor(more: tuple[datetime | None, int]) -> str:
    return f"{more[0].isoformat() if more[0] else ''}~{more[1]}"


def _hides_preview() -> bool:
    return request.args.get("preview") == "off"


def _link(**changes: object) -> str:
    """This list with other settings; None takes a setting out."""
    kept = {name: value for name, value in request.args.items() if name not in ("part", "after")}
    kept.update({name: str(value) for name, value in changes.items() if value is not None})
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
    return url_for("inbox.page") + (f"?{urlencode(kept)}" if kept else "")


def _selected(box: reads.Inbox) -> int | None:
    ids = [row.task_id for row in box.rows]
    wanted = request.args.get("task", 0, int)
    if wanted in ids:
        return wanted
    return ids[0] if ids else None


def _tabs(box: reads.Inbox, wish: reads.Wish) -> list[dict[str, object]]:
    names = {
        reads.Tab.ALL: (_("全部"), ""),
        reads.Tab.OVERDUE: (_("已逾期"), "bad"),
        reads.Tab.TODAY: (_("今日到期"), "warn"),
        reads.Tab.WEEK: (_("本周"), ""),
        reads.Tab.RETURNED: (_("被退回"), ""),
        reads.Tab.WAITING: (_("待纳税人"), ""),
        reads.Tab.FREE: (_("待领取"), ""),
    }
    return [
        {
            "href": _link(tab=None if tab is reads.Tab.ALL else tab.value, task=None),
            "is_current": tab is wish.tab,
            "name": name,
            "count": box.counts[tab],
            "count_key": tab.value,
            "kind": kind,
        }
        for tab, (name, kind) in names.items()
    ]


def _sections(box: reads.Inbox, selected: int | None) -> Iterator[Section]:
    heads = {
        "overdue": (_("已逾期"), "bad", "alert-circle"),
        "today": (_("今日到期"), "warn", "clock"),
        "week": (_("本周到期"), "", "calendar"),
        "later": (_("以后"), "", "calendar"),
    }
    for key, rows in groupby(box.rows, _when):
        name, kind, icon = heads[key]
        yield Section(name, kind, icon, tuple(_lines(rows, selected)))


def _when(row: reads.Row) -> str:
    if row.due_at is None:
        return "later"
    if row.due_at <= clock.now():
        return "overdue"
    if row.due_at <= clock.end_of(clock.today()):
        return "today"
    sunday = clock.end_of(reads.end_of_week(clock.today()))
    return "week" if row.due_at <= sunday else "later"


def _lines(rows: Iterable[reads.Row], selected: int | None) -> Iterator[Line]:
    for row in rows:
        high, middle = row.score >= _HIGH, row.score >= _MIDDLE
        kind = "bad" if high else "warn" if middle else "plain"
        yield Line(
            row=row,
            due=words.due(row.due_at, row.left, is_paused=row.is_paused),
            text=_text(row),
            stage=stage_name(row.stage),
            step=name_of(row.name, row.name_en),
            meter=charts.meter(float(row.score) / 30, kind),
            kind=kind,
            href=_link(task=row.task_id),
            open_href=url_for("cases.page", case_id=row.case_id, task=row.task_id),
            is_selected=row.task_id == selected,
        )


def _text(row: reads.Row) -> str:
    if row.doubt is None:
        return words.NOTHING
    text = doubt_words.short(row.doubt)
    if row.doubt_count > 1:
        more = ngettext("，另有 %(num)d 个疑点", "，另有 %(num)d 个疑点", row.doubt_count - 1)
        return text + more
    return text


def _preview(shown: preview_reads.Preview | None) -> str:
    if shown is None:
        raise NotFound("task")
    first = shown.doubts[0] if shown.doubts else None
    points = history.of([first])[0] if first else ()
    return render_template(
        "pages/inbox_preview.html",
        shown=shown,
        due=words.due(shown.due_at, shown.left, is_paused=shown.is_paused),
        stage=stage_name(shown.stage),
        why=doubt_words.verdict(first) if first else "",
        first=first,
        chart=doubt_words.chart(first, points, charts.Frame.PREVIEW)
        if first and len(points) > 1
        else "",
        has_band=any(point.low is not None for point in points),
        limit=doubt_words.value(first.indicator, first.threshold) if first else "",
        events=timeline.of(shown.events, shown.names),
        open_href=url_for("cases.page", case_id=shown.case_id, task=shown.task_id),
    )
