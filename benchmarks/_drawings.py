"""The house's own drawing for measurements: loaded, with a moment and likely answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from caseflow import engine

ROOT = Path(__file__).parents[1]
NOW = datetime(2010, 1, 25, 1, tzinfo=UTC)
DRAWING = "warning_verification.bpmn"

# One round of rework: the chief sends the case back, the officers are named and accept again.
REWORK: tuple[tuple[str, dict[str, Any]], ...] = (
    ("dispatch", {"dispatch_decision": "assign"}),
    ("assign", {"assign_decision": "send_back"}),
)


def warning_verification() -> tuple[engine.Process, dict[str, bytes]]:
    """The process and its files."""
    workflows, forms = ROOT / "workflows", ROOT / "forms"
    paths = [*workflows.glob("*.bpmn"), *workflows.glob("*.dmn"), *forms.glob("*.form")]
    bundle = engine.pick({path.name: path.read_bytes() for path in paths}, DRAWING)
    return engine.load(bundle), bundle


def moment() -> engine.Moment:
    """A moment at which every limit is five days."""

    def limit(value: str | int) -> datetime:
        return NOW + timedelta(days=value if isinstance(value, int) else 5)

    return engine.Moment(NOW, limit, limit, limit)


def likely(values: dict[str, Any], element: str) -> dict[str, Any]:
    """Random answers, made such that most cases come to the long part of the drawing."""
    made: dict[str, dict[str, Any]] = {
        "dispatch": {"dispatch_decision": "assign"},
        "assign": {"assign_decision": "assign", "main_pending": True, "second_pending": True},
        "accept_main": {"recusal": "none", "accept_decision": "accept"},
        "accept_second": {"recusal": "none", "accept_decision": "accept"},
    }
    return {**values, **made.get(element, {})}
