"""Values from outside, as JSON writes them, made what the drawing takes them for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from caseflow import feel
from caseflow.clock import BUREAU_ZONE
from caseflow.engine.processes import Process
from caseflow.feel.temporal import parse_date, parse_date_time


def known(process: Process, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the drawing has variables for, each as its type."""
    kinds = {name: process.variables[name] for name in values if name in process.variables}
    return {name: _come_in(values[name], kind) for name, kind in kinds.items()}


def typed(value: Any, kind: feel.Type) -> Any:
    """What JSON writes as text and the drawing takes for a date, as such."""
    if isinstance(value, list):
        return [typed(each, kind.of or feel.ANY) for each in value]
    if not isinstance(value, str):
        return value
    found: date | None = None
    if kind.name == feel.DATE.name:
        found = parse_date(value)
    elif kind.name == feel.DATE_TIME.name:
        found = parse_date_time(value)
    if isinstance(found, datetime) and found.tzinfo is None:
        found = found.replace(tzinfo=BUREAU_ZONE)
    return value if found is None else found


def _come_in(value: Any, kind: feel.Type) -> Any:
    if isinstance(value, list):
        return [_come_in(each, kind.of or feel.ANY) for each in value]
    return _number(value) if kind.name == feel.NUMBER.name else typed(value, kind)


def _number(value: Any) -> Any:
    """An amount that was written as text, so that no digit is lost, as a number."""
    try:
        return Decimal(value) if isinstance(value, str) else value
    except InvalidOperation:
        return value
