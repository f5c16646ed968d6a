"""Handing in a step through its page: nothing typed is lost, and two people are one act."""

import re
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import event, func, select

from caseflow import clock
from caseflow.models import Answer, Attachment, Draft, Task
from caseflow.services import cases, tasks
from caseflow.vocabulary import SYSTEM, TaskStatus
from tests import desk, factories
from tests.desk import own_names
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau


def _task(bureau: Bureau, element: str) -> Task:
    with bureau.database.reading() as session:
        return session.scalars(
            select(Task).where(own_names() == element, Task.status == TaskStatus.OPEN)
        ).one()


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(_\w+|[\w-]+-row)" value="([^"]*)"', page))


def test_step_that_is_incomplete_comes_back_with_what_was_typed(bureau: Bureau) -> None:
    task = _task(bureau, "desk_check")
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{task.case_id}?task={task.id}")
    typed = {
        "doubts-0-text": "账簿与申报表一致，企业的解释有合同为证。",
        "doubts-0-result": "explained",
    }
    answer = officer.post(f"/tasks/{task.id}", {**_hidden(page.text), **typed})
    assert answer.status_code == 422
    assert typed["doubts-0-text"] in answer.text
    assert "data-error-summary" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_draft_is_there_after_signing_in_again(bureau: Bureau) -> None:
    task = _task(bureau, "desk_check")
    officer = bureau.visitor("officer")
    officer.get(f"/cases/{task.case_id}")
    kept = officer.post(f"/tasks/{task.id}/draft", {"doubts-0-text": "写到一半的核查过程"})
    assert kept.status_code == 200
    again = bureau.visitor("officer").get(f"/cases/{task.case_id}")
    assert "写到一半的核查过程" in again.text


def test_draft_of_another_is_refused(bureau: Bureau) -> None:
    task = _task(bureau, "desk_check")
    partner = bureau.visitor("partner")
    partner.get(f"/cases/{task.case_id}")
    assert partner.post(f"/tasks/{task.id}/draft", {"doubts-0-text": "不是我的"}).status_code == 403


def test_files_are_kept_though_the_form_is_not_complete(bureau: Bureau) -> None:
    task = _task(bureau, "desk_check")
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{task.case_id}")
    field = re.findall(r'type="file"[^>]*name="([^"]+)"', page.text)[0]
    sent = {**_hidden(page.text), field: (BytesIO(b"%PDF-1.4\n"), "账簿.pdf")}
    answer = officer.post(f"/tasks/{task.id}", sent)  # type: ignore[arg-type]  # a file among the fields
    assert answer.status_code == 422
    with bureau.database.reading() as session:
        kept_here = Attachment.task_id == task.id, Attachment.removed_at.is_(None)
        file = session.scalars(select(Attachment).where(*kept_here)).one()
        assert file.name == "账簿.pdf"
        draft = session.scalars(select(Draft.content).where(Draft.task_id == task.id)).one()
        assert draft[field] == [str(file.id)]
        address = f"/files/{file.id}"
    with bureau.visitor("auditor").get(address) as kept:
        assert kept.data == b"%PDF-1.4\n"
    assert bureau.visitor("far_chief").get(address).status_code == 404


def test_second_of_two_is_told_who_was_first(bureau: Bureau) -> None:
    task = _task(bureau, "dispatch")
    leader, deputy = bureau.visitor("leader"), bureau.visitor("deputy")
    for visitor in (leader, deputy):
        visitor.get(f"/cases/{task.case_id}")
    assert leader.post(f"/tasks/{task.id}/claim", {}).status_code == 303
    refused = deputy.post(f"/tasks/{task.id}/claim", {})
    assert refused.status_code == 409
    assert "领取这一步" in refused.text


def test_hand_in_without_the_token_is_refused(bureau: Bureau) -> None:
    task = _task(bureau, "desk_check")
    officer: Visitor = bureau.visitor("officer")
    answer = officer.post(f"/tasks/{task.id}/draft", {"csrf_token": "forged", "a": "b"})
    assert answer.status_code == 400


def test_file_is_taken_out_again_and_the_text_stays(bureau: Bureau) -> None:
    task = _task(bureau, "desk_check")
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{task.case_id}")
    field = re.findall(r'type="file"[^>]*name="([^"]+)"', page.text)[0]
    sent = {**_hidden(page.text), field: (BytesIO(b"%PDF-1.4\nx"), "误传.pdf")}
    officer.post(f"/tasks/{task.id}", sent)  # type: ignore[arg-type]  # a file among the fields
    with bureau.database.reading() as session:
        wrong = session.scalars(select(Attachment.id).where(Attachment.name == "误传.pdf")).one()
    typed = {field: str(wrong), "doubts-0-text": "撤下文件之前写的字"}
    assert officer.post(f"/files/{wrong}/remove", typed).status_code == 303
    again = officer.get(f"/cases/{task.case_id}").text
    assert "误传.pdf</a>" not in again
    assert "撤下文件之前写的字" in again


def test_step_that_the_course_cannot_take_keeps_all_and_says_what_to_do(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    task = _task(bureau, "dispatch")
    leader = bureau.visitor("leader")
    leader.get(f"/cases/{task.case_id}?task={task.id}")
    leader.post(f"/tasks/{task.id}/claim", {})
    with bureau.database.transaction() as session:
        case = cases.locked(session, task.case_id)
        cases.begin(case)
        sound, case.state = case.state, b"no state at all"
        cases.put_on_record(session, SYSTEM, case, action="case.spoiled", payload={})
    page = leader.get(f"/cases/{task.case_id}?task={task.id}")
    typed = {"dispatch_decision": "hold", "hold_until": "", "reason": "等待工商年检数据一并核查"}
    with bureau.database.reading():
        typed["hold_until"] = (clock.today() + timedelta(days=1)).isoformat()
    answer = leader.post(f"/tasks/{task.id}", {**_hidden(page.text), **typed})
    number = re.search(r"错误编号 (\w{8})", answer.text)
    assert answer.status_code == 500
    assert typed["reason"] in answer.text
    assert number is not None
    assert number[1] in caplog.text
    assert _task(bureau, "dispatch").version == task.version
    with bureau.database.transaction() as session:
        assert session.get(Draft, (task.id, bureau.people.leader.user_id)) is not None
        case = cases.locked(session, task.case_id)
        cases.begin(case)
        case.state = sound
        cases.put_on_record(session, SYSTEM, case, action="case.mended", payload={})


def test_a_form_overtaken_by_itself_is_told_as_done(bureau: Bureau) -> None:
    """Sent twice, the first commits while the second is looked at: it has been done, once."""
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=77))
        task_id = session.scalars(select(Task.id).where(Task.case_id == case.id)).one()
        tasks.claim(session, bureau.people.leader, task_id)
        section = bureau.people.chief.posts[0].unit_id
    key = uuid.uuid4()
    answers = {"dispatch_decision": "assign", "section": section, "priority": "normal"}
    first: list[int] = []

    def overtake(*told: object) -> None:
        if "record_events.idem = " in str(told[2]) and not first:
            first.append(task_id)
            with bureau.database.transaction() as session:
                tasks.complete(
                    session,
                    bureau.people.leader,
                    task_id,
                    seen_version=1,
                    answers=answers,
                    idem=key,
                )

    leader = bureau.visitor("leader")
    leader.get(f"/cases/{case.id}")
    sent = {name: str(value) for name, value in answers.items()}
    event.listen(bureau.database.engine, "after_cursor_execute", overtake)
    try:
        answer = leader.post(f"/tasks/{task_id}", {**sent, "_version": "1", "_idem": str(key)})
    finally:
        event.remove(bureau.database.engine, "after_cursor_execute", overtake)
    assert first
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/cases/{case.id}")
    with bureau.database.reading() as session:
        done = select(func.count()).where(Answer.task_id == task_id)
        assert session.scalar(done) == 1


def test_officers_that_must_differ_are_refused_at_their_field(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=78))
        sent = {"dispatch_decision": "assign", "section": str(case.section_id)}
        desk.do(session, bureau.people.leader, case, "dispatch", {**sent, "priority": "normal"})
        task = desk.open_task(session, case, "assign")
        tasks.claim(session, bureau.people.chief, task.id)
    officer = str(bureau.people.officer.user_id)
    typed = {"assign_decision": "assign", "main_officer": officer, "second_officer": officer}
    chief = bureau.visitor("chief")
    shown = chief.get(f"/cases/{case.id}?task={task.id}").text
    answer = chief.post(f"/tasks/{task.id}", {**_hidden(shown), **typed})
    assert answer.status_code == 422, answer.text[:2000]
    assert "主办和协办" in answer.text
    assert (
        f'value="{officer}" selected' in answer.text or f'selected value="{officer}"' in answer.text
    )
