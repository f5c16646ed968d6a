"""Papers of an order to correct: what the lines of the case say on each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from caseflow.documents import PAPERS, PaperKind, Sheet
from caseflow.models import TaxWarning
from caseflow.models.base import Json, among
from caseflow.services.papers import filling
from caseflow.services.papers.doubts import word_zh
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.choices import Tax
from caseflow.vocabulary.choices.correction import CorrectionResult, Duty, LineFinding


def order_to_correct(subject: Subject) -> Sheet:
    """责令限期改正通知书: the duties of registration and filing that are not met."""
    covered = _covered(subject, PaperKind.ORDER_TO_CORRECT)
    asked = {line["duty"] for line in covered}
    duties = [duty for duty in _ARTICLES if duty in asked]
    return _sheet(
        subject,
        PaperKind.ORDER_TO_CORRECT,
        covered,
        legal_basis=_LAW + "、".join(_ARTICLES[duty] for duty in duties),
        consequence="\n".join(_CONSEQUENCES[duty] for duty in duties),
    )


def order_of_missed_periods(subject: Subject) -> Sheet:
    """责令限期改正通知书 of an abnormal household: the returns that are missing [L 62]."""
    written = subject.answers("ab_order")
    return filling.sheet(
        subject,
        PAPERS[PaperKind.ORDER_TO_CORRECT],
        {
            "lines": [
                {**period, "duty": Duty.FILING.zh} for period in subject.work.case.facts["periods"]
            ],
            "requirement": written.get("requirement"),
            "limit_days": subject.work.case.facts["limit_days"],
            "legal_basis": _LAW + _ARTICLES[Duty.FILING],
            "consequence": _CONSEQUENCES[Duty.FILING],
        },
    )


def payment_demand(subject: Subject) -> Sheet:
    """限期缴纳税款通知书: the tax that is past its day."""
    return _sheet(subject, PaperKind.PAYMENT_DEMAND, _covered(subject, PaperKind.PAYMENT_DEMAND))


def correction_closing(subject: Subject) -> Sheet:
    """限期改正办结单: what was found and done, line by line."""
    rows = _rows(subject, [{**line, "row": row} for row, line in _lines(subject).items()])
    return filling.sheet(subject, PAPERS[PaperKind.CORRECTION_CLOSING], {"lines": rows})


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


_LAW = "《中华人民共和国税收征收管理法》"
_ARTICLES: Mapping[str, str] = {Duty.REGISTRATION: "第六十条", Duty.FILING: "第六十二条"}
_FINE = "可以处二千元以下的罚款；情节严重的，可以处二千元以上一万元以下的罚款。"
# What follows when an order is not obeyed; source: calculations.md 4, abnormal-household.md.
_CONSEQUENCES: Mapping[str, str] = {
    Duty.REGISTRATION: (
        f"逾期不改正的，我局将依照{_LAW}第六十条的规定处理：{_FINE}"
        "不办理税务登记的，我局将提请工商行政管理机关吊销营业执照。"
    ),
    Duty.FILING: (
        f"逾期不改正的，我局将依照{_LAW}第六十二条的规定处理：{_FINE}"
        "经实地核查查无下落的，将依照《税务登记管理办法》第四十条的规定认定为非正常户。"
    ),
}
# By these a paper tells its lines apart.
_SAID = ("duty", "tax", "period", "deadline", "amount", "requirement")
# A duty to file is one for returns, but for what these indicators say is missing.
_OTHER_THAN_RETURNS: Mapping[str, str] = {"FIL-014": "报送财务会计报表"}

MAKERS: Mapping[tuple[CaseKind, PaperKind], Callable[[Subject], Sheet]] = {
    (CaseKind.OC, PaperKind.ORDER_TO_CORRECT): order_to_correct,
    (CaseKind.AB, PaperKind.ORDER_TO_CORRECT): order_of_missed_periods,
    (CaseKind.OC, PaperKind.PAYMENT_DEMAND): payment_demand,
    (CaseKind.OC, PaperKind.CORRECTION_CLOSING): correction_closing,
    (CaseKind.OC, PaperKind.OFFICIAL_LETTER): revocation_letter,
}


def _lines(subject: Subject) -> Mapping[str, Json]:
    lines: Mapping[str, Json] = subject.work.case.facts.get("duty_lines", {})
    return lines


def _covered(subject: Subject, kind: PaperKind) -> list[Json]:
    """The lines that this paper asks for, each with its row."""
    lines = _lines(subject)
    rows = subject.work.case.facts["to_order"]
    return [{**lines[row], "row": row} for row in rows if lines[row]["paper"] == kind.value]


def _sheet(subject: Subject, kind: PaperKind, covered: list[Json], **more: str) -> Sheet:
    days = max(int(line["limit_days"]) for line in covered)
    rows = _rows(subject, covered)
    # Two hits on one duty ask for the same: the taxpayer reads it once.
    told = {tuple(row.get(name) for name in _SAID): row for row in rows}
    return filling.sheet(
        subject, PAPERS[kind], {"lines": list(told.values()), "limit_days": days, **more}
    )


def _rows(subject: Subject, lines: list[Json]) -> list[dict[str, Any]]:
    """Lines in words, with the hits that some of them rest on; one statement for all."""
    ids = [int(line["row"]) for line in lines if line["row"].isdigit()]
    found = subject.work.session.scalars(select(TaxWarning).where(among(TaxWarning.id, ids)))
    hits = {str(hit.id): hit for hit in found}
    return [_row(line, hits.get(line["row"])) for line in lines]


def _row(line: Json, hit: TaxWarning | None) -> dict[str, Any]:
    """A line in words; amounts and dates as they are."""
    said = {
        name: word_zh(terms, line.get(name))
        for name, terms in (("duty", Duty), ("tax", Tax), ("finding", LineFinding))
    }
    if hit is not None:
        said["period"] = line.get("period") or str(hit.period)
        if line["duty"] == Duty.FILING:
            said["duty"] = _OTHER_THAN_RETURNS.get(hit.indicator, said["duty"])
    result = word_zh(CorrectionResult, line.get("result")) or said["finding"]
    return {**line, **said, "result": result}
