"""A page of failure says what became of the act: not asked for, not done, or done and unseen."""

from http import HTTPStatus

import pytest
from flask import Flask

from caseflow.app import create_app
from caseflow.web import house
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

_NOT_DONE = "没有完成"


@pytest.fixture(scope="module")
def broken(bureau: Bureau) -> Flask:
    """The application with three views that break: looking, before an act, and after it."""
    app = create_app(bureau.config, bureau.database)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def looking() -> str:
        raise ZeroDivisionError

    def failing() -> str:
        with house.acting():
            raise ZeroDivisionError

    def done() -> str:
        with house.acting():
            pass
        raise ZeroDivisionError

    app.add_url_rule("/looking", view_func=looking)
    app.add_url_rule("/failing", view_func=failing, methods=["POST"])
    app.add_url_rule("/done", view_func=done, methods=["POST"])
    return app


def _visitor(bureau: Bureau, app: Flask) -> Visitor:
    visitor = Visitor(app, bureau.people.leader.user_id)
    visitor.get("/keys")
    return visitor


def test_a_page_that_breaks_does_not_claim_that_an_act_was_not_done(
    bureau: Bureau, broken: Flask
) -> None:
    answer = _visitor(bureau, broken).get("/looking")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert (_NOT_DONE in answer.text, "打开页面不改动任何内容" in answer.text) == (False, True)


def test_an_act_that_breaks_is_told_as_not_done(bureau: Bureau, broken: Flask) -> None:
    answer = _visitor(bureau, broken).post("/failing", {})
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert _NOT_DONE in answer.text


def test_an_act_that_is_done_is_never_told_as_not_done(bureau: Bureau, broken: Flask) -> None:
    answer = _visitor(bureau, broken).post("/done", {"opinion": "同意"})
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert (_NOT_DONE in answer.text, "已经办成" in answer.text) == (False, True)
    assert "<form" not in answer.text
