"""What a list says of a warning: its value or that a condition holds, and the limit's side."""

import pytest
from flask import Flask

from caseflow.detection.wording import ValueUnit
from caseflow.reads.doubts import Indicator
from caseflow.web import doubt_words, languages


def indicator(unit: ValueUnit, *, is_strict: bool = True) -> Indicator:
    return Indicator(
        code="TST-001",
        version=1,
        zh="试",
        en="test",
        formula_zh="",
        formula_en="",
        signal="",
        group="TST",
        unit=unit,
        is_strict=is_strict,
        verification_steps=(),
    )


@pytest.mark.parametrize(
    ("shown", "side", "threshold", "words"),
    [
        (indicator(ValueUnit.PERCENT), "low", 0.0235, "< 2.35%"),
        (indicator(ValueUnit.PERCENT), "high", 0.3, "> 30.00%"),
        (indicator(ValueUnit.PLAIN, is_strict=False), "high", 3, "≥ 3"),
        (indicator(ValueUnit.PLAIN, is_strict=False), "low", 3, "≤ 3"),
        (indicator(ValueUnit.FLAG), "high", None, "—"),
    ],
)
def test_a_limit_says_its_side_and_whether_reaching_it_is_enough(
    shown: Indicator, side: str, threshold: float | None, words: str
) -> None:
    assert doubt_words.limit(shown, side, threshold) == words


def test_a_condition_is_found_to_hold() -> None:
    app = Flask(__name__)
    languages.install(app)
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        app.preprocess_request()
        assert doubt_words.found(indicator(ValueUnit.FLAG), None) == "成立"
        assert doubt_words.found(indicator(ValueUnit.PERCENT), 0.5) == "50.00%"
