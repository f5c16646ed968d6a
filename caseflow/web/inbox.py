"""The inbox: what to do next, why it is here, and the way into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from caseflow import clock, policy
from caseflow.reads import inbox as reads
from caseflow.reads import preview as preview_reads
from caseflow.services import saved_views
from caseflow.vocabulary import NotFound, Verb
from caseflow.web import (
    charts,
    clock_words,
    doubt_words,
    history,
    inbox_wishes,
    listing,
    timeline,
    words,
)
from caseflow.web.house import acting, actor, reading
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
    wish = inbox_wishes.wish()
    with reading() as session:
        if request.args.get("part") == "preview":
            return _preview(preview_reads.of(session, actor(), request.args.get("task", 0, int)))
        box = reads.of(session, actor(), wish)
        selected = _selected(box)
        wanted = None if _hides_preview() else selected
        shown = preview_reads.of(session, actor(), wanted) if wanted else None
        views = inbox_wishes.views(session, wish)
        return render_template(
            "pages/inbox.html",
            crumbs=[(_("我的待办"), None)],
            box=box,
            wish=wish,
            tabs=_tabs(box, wish, views),
            view=next((each for each in views if each.is_current), None),
            heads=inbox_wishes.heads(wish),
            said=words.joined(inbox_wishes.said(wish)),
            settings=inbox_wishes.settings(wish),
            sections=tuple(_sections(box, selected, wish)),
            stages=[(stage, stage_name(stage)) for stage in box.stages],
            grades=[(grade, words.grade(grade)) for grade in (1, 2, 3)],
            principals=inbox_wishes.principals(),
            preview=_preview(shown) if shown else None,
            toggle=listing.link(preview=None if _hides_preview() else "off"),
            hides_preview=_hides_preview(),
            may_assign=policy.may(actor(), Verb.ASSIGN_MANY),
            cleared=listing.link(**dict.fromkeys(("stage", "grade", "for"))),
            next_page=inbox_wishes.next_page(box),
        )


@bp.get("/inbox/counts")
def counts() -> Response:
    """The numbers of the tabs, for pages that stay open."""
    with reading() as session:
        found = reads.counts_of(session, actor())
        return jsonify({tab.value: count for tab, count in found.items()})


@bp.post("/inbox/views")
def keep_view() -> Response:
    """Keep the list as it is now under a name."""
    kept = {name: request.form.get(name, "") for name in inbox_wishes.SETTINGS}
    settings = {name: value for name, value in kept.items() if value}
    inbox_wishes.of(settings)  # what cannot be read is refused, not kept
    with acting() as session:
        view = saved_views.keep(session, actor(), request.form.get("name", "").strip(), settings)
    flash(_("已保存视图“%(name)s”。", name=view.name), "ok")
    return redirect(inbox_wishes.address(settings), 303)


@bp.post("/inbox/views/<int:view_id>/remove")
def remove_view(view_id: int) -> Response:
    """Take an own view away."""
    with acting() as session:
        name = saved_views.remove(session, actor(), view_id)
    flash(_("已删除视图“%(name)s”。", name=name), "ok")
    return redirect(url_for("inbox.page"), 303)


def _hides_preview() -> bool:
    return request.args.get("preview") == "off"


def _selected(box: reads.Inbox) -> int | None:
    ids = [row.task_id for row in box.rows]
    wanted = request.args.get("task", 0, int)
    if wanted in ids:
        return wanted
    return ids[0] if ids else None


def _tabs(
    box: reads.Inbox, wish: reads.Wish, views: Sequence[inbox_wishes.View]
) -> list[dict[str, object]]:
    in_view = any(view.is_current for view in views)
    fixed: list[dict[str, object]] = [
        {
            "href": listing.link(tab=None if tab is reads.Tab.ALL else tab.value, task=None),
            "is_current": tab is wish.tab and not in_view,
            "name": name,
            "count": box.counts[tab],
            "count_key": tab.value,
            "kind": kind,
        }
        for tab, (name, kind) in inbox_wishes.tab_names().items()
    ]
    own = [
        {
            "href": view.href,
            "is_current": view.is_current,
            "name": view.name,
            "count": view.count,
            "icon": "star",
        }
        for view in views
    ]
    return fixed + own


def _sections(box: reads.Inbox, selected: int | None, wish: reads.Wish) -> Iterator[Section]:
    """The rows by when they are due; in any other order, in one."""
    if wish.sort is not reads.Sort.DUE:
        if box.rows:
            yield Section("", "", "", tuple(_lines(box.rows, selected)))
        return
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
            href=listing.link(task=row.task_id),
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
        counted=clock_words.why_due(shown.due_facts),
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
