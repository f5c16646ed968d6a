"""An expression in words, in Chinese and in English, as an officer reads it beside the formula.

Names and functions are called by the labels and words of the scope; what has none is written as
in the expression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from caseflow.feel import tree
from caseflow.feel.errors import FeelError, Language, say_type
from caseflow.feel.expression import Expression
from caseflow.feel.library import BUILT_IN
from caseflow.feel.scope import Function, Scope
from caseflow.feel.values import text

# How tightly the words of a node hold together; what binds looser stands in brackets.
_OR, _AND, _TEST, _SUM, _PRODUCT, _WHOLE = range(6)

_WORDS = {
    "zh": {
        "and": " 且 ",
        "or": " 或 ",
        "not": "非({})",
        "if": "如果 {}，则 {}，否则 {}",
        "between": "{} 介于 {} 与 {} 之间",
        "in": "{} 属于 {}",
        "within": "{} 在 {} 之内",
        "of": "{0}的{1}",
        "nth": "{0}的第{1}项",
        "where": "{0}中符合〔{1}〕者",
        "some": "至少一组 {0} 符合〔{1}〕",
        "every": "每一组 {0} 均符合〔{1}〕",
        "binding": "{0}（取自{1}）",
        "for": "逐一取 {0}，得〔{1}〕",
        "is": "{} 是{}",
        "to": "{}至{}",
        "function": "函数({})〔{}〕",
        "always": "任意",
        "null": "空",
        "true": "是",
        "false": "否",
        "+": "+",
        "-": "-",
        "*": "×",
        "/": "÷",
        "**": "^",
        "fraction": "({})÷({})",
        "=": " = ",
        "!=": " ≠ ",
        "<": " < ",
        "<=": " ≤ ",
        ">": " > ",
        ">=": " ≥ ",
    },
    "en": {
        "and": " and ",
        "or": " or ",
        "not": "not ({})",
        "if": "if {}, then {}, otherwise {}",
        "between": "{} is between {} and {}",
        "in": "{} is one of {}",
        "within": "{} is in {}",
        "of": "{1} of {0}",
        "nth": "item {1} of {0}",
        "where": "those of {0} where [{1}]",
        "some": "for at least one {0}: [{1}]",
        "every": "for every {0}: [{1}]",
        "binding": "{0} in {1}",
        "for": "for each {0}: [{1}]",
        "is": "{} is a {}",
        "to": "{} to {}",
        "function": "function({}) [{}]",
        "always": "any",
        "null": "nothing",
        "true": "yes",
        "false": "no",
        "+": " + ",
        "-": " - ",
        "*": " x ",
        "/": " / ",
        "**": " ^ ",
        "fraction": "({}) divided by ({})",
        "=": " = ",
        "!=": " is not ",
        "<": " < ",
        "<=": " <= ",
        ">": " > ",
        ">=": " >= ",
    },
}
_POWERS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _PRODUCT}


@dataclass(frozen=True, slots=True)
class _Speech:
    """The language, whose labels, and whether a quotient stands amid other arithmetic."""

    language: Language
    scope: Scope
    is_inline: bool = False

    def words(self, key: str) -> str:
        return _WORDS[self.language][key]

    def label(self, name: str, otherwise: str = "") -> str:
        labels = self.scope.labels.get(name)
        if labels is None:
            return otherwise or name
        return labels[0] if self.language == "zh" else labels[1]


def say(expression: Expression, language: Language) -> str:
    """Say an expression in words.

    >>> from caseflow.feel import NUMBER, Scope, parse
    >>> labels = {"tax": ("应纳税额", "tax payable"), "sales": ("销售额", "sales")}
    >>> burden = parse("tax / sales < 0.7", Scope({"tax": NUMBER, "sales": NUMBER}, {}, labels))
    >>> say(burden, "zh"), say(burden, "en")
    ('(应纳税额)÷(销售额) < 0.7', '(tax payable) divided by (sales) < 0.7')
    """
    try:
        return _say(expression.tree, _Speech(language, expression.scope))
    except RecursionError:
        raise FeelError("too_deep", limit=expression.limits.depth) from None


@singledispatch
def _say(node: tree.Node, _speech: _Speech) -> str:
    raise AssertionError(node)


@_say.register
def _(_node: tree.Null, speech: _Speech) -> str:
    return speech.words("null")


@_say.register
def _(node: tree.Boolean, speech: _Speech) -> str:
    return speech.words("true" if node.value else "false")


@_say.register(tree.Number)
@_say.register(tree.Text)
@_say.register(tree.Temporal)
def _(node: tree.Number | tree.Text | tree.Temporal, _speech: _Speech) -> str:
    return text(node.value)


@_say.register
def _(node: tree.Name, speech: _Speech) -> str:
    return speech.label(node.name)


@_say.register
def _(node: tree.Path, speech: _Speech) -> str:
    full = f"{node.of.name}.{node.name}" if isinstance(node.of, tree.Name) else node.name
    if full in speech.scope.labels:
        return speech.label(full)
    return speech.words("of").format(_say(node.of, speech), speech.label(node.name))


@_say.register
def _(node: tree.Negate, speech: _Speech) -> str:
    return "-" + _part(node.of, _PRODUCT + 1, speech)


@_say.register
def _(node: tree.Binary, speech: _Speech) -> str:
    if node.op == "/" and not speech.is_inline and not isinstance(node.right, tree.Number):
        return speech.words("fraction").format(_say(node.left, speech), _say(node.right, speech))
    power = _POWERS[node.op]
    inline = speech if isinstance(node.right, tree.Number) and node.op == "/" else _inline(speech)
    after = power + (node.op in ("-", "/", "**"))
    left = _part(node.left, power + (node.op == "**"), inline)
    return left + speech.words(node.op) + _part(node.right, after, inline)


@_say.register
def _(node: tree.Compare, speech: _Speech) -> str:
    left, right = (_part(each, _SUM, speech) for each in (node.left, node.right))
    return left + speech.words(node.op) + right


@_say.register
def _(node: tree.And, speech: _Speech) -> str:
    return speech.words("and").join(_part(part, _AND + 1, speech) for part in node.parts)


@_say.register
def _(node: tree.Or, speech: _Speech) -> str:
    return speech.words("or").join(_part(part, _OR + 1, speech) for part in node.parts)


@_say.register
def _(node: tree.Not, speech: _Speech) -> str:
    return speech.words("not").format(_say(node.of, speech))


@_say.register
def _(node: tree.If, speech: _Speech) -> str:
    parts = (node.condition, node.then, node.otherwise)
    return speech.words("if").format(*(_part(each, _OR, speech) for each in parts))


@_say.register
def _(node: tree.Between, speech: _Speech) -> str:
    parts = (node.of, node.low, node.high)
    return speech.words("between").format(*(_part(each, _SUM, speech) for each in parts))


@_say.register
def _(node: tree.Range, speech: _Speech) -> str:
    low = "" if node.low is None else _say(node.low, speech)
    high = "" if node.high is None else _say(node.high, speech)
    return f"{'[' if node.low_closed else '('}{low}, {high}{']' if node.high_closed else ')'}"


@_say.register
def _(node: tree.In, speech: _Speech) -> str:
    subject = _part(node.of, _SUM, speech)
    if all(test.op == "=" for test in node.tests):
        choices = "/".join(_part(test.operand, _SUM, speech) for test in node.tests)
        return speech.words("in").format(subject, choices)
    return speech.words("or").join(_test(test, subject, speech) for test in node.tests)


@_say.register
def _(node: tree.UnaryTests, speech: _Speech) -> str:
    if not node.tests:
        return speech.words("always")
    said = speech.words("or").join(_test(test, "", speech) for test in node.tests)
    return speech.words("not").format(said) if node.negated else said


@_say.register
def _(node: tree.Call, speech: _Speech) -> str:
    arguments = [_say(each, replace(speech, is_inline=False)) for each in node.arguments]
    words = _words_of(node, speech)
    if words:
        return words.format(*arguments)
    return f"{speech.label(node.name)}({', '.join(arguments)})"


@_say.register
def _(node: tree.Apply, speech: _Speech) -> str:
    return f"{_part(node.of, _WHOLE, speech)}({_listed(node.arguments, speech)})"


@_say.register
def _(node: tree.ListOf, speech: _Speech) -> str:
    return f"[{_listed(node.items, speech)}]"


@_say.register
def _(node: tree.ContextOf, speech: _Speech) -> str:
    entries = (f"{speech.label(name)}: {_say(entry, speech)}" for name, entry in node.entries)
    return f"{{{', '.join(entries)}}}"


@_say.register
def _(node: tree.Steps, speech: _Speech) -> str:
    return speech.words("to").format(_say(node.first, speech), _say(node.last, speech))


@_say.register
def _(node: tree.For, speech: _Speech) -> str:
    return speech.words("for").format(_bound(node.bindings, speech), _say(node.result, speech))


@_say.register
def _(node: tree.Quantified, speech: _Speech) -> str:
    bound = _bound(node.bindings, speech)
    return speech.words(node.kind).format(bound, _say(node.condition, speech))


@_say.register
def _(node: tree.Filter, speech: _Speech) -> str:
    words = "nth" if node.condition.type.name == "number" else "where"
    of = _part(node.of, _WHOLE, speech)
    return speech.words(words).format(of, _say(node.condition, speech))


@_say.register
def _(node: tree.InstanceOf, speech: _Speech) -> str:
    of = _part(node.of, _SUM, speech)
    return speech.words("is").format(of, say_type(node.wanted, speech.language))


@_say.register
def _(node: tree.FunctionOf, speech: _Speech) -> str:
    names = ", ".join(name for name, _ in node.parameters)
    return speech.words("function").format(names, _say(node.body, speech))


def _part(node: tree.Node, least: int, speech: _Speech) -> str:
    """Say a part, in brackets if its words hold together less than asked."""
    said = _say(node, speech)
    return said if _power(node) >= least else f"({said})"


def _power(node: tree.Node) -> int:
    match node:
        case tree.Or() | tree.If() | tree.For() | tree.Quantified():
            return _OR
        case tree.And():
            return _AND
        case tree.Compare() | tree.Between() | tree.In() | tree.InstanceOf():
            return _TEST
        case tree.Binary():
            return _POWERS[node.op]
        case tree.Negate():
            return _SUM
    return _WHOLE


def _inline(speech: _Speech) -> _Speech:
    return replace(speech, is_inline=True)


def _test(test: tree.UnaryTest, subject: str, speech: _Speech) -> str:
    operand = _part(test.operand, _SUM, speech)
    if test.op == "holds":
        return _say(test.operand, speech)
    if test.op in ("in", "matches"):
        is_range = test.operand.type.name == "range"
        return speech.words("within" if is_range else "in").format(subject, operand).strip()
    if test.op == "=" and not subject:
        return operand
    return (subject + speech.words(test.op) + operand).strip()


def _words_of(node: tree.Call, speech: _Speech) -> str:
    """Find the words for a call; those of the first way of calling that has enough places."""
    own = speech.scope.functions.get(node.name)
    functions: Sequence[Function] = (own,) if own else BUILT_IN.get(node.name, ())
    for function in functions:
        words = function.zh if speech.language == "zh" else function.en
        if words and len(function.parameters) == len(node.arguments):
            return words
    return ""


def _bound(bindings: Sequence[tuple[str, tree.Node]], speech: _Speech) -> str:
    said = (speech.words("binding").format(name, _say(of, speech)) for name, of in bindings)
    return ", ".join(said)


def _listed(nodes: Sequence[tree.Node], speech: _Speech) -> str:
    return ", ".join(_say(each, speech) for each in nodes)
