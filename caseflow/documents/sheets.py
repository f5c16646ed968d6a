"""Data of the papers that share a shape: everything is written out, ready to be set."""

from dataclasses import dataclass

from caseflow.documents.parts import Addressee, Answer, Contact, Head, Opinion, require

_WIDE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A name with its value; a wide one takes the whole line."""

    name: str
    value: str
    is_wide: bool = False

    @classmethod
    def of(cls, name: str, value: str) -> "Pair":
        """A long value takes the whole line."""
        return cls(name=name, value=value, is_wide=len(value) > _WIDE or "\n" in value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabled:
    """A table: names, relative widths and sides of its columns, and its rows as written."""

    names: tuple[str, ...]
    widths: tuple[str, ...]
    are_figures: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """One part of a paper, filled in; it has a title or stands in the run of the text."""

    title: str = ""
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    table: Tabled | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to show."""
        return not (self.lines or self.items or self.pairs or self.table or self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """
    A paper of one of the shapes.

    `addressee` is the taxpayer, `office` another office to which a letter goes.
    """

    head: Head
    parts: tuple[SheetPart, ...]
    addressee: Addressee | None = None
    office: str = ""
    contact: Contact | None = None
    opening: tuple[str, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    signatures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require("missing", field="parts", fulfilled=self.parts or self.opening)
