"""A form that creates something does so once, however often and however fast it is sent."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from sqlalchemy import func, select

from caseflow.jobs import worker
from caseflow.jobs.topics import EFFECTS
from caseflow.models import DonePost, SelfCheck
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

_PATH = "/self-check"


def _count(bureau: Bureau, table: type[SelfCheck] | type[DonePost]) -> int:
    """How many rows there are, once all later work is done."""
    worker.work_through(bureau.database, EFFECTS)
    with bureau.database.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def _administrator(bureau: Bureau) -> Visitor:
    visitor = bureau.visitor("sysadmin")
    visitor.get(_PATH)
    return visitor


def test_page_gives_each_form_a_key_of_its_own(bureau: Bureau) -> None:
    visitor = bureau.visitor("sysadmin")
    keys = [
        re.findall(r'name="_once" value="([0-9a-f-]{36})"', visitor.get(_PATH).text)[-1]
        for _ in range(2)
    ]
    assert keys[0] != keys[1]


def test_form_sent_again_is_answered_as_the_first_time_and_does_nothing(bureau: Bureau) -> None:
    visitor, key = _administrator(bureau), str(uuid.uuid4())
    before = _count(bureau, SelfCheck)
    answers = []
    for _ in range(3):
        answers.append(visitor.post(_PATH, {"_once": key}))
        assert _count(bureau, SelfCheck) == before + 1  # done by now: nothing but the key bars it
    assert {answer.status_code for answer in answers} == {HTTPStatus.SEE_OTHER}
    assert {answer.headers["Location"] for answer in answers} == {_PATH}
    assert "没有重复办理" in visitor.get(_PATH).text
    assert visitor.post(_PATH, {"_once": str(uuid.uuid4())}).status_code == HTTPStatus.SEE_OTHER
    assert _count(bureau, SelfCheck) == before + 2


def test_form_sent_at_once_from_many_sides_is_done_once(bureau: Bureau) -> None:
    visitors, key = [_administrator(bureau) for _ in range(4)], str(uuid.uuid4())
    before, keys = _count(bureau, SelfCheck), _count(bureau, DonePost)
    with ThreadPoolExecutor(len(visitors)) as hands:
        answers = list(hands.map(lambda each: each.post(_PATH, {"_once": key}), visitors))
    assert [answer.status_code for answer in answers] == [HTTPStatus.SEE_OTHER] * len(visitors)
    assert _count(bureau, SelfCheck) == before + 1
    assert _count(bureau, DonePost) == keys + 1


def test_form_that_was_refused_may_be_sent_again(bureau: Bureau) -> None:
    visitor, key = _administrator(bureau), str(uuid.uuid4())
    said = {"check": "timers", "subject": "case:1", "way": "rearm", "reason": "x", "_once": key}
    for _ in range(2):
        answer = visitor.post("/self-check/repair", said)
        assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("key", ["", "x", "0" * 500])
def test_broken_key_is_no_key(bureau: Bureau, key: str) -> None:
    visitor, before = _administrator(bureau), _count(bureau, SelfCheck)
    assert visitor.post(_PATH, {"_once": key}).status_code == HTTPStatus.SEE_OTHER
    assert _count(bureau, SelfCheck) == before + 1
