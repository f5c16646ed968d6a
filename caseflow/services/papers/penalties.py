"""Papers of a simple penalty: what the acts of the case say on each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from caseflow.documents import PAPERS, PaperKind, Sheet
from caseflow.models import Attachment
from caseflow.models.base import Json, among
from caseflow.services.papers import doubts, filling
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.choices.penalty import (
    DefenceAccepted,
    DefenceResult,
    DropReason,
    HearingResult,
    PenaltyArticle,
    PenaltyDecision,
)


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
    return _sheet(
        subject,
        PaperKind.PENALTY_DECISION,
        acts,
        acts=[_row(act, act["fine"]) for act in acts],
        fine=facts["fine"],
        defence=_defence(subject),
    )


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
        "acts": [_row(act, None) for act in facts["acts"].values()],
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
        "evidence": "、".join(_evidence(subject, meant)),
        "article": "、".join(articles),
        "act_on": subject.work.case.facts["act_on"],
        **more,
    }
    return filling.sheet(subject, PAPERS[kind], said)


def _row(act: Json, fine: str | None) -> dict[str, Any]:
    return {
        "facts": act["facts"],
        "act_on": act["act_on"],
        "article": _article(act),
        "fine": fine,
    }


def _evidence(subject: Subject, acts: list[Json]) -> list[str]:
    """What proves some acts, by the names of the files, each once."""
    ids = dict.fromkeys(int(each) for act in acts for each in act.get("evidence") or [])
    rows = select(Attachment.id, Attachment.name).where(among(Attachment.id, list(ids)))
    names = {row.id: row.name for row in subject.work.session.execute(rows)}
    return [doubts.titled(names[each]) for each in ids if each in names]


def _defence(subject: Subject) -> str:
    """What the party said before the decision, and what became of it."""
    said = subject.answers("pn_defence")
    match said.get("defence_result"):
        case DefenceResult.NONE:
            return "你单位在规定的期限内没有提出陈述和申辩。"
        case DefenceResult.WAIVED:
            return "你单位书面声明放弃陈述和申辩。"
        case DefenceResult.STATEMENT:
            accepted = DefenceAccepted(said["accepted"]).zh
            return f"你单位提出：{said['statement']}\n经复核，{accepted}。{said['accepted_reason']}"
        case DefenceResult.HEARING:
            heard = subject.answers("pn_hearing_record").get("hearing_result")
            if heard == HearingResult.HELD:
                return "应你单位的要求，我局就本案举行了听证。"
            return "你单位要求听证，后撤回要求。"
        case _:
            return ""


def _article(act: Json) -> str:
    """The article with the full name of its law."""
    return PenaltyArticle(act["article"]).zh.replace("《", "《中华人民共和国")
