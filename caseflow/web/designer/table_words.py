"""The words of decision tables: hit policies, kinds of values, what a trial gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from caseflow import feel
from caseflow.engine.cells import Asked, Table, Tried
from caseflow.vocabulary import Invalid
from caseflow.web.speech import _
from caseflow.web.words import joined

POLICIES = (
    "UNIQUE",
    "FIRST",
    "ANY",
    "PRIORITY",
    "RULE ORDER",
    "OUTPUT ORDER",
    "COLLECT",
    "COLLECT SUM",
    "COLLECT MIN",
    "COLLECT MAX",
    "COLLECT COUNT",
)


def policies() -> list[tuple[str, str]]:
    """Every hit policy with what it does."""
    words = {
        "UNIQUE": _("只会有一条规则成立（UNIQUE）"),
        "FIRST": _("自上而下，取第一条成立的（FIRST）"),
        "ANY": _("几条成立时，结果必须相同（ANY）"),
        "PRIORITY": _("取结果排在最前的（PRIORITY）"),
        "RULE ORDER": _("取全部成立的，按规则顺序（RULE ORDER）"),
        "OUTPUT ORDER": _("取全部成立的，按结果顺序（OUTPUT ORDER）"),
        "COLLECT": _("取全部成立的（COLLECT）"),
        "COLLECT SUM": _("成立各条相加（SUM）"),
        "COLLECT MIN": _("成立各条取最小（MIN）"),
        "COLLECT MAX": _("成立各条取最大（MAX）"),
        "COLLECT COUNT": _("数成立几条（COUNT）"),
    }
    return [(name, words[name]) for name in POLICIES]


def policy_of(chosen: str) -> tuple[str, str]:
    """
    The hit policy and the aggregation of a choice.

    Raises:
        Invalid: there is no such choice.

    """
    if chosen not in POLICIES:
        raise Invalid("draft_policy")
    if chosen.startswith("COLLECT "):
        policy, _space, aggregate = chosen.partition(" ")
        return policy, aggregate
    return chosen, ""


def control(asked: Asked) -> str:
    """Which control takes a value: ``number``, ``date``, ``boolean``, ``choice`` or ``text``."""
    return "choice" if asked.choices else control_of(asked.type)


def control_of(kind: feel.Type) -> str:
    """Which control takes any value of a kind: as ``control``, without choices."""
    names = {
        feel.NUMBER.name: "number",
        feel.DATE.name: "date",
        feel.DATE_TIME.name: "datetime-local",
        feel.BOOLEAN.name: "boolean",
    }
    return names.get(kind.name, "text")


def answer(table: Table, tried: Tried | None) -> str:
    """What a table answered."""
    if tried is None:
        return ""
    if tried.error:
        return _why_not(tried.error)
    if not tried.rules:
        return _("没有规则成立，结果为空")
    shown, said = _shown(tried.answer), joined(_said(table, tried))
    if not said or said == shown:
        return _("结果：%(answer)s", answer=shown)
    return _("结果：%(said)s（%(answer)s）", said=said, answer=shown)


def _why_not(error: str) -> str:
    known = {"broken": _("表中有错，改好后才能试算"), "value": _("试算的值填写有误")}
    return known.get(error) or _("算不出来：%(reason)s", reason=error)


def _said(table: Table, tried: Tried) -> Iterator[str]:
    """The words of the answers of the rules that hold."""
    for number, row in enumerate(table.sheet.rows):
        for place, column in enumerate(table.sheet.columns):
            if row.id in tried.rules and not column.is_input:
                yield table.cells[number, place].words


def _shown(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_shown(each) for each in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_shown(each)}" for name, each in value.items()) + "}"
    return f'"{value}"' if isinstance(value, str) else str(value)
