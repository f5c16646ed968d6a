"""What operands must be; where they cannot be so, the text is refused."""

from __future__ import annotations

from caseflow.feel import check, tree
from caseflow.feel.grammar.reader import Reader
from caseflow.feel.tokens import Token
from caseflow.feel.typesystem import BOOLEAN, Type, conforms, join


def boolean(r: Reader, node: tree.Node) -> None:
    """A condition is true, false or null."""
    gives = BOOLEAN if conforms(node.type, BOOLEAN) else None
    r.typed(gives, "wrong_type", node, wanted=BOOLEAN, found=node.type)


def comparable(
    r: Reader,
    op: tree.ComparisonOp,
    token: Token | tree.Node,
    left: tree.Node,
    right: tree.Node,
) -> None:
    """Two values that are compared are of like kinds, and a word is one of those allowed."""
    gives = check.comparison(op, left.type, right.type)
    r.typed(gives, "wrong_operands", token, op=op, left=left.type, right=right.type)
    strange = check.stranger(left, right)
    if strange:
        choices = left.type.choices or right.type.choices
        r.typed(None, "not_one_of", strange, value=strange.value, choices=choices)


def ordered(r: Reader, low: tree.Node, high: tree.Node) -> Type:
    """The ends of a range have an order; give the type of what lies between."""
    ordered = check.comparison("<", low.type, high.type)
    r.typed(ordered, "wrong_operands", high, op="..", left=low.type, right=high.type)
    return join(low.type, high.type)
