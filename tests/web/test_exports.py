"""Lists as files: what the page shows, made harmless, and noted on the taker's own record."""

import csv
import io
import json
from decimal import Decimal
from urllib.parse import quote

import pytest
from sqlalchemy import select

from caseflow.models import Case, Taxpayer, TaxWarning, Unit
from caseflow.models.record import RecordEvent
from caseflow.services import cases
from caseflow.vocabulary import SYSTEM, UnitLevel
from caseflow.web import sheets
from tests.web.conftest import Bureau


def _rows(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("name", ["inbox", "cases", "warnings", "taxpayers"])
def test_a_file_says_what_it_is_who_took_it_and_when(bureau: Bureau, name: str) -> None:
    answer = bureau.visitor("leader").get(f"/{name}.csv")
    title, taker, filters, count, heads, *rows = _rows(answer.text)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    named = answer.headers["Content-Disposition"]
    assert named.isascii()  # a server sends nothing else
    assert f"filename*=UTF-8''{quote(title[0])}-" in named
    assert taker[0] == "单位：大连市中山区国家税务局"
    assert taker[1] == "导出人：员leader"
    assert (len(title), filters, count) == (1, ["筛选条件：无"], [f"共 {len(rows)} 行"])
    assert rows
    assert {len(row) for row in rows} == {len(heads)}


def test_a_file_holds_what_its_page_shows_and_no_more(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        number = session.get_one(Case, 2).number
    whole = bureau.visitor("officer").get("/cases.csv").text
    assert [row[0] for row in _rows(whole)[5:]] == [number]
    assert _rows(bureau.visitor("far_leader").get("/cases.csv").text)[5:] == []
    narrowed = _rows(bureau.visitor("leader").get(f"/cases.csv?text={number}&state=open").text)
    assert narrowed[2] == [f"筛选条件：{number}、在办或已结：在办"]
    assert [row[0] for row in narrowed[5:]] == [number]


@pytest.mark.parametrize(
    ("name", "cursor"),
    [
        ("inbox", "after=2999-01-01T00:00:00%2B00:00~9"),
        ("cases", "before=1"),
        ("warnings", "before=1"),
        ("taxpayers", "after=龥~9"),
    ],
)
def test_a_file_holds_the_whole_list_from_whatever_page_it_is_taken(
    bureau: Bureau, name: str, cursor: str
) -> None:
    leader = bureau.visitor("leader")
    whole = _rows(leader.get(f"/{name}.csv").text)
    assert len(whole) > 5
    assert _rows(leader.get(f"/{name}.csv?{cursor}").text)[3:] == whole[3:]


def test_a_name_that_a_spreadsheet_would_compute_is_made_harmless(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        session.get_one(Taxpayer, 1).name = '=HYPERLINK("http://evil.example")'
    rows = _rows(bureau.visitor("leader").get("/taxpayers.csv").text)[5:]
    assert '\'=HYPERLINK("http://evil.example")' in [row[0] for row in rows]
    assert [row[1] for row in rows if row[1].startswith("21")] == []  # a long number stays text


@pytest.mark.parametrize(
    "name", ["＝1+1", "＋1", "－1", "＠甲", "\n=1", " \u3000=1", "\t甲", "\r甲"]
)
def test_no_other_way_to_begin_a_formula_is_left(bureau: Bureau, name: str) -> None:
    with bureau.database.transaction() as session:
        session.get_one(Taxpayer, 1).name = name
    rows = _rows(bureau.visitor("leader").get("/taxpayers.csv").text)[5:]
    assert f"'{name}" in [row[0] for row in rows]


def test_a_negative_number_stays_a_number(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        doubt = session.get_one(TaxWarning, 1)
        doubt.estimated_tax = Decimal("-1.50")
        if doubt.case_id is not None:
            case = cases.locked(session, doubt.case_id)
            cases.note(session, SYSTEM, case, action="case.noted", payload={})
    _, *rows = _rows(bureau.visitor("leader").get("/warnings.csv").text)[4:]
    assert "-1.50" in [row[10] for row in rows]


def test_a_longer_list_is_cut_and_says_so(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST", 1)
    rows = _rows(bureau.visitor("leader").get("/cases.csv").text)
    assert rows[3] == ["超过 1 行，只导出前 1 行"]
    assert len(rows[5:]) == 1


def test_taking_a_list_is_on_the_takers_own_record(bureau: Bureau) -> None:
    bureau.visitor("chief").get("/warnings.csv?severity=2")
    user_id = bureau.people.chief.user_id
    with bureau.database.reading() as session:
        payload = session.scalars(
            select(RecordEvent.payload).where(
                RecordEvent.stream == f"user:{user_id}", RecordEvent.action == "list.exported"
            )
        ).one()
    told = json.loads(payload)
    assert (told["list"], told["filters"]) == ("warnings", {"severity": "2"})
    assert told["rows"] > 0


def test_conditions_that_a_link_brought_are_shown_and_kept(bureau: Bureau) -> None:
    page = bureau.visitor("leader").get("/cases?run=1&grade=2").text
    assert "筛查批次 1" in page
    assert '<input type="hidden" name="run" value="1">' in page
    assert 'href="/cases?grade=2"' in page


@pytest.mark.parametrize(
    ("name", "told"),
    [("cases", "主办 员officer"), ("taxpayers", "税收管理员 员officer")],
)
def test_a_list_of_one_officer_tells_whose_it_is_and_keeps_it(
    bureau: Bureau, name: str, told: str
) -> None:
    asked = f"officer={bureau.people.officer.user_id}"
    leader = bureau.visitor("leader")
    page = leader.get(f"/{name}?{asked}").text
    assert f'<input type="hidden" name="officer" value="{asked.removeprefix("officer=")}">' in page
    assert f"{told}<a" in page
    assert _rows(leader.get(f"/{name}.csv?{asked}").text)[2] == [f"筛选条件：{told}"]


@pytest.mark.parametrize(
    ("name", "asked"), [("cases", "late=0"), ("taxpayers", "late=1"), ("warnings", "mine=1")]
)
def test_a_condition_that_the_list_does_not_obey_is_not_told(
    bureau: Bureau, name: str, asked: str
) -> None:
    leader = bureau.visitor("leader")
    assert "cf-chip" not in leader.get(f"/{name}?{asked}").text
    assert _rows(leader.get(f"/{name}.csv?{asked}").text)[2] == ["筛选条件：无"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("warnings.csv?period=200912", "所属期 2009 年 12 月"),
        ("cases.csv?dispatched=0&late=1", "已逾期、未分派"),
        ("taxpayers.csv?managed=0", "未定管理员"),
        ("taxpayers.csv?managed=1", "已定管理员"),
        ("cases.csv?stage=gone", "阶段：gone"),
    ],
)
def test_a_condition_is_told_in_words(bureau: Bureau, asked: str, told: str) -> None:
    assert _rows(bureau.visitor("leader").get(f"/{asked}").text)[2] == [f"筛选条件：{told}"]


@pytest.mark.parametrize("name", ["cases", "warnings", "taxpayers"])
def test_a_list_of_a_section_tells_the_section_to_who_sees_the_city(
    bureau: Bureau, name: str
) -> None:
    with bureau.database.reading() as session:
        section = session.scalars(select(Unit).where(Unit.level == UnitLevel.SECTION)).all()[0]
    analyst = bureau.visitor("analyst")
    assert section.name in _rows(analyst.get(f"/{name}.csv?unit={section.id}").text)[2][0]
    assert f'value="{section.id}"' in analyst.get(f"/{name}?unit={section.id}").text


@pytest.mark.parametrize("period", ["200913", "99", "999999999"])
def test_a_period_that_is_no_month_is_refused(bureau: Bureau, period: str) -> None:
    assert bureau.visitor("leader").get(f"/warnings?period={period}").status_code == 422
