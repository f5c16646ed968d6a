"""
The catalogue of indicators, read from `indicators/` and checked before anything is screened.

A file that is broken or hostile is refused with file, line and indicator. What is sound but cannot
be screened yet is kept and says why in `not_screened`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from json import dumps
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from caseflow import feel
from caseflow.detection import notation, units
from caseflow.detection.formulas import Level, estimate_scope, scope
from caseflow.detection.notation import Broken, Entry, Fault, Plain
from caseflow.detection.plan import Base, NoHistory, Planned, Planner, Span, Unplannable
from caseflow.detection.terms import Cell, Held, How
from caseflow.detection.thresholds import Threshold, read_threshold
from caseflow.detection.units import Unit
from caseflow.lake import fields
from caseflow.lake.fields import Registry
from caseflow.vocabulary import Invalid


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of a closed list: an aspect, a group, a case type, a verification step."""

    key: str
    zh: str
    en: str
    more: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator as it stands in its file. `sha256` changes with anything that it means."""

    code: str
    version: int
    zh: str
    en: str
    group: str
    aspect: str
    level: Level
    span: Span
    base: Base
    direction: str
    formula: feel.Expression
    threshold: Threshold
    severity: int | None
    estimate: feel.Expression | None
    case_type: str
    signal: str
    risk_points: tuple[str, ...]
    steps: tuple[str, ...]
    sources: tuple[str, ...]
    valid_to: int | None
    weight: Decimal
    not_screened: str | None
    unit: Unit
    sha256: str

    def say(self, lang: Literal["zh", "en"]) -> str:
        """Say the formula in words."""
        return feel.say(self.formula, lang)

    def is_due(self, period: int) -> bool:
        """Tell whether it is evaluated when this month has ended."""
        is_valid = self.valid_to is None or period <= self.valid_to
        return self.not_screened is None and is_valid and self.span.ends_with(period)


@dataclass(frozen=True, slots=True)
class PeerLaw:
    """Who is compared with whom."""

    digits: tuple[int, ...]
    bands: tuple[int, ...]
    trim_percent: int
    min_peers: int


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The share of a population that may be hit, and from how many on a share says something."""

    percent: int
    least_population: int

    def holds(self, hits: int, population: int) -> bool:
        """Tell whether the analysis post must look first."""
        is_large = population >= self.least_population
        return is_large and hits * 100 > population * self.percent


@dataclass(frozen=True, slots=True)
class Grade:
    """A risk grade holds from so many points on."""

    key: int
    zh: str
    en: str
    least: Decimal


@dataclass(frozen=True)
class Catalogue:
    """All indicators with the lists they refer to."""

    registry: Registry
    indicators: Mapping[str, Indicator]
    aspects: Mapping[str, Named]
    groups: Mapping[str, Named]
    case_types: Mapping[str, Named]
    risk_points: Mapping[str, Named]
    steps: Mapping[str, Named]
    sources: Mapping[str, Named]
    peers: PeerLaw
    grades: tuple[Grade, ...]
    quarantine: Quarantine

    @cached_property
    def sha256(self) -> str:
        """Name this catalogue: a hash over all indicators, the law of peers and the registry."""
        parts = [each.sha256 for each in self.indicators.values()]
        parts += [repr(self.peers), str(self.registry.version)]
        return sha256("\n".join(parts).encode()).hexdigest()

    def due(self, period: int) -> list[Indicator]:
        """List what can be screened when this month has ended."""
        return [each for each in self.indicators.values() if each.is_due(period)]

    def plan(self, indicator: Indicator, period: int) -> Planned:
        """Plan an indicator's formula for the period that ends with a month."""
        planner = Planner(self.registry, indicator.span, indicator.base, period)
        return planner.plan(indicator.formula.tree)

    def plan_estimate(self, indicator: Indicator, period: int, value: Planned) -> Planned | None:
        """Plan the estimate of the tax at stake; VALUE and LIMIT are its cells of these names."""
        if indicator.estimate is None:
            return None
        planner = Planner(self.registry, indicator.span, indicator.base, period)
        names = {"value": Planned(VALUE, value.unit), "threshold": Planned(LIMIT, value.unit)}
        return planner.plan(indicator.estimate.tree, names)


VALUE = Cell("value", 0, 0, How.STATE, Held.DOUBLE)
LIMIT = Cell("threshold", 0, 0, How.STATE, Held.DOUBLE)
_ANY_DECEMBER = 200912
_LISTS = ("aspects", "groups", "case_types")
_REQUIRED = (
    *("code", "version", "zh", "en", "aspect", "level", "period", "base", "direction", "expr"),
    *("threshold", "case_type", "signal", "risk_points", "steps", "sources"),
)
_OPTIONAL = ("severity", "estimate", "valid_to")


def load(folder: Path) -> Catalogue:
    """Read and check all files; Invalid carries every fault found, each with its place."""
    faults: list[Fault] = []
    registry = fields.load(folder / "fields.yaml")
    try:
        general = notation.plain(folder / "catalogue.yaml")
        lists = {name: _named(general[name]) for name in _LISTS}
        for name in ("risk_points", "steps", "sources"):
            lists[name] = _named([each.values for each in _entries(folder, name)])
    except Broken as broken:
        raise Invalid("CATALOGUE_BROKEN", faults=(broken.fault,)) from broken
    scopes = {level: scope(registry, level) for level in Level}
    reader = _Reader(registry, lists, _weights(general), scopes, estimate_scope(registry))
    indicators: dict[str, Indicator] = {}
    for group in lists["groups"]:
        for indicator in reader.group(folder / f"{group}.yaml", group, faults):
            indicators[indicator.code] = indicator
    if faults:
        raise Invalid("CATALOGUE_BROKEN", faults=tuple(faults))
    return Catalogue(
        registry=registry,
        indicators=MappingProxyType(indicators),
        peers=_peer_law(general["peers"]),
        grades=_grades(general["grades"]),
        quarantine=_quarantine(general["quarantine"]),
        **lists,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    registry: Registry
    lists: Mapping[str, Mapping[str, Named]]
    weights: list[dict[str, Plain]]
    scopes: Mapping[Level, feel.Scope]
    estimates: feel.Scope

    def group(self, path: Path, group: str, faults: list[Fault]) -> Iterable[Indicator]:
        """Read the file of a group; an entry at fault is left out and noted."""
        try:
            _, found = notation.entries(path, "indicators")
        except Broken as broken:
            faults.append(broken.fault)
            return
        seen: set[str] = set()
        for entry in found:
            code = str(entry.values.get("code", ""))
            try:
                if code in seen:
                    raise _broken(entry, "code", "repeated", code)
                seen.add(code)
                yield self.indicator(entry, group)
            except Broken as broken:
                faults.append(broken.fault)

    def indicator(self, entry: Entry, group: str) -> Indicator:
        """Check one entry."""
        values = entry.values
        self._check_keys(entry, group)
        level = Level(str(values["level"]))
        span, base = Span(str(values["period"])), Base(str(values["base"]))
        formula = _parse(entry, "expr", self.scopes[level])
        threshold = read_threshold(entry)
        estimate = None
        if "estimate" in values:
            estimate = _parse(entry, "estimate", self.estimates)
        reason, unit = "aggregate", units.BARE
        if level is Level.TAXPAYER:
            reason, unit = self._try(
                entry, formula, threshold, Planner(self.registry, span, base, _ANY_DECEMBER)
            )
        severity = values.get("severity")
        return Indicator(
            code=str(values["code"]),
            version=int(str(values["version"])),
            zh=str(values["zh"]),
            en=str(values["en"]),
            group=group,
            aspect=str(values["aspect"]),
            level=level,
            span=span,
            base=base,
            direction=str(values["direction"]),
            formula=formula,
            threshold=threshold,
            severity=int(str(severity)) if severity is not None else None,
            estimate=estimate,
            case_type=str(values["case_type"]),
            signal=str(values["signal"]),
            risk_points=tuple(notation.texts(values["risk_points"])),
            steps=tuple(notation.texts(values["steps"])),
            sources=tuple(notation.texts(values["sources"])),
            valid_to=_month(entry),
            weight=self._weight(group, str(values["aspect"])),
            not_screened=reason or None,
            unit=unit,
            sha256=sha256(dumps(values, sort_keys=True).encode()).hexdigest(),
        )

    def _check_keys(self, entry: Entry, group: str) -> None:
        missing = [key for key in _REQUIRED if key not in entry.values]
        if missing:
            raise _broken(entry, "", "missing", missing[0])
        unknown = [key for key in entry.values if key not in (*_REQUIRED, *_OPTIONAL)]
        if unknown:
            raise _broken(entry, unknown[0], "unknown_key", unknown[0])
        if not str(entry.values["code"]).startswith(f"{group}-"):
            raise _broken(entry, "code", "bad_code", str(entry.values["code"]))
        allowed: dict[str, Iterable[str]] = {
            "level": Level,
            "period": Span,
            "base": Base,
            "direction": ("high", "low", "both"),
            "aspect": self.lists["aspects"],
            "case_type": self.lists["case_types"],
            "severity": ("1", "2", "3"),
            "risk_points": self.lists["risk_points"],
            "steps": self.lists["steps"],
            "sources": self.lists["sources"],
        }
        if not isinstance(entry.values["version"], int):
            raise _broken(entry, "version", "not_a_number", str(entry.values["version"]))
        for key, choices in allowed.items():
            value = entry.values.get(key, [])
            given = [str(each) for each in value] if isinstance(value, list) else [str(value)]
            strangers = set(given).difference(choices)
            if strangers:
                raise _broken(entry, key, "not_allowed", ", ".join(sorted(strangers)))

    def _try(
        self, entry: Entry, formula: feel.Expression, threshold: Threshold, planner: Planner
    ) -> tuple[str, Unit]:
        """Plan the formula once; give why it cannot be screened, and the unit of its value."""
        try:
            planned = planner.plan(formula.tree)
        except NoHistory:
            return "no_history", units.BARE
        except Unplannable as error:
            raise _misplanned(entry, "expr", error) from error
        is_condition = planned.term.held is Held.TRUTH
        if is_condition is not threshold.is_flag:
            raise _broken(entry, "expr", "not_a_value" if is_condition else "not_a_condition", "")
        if "estimate" in entry.values:
            self._try_estimate(entry, planner, planned)
        return "", planned.unit

    def _try_estimate(self, entry: Entry, planner: Planner, planned: Planned) -> None:
        names = {"value": Planned(VALUE, planned.unit), "threshold": Planned(LIMIT, planned.unit)}
        expression = _parse(entry, "estimate", self.estimates)
        try:
            result = planner.plan(expression.tree, names)
        except (Unplannable, NoHistory) as error:
            raise _misplanned(entry, "estimate", error) from error
        if units.common((result.unit, units.CNY)) != (units.CNY, True):
            raise _broken(entry, "estimate", "unit_mismatch", f"{units.say(result.unit)} / CNY")

    def _weight(self, group: str, aspect: str) -> Decimal:
        for rule in self.weights:
            if rule.get("aspect", aspect) == aspect and rule.get("group", group) == group:
                return Decimal(str(rule["weight"]))
        return Decimal(1)


def _parse(entry: Entry, key: str, names: feel.Scope) -> feel.Expression:
    try:
        return feel.parse(str(entry.values[key]), names)
    except feel.FeelError as error:
        zh, en = error.say("zh"), error.say("en")
        raise Broken(_fault(entry, key, "formula", en, zh)) from error


def _misplanned(entry: Entry, key: str, error: Unplannable | NoHistory) -> Broken:
    if isinstance(error, NoHistory):
        return Broken(_fault(entry, key, "not_a_flow", str(error)))
    place = f" (line {error.line}, column {error.column})"
    place_zh = f"（第{error.line}行第{error.column}列）"
    return Broken(_fault(entry, key, error.code, error.detail + place, error.detail + place_zh))


def _broken(entry: Entry, key: str, code: str, detail: str) -> Broken:
    return Broken(_fault(entry, key, code, detail))


def _fault(entry: Entry, key: str, code: str, detail: str, detail_zh: str = "") -> Fault:
    line = entry.lines.get(key, entry.line)
    return Fault(entry.file, line, code, str(entry.values.get("code", "")), detail, detail_zh)


def _month(entry: Entry) -> int | None:
    if "valid_to" not in entry.values:
        return None
    year, _, month = str(entry.values["valid_to"]).partition("-")
    if not (year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12):  # noqa: PLR2004 - months of a year
        raise _broken(entry, "valid_to", "bad_month", str(entry.values["valid_to"]))
    return int(year) * 100 + int(month)


def _entries(folder: Path, name: str) -> list[Entry]:
    return notation.entries(folder / f"{name}.yaml", name)[1]


def _named(listed: Plain) -> Mapping[str, Named]:
    """Index a closed list by its keys."""
    found = {}
    for each in listed if isinstance(listed, list) else []:
        entry = each if isinstance(each, dict) else {}
        zh = str(entry.get("zh", entry.get("title", "")))
        key, en = str(entry["key"]), str(entry.get("en", zh))
        more = {name: value for name, value in entry.items() if name not in ("key", "zh", "en")}
        found[key] = Named(key, zh, en, MappingProxyType(more))
    return MappingProxyType(found)


def _weights(general: Mapping[str, Plain]) -> list[dict[str, Plain]]:
    rules = general["weights"]
    return [each for each in rules if isinstance(each, dict)] if isinstance(rules, list) else []


def _peer_law(value: Plain) -> PeerLaw:
    law = value if isinstance(value, dict) else {}
    return PeerLaw(
        digits=tuple(int(each) for each in notation.texts(law["digits"])),
        bands=tuple(int(each) for each in notation.texts(law["bands"])),
        trim_percent=int(str(law["trim_percent"])),
        min_peers=int(str(law["min_peers"])),
    )


def _quarantine(value: Plain) -> Quarantine:
    law = value if isinstance(value, dict) else {}
    return Quarantine(int(str(law["percent"])), int(str(law["least_population"])))


def _grades(value: Plain) -> tuple[Grade, ...]:
    rows = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return tuple(
        Grade(int(str(row["key"])), str(row["zh"]), str(row["en"]), Decimal(str(row["from"])))
        for row in rows
    )
