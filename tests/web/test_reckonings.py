"""The calculator: every sheet answers its example, mistakes stand beside their fields."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from caseflow.web.reckonings.sheets import SHEETS
from tests import orders
from tests.web.conftest import Bureau


def asked(path: str, settings: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(settings)}"


def test_the_calculator_opens_with_deadlines_for_everybody(bureau: Bureau) -> None:
    for login in ("officer", "director", "auditor", "sysadmin"):
        answer = bureau.visitor(login).get("/reckon")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/reckon/due")
        assert "计算器" in bureau.visitor(login).get("/reckon/due").text


def test_a_sheet_that_is_none_is_not_found(bureau: Bureau) -> None:
    assert bureau.visitor("officer").get("/reckon/nothing").status_code == 404


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("due", ("2009-10-19", "第一百零九条", "2009-10-01（周四）")),
        ("surcharge", ("1,300.00", "第三十二条", "70,000.00 × 0.05% × 10")),
        ("loss-offset", ("50,000.00", "-200,000.00", "4,625.00", "2007 年度")),
        ("vat", ("85,000.00", "9,185.00", "585,000.00 ÷ 1.17 × 17%")),
        ("vat-small", ("1,500.00", "未达起征点，免税")),
        ("fine", ("42,500.00 ～ 425,000.00", "第六十三条", "应告知听证权利", "2009-11-12")),
        ("statute", ("2014-04-21", "可以追征")),
        ("check-number", ("号码有效", "企业或其他单位的纳税人识别号")),
    ],
)
def test_every_sheet_answers_its_example_step_by_step(
    bureau: Bureau, slug: str, told: tuple[str, ...]
) -> None:
    answer = bureau.visitor("officer").get(asked(f"/reckon/{slug}", SHEETS[slug].example))
    assert answer.status_code == 200
    assert "计算过程" in answer.text
    for text in told:
        assert text in answer.text


def test_a_late_return_is_fined_by_the_table_of_the_deployed_drawing(bureau: Bureau) -> None:
    late = asked("/reckon/fine", {"act": "late_return", "party": "enterprise", "days_late": "40"})
    before = bureau.visitor("officer").get(late)
    assert (before.status_code, "尚未部署" in before.text) == (422, True)
    with bureau.database.transaction() as session:
        orders.deploy(session, "simple_penalty")
    answer = bureau.visitor("officer").get(late)
    assert answer.status_code == 200
    assert "200.00 ～ 2,000.00" in answer.text
    assert "按裁量表建议" in answer.text


def test_every_sheet_has_an_example() -> None:
    assert all(sheet.example for sheet in SHEETS.values())


def test_all_mistakes_of_a_form_are_told_at_once_beside_their_fields(bureau: Bureau) -> None:
    typed = {
        "due": "2009-02-30",
        "payments-0-on": "2009-11-30",
        "payments-0-amount": "十二万",
        "payments-3-amount": "5",
    }
    answer = bureau.visitor("officer").get(asked("/reckon/surcharge", typed))
    assert answer.status_code == 422
    assert "有 3 处需要修改" in answer.text
    for key in ("due", "payments-0-amount", "payments-3-on"):
        assert f'id="{key}-error"' in answer.text
        assert f'href="#{key}"' in answer.text
    assert "缴款第 4 行 缴款日" in answer.text
    # Nothing typed is lost.
    assert 'value="2009-02-30"' in answer.text
    assert 'value="十二万"' in answer.text


def test_a_mistake_that_only_the_reckoning_finds_stands_beside_its_field_too(
    bureau: Bureau,
) -> None:
    visitor = bureau.visitor("officer")
    typed = {"act": "evasion", "tax": "100", "amount": "49"}
    assert 'id="amount-error"' in visitor.get(asked("/reckon/fine", typed)).text
    typed = {"from": "2009-09-25", "amount": "100000", "measure": "days"}
    assert 'id="amount-error"' in visitor.get(asked("/reckon/due", typed)).text
    typed = {
        "from": "2009-09-25", "amount": "5", "measure": "working_days",
        "pauses-2-from": "2009-09-28", "pauses-2-to": "2009-09-27",
    }  # fmt: skip
    assert 'id="pauses-2-to-error"' in visitor.get(asked("/reckon/due", typed)).text
    typed = {"periods-1-period": "2009-03", "periods-1-output": "1", "periods-1-input": "x"}
    assert 'id="periods-1-input-error"' in visitor.get(asked("/reckon/vat", typed)).text
    typed = {"rate": "300%", "periods-0-period": "2009-03"}
    assert 'id="rate-error"' in visitor.get(asked("/reckon/vat", typed)).text


def test_a_choice_that_is_none_is_refused_and_an_empty_form_asks_for_what_it_needs(
    bureau: Bureau,
) -> None:
    visitor = bureau.visitor("officer")
    strange = visitor.get(asked("/reckon/fine", {"act": "speeding"}))
    assert (strange.status_code, 'id="act-error"' in strange.text) == (422, True)
    measure = {"from": "2009-09-25", "amount": "5", "measure": "weeks"}
    assert visitor.get(asked("/reckon/due", measure)).status_code == 422
    empty = visitor.get(asked("/reckon/due", {"from": "", "amount": ""}))
    assert 'id="from-error"' in empty.text
    assert 'id="amount-error"' in empty.text
    for slug in SHEETS:
        assert visitor.get(asked(f"/reckon/{slug}", {"x": ""})).status_code == 422


@pytest.mark.parametrize("slug", list(SHEETS))
@pytest.mark.parametrize("text", ["\x00", "<script>", "9" * 400, "𠮷" * 9, "-", "1e9", "NaN"])
def test_no_text_in_any_field_breaks_a_sheet(bureau: Bureau, slug: str, text: str) -> None:
    settings = dict.fromkeys(SHEETS[slug].example, text)
    answer = bureau.visitor("officer").get(asked(f"/reckon/{slug}", settings))
    assert answer.status_code in (200, 422)
    assert "<script>" not in answer.text.replace('<script type="', "")


def test_the_days_are_those_of_the_bureaus_own_calendar(bureau: Bureau) -> None:
    # The year 2031 has no published plan: the page says that the date is provisional.
    typed = {"from": "2031-04-27", "amount": "4", "measure": "days"}
    answer = bureau.visitor("officer").get(asked("/reckon/due", typed))
    assert "放假安排尚未公布，暂定" in answer.text


def test_full_width_amounts_are_taken(bureau: Bureau) -> None:
    typed = {
        "due": "2009-10-23",
        "payments-0-on": "2009-11-30",
        "payments-0-amount": "".join(chr(ord(sign) + 0xFEE0) for sign in "120,000.00"),
    }
    assert "2,280.00" in bureau.visitor("officer").get(asked("/reckon/surcharge", typed)).text


def test_the_sheet_speaks_english(bureau: Bureau) -> None:
    visitor = bureau.visitor("partner")
    visitor.get("/reckon/due")
    assert visitor.post("/preferences", {"locale": "en"}).status_code == 303
    page = visitor.get(asked("/reckon/due", SHEETS["due"].example)).text
    assert "2009-10-19 (Mon)" in page
    assert "article 109" in page
