"""Papers of a simple penalty: what the acts of the case say on each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from caseflow.documents import PAPERS, PaperKind, Sheet
from caseflow.models.base import Json
from caseflow.services.papers import filling
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.choices.penalty import DropReason, PenaltyArticle, PenaltyDecision


def penalty_notice(subject: Subject) -> Sheet:
    """税务行政处罚事项告知书: acts, grounds and rights before a fine; the hearing if offered."""
    facts = subject.work.case.facts
    acts = [act for act in facts["acts"].values() if Decimal(act["amount"])]
    return _sheet(
        subject,
        PaperKind.PENALTY_NOTICE,
        acts,
        acts=[_row(act, act["amount"]) for act in acts],
        fine=facts["notice_total"],
        hearing="offered" if facts.get("hearing_offered") else "not_offered",
    )


def penalty_decision(subject: Subject) -> Sheet:
    """税务行政处罚决定书: what is fined, how to pay, and how to object."""
    facts = subject.work.case.facts
    acts = [act for act in facts["acts"].values() if act.get("fine")]
    rows = [_row(act, act["fine"]) for act in acts]
    return _sheet(subject, PaperKind.PENALTY_DECISION, acts, acts=rows, fine=facts["fine"])


def no_penalty_decision(subject: Subject) -> Sheet:
    """不予税务行政处罚决定书: why an act is not fined."""
    facts = subject.work.case.facts
    acts = list(facts["acts"].values())
    return _sheet(
        subject,
        PaperKind.NO_PENALTY_DECISION,
        acts,
        acts=[_row(act, None) for act in acts],
        reason=facts["decision_reason"],
    )


def case_termination(subject: Subject) -> Sheet:
    """案件终结审批表: why a penalty case ends without a decision on the party."""
    facts = subject.work.case.facts
    ground = next((each.zh for each in DropReason if each == facts.get("drop_reason")), "")
    said = {
        "ground": ground or PenaltyDecision(facts["decision"]).zh,
        "reason": facts["decision_reason"],
    }
    return filling.sheet(subject, PAPERS[PaperKind.CASE_TERMINATION], said)


MAKERS: Mapping[tuple[CaseKind, PaperKind], Callable[[Subject], Sheet]] = {
    (CaseKind.PN, PaperKind.PENALTY_NOTICE): penalty_notice,
    (CaseKind.PN, PaperKind.PENALTY_DECISION): penalty_decision,
    (CaseKind.PN, PaperKind.NO_PENALTY_DECISION): no_penalty_decision,
    (CaseKind.PN, PaperKind.CASE_TERMINATION): case_termination,
}


def _sheet(subject: Subject, kind: PaperKind, meant: list[Json], **more: object) -> Sheet:
    articles = dict.fromkeys(_article(act) for act in meant)
    said = {
        "facts": "\n".join(act["facts"] for act in meant),
        "article": "、".join(articles),
        "act_on": subject.work.case.facts["act_on"],
        **more,
    }
    return filling.sheet(subject, PAPERS[kind], said)


def _row(act: Json, fine: str | None) -> dict[str, Any]:
    return {"facts": act["facts"], "article": _article(act), "fine": fine}


def _article(act: Json) -> str:
    """The article with the full name of its law."""
    return PenaltyArticle(act["article"]).zh.replace("《", "《中华人民共和国")
