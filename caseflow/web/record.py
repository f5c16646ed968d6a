"""The auditor's view: every act on a case, in its chain; reading it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Answer
from caseflow.reads import cases as case_reads
from caseflow.reads import preview as preview_reads
from caseflow.reads import record as reads
from caseflow.reads import record_check
from caseflow.services import files
from caseflow.vocabulary import Verb
from caseflow.vocabulary.people import CLOCKWORK, SYSTEM
from caseflow.web import answer_words, timeline
from caseflow.web import listing as lists
from caseflow.web.house import actor, reading
from caseflow.web.languages import say
from caseflow.web.speech import _

bp = Blueprint("record", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One act in the chain."""

    event: reads.Event
    entry: timeline.Entry
    post: str


@bp.get("/record")
def listing() -> str:
    """Cases with their latest acts; apart from them the streams of the system and of people."""
    if request.args.get("part") == "others":
        return _others()
    with reading() as session:
        before = request.args.get("before", None, int)
        found = reads.streams(session, actor(), before=before)
        names: dict[str, tuple[str, str]] = {}
        more = found[reads.LIMIT - 1].case_id if len(found) > reads.LIMIT else None
        return render_template(
            "pages/record.html",
            crumbs=[(_("办理留痕"), None)],
            streams=[
                (each, timeline.action_name(each.last_action, names), each.number)
                for each in found[: reads.LIMIT]
            ],
            pages=lists.pages(more, "before"),
            parts=_parts("cases"),
            is_cases=True,
        )


@bp.get("/cases/<int:case_id>/record")
def page(case_id: int) -> str:
    """
    The whole record of one case with the selected act in detail.

    Chain, signatures and rows are verified at each view; the bytes of papers and files, which
    may be many megabytes, when somebody asks for it.
    """
    with_bytes = request.args.get("verify") == "files"
    with reading() as session:
        shown = case_reads.page(session, actor(), case_id)
        chain = reads.of_case(session, actor(), shown.case)
        names = preview_reads.step_names(session, case_id)
        wanted = request.args.get("filter", "")
        answers = reads.answers(session, case_id)
        entries = timeline.of(chain.events, names, answers)
        lines = [
            Line(event, entry, say(event.role) if event.role else _machine(event.actor))
            for event, entry in zip(chain.events, entries, strict=True)
        ]
        who = request.args.get("who", "")
        filtered = [
            line
            for line in reversed(lines)
            if wanted in ("", line.entry.filter) and who in ("", line.event.actor)
        ]
        selected = _selected(filtered)
        return render_template(
            "pages/case_record.html",
            crumbs=_crumbs(shown),
            shown=shown,
            chain=chain,
            report=record_check.verify_case(
                session, case_id, path_of=files.path_of if with_bytes else None
            ),
            with_bytes=with_bytes,
            lines=filtered,
            selected=selected,
            answers=_answers(session, shown, answers, selected),
            people=sorted({(line.event.actor, line.entry.who) for line in lines}),
            who=who,
            wanted=wanted,
            tabs=_tabs(lines, wanted),
            is_auditor=policy.may(actor(), Verb.READ_RECORD),
        )


def _machine(stored: str) -> str:
    """A part of the system that acted, in words; nothing of a person."""
    return {CLOCKWORK.signature: _("定时处理"), SYSTEM.signature: _("自动生成")}.get(stored, "")


def _others() -> str:
    with reading() as session:
        found = reads.other_streams(session, actor(), after=request.args.get("after"))
        more = found[reads.LIMIT - 1].name if len(found) > reads.LIMIT else None
        return render_template(
            "pages/record.html",
            crumbs=[(_("办理留痕"), None)],
            streams=[
                (each, timeline.system_action(each.last_action), timeline.stream_name(each.name))
                for each in found[: reads.LIMIT]
            ],
            pages=lists.pages(more, "after"),
            parts=_parts("others"),
            is_cases=False,
        )


def _parts(current: str) -> list[dict[str, object]]:
    names = (("cases", _("任务")), ("others", _("系统和人员")))
    return [
        {
            "href": url_for("record.listing", part=None if part == "cases" else part),
            "is_current": part == current,
            "name": name,
            "count": None,
        }
        for part, name in names
    ]


def _crumbs(shown: case_reads.Page) -> list[tuple[str, str | None]]:
    if policy.may(actor(), Verb.READ_RECORD):
        return [(_("办理留痕"), url_for("record.listing")), (shown.case.number, None)]
    case_href = url_for("cases.page", case_id=shown.case.id)
    return [(shown.case.number, case_href), (_("办理留痕"), None)]


def _selected(lines: list[Line]) -> Line | None:
    wanted = request.args.get("seq", 0, int)
    return next((line for line in lines if line.event.seq == wanted), lines[0] if lines else None)


def _tabs(lines: list[Line], wanted: str) -> list[dict[str, object]]:
    names = (
        ("", _("全部")),
        ("course", _("流程")),
        ("files", _("附件文书")),
        ("other", _("其他")),
    )
    return [
        {
            "href": lists.link(filter=key or None, seq=None, verify=None),
            "is_current": key == wanted,
            "name": name,
            "count": sum(key in ("", line.entry.filter) for line in lines),
            "kind": "",
            "count_key": "",
        }
        for key, name in names
    ]


def _answers(
    session: Session,
    shown: case_reads.Page,
    answers: Mapping[int, Answer],
    selected: Line | None,
) -> tuple[tuple[str, str], ...]:
    """What was handed in with the selected act, field by field."""
    answer = answers.get(selected.event.seq) if selected else None
    return answer_words.of(session, shown, answer) if answer else ()
