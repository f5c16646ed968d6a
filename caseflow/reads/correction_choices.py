"""What the forms of data corrections offer: sources, fields, the closed cases that are touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.lake import corrections, fields
from caseflow.models import Answer, Case, Task
from caseflow.reads.offers import Offer


def _sources(_session: Session, _case: Case) -> list[Offer]:
    registry = fields.shipped()
    delivering = {each.source for each in registry.fields.values() if _is_of_households(each)}
    return [
        Offer(key, source.zh, source.en)
        for key, source in registry.sources.items()
        if key in delivering
    ]


def _fields(_session: Session, _case: Case) -> list[Offer]:
    registry = fields.shipped()
    return [
        Offer(name, f"{field.source} {field.zh}", f"{field.source} {field.en}")
        for name, field in sorted(registry.fields.items(), key=lambda each: each[1].source)
        if _is_of_households(field)
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
        return {}
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


SOURCES: Mapping[str, Callable[[Session, Case], list[Offer]]] = {
    "fact_sources": _sources,
    "fact_fields": _fields,
    "touched_cases": _touched_cases,
}
FIRST: Mapping[str, Callable[[Session, Case], dict[str, Any]]] = {"dc_request": _begun}
