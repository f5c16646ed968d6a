"""The board as it is read: figures open what they count, settings stay, reasons are given."""

import re
from decimal import Decimal
from html import unescape

import pytest

from caseflow.vocabulary import Rate, WarningStatus
from caseflow.web.dashboard import rank_lines
from tests import factories
from tests.web.conftest import Bureau

_NUMBER = re.compile(r'<a [^>]*href="(/(?:cases|taxpayers|warnings)\?[^"]*)"[^>]*>([\d,]+)</a>')
_BAR = re.compile(r'<a href="(/(?:cases|taxpayers|warnings)[^"]*)" aria-label="\S+ ([\d,]+)"')
_CARD = re.compile(
    r'cf-kpi__name" href="(/cases\?state=open[^"]*)">[^<]+</a>.*?cf-kpi__value">([\d,]+)<',
    re.DOTALL,
)
_COUNT = re.compile(r"共 ([\d,]+) [件条]")


@pytest.mark.parametrize("login", ["director", "auditor", "leader", "chief"])
def test_every_number_opens_a_list_of_as_many(bureau: Bureau, login: str) -> None:
    visitor = bureau.visitor(login)
    page = visitor.get("/dashboard").text
    links = {*_NUMBER.findall(page), *_BAR.findall(page), *_CARD.findall(page)}
    assert len(links) >= 8
    opened = {
        (href, found[1])
        for href, _number in links
        if (found := _COUNT.search(visitor.get(unescape(href)).text))
    }
    assert opened == links


def test_level_without_a_link_says_why(bureau: Bureau) -> None:
    page = bureau.visitor("leader").get("/dashboard").text
    bar = page[page.index("cf-levels") : page.index("</nav>", page.index("cf-levels"))]
    closed = re.findall(r'aria-disabled="true"><b>([^<]+)</b>([^<]+)<', bar)
    assert closed == [
        ("市局", "不在您的管辖范围"),
        ("市局处室", "处室不直接管户"),
        ("税收管理员", "先选择科（所）"),
    ]


def test_levels_and_rows_keep_month_and_measure(bureau: Bureau) -> None:
    page = bureau.visitor("director").get("/dashboard?measure=hit&period=200911").text
    below = page[page.index("cf-levels") :]  # above stand the links to other months
    boards = re.findall(r'href="(/dashboard\?unit=[^"]*)"', below)
    down = [href for href in boards if "measure=hit" in href]
    assert len(down) > 4
    assert all("period=200911" in href for href in boards)


def test_unknown_measure_and_month_give_way_to_what_is_usual(bureau: Bureau) -> None:
    visitor = bureau.visitor("director")
    answer = visitor.get("/dashboard?measure=beauty&period=190001&unit=x")
    assert answer.status_code == 200
    assert 'aria-sort="ascending">已结按期率' in answer.text


def test_house_without_facts_says_so_on_the_cards(bureau: Bureau) -> None:
    page = bureau.visitor("far_leader").get("/dashboard").text
    assert page.count("尚无已筛查的月份") == len(Rate) + 1
    assert "两率所属期" not in page


def test_rates_are_told_with_change_parts_and_caliber(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        for period, parts in ((200812, (90, 100)), (200911, (96, 100)), (200912, (9926, 10000))):
            factories.figure(session, Rate.FILING, parts, section="0101", period=period)
            factories.figure(session, Rate.ABNORMAL, (10, 100), section="0101", period=period)
        factories.figure(session, Rate.PAYMENT, (99400, 100000), section="0101", period=200912)
    page = bureau.visitor("leader").get("/dashboard").text
    for told in ("99.26", "较上年 +9.26 个百分点", "9,926 / 10,000 户", "99.40", "10.00"):
        assert told in page, told
    earlier = bureau.visitor("leader").get("/dashboard?period=200911").text
    assert "96.00" in earlier
    assert "9,926" not in earlier
    ranked = bureau.visitor("leader").get("/dashboard?measure=filing_rate").text
    assert re.search(r"一科</a></th><td[^>]*>10,000</td><td[^>]*>9,926</td>", ranked)


def test_households_without_an_administrator_open_a_list_of_as_many(bureau: Bureau) -> None:
    visitor = bureau.visitor("chief")
    page = visitor.get("/dashboard").text
    row = page[page.index("未定管理员</a></th>") :]
    found = _NUMBER.search(row)
    assert found is not None
    assert (found[1].partition("?")[0], found[2]) == ("/taxpayers", "2")
    with bureau.database.transaction() as session:
        other = factories.taxpayer(session, serial=9)
        other.administrator_id = bureau.people.officer.user_id
        factories.tell(session, "sys:facts")
    listed = _COUNT.search(visitor.get(unescape(found[1])).text)
    assert listed is not None
    assert listed[1] == "2"


def test_pool_is_told_without_a_cause(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        doubt = factories.warning(session, factories.taxpayer(session, serial=8, section="0102"))
        doubt.status = WarningStatus.POOL
    page = bureau.visitor("leader").get("/dashboard").text
    assert "1 个疑点在备选库等待生成任务" in page
    assert "月度限额" not in page


def test_shares_of_closed_cases_say_how_the_indicators_differ(bureau: Bureau) -> None:
    page = bureau.visitor("leader").get("/dashboard").text
    assert "指标 ENF-004 则除以全部任务" in page
    assert "指标 ENF-005 则除以全部任务" in page
    assert "按期办结率" not in page


@pytest.mark.parametrize(
    ("rate", "share", "kind"),
    [
        (Rate.FILING, "0.98", "ok"),
        (Rate.FILING, "0.979", "warn"),
        (Rate.PAYMENT, "0.5", "warn"),
        (Rate.ABNORMAL, "0.10", "ok"),
        (Rate.ABNORMAL, "0.101", "warn"),
        (Rate.ABNORMAL, "0.5", "warn"),
    ],
)
def test_rate_is_a_warning_beyond_the_threshold_of_its_indicator(
    rate: Rate, share: str, kind: str
) -> None:
    assert rank_lines.rate_kind(rate, Decimal(share)) == kind


def test_wall_screen_leaves_the_menu_out_and_stays_while_drilling_down(bureau: Bureau) -> None:
    visitor = bureau.visitor("director")
    assert "cf-app--big" not in visitor.get("/dashboard").text
    page = visitor.get("/dashboard?screen=big&all=1").text
    assert "cf-app--big" in page
    rows = re.findall(r'<th scope="row"><a href="(/dashboard[^"]*)"', page)
    assert rows
    assert all("screen=big" in href for href in rows)
