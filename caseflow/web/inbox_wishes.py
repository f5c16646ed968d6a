"""What the address asks of the inbox: tab, filters, order, page; and the views kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy.orm import Session

from caseflow.models import SavedView
from caseflow.reads import inbox as reads
from caseflow.reads import saved_views
from caseflow.vocabulary import Invalid
from caseflow.vocabulary.drawings import STAGES
from caseflow.web import words
from caseflow.web.house import actor
from caseflow.web.listing import link
from caseflow.web.speech import _
from caseflow.web.stages import stage_name

# What a view keeps of the address.
SETTINGS = ("tab", "stage", "grade", "sort", "for")
_GRADES = ("1", "2", "3")
_LONGEST_ID = 19


@dataclass(frozen=True, slots=True)
class View:
    """A view that the person has named, as a tab."""

    id: int
    name: str
    href: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column that the list may be ordered by."""

    href: str
    aria: str
    icon: str


def wish() -> reads.Wish:
    """What the address asks for."""
    return of(request.args, after=request.args.get("after", ""))


def of(asked: Mapping[str, str], *, after: str = "") -> reads.Wish:
    """
    What these settings ask for.

    Raises:
        Invalid: a setting is none that a page writes.

    """
    stage, grade = asked.get("stage", ""), asked.get("grade", "")
    principal = asked.get("for", "")
    if stage and stage not in STAGES:
        raise Invalid("unknown_stage")
    if grade and grade not in _GRADES:
        raise Invalid("unknown_grade")
    if principal and not (principal.isdecimal() and len(principal) < _LONGEST_ID):
        raise Invalid("bad_page")
    try:
        tab = reads.Tab(asked.get("tab") or "all")
        sort = reads.Sort(asked.get("sort") or "due")
        cursor = _after(after, sort)
    except (ValueError, InvalidOperation):
        raise Invalid("bad_page") from None
    return reads.Wish(
        tab=tab,
        stage=stage,
        grade=int(grade) if grade else None,
        sort=sort,
        for_id=int(principal) if principal else None,
        after=cursor,
    )


def settings(asked: reads.Wish) -> dict[str, str]:
    """A wish as the settings of an address, what is usual left out."""
    found = {
        "tab": "" if asked.tab is reads.Tab.ALL else asked.tab.value,
        "stage": asked.stage,
        "grade": str(asked.grade or ""),
        "for": "" if asked.for_id is None else str(asked.for_id),
        "sort": "" if asked.sort is reads.Sort.DUE else asked.sort.value,
    }
    return {name: value for name, value in found.items() if value}


def views(session: Session, asked: reads.Wish) -> tuple[View, ...]:
    """The person's own views with how many rows each finds; what is no longer read is left out."""
    kept = tuple(_readable(saved_views.of(session, actor())))
    counts = reads.counts_by(session, actor(), [wish for _view, wish in kept])
    current = settings(asked)
    return tuple(
        View(
            id=view.id,
            name=view.name,
            href=address(view.settings),
            count=count,
            is_current=view.settings == current,
        )
        for (view, _wish), count in zip(kept, counts, strict=True)
    )


def heads(asked: reads.Wish) -> dict[str, Head]:
    """The heads by column; a click on the one in use turns the order round."""
    return {column: _head(column, asked.sort) for column in ("due", "score", "amount")}


def said(asked: reads.Wish) -> list[str]:
    """What narrows the list, in words."""
    names = [
        tab_names()[asked.tab][0] if asked.tab is not reads.Tab.ALL else "",
        stage_name(asked.stage) if asked.stage else "",
        words.grade(asked.grade) if asked.grade else "",
        dict(principals()).get(str(asked.for_id), ""),
    ]
    return [name for name in names if name]


def tab_names() -> dict[reads.Tab, tuple[str, str]]:
    """The tabs that everybody has, with the colour of their counts."""
    return {
        reads.Tab.ALL: (_("全部"), ""),
        reads.Tab.OVERDUE: (_("已逾期"), "bad"),
        reads.Tab.TODAY: (_("今日到期"), "warn"),
        reads.Tab.WEEK: (_("本周"), ""),
        reads.Tab.RETURNED: (_("被退回"), ""),
        reads.Tab.WAITING: (_("待纳税人"), ""),
        reads.Tab.FREE: (_("待领取"), ""),
    }


def principals() -> list[tuple[str, str]]:
    """The choices of a deputy: the own steps, or those of one principal; none for others."""
    names = {each.principal_id: each.principal_name for each in actor().stands_for}
    if not names:
        return []
    found = [(str(key), _("代 %(name)s", name=name)) for key, name in names.items()]
    return [(str(reads.OWN), _("本人的待办")), *found]


def address(asked: Mapping[str, str]) -> str:
    """The inbox with these settings."""
    return url_for("inbox.page") + (f"?{urlencode(asked)}" if asked else "")


def next_page(box: reads.Inbox) -> str | None:
    """Where the list goes on."""
    if box.more is None:
        return None
    value, last = box.more
    text = value.isoformat() if isinstance(value, datetime) else str(value or "")
    return link(after=f"{text}~{last}")


def _readable(kept: Iterable[SavedView]) -> Iterator[tuple[SavedView, reads.Wish]]:
    """Views with what they ask for; a stage or an order may have gone since they were kept."""
    for view in kept:
        try:
            yield view, of(view.settings)
        except Invalid:
            continue


def _head(column: str, sort: reads.Sort) -> Head:
    if sort.column != column:
        # Limits are read from the nearest on, scores and amounts from the highest down.
        first = "due" if column == "due" else f"-{column}"
        return Head(link(sort=first, task=None), "none", "")
    turned = column if sort.is_down else f"-{column}"
    aria, icon = ("descending", "arrow-down") if sort.is_down else ("ascending", "arrow-up")
    return Head(link(sort=turned, task=None), aria, icon)


def _after(text: str, sort: reads.Sort) -> reads.Cursor | None:
    if not text:
        return None
    value, _sep, last = text.rpartition("~")
    if not value:
        return (None, int(last))
    if sort.column == "due":
        return (datetime.fromisoformat(value), int(last))
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(value)
    return (number, int(last))
