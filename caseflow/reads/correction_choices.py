"""What the forms of data corrections offer: sources, fields, the closed cases that are touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.lake import corrections, fields
from caseflow.models import Answer, Case, Task
from caseflow.reads.offers import Offer
from caseflow.vocabulary import Actor, CaseKind


def by_source() -> list[tuple[Offer, list[Offer]]]:
    """Sources, each with the fields of households that it delivers and that can be corrected."""
    registry = fields.shipped()
    found: dict[str, list[Offer]] = {}
    for name, field in registry.fields.items():
        if _is_of_households(field):
            found.setdefault(field.source, []).append(Offer(name, field.zh, field.en))
    return [
        (Offer(key, registry.sources[key].zh, registry.sources[key].en), found[key])
        for key in sorted(found)
    ]


def open_ones(session: Session, actor: Actor, taxpayer_id: int) -> list[tuple[int, str]]:
    """The open corrections of a household that the actor may see: ids and numbers."""
    found = (
        select(Case.id, Case.number)
        .where(
            Case.kind == CaseKind.DC,
            Case.taxpayer_id == taxpayer_id,
            Case.closed_at.is_(None),
            policy.visible_cases(actor),
        )
        .order_by(Case.id)
    )
    return [(case_id, number) for case_id, number in session.execute(found)]


def _sources(_session: Session, _case: Case) -> list[Offer]:
    registry = fields.shipped()
    delivering = {each.source for each in registry.fields.values() if _is_of_households(each)}
    return [
        Offer(key, source.zh, source.en)
        for key, source in registry.sources.items()
        if key in delivering
    ]


def _fields(_session: Session, _case: Case) -> list[Offer]:
    return [
        Offer(each.key, f"{source.key} {each.zh}", f"{source.key} {each.en}")
        for source, found in by_source()
        for each in found
    ]


def _touched_cases(_session: Session, case: Case) -> list[Offer]:
    touched = case.facts.get("impact", {}).get("closed_cases", [])
    return [Offer(str(case_id), number, number) for case_id, number in touched]


def _is_of_households(field: fields.Field) -> bool:
    return field.grain in corrections.GRAINS and field.derived is None


def _begun(session: Session, case: Case) -> dict[str, Any]:
    """The form as the case that called for the correction has it, for the officer to complete."""
    origin_id = case.facts.get("origin_case")
    if origin_id is None:
        return _named(case.facts.get("begun_with"))
    typed = session.scalar(
        select(Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == origin_id, Task.form_key == "wv_correction")
        .order_by(Answer.id.desc())
        .limit(1)
    )
    number = session.scalar(select(Case.number).where(Case.id == origin_id))
    found: dict[str, Any] = {"found_by": "case", "found_number": number}
    if typed:
        found["reason"] = typed["reason"]
        found["lines"] = [{"after": each["after"]} for each in typed["corrections"]]
    return found


def _named(begun: Mapping[str, Any] | None) -> dict[str, Any]:
    """The value that a correction was begun with, as its form asks for it."""
    if begun is None:
        return {}
    period = f"{begun['period'] // 100}-{begun['period'] % 100:02d}"
    line = {"field": begun["field"], "period": period}
    return {"source": begun["source"], "lines": [line], "reason": begun["why"]}


SOURCES: Mapping[str, Callable[[Session, Case], list[Offer]]] = {
    "fact_sources": _sources,
    "fact_fields": _fields,
    "touched_cases": _touched_cases,
}
FIRST: Mapping[str, Callable[[Session, Case], dict[str, Any]]] = {"dc_request": _begun}
