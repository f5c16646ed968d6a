"""Every change of powers in one line of time, with what was before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from caseflow.reads.audits import powers as reads
from caseflow.vocabulary import Invalid
from caseflow.web import action_words
from caseflow.web import listing as lists
from caseflow.web.audits import noting, payloads
from caseflow.web.house import actor, reading
from caseflow.web.languages import say
from caseflow.web.speech import _

bp = Blueprint("power_changes", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One change in words."""

    change: reads.Change
    what: str
    group: str
    who: str
    post: str
    lines: tuple[payloads.Line, ...]


@bp.get("/audit/powers")
def listing() -> str:
    """The changes, newest first; by group, person and day."""
    wish = reads.Wish(
        group=_group(),
        person=request.args.get("person", "").strip(),
        since=lists.day("since"),
        until=lists.day("until"),
        before=lists.number("before"),
    )
    with reading() as session:
        found = reads.of(session, actor(), wish)
        page = render_template(
            "pages/audit_powers.html",
            crumbs=[(_("权限变更"), None)],
            lines=[_line(each, found.names) for each in found.changes],
            wish=wish,
            tabs=_tabs(wish),
            pages=lists.pages(found.next_before, "before"),
            has_filters=bool(wish.person or wish.since or wish.until),
        )
    noting.viewed("powers", len(found.changes))
    return page


def _group() -> reads.Group | None:
    text = request.args.get("group", "")
    try:
        return reads.Group(text) if text else None
    except ValueError:
        raise Invalid("bad_page") from None


def _tabs(wish: reads.Wish) -> list[dict[str, object]]:
    names = {
        None: _("全部"),
        reads.Group.POSTS: _("岗位与机构"),
        reads.Group.DEPUTIES: _("代理"),
        reads.Group.GRANTS: _("临时授权"),
        reads.Group.SENSITIVE: _("涉密案卷"),
        reads.Group.RECUSALS: _("回避"),
        reads.Group.SIGN_IN: _("登录凭证"),
        reads.Group.DEFINITIONS: _("流程"),
        reads.Group.PARAMETERS: _("参数"),
        reads.Group.KEYS: _("密钥"),
    }
    return [
        {
            "href": lists.link(group=group.value if group else None),
            "is_current": group is wish.group,
            "name": name,
            "count": None,
        }
        for group, name in names.items()
    ]


def _line(change: reads.Change, names: Mapping[int, str]) -> Line:
    event = change.event
    return Line(
        change=change,
        what=action_words.name(event.action),
        group=change.group.value,
        who=event.name or _("系统"),
        post=say(event.role) if event.role else "",
        lines=payloads.lines(event.payload, names),
    )
