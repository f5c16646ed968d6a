"""
What a kind of paper is declared with: its shape, its fields, its parts, its texts of law.

A field names what officers answered (`key`, or one of `also`) and how it is written. A part shows
fields, rows or what the case itself knows. A text of law holds between two dates and names fields
in braces (``{words.fine}`` for an amount in words); a text whose fields are not known is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from string import Formatter


class Shape(Enum):
    """The few looks that papers have; each is a template of the same name."""

    NOTICE = "notice"  # to a taxpayer: red head, facts, basis, requirement, rights, contact, seal
    LETTER = "letter"  # to another office: the same without rights and contact of the taxpayer
    PUBLIC = "public"  # an announcement to everybody
    SHEET = "sheet"  # kept inside: facts, tables, opinions of each level
    REPORT = "report"  # kept inside: sections in prose
    RECORD = "record"  # written down together and signed by both sides on each page


class Say(Enum):
    """How a value is written."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    MONEY = "money"
    NUMBER = "number"


class Source(Enum):
    """What the case itself knows, for parts that no officer types."""

    TAXPAYER = "taxpayer"
    AMOUNTS = "amounts"  # declared, recomputed, difference: the taxpayer's own
    SUMS = "sums"  # the same with due day, surcharge, income and loss: inside only
    DOUBTS = "doubts"  # inside only
    CHECKED = "checked"  # each doubt as the desk left it; inside only
    STEPS = "steps"  # the prescribed steps of verification; inside only
    EVIDENCE = "evidence"  # each piece that the desk named, and for what; inside only
    OFFICERS = "officers"
    PAPERS = "papers"
    UNSERVED = "unserved"  # the taxpayer and the papers of the case that wait for service
    COURSE = "course"  # inside only
    ANSWERS = "answers"  # what else the signing steps asked; inside only


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that is filled in; `default` stands when nobody answered, `limit` names one."""

    key: str
    zh: str
    say: Say = Say.TEXT
    also: tuple[str, ...] = ()
    is_required: bool = False
    default: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table of rows."""

    key: str
    zh: str
    say: Say = Say.TEXT
    also: tuple[str, ...] = ()
    width: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of law or custom and the days on which it holds, both included."""

    text: str
    since: date = date.min
    until: date = date.max

    @property
    def names(self) -> tuple[str, ...]:
        """The fields named in braces."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.text) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A part in prose: what was typed, then what the law says."""

    title: str = ""
    keys: tuple[str, ...] = ()
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A numbered list, one item for each line that was typed."""

    title: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names and values side by side."""

    title: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """
    A table of the rows of one answer; `sums` are the columns that are added up.

    With `each`, every step that answered that field is a row, with the person as `member`.
    """

    title: str
    key: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    each: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Questions and answers, in order."""

    title: str
    key: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A part that the case itself fills; of the answers all but those ``without``."""

    title: str
    source: Source
    without: tuple[str, ...] = ()


Part = Words | Items | Facts | Grid | Talk | Given


def keys_of(parts: tuple[Part, ...]) -> Iterator[str]:
    """Every field and list of rows that some parts show."""
    for part in parts:
        if isinstance(part, Words):
            yield from part.keys
            yield from (name for text in part.texts for name in text.names)
        elif isinstance(part, Facts):
            yield from part.keys
        elif isinstance(part, Items | Grid | Talk):
            yield part.key
