"""The pages of the results of enforcement: every sum opens its cases, and no page shows more."""

import csv
import io
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from caseflow.models import AssessedAmount
from caseflow.services import record, yearly_results
from caseflow.vocabulary import SYSTEM, CaseStatus
from tests import factories
from tests.support.house import ROOT
from tests.web.conftest import Bureau


@pytest.fixture(scope="module")
def number(bureau: Bureau) -> str:
    """A case that was closed in December 2009 with tax of 12,345.67; its number."""
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=81))
        case.main_officer_id = bureau.people.officer.user_id
        case.status, case.outcome = CaseStatus.CLOSED, "self_corrected"
        case.closed_at = datetime(2009, 12, 30, tzinfo=UTC)
        case.revision += 1
        zero = Decimal(0)
        session.add(
            AssessedAmount(
                case_id=case.id,
                tax="vat",
                period=200911,
                declared=zero,
                recomputed=Decimal("12345.67"),
                surcharge=Decimal("89.10"),
                income_adjusted=Decimal(50_000),
                loss_offset=zero,
                credit_reduced=zero,
                tax_paid=zero,
                surcharge_paid=zero,
            )
        )
        session.flush()
        record.append(session, SYSTEM, f"case:{case.id}", action="case.noted", payload={})
        return case.number


def _links(page: str, text: str) -> list[str]:
    found = re.findall(rf'<a href="([^"]+)">{re.escape(text)}</a>', page)
    return [each.replace("&amp;", "&") for each in found]


def test_a_sum_opens_its_cases_down_to_the_calculation(bureau: Bureau, number: str) -> None:
    director = bureau.visitor("director")
    city = director.get("/enforcement/results?year=2009").text
    assert "1.23" in city  # in ten thousands
    (district,) = _links(city, "中山")
    (section,) = _links(director.get(district).text, "一科")
    officers = director.get(section).text
    (opened, *_total) = _links(officers, "1.23")
    cases = director.get(opened).text
    assert number in cases
    assert "12,345.67" in cases
    (sheet,) = re.findall(r'href="(/cases/\d+/calculation)"', cases)
    assert "/reason" in director.get(sheet).text  # a city leader says why, household by household
    assert "12,345.67" in bureau.visitor("leader").get(sheet).text


def test_another_year_or_kind_holds_nothing(bureau: Bureau, number: str) -> None:
    director = bureau.visitor("director")
    for asked in ("year=2008", "year=2009&kind=TA", "year=2009&quarter=1"):
        assert "没有您能查看的办结任务" in director.get(f"/enforcement/results/cases?{asked}").text
    quarter = director.get("/enforcement/results/cases?year=2009&quarter=4").text
    assert number in quarter


@pytest.mark.parametrize(("figure", "count", "total"), [("tax", 1, "12,345.67"), ("fine", 0, "")])
def test_count_and_totals_are_those_of_the_listed_cases(
    bureau: Bureau, number: str, figure: str, count: int, total: str
) -> None:
    page = bureau.visitor("leader").get(f"/enforcement/results/cases?year=2009&of={figure}").text
    assert f"您能查看的办结任务 {count} 件" in page
    assert (number in page) is bool(count)
    assert total in page.partition("<tfoot>")[2]


def test_the_file_of_a_sum_holds_its_cases(bureau: Bureau, number: str) -> None:
    text = bureau.visitor("leader").get("/enforcement/results.csv?year=2009&of=tax").text
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    heads, lines = rows[4], rows[5:]
    assert [line[0] for line in lines] == [number]
    assert lines[0][heads.index("评估税款")] == "12345.67"


def test_nobody_opens_a_case_out_of_reach(bureau: Bureau, number: str) -> None:
    for login in ("far_leader", "partner", "other_officer"):
        visitor = bureau.visitor(login)
        for page in ("/enforcement/results/cases", "/enforcement/results.csv"):
            assert number not in visitor.get(f"{page}?year=2009").text
        assert "12,345.67" not in visitor.get("/enforcement/results").text
    assert number in bureau.visitor("officer").get("/enforcement/results/cases").text


@pytest.mark.parametrize("asked", ["year=99999", "year=x", "kind=XX", "of=all", "unit=-1"])
def test_what_cannot_be_read_is_told(bureau: Bureau, asked: str) -> None:
    answer = bureau.visitor("leader").get(f"/enforcement/results/cases?{asked}")
    assert answer.status_code == 422
    assert "筛选条件有误" in answer.text


def test_earlier_years_stand_beside_the_computed_ones_marked_as_imported(
    bureau: Bureau, number: str
) -> None:
    director = bureau.visitor("director")
    assert "导入数据" not in director.get("/enforcement/results").text
    with bureau.database.transaction() as session:
        sample = ROOT / "samples" / "results" / "2005-2009-evaluations.csv"
        yearly_results.take_in(session, SYSTEM, sample)
    page = director.get("/enforcement/results").text
    imported = page.partition('id="imported"')[2]
    for said in ("29,733", "167,000.00", "184,000.00", "80,000.00", "e-gov.org.cn", "分年为推算"):
        assert said in imported
    computed = page.partition('id="imported"')[0]
    assert "1.23" in computed
    assert "29,733" not in computed
    assert page.count('<svg class="cf-chart"') == 3
    # Of the city, not of a district; of evaluations, not of another kind.
    for asked in ("?kind=WV", f"?unit={bureau.people.leader.posts[0].unit_id}"):
        assert "29,733" not in director.get(f"/enforcement/results{asked}").text
    assert number in director.get("/enforcement/results/cases?year=2009").text
