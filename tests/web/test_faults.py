"""A filter that cannot be read keeps the page, its form and whatever else was typed."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Bureau

SEARCH = "/record?part=acts&text=另一个条件"
# Page, what it says of the fault, what stands in the form all the same.
FILTERS = {
    f"{SEARCH}&since=2010-13-45": ("从“2010-13-45”：请填日期", 'value="2010-13-45"'),
    f"{SEARCH}&kind=nonsense": ("任务类别“nonsense”：请从列出的选项中选择", 'value="另一个条件"'),
    f"{SEARCH}&unit=x": ("单位“x”：请填整数", 'value="另一个条件"'),
    f"{SEARCH}&hash=xyz": ("哈希要写前 6 位以上", 'value="xyz"'),
    f"{SEARCH}&by=me": ("签名“me”", 'value="另一个条件"'),
    f"{SEARCH}&hours=8-18": ("时段“8-18”", 'value="另一个条件"'),
    f"{SEARCH}&words={'长' * 101}": ("要找的文字最长 100 个字", "长" * 101),
    "/record?before=x": ("列表位置“x”：请填整数", 'name="text"'),
    "/cases/2/record?since=gestern&who=user:1": ("从“gestern”：请填日期", 'value="gestern"'),
    "/audit/conduct?since=heute&acts=7": ("从“heute”：请填日期", 'value="7"'),
    "/audit/conduct?acts=viele&reads=9": ("非工作时间次数“viele”：请填整数", 'value="viele"'),
    "/audit/conduct?ends=25": ("下班“25”：不能大于 24", 'value="25"'),
    "/audit/conduct?begins=18&ends=8": ("上班时间要早于下班时间", 'value="18"'),
    "/audit/powers?until=2010-02-30&person=员": ("到“2010-02-30”：请填日期", 'value="员"'),
    "/audit/powers?group=nonsense&person=员": ("变更类别“nonsense”", 'value="员"'),
    "/audit/samples?before=x": ("以下从头列出", 'name="seed"'),
    "/audit/papers?before=x": ("以下从头列出", "新写一份"),
    "/cases/2/replay?step=999": ("没有这一条，请填 1 到", 'name="step"'),
    "/cases/2/replay?step=x": ("第几条“x”：请填整数", 'name="step"'),
}


@pytest.mark.parametrize("path", FILTERS)
def test_what_cannot_be_read_is_said_and_the_page_stays(bureau: Bureau, path: str) -> None:
    answer = bureau.visitor("auditor").get(path)
    told, kept = FILTERS[path]
    assert answer.status_code == 422
    assert told in answer.text
    assert kept in answer.text


@pytest.mark.parametrize("path", [f"{SEARCH}&since=x", "/audit/powers?since=x"])
def test_with_a_fault_no_rows_are_shown_as_if_they_were_found(bureau: Bureau, path: str) -> None:
    page = bureau.visitor("auditor").get(path).text
    assert "没有查找" in page
    assert "data-row" not in page
    assert "没有符合条件" not in page


def test_what_no_box_shows_does_not_come_back_with_the_form(bureau: Bureau) -> None:
    page = bureau.visitor("auditor").get(f"{SEARCH}&by=me&stream=case:2").text
    assert 'name="stream" value="case:2"' in page
    assert 'name="by"' not in page


def test_a_fault_in_what_was_typed_is_no_markup(bureau: Bureau) -> None:
    page = bureau.visitor("auditor").get("/audit/conduct?since=<b>x").text
    assert "&lt;b&gt;x" in page
    assert "<b>x" not in page


def test_a_file_is_not_made_of_a_search_that_cannot_be_read(bureau: Bureau) -> None:
    assert bureau.visitor("auditor").get("/record/acts.csv?since=x").status_code == 422


def test_a_population_that_cannot_be_read_comes_back_with_the_form(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    auditor.get("/audit/samples")
    typed = {"name": "三月检查", "seed": "5", "size": "9", "since": "bald", "text": "一户"}
    answer = auditor.post("/audit/samples", typed)
    assert answer.status_code == 422
    assert "从“bald”：请填日期" in answer.text
    for kept in ("三月检查", "一户", "bald"):
        assert f'value="{kept}"' in answer.text


def test_a_paper_whose_version_is_lost_comes_back_to_be_compared(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    auditor.get("/audit/papers")
    href = auditor.post("/audit/papers", {"title": "底稿丁"}).headers["Location"]
    answer = auditor.post(href, {"title": "底稿丁", "body": "不能丢的字", "_version": "x"})
    assert (answer.status_code, "不能丢的字" in answer.text) == (409, True)
    page = auditor.get(f"{href}?version=x")
    assert (page.status_code, "以下是最新的一版" in page.text) == (422, True)
    assert re.search(r'name="_version" value="1"', page.text)
