"""A house that has no room for a request says so, when to come back, and keeps what was typed."""

from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus

import pytest

from caseflow import db
from caseflow.app import create_app
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

_TYPED = {"_idem": "11111111-1111-4111-8111-111111111111", "opinion": '<b>"同意"</b>'}


@pytest.fixture(scope="module")
def crowded(bureau: Bureau) -> Iterator[tuple[db.Database, Visitor]]:
    """Somebody signed in at a house with a small pool."""
    narrow = db.connect(str(bureau.config.database_url), pool_size=1)
    yield narrow, Visitor(create_app(bureau.config, narrow), bureau.people.leader.user_id)
    narrow.dispose()


def test_form_that_found_no_room_can_be_sent_once_more(
    crowded: tuple[db.Database, Visitor],
) -> None:
    narrow, visitor = crowded
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(narrow.reading())
        answer = visitor.post("/tasks/1?from=inbox", _TYPED)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(answer.headers["Retry-After"]) > 0
    assert "此刻办理的人很多" in answer.text
    assert 'action="/tasks/1?from=inbox"' in answer.text
    assert 'value="&lt;b&gt;&#34;同意&#34;&lt;/b&gt;"' in answer.text
    assert f'name="_idem" value="{_TYPED["_idem"]}"' in answer.text
    assert visitor.get("/inbox").status_code == HTTPStatus.OK


def test_page_that_found_no_room_offers_no_form(crowded: tuple[db.Database, Visitor]) -> None:
    narrow, visitor = crowded
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(narrow.reading())
        answer = visitor.get("/inbox")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "<form" not in answer.text
    assert "没有办成" not in answer.text
