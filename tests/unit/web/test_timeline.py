"""A timeline says what a step decided in the words of its form."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from caseflow.reads.record import Event
from caseflow.web import languages, timeline

NAMES = {"wv_review": ("复核", "Review"), "wv_conclusion": ("核查结论", "Conclusion")}


def said(routing: dict[str, object], locale: str) -> str:
    payload: dict[str, object] = {
        "task": "wv_review",
        "routing": routing,
        "opened": ["wv_conclusion"],
    }
    return told("task.completed", payload, locale)


def told(action: str, payload: dict[str, object], locale: str = "zh") -> str:
    app = Flask(__name__)
    languages.install(app)
    event = Event(
        id=1,
        stream="case:1",
        seq=1,
        at=datetime(2010, 1, 25, tzinfo=UTC),
        actor="user:7",
        user_id=7,
        name="刘志强",
        role=None,
        unit="",
        action=action,
        payload=payload,
        prev="",
        hash="",
        size=0,
        is_sound=True,
    )
    with app.test_request_context(headers={"Accept-Language": locale}):
        app.preprocess_request()
        return timeline.what(event, NAMES)


@pytest.mark.parametrize(
    ("routing", "words"),
    [
        ({"review_decision": "send_back"}, "办理 复核：退回，下一步：核查结论"),
        ({"contact_result": "no_reply"}, "办理 复核：逾期未答复，下一步：核查结论"),
        ({"review_decision": "unheard of"}, "办理 复核，下一步：核查结论"),
        ({}, "办理 复核，下一步：核查结论"),
    ],
)
def test_says_what_was_decided(routing: dict[str, object], words: str) -> None:
    assert said(routing, "zh") == words


def test_says_it_in_english() -> None:
    assert "Send back" in said({"review_decision": "send_back"}, "en")


def test_who_declares_a_tie_is_named_once() -> None:
    assert told("recusal.declared", {"name": "刘志强"}) == "申报回避"
    assert told("recusal.declared", {"name": "张晓晨"}) == "提出 张晓晨 回避"


def test_says_which_plan_a_household_came_by_and_whether_by_hand() -> None:
    said: dict[str, object] = {"origin": "plan", "plan": "01EP2010000001"}
    opened: dict[str, object] = {"warnings": ["a", "b"], "said": said}
    assert told("case.opened", opened) == "由评估计划 01EP2010000001 立案，含疑点 2 个"
    by_hand = {**opened, "said": {**said, "put_in_by_hand": "群众举报集中"}}
    assert (
        told("case.opened", by_hand)
        == "由评估计划 01EP2010000001 立案，人工列入（群众举报集中），含疑点 2 个"
    )
    assert "01EP2010000001" in told("case.opened", by_hand, "en")
