"""What a formula may say: the names of the registry and the functions of periods."""

from collections.abc import Mapping
from enum import StrEnum

from caseflow import feel
from caseflow.lake.fields import Field, Kind, Registry


class Level(StrEnum):
    """Of whom an indicator speaks."""

    TAXPAYER = "taxpayer"
    AGGREGATE = "aggregate"


_N, _B, _A = feel.NUMBER, feel.BOOLEAN, feel.ANY

_PERIOD_FUNCTIONS = (
    feel.Function("chg", (_N,), _N, zh="〔{0}〕变动率", en="change of [{0}]"),
    feel.Function("base", (_N,), _N, zh="基期〔{0}〕", en="[{0}] of the base period"),
    feel.Function("prev", (_N,), _N, zh="上期〔{0}〕", en="[{0}] of the period before"),
    feel.Function("ytd", (_N,), _N, zh="本年累计〔{0}〕", en="[{0}] since January"),
    feel.Function("roll", (_N, _N), _N, zh="近{1}个月〔{0}〕", en="[{0}] of the last {1} months"),
    feel.Function("streak", (_B,), _N, zh="连续〔{0}〕期数", en="consecutive periods with [{0}]"),
    feel.Function("where", (_N, _B), _N, zh="〔{1}〕时的{0}", en="{0}, only where [{1}]"),
)
_UNIT_FUNCTIONS = (
    feel.Function("households", (_B,), _N, zh="〔{0}〕户数", en="households with [{0}]"),
    feel.Function("count_distinct", (_A,), _N, zh="〔{0}〕个数", en="number of different [{0}]"),
    feel.Function("total", (_N,), _N, zh="〔{0}〕合计", en="sum of [{0}]"),
    feel.Function("top", (_N, _N), _N, zh="〔{0}〕前{1}户合计", en="sum of the {1} largest [{0}]"),
    feel.Function(
        "top_by",
        (_N, _A, _N),
        _N,
        zh="按〔{1}〕汇总的〔{0}〕前{2}名合计",
        en="sum of the {2} largest totals of [{0}] by [{1}]",
    ),
    feel.Function("hhi", (_N,), _N, zh="〔{0}〕集中度", en="concentration of [{0}]"),
)


def scope(registry: Registry, level: Level) -> feel.Scope:
    """Declare the names and functions of formulas of a level."""
    fields = registry.formula_fields
    functions = _PERIOD_FUNCTIONS + (_UNIT_FUNCTIONS if level is Level.AGGREGATE else ())
    return feel.Scope(
        names={name: _type(each) for name, each in fields.items()},
        functions={each.name: each for each in functions},
        labels=_labels(fields),
    )


def estimate_scope(registry: Registry) -> feel.Scope:
    """Declare what an estimate of the tax at stake may say: also `value` and `threshold`."""
    fields = scope(registry, Level.TAXPAYER)
    return fields.with_name("value", feel.NUMBER).with_name("threshold", feel.NUMBER)


def _labels(fields: Mapping[str, Field]) -> dict[str, tuple[str, str]]:
    """Label fields, and the closed lists' words, for the printer."""
    return {name: (each.zh, each.en) for name, each in fields.items()}


def _type(field: Field) -> feel.Type:
    if field.is_numeric:
        return feel.NUMBER
    if field.type is Kind.BOOL:
        return feel.BOOLEAN
    return feel.one_of(*field.values) if field.values else feel.STRING
