"""What was verified of third-party data and of zero returns, as their closing papers show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from sqlalchemy import select

from caseflow.lake import fields
from caseflow.masking import masked
from caseflow.models import IndicatorVersion, TaxWarning
from caseflow.models.base import Json, among
from caseflow.services.papers.doubts import word_zh
from caseflow.services.papers.outward import months
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, PaperKind
from caseflow.vocabulary.choices import DeskResult, FindingCause, StepState
from caseflow.vocabulary.choices.third_party import (
    CustomsExplanation,
    InError,
    MarkExplanation,
    PowerExplanation,
    ReceiptExplanation,
    RevocationExplanation,
    StatusExplanation,
    TurnoverExplanation,
    UnregisteredExplanation,
    Variant,
)
from caseflow.vocabulary.choices.zero_filing import (
    SeenOnSite,
    SiteItem,
    VisitReason,
    ZeroFilingCheck,
)

# What the tax side keeps itself; all other sources are third parties.
_OWN = frozenset({"CTAIS", "FWSK", "JC", "CKTS", "WSSB", "TAS", "PARAM"})
_EXPLANATIONS = (
    TurnoverExplanation,
    RevocationExplanation,
    UnregisteredExplanation,
    PowerExplanation,
    CustomsExplanation,
    StatusExplanation,
    ReceiptExplanation,
    MarkExplanation,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with what was verified; other papers: unchanged."""
    tell = _TOLD.get((work.case.kind, kind))
    return {**arguments, **tell(Subject.of(work))} if tell else arguments


def _third_party(subject: Subject) -> Mapping[str, object]:
    """Both values of each doubt, and what explains the difference between them."""
    hits = _hits(subject)
    values = [value for name, hit in hits.values() for value in _values(name, hit)]
    verification = subject.answers("tp_verification")
    names = {key: name for key, (name, _) in hits.items()}
    rows = [row for variant in Variant for row in verification.get(variant.value, [])]
    concluded = subject.answers("tp_conclusion").get("doubts", [])
    causes = dict.fromkeys(
        doubt.get("cause_text") or word_zh(FindingCause, doubt.get("cause")) for doubt in concluded
    )
    return {
        "sources": "、".join(dict.fromkeys(each["source"] for each in values if each["source"])),
        "differs_by": "、".join(cause for cause in causes if cause),
        "comparisons": values,
        "verified": [_verified(row, names) for row in rows],
    }


def _verified(row: Json, names: Mapping[str, str]) -> Json:
    explained = (word_zh(terms, row.get("explanation")) for terms in _EXPLANATIONS)
    return {
        "doubt": names.get(str(row["row"]), "标识清册"),
        "explanation": row.get("explanation_text") or next(filter(None, explained), ""),
        "difference_left": row.get("difference_left"),
        "in_error": word_zh(InError, row.get("in_error")),
        "result": word_zh(DeskResult, row.get("result")),
        "text": row.get("text"),
    }


def _hits(subject: Subject) -> dict[str, tuple[str, TaxWarning]]:
    """The doubts of the case by id, with the names of their indicators."""
    rows = subject.work.session.execute(
        select(TaxWarning, IndicatorVersion.content)
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(TaxWarning.case_id == subject.work.case.id)
        .order_by(TaxWarning.id)
    )
    return {str(hit.id): (content["zh"], hit) for hit, content in rows}


def _values(doubt: str, hit: TaxWarning) -> Iterator[Json]:
    """What each side said of a doubt on the day on which it was found."""
    registry = fields.shipped()
    for operand in hit.inputs.values():
        field = registry.fields.get(operand["field"])
        if field is None:
            continue
        is_own = field.source in _OWN
        source = registry.sources.get(field.source)
        yield {
            "doubt": doubt,
            "field": field.zh,
            "period": months(operand["first"], operand["last"]) if operand["first"] else "",
            "own" if is_own else "other": _written(operand, field),
            "source": "" if is_own or source is None else source.zh,
        }


def _written(operand: Json, field: fields.Field) -> str:
    value: str | bool | None = operand["value"]
    if value is None:
        return "无数据"
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.is_numeric and _NUMBER.fullmatch(value):
        return f"{Decimal(value):,.2f}" if field.scale > 1 else f"{Decimal(value):,}"
    return masked(value) if field.is_personal else field.values.get(value, value)


def _zero_filing(subject: Subject) -> Mapping[str, object]:
    """What the files said, whether a visit was due, and what two officers saw on the spot."""
    desk, visit = subject.answers("zf_desk"), subject.answers("zf_onsite_record")
    prescribed = _steps(subject, desk)
    return {
        "checks": [
            {
                "check": word_zh(ZeroFilingCheck, step["row"]) or prescribed.get(step["row"], ""),
                "state": word_zh(StepState, step.get("state")),
                "noted": step.get("noted") or step.get("skip_reason"),
            }
            for step in desk.get("steps", [])
        ],
        "visit_due": word_zh(VisitReason, subject.work.case.facts.get("visit_reason")),
        "site": [
            {
                "item": word_zh(SiteItem, each["row"]),
                "state": word_zh(SeenOnSite, each.get("state")),
                "text": each.get("text"),
            }
            for each in visit.get("site", [])
        ],
    }


def _steps(subject: Subject, desk: Json) -> Mapping[str, str]:
    """The steps that the hits looked at prescribe, by code; a case to come may have taken them."""
    looked_at = [int(doubt["row"]) for doubt in desk.get("doubts", [])]
    contents = subject.work.session.scalars(
        select(IndicatorVersion.content)
        .join(TaxWarning, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(among(TaxWarning.id, looked_at))
    )
    return {code: zh for each in contents for code, zh in each.get("step_names", {}).items()}


_TOLD: Mapping[tuple[CaseKind, PaperKind], Callable[[Subject], Mapping[str, object]]] = {
    (CaseKind.TP, PaperKind.THIRD_PARTY_FEEDBACK): _third_party,
    (CaseKind.ZF, PaperKind.ZERO_FILING_SURVEY): _zero_filing,
}
