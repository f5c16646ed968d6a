"""The page that defines every time measure in words, from the table of parameters."""

from datetime import date

import pytest
from sqlalchemy import select

from caseflow.models import Parameter
from caseflow.services.bureau import put_limit
from caseflow.vocabulary import SYSTEM
from caseflow.vocabulary.limits import LIMITS
from caseflow.vocabulary.time_measures import BASES, PAUSES, TIME_MEASURES, TIME_UNITS, Basis, Pause
from tests.web.conftest import Bureau

TIMES = [name for name, _value, unit in LIMITS if unit in TIME_UNITS]


def test_every_limit_of_time_has_its_words() -> None:
    assert set(TIMES) == set(TIME_MEASURES)
    assert set(PAUSES) == set(Pause)
    assert set(BASES) == set(Basis)
    names = [measure.name.zh for measure in TIME_MEASURES.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("login", ["officer", "auditor", "sysadmin"])
def test_each_limit_stands_with_its_value_start_pause_and_rule(bureau: Bureau, login: str) -> None:
    with bureau.database.transaction() as session:
        on_file = set(session.scalars(select(Parameter.name)))
    page = bureau.visitor(login).get("/time-measures").text
    for name in set(TIMES) & on_file:
        assert f'id="{name}"' in page
    assert "预警核查全程（到首次提交结论）" in page
    assert "20 个工作日" in page
    assert "函询或约谈通知送达起，至答复或答复期满止" in page
    assert "实施细则第 73 条" in page


def test_a_limit_changed_for_later_shows_todays_value_and_an_unknown_one_its_name(
    bureau: Bureau,
) -> None:
    with bureau.database.transaction() as session:
        put_limit(session, SYSTEM, "own_limit", "7", "wd", since=date(2001, 1, 1))
        put_limit(session, SYSTEM, "wv_desk", "99", "wd", since=date(2999, 1, 1))
    page = bureau.visitor("officer").get("/time-measures").text
    assert 'id="own_limit"' in page
    assert "7 个工作日" in page
    assert "99 个工作日" not in page


def test_the_dates_of_the_year_are_listed_with_their_source(bureau: Bureau) -> None:
    page = bureau.visitor("officer").get("/time-measures").text
    assert "年申报缴款期限" in page
    assert "调休上班" in page
    assert "国庆节" in page
