"""The doubts of a case as the closing paper shows them: found, checked, concluded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import added_doubts
from caseflow.detection.wording import ALWAYS_DONE, ValueUnit, is_strict, unit_of
from caseflow.documents import DoubtFacts, DoubtOutcome, Peers
from caseflow.models import Attachment, FormerDoubt, IndicatorVersion, TaxWarning
from caseflow.models.base import Json
from caseflow.services.papers.outward import period
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary import Term
from caseflow.vocabulary.choices import (
    DeskResult,
    Finding,
    FindingCause,
    IndicatorVerdict,
    StepState,
    Tax,
)

NOTHING = "—"
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_MINUS = "−"
# As much of the hash of a batch as tells it from others.
_HEAD = 12
_SEVERITIES = {1: "轻", 2: "中", 3: "重"}


def outcomes(subject: Subject, concluded: Json) -> tuple[DoubtOutcome, ...]:
    """Every doubt with its figures of the day it was found and what was concluded on it."""
    said = {str(doubt["row"]): doubt for doubt in concluded.get("doubts", [])}
    steps = _desk(subject).get("steps", [])
    files = _files(subject)
    return tuple(
        _outcome(warning, version.content, said.get(str(warning.id), {}), steps=steps, files=files)
        for warning, version in _rows(subject)
    )


def checked(subject: Subject) -> tuple[DoubtOutcome, ...]:
    """Every doubt as the newest desk check left it; its result stands as the finding."""
    desk = _desk(subject)
    said = {str(doubt["row"]): doubt for doubt in desk.get("doubts", [])}
    files = _files(subject)
    return tuple(
        replace(
            _outcome(
                warning,
                version.content,
                {"reasons": found.get("text", ""), "evidence": found.get("evidence", [])},
                steps=desk.get("steps", []),
                files=files,
            ),
            finding=term_zh(DeskResult, found.get("result")),
            estimated_tax=Decimal(str(found["estimated_tax"]))
            if found.get("estimated_tax")
            else None,
        )
        for warning, version in _rows(subject)
        if (found := said.get(str(warning.id))) is not None
    )


def found(subject: Subject) -> tuple[DoubtFacts, ...]:
    """Every doubt of the case as screening found it."""
    return tuple(
        DoubtFacts(
            indicator=warning.indicator,
            version=version.version,
            name=version.content["zh"],
            period=period(warning.period),
            value=_written(version.content, warning.value),
            threshold=_limit(version.content, warning.side, warning.threshold),
            severity=_SEVERITIES.get(warning.severity, NOTHING),
            steps=tuple(
                f"{code} {name}"
                for code, name in (
                    {ALWAYS_DONE[0]: ALWAYS_DONE[1]} | version.content.get("step_names", {})
                ).items()
            ),
            peers=_peers(version.content, warning.peers),
            estimated_tax=warning.estimated_tax,
        )
        for warning, version in _rows(subject)
    )


def named(subject: Subject, ids: Collection[str]) -> str:
    """Some doubts of the case by indicator, name and period; added ones by tax and words."""
    return "；".join(name for row, name in names(subject).items() if row in ids)


def names(subject: Subject) -> Mapping[str, str]:
    """The doubts of the case by what forms call them: by indicator, added ones by tax and words."""
    hits = {
        str(warning.id): f"{warning.indicator} {version.content['zh']}（{period(warning.period)}）"
        for warning, version in _rows(subject)
    }
    added = {
        doubt.row: f"{Tax(doubt.tax).zh} {doubt.text}（{doubt.period}）"
        for doubt in added_doubts.of_case(subject.work.session, subject.work.case)
    }
    return hits | added


def names_of(session: Session, codes: Collection[str]) -> Mapping[str, str]:
    """Indicators by code, under the name of their newest wording."""
    rows = session.execute(
        select(IndicatorVersion.code, IndicatorVersion.content["zh"].astext)
        .where(IndicatorVersion.code.in_(codes))
        .order_by(IndicatorVersion.version)
    )
    return dict(rows.all())


def batches(subject: Subject) -> tuple[str, ...]:
    """The batches of data on which the doubts of the case stand, by the head of their hashes."""
    found = {each for warning, _ in _rows(subject) for each in warning.batches}
    return tuple(sorted(each[:_HEAD].upper() for each in found))


def _rows(subject: Subject) -> list[tuple[TaxWarning, IndicatorVersion]]:
    """The doubts of the case and those that went on from it, each with its indicator."""
    case_id = subject.work.case.id
    went_on = select(FormerDoubt.warning_id).where(FormerDoubt.case_id == case_id)
    rows = subject.work.session.execute(
        select(TaxWarning, IndicatorVersion)
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(or_(TaxWarning.case_id == case_id, TaxWarning.id.in_(went_on)))
        .order_by(TaxWarning.id)
    )
    return [(warning, version) for warning, version in rows]


def _desk(subject: Subject) -> Json:
    """The newest desk check or desk review."""
    return subject.answers("wv_desk_check") or subject.answers("ta_desk_review")


def _outcome(
    warning: TaxWarning,
    content: Mapping[str, Any],
    said: Json,
    *,
    steps: list[Json],
    files: Mapping[int, str],
) -> DoubtOutcome:
    evidence = (files.get(int(file), "") for file in said.get("evidence", []))
    return DoubtOutcome(
        indicator=warning.indicator,
        name=content["zh"],
        period=period(warning.period),
        finding=term_zh(Finding, said.get("finding") or warning.finding),
        cause=said.get("cause_text") or term_zh(FindingCause, said.get("cause") or warning.cause),
        reasons=said.get("reasons", ""),
        evidence=counted([name for name in evidence if name]),
        indicator_judged=term_zh(
            IndicatorVerdict, said.get("indicator_verdict") or warning.verdict
        ),
        value=_written(content, warning.value),
        threshold=_limit(content, warning.side, warning.threshold),
        severity=_SEVERITIES.get(warning.severity, NOTHING),
        peers=_peers(content, warning.peers),
        estimated_tax=warning.estimated_tax,
        steps=_steps_of(warning, content, steps),
    )


def term_zh(terms: type[Term], value: str | None) -> str:
    """A word of a closed list in Chinese; a dash for none."""
    return terms(value).zh if value else NOTHING


def word_zh(terms: type[Term], value: object) -> str:
    """A word of a closed list in Chinese; empty for none, and for what is not in the list."""
    return next((term.zh for term in terms if term.value == value), "")


def _written(content: Mapping[str, Any], number: float | None) -> str:
    """A value of an indicator with its unit."""
    unit = unit_of(content)
    if unit is ValueUnit.FLAG:
        return "不成立" if number == 0 else "成立"
    if number is None:
        return NOTHING
    if unit is ValueUnit.PERCENT:
        text = f"{number * 100:,.2f}%"
    elif unit is ValueUnit.YUAN:
        text = f"{number:,.2f} 元"
    else:
        text = f"{number:,.4f}".rstrip("0").rstrip(".")
    return text.replace("-", _MINUS)


def _limit(content: Mapping[str, Any], side: str, number: float | None) -> str:
    """The limit that the value went beyond or reached."""
    if number is None or unit_of(content) is ValueUnit.FLAG:
        return NOTHING
    if side == "low":
        beyond = "低于" if is_strict(content) else "不高于"
    else:
        beyond = "高于" if is_strict(content) else "达到"
    return f"{beyond} {_written(content, number)}"


def _peers(content: Mapping[str, Any], figures: Mapping[str, Any]) -> Peers | None:
    if not figures.get("n") or figures.get("p25") is None:
        return None
    return Peers(
        number=int(figures["n"]),
        mean=_written(content, figures.get("mean")),
        p25=_written(content, figures["p25"]),
        p75=_written(content, figures.get("p75")),
    )


def _steps_of(
    warning: TaxWarning, content: Mapping[str, Any], steps: list[Json]
) -> tuple[str, ...]:
    """The prescribed steps of this doubt, as the last desk check left them."""
    names = {ALWAYS_DONE[0]: ALWAYS_DONE[1], **content.get("step_names", {})}
    found = []
    for step in steps:
        row, _, code = str(step["row"]).partition(":")
        if row != str(warning.id):
            continue
        state = StepState(step["state"]).zh
        reason = step.get("skip_reason")
        shown = f"{state}：{reason}" if reason else state
        found.append(f"{code} {names.get(code, '')}".strip() + f"（{shown}）")
    return tuple(found)


def _files(subject: Subject) -> dict[int, str]:
    rows = subject.work.session.execute(
        select(Attachment.id, Attachment.name).where(Attachment.case_id == subject.work.case.id)
    )
    return {row.id: titled(row.name) for row in rows}


def titled(name: str) -> str:
    """What a piece of evidence is called on paper: its name without the ending of the file."""
    return _ENDING.sub("", name)


def counted(names: Collection[str]) -> tuple[str, ...]:
    """Names of evidence, each once, with how many there are of it."""
    found = Counter(names)
    return tuple(name if number == 1 else f"{name}（{number}份）" for name, number in found.items())
