"""The forms of the auditors' verbs and of kept views: sent twice, they do one thing."""

import html
import json
import re
from http import HTTPStatus

import pytest
from sqlalchemy import text

from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

# Who, on which page, sends which form with what, and where it is counted what came of it.
_FORMS = {
    "paper": ("auditor", "/audit/papers", "/audit/papers", {}, "working_papers"),
    "sample": (
        "auditor",
        "/audit/samples",
        "/audit/samples",
        {"name": "第一次抽样", "seed": "7", "size": "1"},
        "samples",
    ),
    "evidence": (
        "auditor",
        "/audit/evidence",
        "/audit/evidence",
        {"name": "第一次取证", "what": "record"},
        "runs WHERE kind = 'evidence_export'",
    ),
    "check": (
        "auditor",
        "/audit/checks",
        "/audit/checks",
        {},
        "runs WHERE kind = 'record_check'",
    ),
    "view": (
        "leader",
        "/inbox?grade=2",
        "/inbox/views",
        {"name": "先到先办"},
        "saved_views",
    ),
}


def _form(visitor: Visitor, page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form on a page that leads to an address."""
    shown = visitor.get(page).text
    form = re.search(
        rf'<form[^>]*method="post"[^>]*action="{action}"[^>]*>(.*?)</form>', shown, re.DOTALL
    )
    assert form is not None, shown
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1])
    return {name: html.unescape(value) for name, value in fields if name != "csrf_token"}


def _count(bureau: Bureau, rows: str) -> int:
    with bureau.database.reading() as session:
        found = session.execute(text(f"SELECT count(*) FROM {rows}"))  # noqa: S608 -- ours
        return int(found.scalar_one())


@pytest.mark.parametrize("name", _FORMS)
def test_form_sent_twice_does_one_thing_and_answers_the_same(bureau: Bureau, name: str) -> None:
    who, page, action, typed, rows = _FORMS[name]
    visitor = bureau.visitor(who)
    sent = {**_form(visitor, page, action), **typed}
    before = _count(bureau, rows)
    answers = [visitor.post(action, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [HTTPStatus.SEE_OTHER] * 2
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert _count(bureau, rows) == before + 1
    assert "没有重复办理" in visitor.get(page).text


def test_key_of_a_form_is_not_among_what_was_asked(bureau: Bureau) -> None:
    visitor = bureau.visitor("auditor")
    for name in ("sample", "evidence"):
        _, page, action, typed, _ = _FORMS[name]
        sent = {**_form(visitor, page, action), **typed, "name": "再一次"}
        assert visitor.post(action, sent).status_code == HTTPStatus.SEE_OTHER
    with bureau.database.reading() as session:
        kept = session.execute(
            text("SELECT wish::text FROM samples UNION ALL SELECT detail::text FROM runs")
        ).scalars()
        assert not [each for each in kept if "_once" in each]


def test_saving_a_paper_twice_makes_one_version(bureau: Bureau) -> None:
    visitor = bureau.visitor("auditor")
    visitor.get("/audit/papers")
    page = visitor.post("/audit/papers", {"title": "双击"}).headers["Location"]
    sent = {**_form(visitor, page, page), "title": "双击", "body": "看过"}
    before = _count(bureau, "working_paper_versions")
    for _ in range(2):
        assert visitor.post(page, sent).status_code == HTTPStatus.SEE_OTHER
    assert _count(bureau, "working_paper_versions") == before + 1


def test_keeping_what_is_typed_does_not_use_up_the_key_of_saving_it(bureau: Bureau) -> None:
    visitor = bureau.visitor("auditor")
    visitor.get("/audit/papers")
    page = visitor.post("/audit/papers", {"title": "草稿"}).headers["Location"]
    sent = {**_form(visitor, page, page), "title": "草稿", "body": "写到一半"}
    kept = visitor.post(f"{page}/draft", sent)
    assert kept.status_code == HTTPStatus.OK
    version = json.loads(kept.text)["version"]
    whole = {**sent, "body": "写完了", "_version": str(version)}
    assert visitor.post(page, whole).status_code == HTTPStatus.SEE_OTHER
    assert "写完了" in visitor.get(page).text
