"""Papers of an order to correct: what the lines of the case say on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from caseflow.documents import PAPERS, PaperKind, Sheet
from caseflow.models.base import Json
from caseflow.services.papers import filling
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.choices import Tax
from caseflow.vocabulary.choices.correction import CorrectionResult, Duty, LineFinding
from caseflow.vocabulary.terms import Term


def order_to_correct(subject: Subject) -> Sheet:
    """责令限期改正通知书: the duties of registration and filing that are not met."""
    covered = _covered(subject, PaperKind.ORDER_TO_CORRECT)
    duties = sorted({line["duty"] for line in covered}, reverse=True)
    bases = {"registration": "第六十条", "filing": "第六十二条"}
    articles = "、".join(bases[duty] for duty in duties if duty in bases)
    return _sheet(
        subject,
        PaperKind.ORDER_TO_CORRECT,
        covered,
        legal_basis=f"《中华人民共和国税收征收管理法》{articles}",
    )


def payment_demand(subject: Subject) -> Sheet:
    """限期缴纳税款通知书: the tax that is past its day."""
    return _sheet(subject, PaperKind.PAYMENT_DEMAND, _covered(subject, PaperKind.PAYMENT_DEMAND))


def correction_closing(subject: Subject) -> Sheet:
    """限期改正办结单: what was found and done, line by line."""
    lines = _lines(subject).values()
    return filling.sheet(
        subject, PAPERS[PaperKind.CORRECTION_CLOSING], {"lines": [_row(line) for line in lines]}
    )


def revocation_letter(subject: Subject) -> Sheet:
    """公函: asks the licensing authority to revoke the licence of who does not register [L 60]."""
    payer = subject.taxpayer
    assert payer is not None  # noqa: S101 - an order to correct is on a taxpayer
    return filling.sheet(
        subject,
        PAPERS[PaperKind.OFFICIAL_LETTER],
        {
            "office": "工商行政管理局",
            "text": (
                f"{payer.name}（地址：{payer.address}）未按照规定办理税务登记，"
                "经责令限期改正，逾期仍未改正。"
            ),
            "basis": "《中华人民共和国税收征收管理法》第六十条第二款",
            "requests": "吊销其营业执照",
        },
    )


MAKERS: Mapping[tuple[CaseKind, PaperKind], Callable[[Subject], Sheet]] = {
    (CaseKind.OC, PaperKind.ORDER_TO_CORRECT): order_to_correct,
    (CaseKind.OC, PaperKind.PAYMENT_DEMAND): payment_demand,
    (CaseKind.OC, PaperKind.CORRECTION_CLOSING): correction_closing,
    (CaseKind.OC, PaperKind.OFFICIAL_LETTER): revocation_letter,
}


def _lines(subject: Subject) -> Mapping[str, Json]:
    lines: Mapping[str, Json] = subject.work.case.facts.get("duty_lines", {})
    return lines


def _covered(subject: Subject, kind: PaperKind) -> list[Json]:
    """The lines that this paper asks for."""
    lines = _lines(subject)
    rows = subject.work.case.facts["to_order"]
    return [lines[row] for row in rows if lines[row]["paper"] == kind.value]


def _sheet(subject: Subject, kind: PaperKind, covered: Iterable[Json], **more: str) -> Sheet:
    covered = list(covered)
    days = max(int(line["limit_days"]) for line in covered)
    return filling.sheet(
        subject,
        PAPERS[kind],
        {"lines": [_row(line) for line in covered], "limit_days": days, **more},
    )


def _row(line: Json) -> dict[str, Any]:
    """A line in words; amounts and dates as they are."""
    said = {
        name: _zh(terms, line.get(name))
        for name, terms in (("duty", Duty), ("tax", Tax), ("finding", LineFinding))
    }
    result = _zh(CorrectionResult, line.get("result")) or said["finding"]
    return {**line, **said, "result": result}


def _zh(terms: type[Term], value: object) -> str:
    return next((term.zh for term in terms if term.value == value), "")
