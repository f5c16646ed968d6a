"""What a browser sent, as a plain mapping of lists, with its rows put in order.

Rows carry a hidden field ``<list>-<n>-row`` with the row's key, so a row that joined meanwhile
moves nothing that was typed. ``_add`` and ``_remove`` are the buttons that work without scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

ROW = "row"
MOST_ROWS = 200
_ENTRY = re.compile(r"(?P<list>[a-z][a-z0-9_]*)-(?P<index>\d{1,4})-(?P<rest>.+)")


class Sent(Protocol):
    """What Werkzeug hands over; a draft's mapping of lists will do as well."""

    def __iter__(self) -> Iterator[str]: ...

    def getlist(self, key: str) -> list[Any]: ...


class Posted:
    """Form data that WTForms can read."""

    def __init__(self, lists: Mapping[str, Sequence[Any]]) -> None:
        self.lists = {name: list(values) for name, values in lists.items()}

    @classmethod
    def of(cls, sent: Sent | Mapping[str, Sequence[Any]]) -> Posted:
        """Copy what was sent or drafted."""
        getlist = getattr(sent, "getlist", None)
        if getlist is not None:
            return cls({name: getlist(name) for name in sent})
        assert isinstance(sent, Mapping)  # noqa: S101 - for mypy: it is the other kind
        return cls(sent)

    def __iter__(self) -> Iterator[str]:
        return iter(self.lists)

    def __len__(self) -> int:
        return len(self.lists)

    def __contains__(self, name: object) -> bool:
        return name in self.lists

    def getlist(self, name: str) -> list[Any]:
        """All values of a name."""
        return self.lists.get(name, [])

    def first(self, name: str) -> str:
        """The first value of a name, as text."""
        values = self.getlist(name)
        return str(values[0]) if values else ""

    def rows(self, listed: str) -> list[int]:
        """The indices that entries of a list have, in order."""
        found = {
            int(match["index"])
            for name in self.lists
            if (match := _ENTRY.fullmatch(name)) and match["list"] == listed
        }
        return sorted(found)

    def arrange(self, listed: str, places: Mapping[int, int]) -> None:
        """Renumber the entries of a list; those without a new place go."""
        moved: dict[str, list[Any]] = {}
        for name, values in self.lists.items():
            match = _ENTRY.fullmatch(name)
            if match is None or match["list"] != listed:
                moved[name] = values
            elif int(match["index"]) in places:
                moved[f"{listed}-{places[int(match['index'])]}-{match['rest']}"] = values
        self.lists = moved

    def arrange_given(self, listed: str, keys: Sequence[str]) -> None:
        """Put the entries where their rows now stand, by the key they carry."""
        now = {key: place for place, key in enumerate(keys)}
        places = {}
        for index in self.rows(listed):
            key = self.first(f"{listed}-{index}-{ROW}")
            place = now.get(key) if key else index
            if place is not None and place < len(keys):
                places[index] = place
        self.arrange(listed, places)

    def edit(self, lists: Sequence[str]) -> bool:
        """Do what the buttons for adding and removing rows ask; say whether one was pressed."""
        add, remove = self.first("_add"), self.first("_remove")
        if add in lists:
            index = max(self.rows(add), default=-1) + 1
            if len(self.rows(add)) < MOST_ROWS:
                self.lists[f"{add}-{index}-{ROW}"] = [""]
            return True
        listed, _, number = remove.rpartition("-")
        if listed in lists and number.isdigit():
            kept = [index for index in self.rows(listed) if index != int(number)]
            self.arrange(listed, {index: place for place, index in enumerate(kept)})
            return True
        return False
