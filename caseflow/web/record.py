"""The auditor's view of the record: its cases, its acts, each case's chain; reading is noted."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.reads import cases as case_reads
from caseflow.reads import dossiers, file_reads, record_check, record_events
from caseflow.reads import preview as preview_reads
from caseflow.reads import record as reads
from caseflow.services import files
from caseflow.vocabulary import Reading, Verb
from caseflow.web import action_words, readings, record_acts, record_words
from caseflow.web import listing as lists
from caseflow.web.faults import Faults
from caseflow.web.house import actor, reading
from caseflow.web.speech import _

bp = Blueprint("record", __name__)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the address asks of the list of cases."""

    text: str


@bp.get("/record")
def listing() -> tuple[str, int]:
    """Cases by their last acts; all acts, searched; the streams of the system and of people."""
    part = request.args.get("part", "cases")
    if part == "acts":
        return record_acts.page(_parts("acts"))
    with reading() as session:
        faults = Faults()
        return faults.answer(
            _others(session, faults) if part == "others" else _cases(session, faults)
        )


@bp.get("/record/acts.csv")
def file() -> Response:
    """What a search of all acts finds, as a file."""
    return record_acts.file()


@bp.get("/record/events/<int:event_id>")
def event(event_id: int) -> Response | str:
    """One event of any chain."""
    return record_acts.event(event_id)


@bp.get("/cases/<int:case_id>/record")
def page(case_id: int) -> tuple[str, int]:
    """
    The whole record of one case with the selected act in detail.

    Chain, signatures and rows are verified at each view; the bytes of papers and files, which
    may be many megabytes, when somebody asks for it.
    """
    with_bytes = request.args.get("verify") == "files"
    faults = Faults()
    with readings.noted(case_id, Reading.RECORD) as session:
        shown = case_reads.page(session, actor(), case_id)
        chain = reads.of_case(session, actor(), shown.case)
        answers = reads.answers_seen(session, actor(), shown.case)
        names = preview_reads.step_names(session, case_id)
        lines = record_words.lines(chain.events, names, answers)
        wish = record_words.wish(faults)
        # Only the auditor is shown who else looked: others see what was done to the case.
        is_auditor = policy.may(actor(), Verb.READ_RECORD)
        readers = file_reads.readers(session, actor(), case_id) if is_auditor else None
        looked = (
            file_reads.of_case(session, actor(), case_id, wish.of_readings())
            if wish.is_of_readings
            else file_reads.Found((), None)
        )
        found = [line for line in reversed(lines) if wish.takes(line)]
        selected = record_words.selected(found)
        rendered = render_template(
            "pages/case_record.html",
            crumbs=_crumbs(shown),
            shown=shown,
            chain=chain,
            report=record_check.verify_case(
                session, case_id, path_of=files.path_of if with_bytes else None
            ),
            with_bytes=with_bytes,
            lines=found,
            readings=record_words.readings(looked.rows),
            pages=lists.pages(looked.next_before, "before"),
            selected=selected,
            answers=record_words.handed_in(session, shown, answers, selected),
            changes=record_words.changes(session, shown, answers, selected),
            detail=record_events.detail(session, selected.event.id) if selected else None,
            step=record_words.step(selected, names),
            broken=_broken(chain),
            people=record_words.people(lines, readers),
            wish=wish,
            faults=faults,
            tabs=record_words.tabs(lines, readers, wish),
            has_filters=bool(faults or wish.who or wish.since or wish.until),
            is_auditor=is_auditor,
            may_take_dossier=dossiers.may_take(session, actor(), shown.case),
        )
    return faults.answer(rendered)


def _cases(session: Session, faults: Faults) -> str:
    wish = _Wish(request.args.get("text", "").strip())
    before = faults.read("before", lists.number, None)
    if wish.text:
        found = reads.streams_named(session, actor(), wish.text, before=before)
    else:
        found = reads.streams(session, actor(), before=before)
    last = found[reads.LIMIT - 1] if len(found) > reads.LIMIT else None
    more = (last.case_id if wish.text else last.last_id) if last else None
    return render_template(
        "pages/record.html",
        crumbs=[(_("办理留痕"), None)],
        streams=[
            (each, action_words.name(each.last_action), each.number)
            for each in found[: reads.LIMIT]
        ],
        pages=lists.pages(more, "before"),
        faults=faults,
        parts=_parts("cases"),
        is_cases=True,
        wish=wish,
        has_filters=bool(wish.text),
    )


def _others(session: Session, faults: Faults) -> str:
    found = reads.other_streams(session, actor(), after=request.args.get("after"))
    more = found[reads.LIMIT - 1].name if len(found) > reads.LIMIT else None
    shown = found[: reads.LIMIT]
    owners = reads.owners(session, (each.name for each in shown))
    return render_template(
        "pages/record.html",
        crumbs=[(_("办理留痕"), None)],
        streams=[
            (each, action_words.name(each.last_action), owners.get(each.name, "")) for each in shown
        ],
        pages=lists.pages(more, "after"),
        faults=faults,
        parts=_parts("others"),
        is_cases=False,
    )


def _parts(current: str) -> list[dict[str, object]]:
    names = (("cases", _("任务")), ("acts", _("全部记录")), ("others", _("系统和人员")))
    return [
        {
            "href": url_for("record.listing", part=None if part == "cases" else part),
            "is_current": part == current,
            "name": name,
            "count": None,
        }
        for part, name in names
    ]


def _broken(chain: reads.Chain) -> reads.Event | None:
    """The first act of a chain that does not fit."""
    return next((each for each in chain.events if not each.is_sound), None)


def _crumbs(shown: case_reads.Page) -> list[tuple[str, str | None]]:
    if policy.may(actor(), Verb.READ_RECORD):
        return [(_("办理留痕"), url_for("record.listing")), (shown.case.number, None)]
    case_href = url_for("cases.page", case_id=shown.case.id)
    return [(shown.case.number, case_href), (_("办理留痕"), None)]
