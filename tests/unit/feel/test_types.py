"""Types: what may stand for what."""

import pytest

from caseflow import feel
from caseflow.feel import evaluator, printer, tree
from caseflow.feel.typesystem import CONTEXT, conforms, join

RECORD = feel.context_of({"a": feel.NUMBER})


@pytest.mark.parametrize(
    ("actual", "wanted", "expected"),
    [
        (feel.NUMBER, feel.ANY, True),
        (feel.NULL, feel.NUMBER, True),
        (feel.one_of("a"), feel.STRING, True),
        (feel.DATE, feel.DATE_TIME, True),
        (feel.DATE_TIME, feel.DATE, False),
        (feel.list_of(feel.NUMBER), feel.list_of(feel.STRING), False),
        (feel.list_of(feel.NUMBER), feel.NUMBER, False),
        (feel.NUMBER, RECORD, False),
        (CONTEXT, RECORD, True),
        (RECORD, CONTEXT, True),
        (feel.context_of({"a": feel.NUMBER, "b": feel.DATE}), RECORD, True),
        (feel.context_of({"a": feel.STRING}), RECORD, False),
        (feel.range_of(feel.NUMBER), feel.range_of(feel.ANY), True),
        (feel.range_of(feel.NUMBER), feel.range_of(feel.DATE), False),
        (feel.NUMBER, feel.range_of(feel.NUMBER), False),
    ],
)
def test_what_may_stand_for_what(actual: feel.Type, wanted: feel.Type, *, expected: bool) -> None:
    assert conforms(actual, wanted) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (feel.NULL, feel.NUMBER, feel.NUMBER),
        (feel.one_of("a"), feel.one_of("b"), feel.STRING),
        (feel.list_of(feel.NUMBER), feel.list_of(feel.NULL), feel.list_of(feel.NUMBER)),
        (feel.list_of(feel.NUMBER), feel.NUMBER, feel.ANY),
    ],
)
def test_what_holds_both(first: feel.Type, second: feel.Type, expected: feel.Type) -> None:
    assert join(first, second) == expected


def test_a_node_that_no_reader_knows_is_a_fault_of_ours() -> None:
    strange = feel.Expression("", tree.Node(type=feel.ANY), feel.Scope(), feel.Limits())
    with pytest.raises(AssertionError):
        strange.evaluate()
    with pytest.raises(AssertionError):
        feel.say(strange, "en")
    assert (
        evaluator.evaluate(
            tree.Null(type=feel.NULL), evaluator.Run(feel.Scope(), feel.Limits(), {}, {})
        )
        is None
    )
    assert printer.say(feel.parse("null", feel.Scope()), "zh") == "空"
