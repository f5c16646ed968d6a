"""The pages of versions: what differs, who may decide, what the chief finds waiting."""

import pytest

from caseflow.services import definitions, drafts
from caseflow.vocabulary import SYSTEM
from tests import factories
from tests.web.conftest import Bureau

WV = "warning_verification"
FORM = "wv_review.form"
LABELS = ("选择复核意见", "复核结论")


@pytest.fixture(scope="module")
def versions(bureau: Bureau) -> tuple[int, int]:
    """Two versions that differ in a blank."""
    with bureau.database.transaction() as session:
        old = definitions.latest(session, WV).id
        files = {**factories.bundle(), "wv_reply.form": factories.bundle()["wv_reply.form"] + b"\n"}
        return old, definitions.deploy(session, SYSTEM, files).id


@pytest.fixture
def draft_id(bureau: Bureau, versions: tuple[int, int]) -> int:
    """The open draft, in which one label of one form says otherwise than the latest version."""
    assert versions
    with bureau.database.transaction() as session:
        draft = drafts.begin(session, bureau.people.sysadmin, WV)
        form = definitions.latest(session, WV).files[FORM]
        one, other = LABELS if LABELS[0] in form else reversed(LABELS)
        seen = drafts.digest(draft, FORM)
        data = str(form).replace(one, other).encode()
        drafts.save(session, bureau.people.sysadmin, draft.id, seen=seen, name=FORM, data=data)
        return draft.id


def _submit(bureau: Bureau, draft_id: int) -> None:
    visitor = bureau.visitor("sysadmin")
    page = visitor.get(f"/processes/drafts/{draft_id}")
    sent = visitor.post(
        f"/processes/drafts/{draft_id}/submit",
        {"revision": _revision(page.text), "title": "改一个栏目", "reason": "名称与文书一致"},
    )
    assert sent.status_code == 303


def _revision(text: str) -> str:
    return text.partition('name="revision" value="')[2].partition('"')[0]


def test_draft_page_says_what_changed_and_who_decides(bureau: Bureau, draft_id: int) -> None:
    text = bureau.visitor("sysadmin").get(f"/processes/drafts/{draft_id}").text
    assert all(label in text for label in LABELS)
    assert "员division" in text


def test_too_short_a_reason_keeps_what_was_typed(bureau: Bureau, draft_id: int) -> None:
    visitor = bureau.visitor("sysadmin")
    page = visitor.get(f"/processes/drafts/{draft_id}")
    sent = visitor.post(
        f"/processes/drafts/{draft_id}/submit",
        {"revision": _revision(page.text), "title": "改一个栏目", "reason": "短"},
    )
    assert sent.status_code == 422
    assert "改一个栏目" in sent.text


@pytest.mark.parametrize("login", ["officer", "chief", "leader"])
def test_people_without_such_a_post_see_no_draft(bureau: Bureau, draft_id: int, login: str) -> None:
    assert bureau.visitor(login).get(f"/processes/drafts/{draft_id}").status_code == 403
    assert "起草新版本" not in bureau.visitor(login).get("/processes").text


def test_chief_finds_the_draft_and_approves_it(bureau: Bureau, draft_id: int) -> None:
    _submit(bureau, draft_id)
    with bureau.database.transaction() as session:
        following = definitions.latest(session, WV).version + 1
    chief = bureau.visitor("division")
    assert "改一个栏目" in chief.get("/processes").text
    assert "改一个栏目" in chief.get("/dashboard").text
    page = chief.get(f"/processes/drafts/{draft_id}")
    refused = chief.post(
        f"/processes/drafts/{draft_id}/reject", {"revision": _revision(page.text), "note": ""}
    )
    assert refused.status_code == 422
    assert refused.text.count("“意见”没有填好") == 2
    sent = chief.post(
        f"/processes/drafts/{draft_id}/approve", {"revision": _revision(page.text), "note": ""}
    )
    assert sent.status_code == 303
    listing = chief.get("/processes").text
    assert f"第 {following} 版" in listing
    assert "仍按旧版本办理" in listing


def test_two_versions_side_by_side_tell_every_change(
    bureau: Bureau, versions: tuple[int, int]
) -> None:
    old, new = versions
    text = bureau.visitor("analyst").get(f"/processes/{old}/diff/{new}").text
    assert text.count('data-island="bpmn"') == 2
    assert "含义没有变化" in text


def test_version_page_shows_tables_forms_and_outline(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        version = definitions.latest(session, WV).id
    text = bureau.visitor("auditor").get(f"/processes/{version}").text
    assert "决定权限表" in text
    assert "review_decision" in text
    assert "lane section_chief" in text
