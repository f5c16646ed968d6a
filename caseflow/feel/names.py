"""Names that may hold blanks and signs, such as ``date and time`` or ``first-quarter sales``.

They are found in the tokens by the longest match, as the standard asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from caseflow.feel.errors import FeelError
from caseflow.feel.tokens import Token, tokens

KEYWORDS = frozenset(
    {
        *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies"),
        *("and", "or", "between", "instance", "of", "function", "external"),
        *("true", "false", "null"),
    },
)


@dataclass(frozen=True, slots=True)
class Found:
    """A name met in the text: what it is called, how many tokens it takes."""

    name: str
    length: int


class Names:
    """An index of names by their words; an alias is found as the name it stands for."""

    def __init__(self, names: Iterable[str], aliases: Mapping[str, str] | None = None) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self._add(_words(name), name)
        for alias, name in (aliases or {}).items():
            self._add_alias(alias, name)
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def match(self, source: Sequence[Token], at: int) -> Found | None:
        """Find the longest name that begins at this token."""
        for words, name in self._by_first.get(source[at].text, ()):
            here = source[at : at + len(words)]
            if len(here) == len(words) and all(
                token.text == word for token, word in zip(here, words, strict=True)
            ):
                return Found(name, len(words))
        return None

    def _add(self, words: tuple[str, ...], name: str) -> None:
        if words:  # an empty key of a context is reached by no name
            self._by_first.setdefault(words[0], []).append((words, name))

    def _add_alias(self, alias: str, name: str) -> None:
        """A label with signs that no expression can hold is no alias; a name goes first."""
        try:
            words = _words(alias)
        except FeelError:
            return
        if (
            words
            and words[0]
            and all(words != known for known, _ in self._by_first.get(words[0], ()))
        ):
            self._add(words, name)


def written(source: Sequence[Token]) -> str:
    """Put tokens together as one name, with a blank wherever one was written."""
    parts = [source[0].text]
    for before, token in pairwise(source):
        is_apart = (token.line, token.column) != (before.line, before.column + len(before.text))
        parts.append((" " if is_apart else "") + token.text)
    return "".join(parts)


def _words(name: str) -> tuple[str, ...]:
    if name.isidentifier():
        return (name,)
    return tuple(token.text for token in tokens(name)[:-1])
