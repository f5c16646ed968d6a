"""The search over all histories, its hits as a file, and one event of any chain."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow.reads import record_acts as reads
from caseflow.reads import record_events as event_reads
from caseflow.reads.audits import conduct
from caseflow.services import exports
from caseflow.vocabulary import CaseKind, Invalid
from caseflow.web import action_words, record_words, sheets, timeline
from caseflow.web import listing as lists
from caseflow.web.audits import noting
from caseflow.web.faults import Faults
from caseflow.web.house import actor, reading, writing
from caseflow.web.languages import say
from caseflow.web.sheets import MOST, Sheet
from caseflow.web.speech import _

_NOT_ASKED = frozenset({"part", "before"})
_HASH = re.compile(r"([0-9a-f]*)(?:…|\.\.\.?)?([0-9a-f]*)", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,2})-(\d{1,2})")
_SIGNATURE = re.compile(r"(user:\d{1,18}(/for:\d{1,18})?|system:[a-z]{1,20})")
_LONGEST_WORDS = 100
# What a search finds that cannot be made.
_NOTHING = reads.Found((), {}, 0, is_capped=False, next_before=None)
# Acts of several names that the page of conduct counts as one.
_GROUPS = {"exports": conduct.EXPORTS, "refused": conduct.REFUSED}


def page(parts: list[dict[str, object]]) -> tuple[str, int]:
    """Acts of the whole record; whatever narrows them is a search, and is noted as one."""
    faults = Faults()
    with reading() as session:
        wish = _wish(session, faults)
        found = _NOTHING if faults else reads.of(session, actor(), wish)
        entries = timeline.of([act.event for act in found.acts], found.names)
        has_filters = bool(asked())
        shown = render_template(
            "pages/record_acts.html",
            crumbs=[(_("办理留痕"), None)],
            lines=[
                record_words.act(act, entry) for act, entry in zip(found.acts, entries, strict=True)
            ],
            wish=wish,
            faults=faults,
            asked=asked(),
            actions=action_words.grouped(),
            kinds=[(kind.value, say(kind)) for kind in CaseKind],
            units=lists.unit_filter(session, wish.unit_id),
            said=_said(wish),
            count=lists.count_words(found.count, is_capped=found.is_capped),
            looked_from=found.looked_from,
            window=reads.WINDOW,
            pages=lists.pages(found.next_before, "before"),
            parts=parts,
            has_filters=has_filters,
            export=url_for("record.file") + "?" + urlencode(asked()),
        )
    if has_filters and not faults:
        noting.searched("acts", found.count)
    else:
        noting.viewed("acts")
    return faults.answer(shown)


def file() -> Response:
    """What the search finds as a file, the newest first; noted as an export."""
    faults = Faults()
    with reading() as session:
        wish = _wish(session, faults)
        if faults:
            raise Invalid("bad_page")
        found = reads.rows_of(session, actor(), wish, most=MOST + 1)
        entries = timeline.of([act.event for act in found.acts], found.names)
        rows = [
            record_words.act(act, entry) for act, entry in zip(found.acts, entries, strict=True)
        ]
        answer = sheets.answer(
            Sheet(
                title=_("留痕检索结果"),
                filters=[f"{name}={value}" for name, value in asked().items()],
                rows=rows,
                columns=(
                    (_("时间"), lambda row: row.act.event.at),
                    (_("人员"), lambda row: row.entry.who),
                    (_("岗位"), lambda row: row.post),
                    (_("签名"), lambda row: row.act.event.actor),
                    (_("动作"), lambda row: row.act.event.action),
                    (_("动作与内容"), lambda row: row.what),
                    (_("任务或留痕链"), lambda row: row.stream),
                    (_("纳税人"), lambda row: row.act.taxpayer),
                    (_("留痕链"), lambda row: row.act.event.stream),
                    (_("序号"), lambda row: row.act.event.seq),
                    (_("上一条哈希"), lambda row: row.act.event.prev),
                    (_("本条哈希"), lambda row: row.act.event.hash),
                ),
            )
        )
    with writing() as session:
        count = min(len(found.acts), MOST)
        exports.note(session, actor(), "record", filters=asked(), count=count)
    return answer


def event(event_id: int) -> Response | str:
    """One event: in its case's chain, or by itself with what stands around it."""
    with reading() as session:
        found = event_reads.one(session, actor(), event_id)
        if found.act.case_id is not None:
            seq = found.act.event.seq
            return redirect(url_for("record.page", case_id=found.act.case_id, seq=seq), 303)
        (entry,) = timeline.of([found.act.event], {})
        shown = render_template(
            "pages/record_event.html",
            crumbs=[
                (_("办理留痕"), url_for("record.listing")),
                (_("全部记录"), url_for("record.listing", part="acts")),
                (f"{found.act.event.stream} · {found.act.event.seq}", None),
            ],
            found=found,
            line=record_words.act(found.act, entry),
        )
    noting.viewed("event")
    return shown


def asked() -> dict[str, str]:
    """What narrows the search, as the address says it."""
    return {k: v for k, v in request.args.items() if v.strip() and k not in _NOT_ASKED}


def _wish(session: Session, faults: Faults) -> reads.Wish:
    begins, ends = faults.read("hash", _hash, ("", ""))
    words = faults.read("words", _words, "")
    wish = reads.Wish(
        text=request.args.get("text", "").strip(),
        person=request.args.get("person", "").strip(),
        by=faults.read("by", _signature, ""),
        action=request.args.get("action", ""),
        actions=_GROUPS.get(request.args.get("group", ""), ()),
        since=faults.read("since", lists.day, None),
        until=faults.read("until", lists.day, None),
        before=faults.read("before", lists.number, None),
        kind=faults.read("kind", lambda name: lists.term(CaseKind, name), None),
        unit_id=faults.read("unit", lists.number, None),
        stream=request.args.get("stream", ""),
        begins=begins,
        ends=ends,
        words=words,
        called=action_words.holding(words) if words else (),
    )
    outside = faults.read("hours", lambda name: _outside(session, wish, name), None)
    return replace(wish, outside=outside)


def _words(name: str) -> str:
    words = request.args.get(name, "").strip()
    if len(words) > _LONGEST_WORDS:
        raise Invalid("search_words", longest=_LONGEST_WORDS)
    return words


def _signature(name: str) -> str:
    text = request.args.get(name, "")
    if text and not _SIGNATURE.fullmatch(text):
        raise Invalid("bad_page")
    return text


def _hash(name: str) -> tuple[str, str]:
    """How a hash begins and ends: whole, its beginning, or short as the pages show it."""
    text = request.args.get(name, "").strip().lower()
    if not text:
        return "", ""
    match = _HASH.fullmatch(text)
    least, whole = 2 * reads.HASH_BYTES, 64
    if match is None or len(match[1]) < least or len(match[1]) > whole or len(match[2]) > whole:
        raise Invalid("bad_hash", least=least)
    return match[1], match[2]


def _outside(session: Session, wish: reads.Wish, name: str) -> reads.Outside | None:
    """The hours of a working day outside of which the acts lie; with a period of 31 days."""
    text = request.args.get(name, "")
    if not text:
        return None
    match = _HOURS.fullmatch(text)
    if match is None or wish.since is None or wish.until is None:
        raise Invalid("bad_page")
    if not 0 <= (wish.until - wish.since).days < conduct.LONGEST.days:
        raise Invalid("conduct_period", longest=conduct.LONGEST.days)
    rest = conduct.rest_days(session, wish.since, wish.until)
    return reads.Outside(int(match[1]), int(match[2]), rest)


def _said(wish: reads.Wish) -> list[str]:
    """What a link brought along that no box of the form shows."""
    found = []
    if wish.by:
        found.append(_("签名 %(by)s", by=wish.by))
    if wish.outside:
        found.append(
            _(
                "%(begins)s:00–%(ends)s:00 之外或休息日",
                begins=wish.outside.begins,
                ends=wish.outside.ends,
            )
        )
    if wish.actions:
        is_export = wish.actions == conduct.EXPORTS
        found.append(_("只看导出") if is_export else _("只看被拒"))
    if wish.stream:
        found.append(_("留痕链 %(stream)s", stream=wish.stream))
    return found
