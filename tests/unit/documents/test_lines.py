"""Papers number their lines themselves."""

import pytest

from caseflow.services.papers.subject import lines


@pytest.mark.parametrize(
    "typed",
    ["1.说明差异", "1. 说明差异", "2、说明差异", "一、说明差异", "（1）说明差异", "(三) 说明差异"],
)
def test_a_number_in_front_is_left_out(typed: str) -> None:
    assert lines(typed) == ("说明差异",)


@pytest.mark.parametrize(
    "typed", ["1.5 万元的差异", "12 月申报表", "十一月的发票", "2009年12月账簿"]
)
def test_a_figure_that_is_no_number_of_a_line_stays(typed: str) -> None:
    assert lines(f"\n{typed}\n") == (typed,)
