"""The state of one parse: the tokens, the names in sight, the limits, and how to refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypedDict, TypeVar

from caseflow.feel.errors import FeelError
from caseflow.feel.library import BUILT_IN, BUILT_IN_INDEX
from caseflow.feel.names import KEYWORDS, Found, Names, written
from caseflow.feel.scope import Function, Limits, Scope
from caseflow.feel.tokens import Token, tokens
from caseflow.feel.tree import Node
from caseflow.feel.typesystem import ANY, Type

N = TypeVar("N", bound=Node)
Grammar = Callable[["Reader", int], Node]


@dataclass(slots=True)
class _Frame:
    """Local names; an open frame may hold names that only the running expression knows."""

    names: dict[str, Type]
    index: Names
    is_open: bool


@dataclass(slots=True)
class Reader:
    """A place in the tokens and what is known there."""

    scope: Scope
    limits: Limits
    source: Sequence[Token]
    grammar: Grammar
    at: int = 0
    depth: int = 0
    nodes: int = 0
    asked: int = 0
    frames: list[_Frame] = field(default_factory=list)

    def expression(self, power: int = 0) -> Node:
        """Parse an expression whose operators bind tighter than ``power``."""
        return self.grammar(self, power)

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.source[self.at]

    def peek(self, ahead: int = 1) -> Token:
        """Look at a later token."""
        return self.source[min(self.at + ahead, len(self.source) - 1)]

    def next(self) -> Token:
        """Read a token, which must not be the end."""
        self.at += 1
        return self.source[self.at - 1]

    def sees(self, *texts: str) -> bool:
        """Tell whether the next token is one of these signs or words."""
        return self.token.text in texts and self.token.kind in ("symbol", "name")

    def take(self, *texts: str) -> Token | None:
        """Read the next token if it is one of these."""
        return self.next() if self.sees(*texts) else None

    def want(self, text: str) -> Token:
        """Read this sign or word, or refuse what stands there."""
        if not self.sees(text):
            raise self.surprise(text)
        return self.next()

    def surprise(self, wanted: str = "") -> FeelError:
        """Make the error for a token that does not belong here."""
        token = self.token
        if token.kind == "end":
            return self.error("unexpected_end", token)
        if wanted:
            return self.error("wanted", token, wanted=wanted, found=token.text)
        return self.error("unexpected", token, found=token.text)

    def error(self, code: str, at: Token | Node, **values: object) -> FeelError:
        """Make an error that points to a token or node."""
        return FeelError(code, line=at.line, column=at.column, **values)

    def typed(self, kind: Type | None, code: str, at: Token | Node, **values: object) -> Type:
        """Pass a type on; where there is none, refuse, or let it be null as the scope wishes."""
        if kind is None and self.scope.mismatch == "refuse":
            raise self.error(code, at, **values)
        return kind or ANY

    def grow(self, node: N) -> N:
        """Count a node in."""
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise self.error("too_many_nodes", node, limit=self.limits.nodes)
        return node

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Go one level down, unless it is too deep."""
        self.depth += 1
        if self.depth > self.limits.depth:
            raise self.error("too_deep", self.token, limit=self.limits.depth)
        yield
        self.depth -= 1

    @contextmanager
    def seeing(
        self, names: Mapping[str, Type], *, is_open: bool = False
    ) -> Iterator[dict[str, Type]]:
        """Add local names for a while; the caller may add more with ``show``."""
        frame = _Frame(dict(names), Names(names), is_open)
        self.frames.append(frame)
        yield frame.names
        self.frames.pop()

    def show(self, name: str, kind: Type) -> None:
        """Make one more local name known in the innermost frame."""
        frame = self.frames[-1]
        frame.names[name] = kind
        frame.index = Names(frame.names)

    def find_name(self) -> tuple[Found, Type] | None:
        """Find the longest name that begins here; of equals the innermost."""
        best = self.find_local_name()
        found = self.scope.index.match(self.source, self.at)
        if found and (best is None or found.length > best[0].length):
            best = found, self.scope.names[found.name]
        return best

    def find_local_name(self) -> tuple[Found, Type] | None:
        """Find the longest name made in the expression itself."""
        best: tuple[Found, Type] | None = None
        for frame in reversed(self.frames):
            found = frame.index.match(self.source, self.at)
            if found and (best is None or found.length > best[0].length):
                best = found, frame.names[found.name]
        return best

    def find_function(self) -> Found | None:
        """Find the longest function name that begins here."""
        own = self.scope.function_index.match(self.source, self.at)
        built_in = BUILT_IN_INDEX.match(self.source, self.at)
        if own and built_in:
            return own if own.length >= built_in.length else built_in
        return own or built_in

    def functions(self, name: str) -> tuple[Function, ...]:
        """List what may be called by a name; the scope's own function hides the built-in one."""
        own = self.scope.functions.get(name)
        return (own,) if own else BUILT_IN.get(name, ())

    def words(self) -> Sequence[Token]:
        """Read the words of a name that nobody declared: all up to the next sign or keyword."""
        start = self.at
        while self.token.kind == "name" and self.token.text not in KEYWORDS:
            self.next()
        return self.source[start : self.at]

    def entry_name(self) -> str:
        """Read the name of a context's entry: text, or words up to the colon."""
        if self.token.kind == "string":
            return self.next().value
        start = self.at
        while self.token.kind != "end" and not self.sees(":", "}", ","):
            self.next()
        if self.at == start or self.source[start].kind != "name":
            raise self.surprise(":")
        return written(self.source[start : self.at])

    def is_open(self) -> bool:
        """Tell whether a name that nobody declared may be known when the expression runs."""
        return self.scope.is_open or any(frame.is_open for frame in self.frames)

    def near_name(self, name: str) -> str:
        """Propose a declared name that is written nearly so."""
        local = [each for frame in self.frames for each in frame.names]
        return next(iter(get_close_matches(name, [*local, *self.scope.names], 1)), "")

    def near_function(self, name: str) -> str:
        """Propose a function that is written nearly so."""
        return next(iter(get_close_matches(name, [*self.scope.functions, *BUILT_IN], 1)), "")


class Place(TypedDict):
    """Where a node begins."""

    line: int
    column: int


def place(at: Token | Node) -> Place:
    """Take over the place of a token or node."""
    return {"line": at.line, "column": at.column}


def open_text(text: str, scope: Scope, limits: Limits, grammar: Grammar) -> Reader:
    """Begin to read; text that is too long or holds strange characters is refused."""
    if len(text) > limits.characters:
        raise FeelError("too_long", column=limits.characters + 1, limit=limits.characters)
    return Reader(scope, limits, tokens(text), grammar)
