"""What papers of an evaluation say beyond its answers: origin, limit, panel, quality."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow import clock
from caseflow.models.base import Json
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import PaperKind
from caseflow.vocabulary.choices.evaluation import TaMotion, TaOrigin

_MARKS = (
    "score_facts",
    "score_evidence",
    "score_calculation",
    "score_procedure",
    "score_documents",
)


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with what the evaluation knows; other papers: unchanged."""
    tell = _TOLD.get(kind)
    return {**arguments, **tell(Subject.of(work))} if tell else arguments


def _task(subject: Subject) -> Json:
    case = subject.work.case
    origin = case.facts.get("origin")
    return {
        "origin": TaOrigin(origin).zh if origin else None,
        "due_on": clock.last_day_of(case.due_at) if case.due_at else None,
        "requirement": case.requirement,
    }


def _minutes(subject: Subject) -> Json:
    """What was laid before the panel: of an evaluation its report, else what was convened on."""
    laid = subject.answers("ta_panel_report")
    return {
        "report": laid.get("facts") or subject.answers("wv_collective_convening").get("report"),
        "proof": laid.get("evidence"),
        "disputed": laid.get("disputed"),
        "law": laid.get("law"),
        "proposal": laid.get("proposal"),
    }


def _determination(subject: Subject) -> Json:
    """Why it is so: where the panel has changed what the officer determined, its reason."""
    is_changed = (subject.work.case.facts.get("panel") or {}).get("motion") == TaMotion.CHANGED
    return {"reasons": subject.answers("ta_motion").get("change_reason")} if is_changed else {}


def _marks(subject: Subject) -> Json:
    said = subject.answers("ta_closing_review")
    marks = {key: said[key] for key in _MARKS if said.get(key) is not None}
    return {**marks, "score_total": sum(int(mark) for mark in marks.values()) if marks else None}


def _risk_notice(subject: Subject) -> Json:
    """The limit counts from service, which has no day yet when the notice is signed."""
    return {"days": int(subject.work.limit("ta_notice_reply"))}


_TOLD = {
    PaperKind.RISK_NOTICE: _risk_notice,
    PaperKind.EVALUATION_TASK: _task,
    PaperKind.COLLECTIVE_MINUTES: _minutes,
    PaperKind.EVALUATION_DETERMINATION: _determination,
    PaperKind.EVALUATION_REPORT: _marks,
}
