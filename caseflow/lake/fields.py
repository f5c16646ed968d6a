"""The fields of all source systems, read from `indicators/fields.yaml`.

A field says how a number is stored (whole multiples of 1/scale, so that sums are exact), how months
make a quarter or a year, and what a file may hold. Nothing here reads facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NotRequired, TypedDict

import yaml


class Grain(StrEnum):
    """What one row of a file speaks of."""

    STATE = "T"
    """A taxpayer's state at the end of a month; holds until a later month says otherwise."""
    MONTH = "TP"
    """A taxpayer in a month."""
    AREA = "AP"
    """A district in a month."""
    PARAMETER = "P"
    """A parameter of an industry (a code, its first digits, or * for all) from a month on."""


class OverTime(StrEnum):
    """How the months of a quarter or a year become one value."""

    FLOW = "flow"
    OPENING = "opening"
    CLOSING = "closing"


class Kind(StrEnum):
    """The type of a field's values."""

    STRING = "string"
    DATE = "date"
    BOOL = "bool"
    ENUM = "enum"
    INT = "int"
    DECIMAL = "decimal"
    PERIOD = "period"


NUMERIC = frozenset({Kind.INT, Kind.DECIMAL})


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the source systems, in the words of both languages.

    ``is_personal`` marks numbers of a person's papers, which pages mask.
    """

    name: str
    zh: str
    en: str
    type: Kind
    grain: Grain
    source: str
    unit: str = "-"
    scale: int = 1
    over_time: OverTime = OverTime.CLOSING
    minimum: int | None = None
    maximum: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    is_register: bool = False
    is_personal: bool = False
    derived: str | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether values are numbers, kept as whole multiples of 1/scale."""
        return self.type in NUMERIC


@dataclass(frozen=True, slots=True)
class Source:
    """A system that delivers files."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, eq=False)
class Registry:
    """All fields, sources and keys. `hash_text` names the version that panels were built with."""

    sources: Mapping[str, Source]
    keys: Mapping[Grain, tuple[str, ...]]
    key_fields: Mapping[str, Field]
    fields: Mapping[str, Field]
    version: int

    @cached_property
    def formula_fields(self) -> Mapping[str, Field]:
        """The fields a formula may name: everything but the identity columns of the register."""
        return {name: each for name, each in self.fields.items() if not each.is_register}


_SHIPPED = Path(__file__).parents[2] / "indicators" / "fields.yaml"


@cache
def shipped() -> Registry:
    """Read the registry of this installation, once."""
    return load(_SHIPPED)


class _Entry(TypedDict):
    name: str
    zh: str
    en: str
    type: str
    grain: NotRequired[str]
    source: NotRequired[str]
    unit: NotRequired[str]
    scale: NotRequired[int]
    over_time: NotRequired[str]
    min: NotRequired[int]
    max: NotRequired[int]
    values: NotRequired[dict[str, str]]
    register: NotRequired[bool]
    personal: NotRequired[bool]
    derived: NotRequired[str]


def load(path: Path) -> Registry:
    """Read the registry; ValueError names the entry that is not as it should be."""
    tree = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    fields = [_field(entry) for entry in tree["fields"]]
    names = [each.name for each in fields]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{path.name}: {', '.join(twice)} declared twice")
    keys = {Grain(grain): tuple(columns) for grain, columns in tree["keys"].items()}
    return Registry(
        sources=MappingProxyType({each["key"]: Source(**each) for each in tree["sources"]}),
        keys=MappingProxyType(keys),
        key_fields=MappingProxyType({each["name"]: _field(each) for each in tree["key_columns"]}),
        fields=MappingProxyType({each.name: each for each in fields}),
        version=int(tree["version"]),
    )


def _field(entry: _Entry) -> Field:
    return Field(
        name=entry["name"],
        zh=entry["zh"],
        en=entry["en"],
        type=Kind(entry["type"]),
        grain=Grain(entry.get("grain", "T")),
        source=entry.get("source", ""),
        unit=entry.get("unit", "-"),
        scale=entry.get("scale", 1),
        over_time=OverTime(entry.get("over_time", "closing")),
        minimum=entry.get("min"),
        maximum=entry.get("max"),
        values=MappingProxyType(dict(entry.get("values", {}))),
        is_register=entry.get("register", False),
        is_personal=entry.get("personal", False),
        derived=entry.get("derived"),
    )
