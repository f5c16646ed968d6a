"""File types: one per source and grain. A type is told by its headers, in Chinese or English."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from caseflow.lake.fields import Field, Grain, Registry


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file of one source and grain may hold: key columns, then fields."""

    name: str
    source: str
    grain: Grain
    zh: str
    en: str
    keys: tuple[Field, ...]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> tuple[Field, ...]:
        """Keys first, then all fields, in the order of the registry."""
        return self.keys + self.fields

    @property
    def is_register(self) -> bool:
        """Whether the file brings taxpayers that may not be known yet."""
        return any(each.is_register for each in self.fields)


_GRAIN_NAMES: Mapping[Grain, tuple[str, str]] = {
    Grain.STATE: ("户籍与状态", "state of taxpayers"),
    Grain.MONTH: ("分户按月", "taxpayer by month"),
    Grain.AREA: ("分区局按月", "district by month"),
    Grain.PARAMETER: ("参数", "parameters"),
}


@cache
def kinds(registry: Registry) -> Mapping[str, FileKind]:
    """List all file types by name (`ctais_t`, `hg_tp`, …), in the order of the sources."""
    found: dict[str, FileKind] = {}
    for source in registry.sources.values():
        for grain in Grain:
            fields = tuple(
                each
                for each in registry.fields.values()
                if each.source == source.key and each.grain is grain and each.derived is None
            )
            if not fields:
                continue
            zh, en = _GRAIN_NAMES[grain]
            name = f"{source.key}_{grain}".lower()
            keys = tuple(registry.key_fields[key] for key in registry.keys[grain])
            found[name] = FileKind(
                name, source.key, grain, f"{source.zh}:{zh}", f"{source.key}: {en}", keys, fields
            )
    return found


def headers(kind: FileKind, lang: str) -> list[str]:
    """Give the header line of a complete file: `zh`, `en` or `name`."""
    return [str(getattr(each, lang)) for each in kind.columns]


def column_of(kind: FileKind) -> Mapping[str, Field]:
    """Map every spelling of a header that this type knows, folded, to its column."""
    return {
        fold(spelling): each for each in kind.columns for spelling in (each.name, each.zh, each.en)
    }


def recognise(registry: Registry, header: Sequence[str]) -> list[FileKind]:
    """Find the types that know every header and whose keys are there; normally one or none."""
    wanted = [fold(text) for text in header]
    found = []
    for kind in kinds(registry).values():
        known = column_of(kind)
        columns = {known[text].name for text in wanted if text in known}
        if all(text in known for text in wanted) and {key.name for key in kind.keys} <= columns:
            found.append(kind)
    return found


def fold(text: str) -> str:
    """Take blanks, case and the width of characters out of a header."""
    narrow = unicodedata.normalize("NFKC", text).replace("\ufeff", "")
    return "".join(narrow.split()).lower()
