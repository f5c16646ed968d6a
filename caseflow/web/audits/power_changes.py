"""Every change of powers in one line of time, with what was before and after."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from caseflow.reads.audits import powers as reads
from caseflow.reads.audits.named import Named
from caseflow.reads.record import Event
from caseflow.web import action_words, record_words, timeline
from caseflow.web import listing as lists
from caseflow.web.audits import noting, payloads
from caseflow.web.faults import Faults
from caseflow.web.house import actor, reading
from caseflow.web.languages import capital
from caseflow.web.speech import _

bp = Blueprint("power_changes", __name__)

# What is found when it cannot be looked for.
_NOTHING = reads.Found((), Named({}, {}, {}, {}, {}, {}), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One change in words."""

    change: reads.Change
    what: str
    group: str
    who: str
    post: str
    lines: tuple[payloads.Line, ...]
    stream: str


@bp.get("/audit/powers")
def listing() -> tuple[str, int]:
    """The changes, newest first; by group, person and day."""
    faults = Faults()
    wish = reads.Wish(
        group=faults.read("group", lambda name: lists.term(reads.Group, name), None),
        person=request.args.get("person", "").strip(),
        since=faults.read("since", lists.day, None),
        until=faults.read("until", lists.day, None),
        before=faults.read("before", lists.number, None),
    )
    with reading() as session:
        found = _NOTHING if faults else reads.of(session, actor(), wish)
        page = render_template(
            "pages/audit_powers.html",
            crumbs=[(_("权限变更"), None)],
            lines=[_line(each, found.named) for each in found.changes],
            wish=wish,
            faults=faults,
            tabs=_tabs(wish),
            pages=lists.pages(found.next_before, "before"),
            has_filters=bool(faults or wish.person or wish.since or wish.until),
        )
    noting.viewed("powers", len(found.changes))
    return faults.answer(page)


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
        reads.Group.PARAMETERS: capital(_("参数")),
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


def _line(change: reads.Change, named: Named) -> Line:
    event = change.event
    return Line(
        change=change,
        what=action_words.name(event.action),
        group=change.group.value,
        who=event.name or _("系统"),
        post=record_words.post(event),
        lines=payloads.lines(event, named),
        stream=_stream(event, named),
    )


def _stream(event: Event, named: Named) -> str:
    """The case or the person to whom the change belongs, or the part of the record."""
    kind, _colon, key = event.stream.partition(":")
    known = {"case": named.cases, "user": named.people}.get(kind, {})
    name = known.get(int(key), "") if key.isdecimal() else ""
    return name or timeline.stream_name(event.stream)
