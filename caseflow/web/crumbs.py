"""The way back from a page: the list that a person came from, with its filters."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for

from caseflow import policy
from caseflow.web.house import actor
from caseflow.web.speech import _

Crumb = tuple[str, str | None]


def parent_of_case() -> Crumb:
    """The list that led to a case; else the own desk, or all cases for those without one."""
    came_from = _came_from()
    if came_from:
        return came_from
    if policy.has_desk(actor()):
        return (_("我的待办"), url_for("inbox.page"))
    return (_("核查任务"), url_for("cases.listing_page"))


def parent_of_taxpayer() -> Crumb:
    """The list that led to a household, else all of them."""
    return _came_from() or (_("纳税人"), url_for("taxpayers.listing_page"))


def _came_from() -> Crumb | None:
    """A list of this house that the browser says it comes from."""
    came = urlsplit(request.referrer or "")
    names = {
        url_for("inbox.page"): _("我的待办"),
        url_for("cases.listing_page"): _("核查任务"),
        url_for("taxpayers.listing_page"): _("纳税人"),
        url_for("tax_warnings.listing_page"): _("疑点预警"),
        url_for("reminders.listing"): _("催办提醒"),
        url_for("record.listing"): _("办理留痕"),
        url_for("dashboard.page"): _("看板"),
        url_for("search.page"): _("搜索"),
    }
    if came.netloc != request.host or came.path not in names:
        return None
    return (names[came.path], f"{came.path}?{came.query}" if came.query else came.path)
