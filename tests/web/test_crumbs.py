"""The way back: units above a list, the list that led to a case."""

import pytest

from tests.web.conftest import Bureau


def _crumbs(page: str) -> str:
    return page[page.index("cf-crumbs") : page.index("</ol>")]


def test_a_list_stands_below_the_units_of_the_persons_post(bureau: Bureau) -> None:
    crumbs = _crumbs(bureau.visitor("chief").get("/inbox").text)
    assert crumbs.index("中山") < crumbs.index("税源管理一科".removeprefix("税源管理"))
    assert "市局" not in crumbs


@pytest.mark.parametrize(("login", "parent"), [("chief", "/inbox"), ("auditor", "/cases")])
def test_a_case_leads_back_to_the_own_desk_or_without_one_to_all_cases(
    bureau: Bureau, login: str, parent: str
) -> None:
    assert f'href="{parent}"' in _crumbs(bureau.visitor(login).get("/cases/2").text)


def test_a_case_leads_back_to_the_list_it_was_opened_from_with_its_filters(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    page = auditor.get("/cases/2", came_from="/cases?state=open&grade=2").text
    assert 'href="/cases?state=open&amp;grade=2"' in _crumbs(page)


def test_another_house_is_no_way_back(bureau: Bureau) -> None:
    page = bureau.visitor("chief").get("/cases/2", came_from="//evil.example/cases").text
    assert "evil" not in _crumbs(page)
