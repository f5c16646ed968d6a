"""One DMN file as it is read: its remarks, its types, and how its texts become expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from caseflow import feel
from caseflow.engine import expressions
from caseflow.engine.decisions.names import child, children, plain, text_of
from caseflow.engine.decisions.types import ANYTHING, BUILT_IN, Item, words
from caseflow.engine.findings import Finding, Level
from caseflow.engine.safe_xml import line_of

_MOST_NESTED = 10
_MOST_PARTS = 1_000
_LIMITS = feel.Limits(characters=10_000, nodes=1_000, depth=32)
_FEEL = ("", "feel", "feel/")


@dataclass(frozen=True)
class View:
    """What an expression may name: values and functions, with their types."""

    names: Mapping[str, feel.Type] = field(default_factory=dict)
    functions: Mapping[str, feel.Function] = field(default_factory=dict)
    is_open: bool = False

    def seeing(self, names: Mapping[str, feel.Type], *, is_open: bool = False) -> View:
        """See more names; an open view may hold names that nobody declared."""
        return replace(self, names={**self.names, **names}, is_open=self.is_open or is_open)

    def calling(self, name: str, function: feel.Function) -> View:
        """Be able to call one function more."""
        return replace(self, functions={**self.functions, name: function})


class Source:
    """A file, what was remarked about it, and the types it defines.

    A strict source refuses whatever cannot work; else, as the bare standard has it, operands of the
    wrong type and unknown names are null when a decision is made. A shape is read of tables no
    further than what kind of answer they give.
    """

    def __init__(
        self, file: str, root: etree._Element, *, is_strict: bool, is_shape: bool = False
    ) -> None:
        self.file = file
        self.is_strict = is_strict
        self.is_shape = is_shape
        self.findings: list[Finding] = []
        self.language = root.get("expressionLanguage", "")
        self._definitions = {
            plain(each.get("name")): each for each in children(root, "itemDefinition")
        }
        self._items: dict[str, Item] = {}
        self._nested = 0
        self._scope: tuple[View, feel.Scope] | None = None
        self.types: dict[str, feel.Type] = {}
        for name in self._definitions:
            self.types[name] = self.item(name, root).type

    def remark(
        self, code: str, node: etree._Element, level: Level = "error", **values: object
    ) -> None:
        """Remark on an element, or on the nearest around it that has an id."""
        element, line = "", line_of(node)
        around: etree._Element | None = node
        while around is not None and not element:
            element = around.get("id", "")
            around = around.getparent()
        self.findings.append(Finding(level, self.file, element, line, code, values))

    def refuse(self, node: etree._Element, error: feel.FeelError) -> None:
        """Remark that a text is no expression that may stand there."""
        self.remark("feel", node, reason=error.say)

    def scope(self, view: View) -> feel.Scope:
        """What a text may name, as the expression language declares it.

        The cells of a table share a view, and so the index of its names, which is dear to make.
        """
        if self._scope is None or self._scope[0] is not view:
            self._scope = view, self._scope_of(view)
        return self._scope[1]

    def _scope_of(self, view: View) -> feel.Scope:
        timed = expressions.TIME_FUNCTIONS if self.is_strict else {}
        return feel.Scope(
            view.names,
            {**timed, **view.functions},
            mismatch="refuse" if self.is_strict else "null",
            types=self.types,
            is_open=view.is_open,
        )

    def expression(self, text: str, node: etree._Element, view: View) -> feel.Expression | None:
        """Read a text; what is wrong with it is remarked."""
        if not self._is_feel(node):
            return None
        try:
            return feel.parse(text, self.scope(view), _LIMITS)
        except feel.FeelError as error:
            self.refuse(node, error)
            return None

    def tests(
        self, text: str, node: etree._Element, view: View, kind: feel.Type
    ) -> feel.Expression | None:
        """Read a cell or a list of allowed values; what is wrong with it is remarked."""
        if not self._is_feel(node):
            return None
        try:
            return feel.parse_unary(text, self.scope(view), kind, _LIMITS)
        except feel.FeelError as error:
            self.refuse(node, error)
            return None

    def typed(self, node: etree._Element | None) -> Item:
        """The type that an element declares by its ``typeRef``."""
        return ANYTHING if node is None else self.item(node.get("typeRef", ""), node)

    def item(self, name: str, node: etree._Element) -> Item:
        """A type by its name, ``name.part`` for a part of one; unknown names are remarked."""
        name = plain(name).removeprefix("feel:")
        if name in self._items:
            return self._items[name]
        if name in self._definitions:
            self._items[name] = ANYTHING  # A type that holds itself is anything, inside.
            self._nested += 1
            self._items[name] = self._bounded(self._definitions[name])
            self._nested -= 1
            return self._items[name]
        if not name or name in BUILT_IN:
            return Item(BUILT_IN.get(name, feel.ANY))
        whole, _, part = name.rpartition(".")
        if whole and part in (found := self.item(whole, node)).parts:
            return found.parts[part]
        try:
            return Item(feel.parse_type(name))
        except feel.FeelError:
            self.remark("dmn_type", node, kind=name)
            return ANYTHING

    def _bounded(self, node: etree._Element) -> Item:
        """Read a type, unless it holds too much: a few that hold each other twice grow for ever."""
        found = self._defined(node) if self._nested <= _MOST_NESTED else None
        if found is not None and found.size <= _MOST_PARTS:
            return found
        self.remark("dmn_type_large", node, depth=_MOST_NESTED, limit=_MOST_PARTS)
        return ANYTHING

    def _defined(self, node: etree._Element, depth: int = 0) -> Item:
        parts: dict[str, Item] = {}
        if depth < _MOST_NESTED:
            parts = {
                plain(each.get("name")): self._defined(each, depth + 1)
                for each in children(node, "itemComponent")
            }
        if child(node, "functionItem") is not None:
            return Item(feel.Type("function", feel.ANY))
        reference = child(node, "typeRef")
        base = self.item(text_of(node, "typeRef"), node) if reference is not None else ANYTHING
        if parts:
            kinds = feel.context_of({name: each.type for name, each in parts.items()})
            base = Item(kinds, parts=parts, size=1 + sum(each.size for each in parts.values()))
        for name in ("allowedValues", "typeConstraint"):
            allowed = child(node, name)
            if allowed is not None and text_of(allowed, "text"):
                base = self._allowed(base, allowed)
        if node.get("isCollection") == "true":
            return Item(feel.list_of(base.type), of=base, size=1 + base.size)
        return base

    def _allowed(self, base: Item, node: etree._Element) -> Item:
        tests = self.tests(text_of(node, "text"), node, View(), base.type)
        if tests is None:
            return base
        choices = words(tests) if base.type.name == "string" else ()
        return replace(base, type=feel.one_of(*choices) if choices else base.type, allowed=tests)

    def _is_feel(self, node: etree._Element) -> bool:
        """Tell whether a text is written in FEEL; another language is refused by its name."""
        language = node.get("expressionLanguage") or self.language
        is_feel = language.lower().rpartition("/")[2] in _FEEL or language.lower().endswith("feel/")
        if not is_feel:
            self.remark("language", node, language=language)
        return is_feel


def entries_of(kind: feel.Type) -> Mapping[str, feel.Type]:
    """The entries of a context, or of the contexts in a list."""
    element = kind.of if kind.name == "list" and kind.of else kind
    return dict(element.entries)
