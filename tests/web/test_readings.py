"""Who looked into a case: noted once a day in the reader's own stream, shown to the auditor."""

import re
import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from caseflow.models import Case, FileRead, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import record
from caseflow.services import attachments, recusals, tasks
from caseflow.services import record as writer
from caseflow.vocabulary import Reading, TaskStatus
from tests import desk
from tests.desk import own_names
from tests.web.conftest import Bureau


def _noted(bureau: Bureau, login: str, what: Reading) -> int:
    """How many events of this person's stream tell of this reading of case 2."""
    user_id = getattr(bureau.people, login).user_id
    with bureau.database.reading() as session:
        query = (
            select(func.count())
            .select_from(FileRead)
            .join(RecordEvent, RecordEvent.idem == FileRead.idem)
            .where(RecordEvent.stream == f"user:{user_id}", FileRead.case_id == 2)
        )
        return session.scalar(query.where(FileRead.what == what)) or 0


def test_reading_a_record_is_noted_once_a_day_in_the_readers_own_stream(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    auditor.get("/cases/2/record")
    page = auditor.get("/cases/2/record?filter=reads").text
    assert _noted(bureau, "auditor", Reading.RECORD) == 1
    assert "查看办理留痕" in page
    assert "您的本次查阅已记入您自己的留痕" in page


def test_opening_a_case_is_noted(bureau: Bureau) -> None:
    bureau.visitor("chief").get("/cases/2")
    assert _noted(bureau, "chief", Reading.CASE) == 1


def test_a_refused_look_is_noted_and_shown_to_the_auditor(bureau: Bureau) -> None:
    assert bureau.visitor("other_officer").get("/cases/2").status_code == 404
    assert _noted(bureau, "other_officer", Reading.CASE) == 0
    assert _noted(bureau, "other_officer", Reading.REFUSED) == 1
    assert "查阅或办理被拒" in bureau.visitor("auditor").get("/cases/2/record?filter=refused").text


def test_a_case_that_is_not_there_leaves_no_note(bureau: Bureau) -> None:
    assert bureau.visitor("chief").get("/cases/999").status_code == 404
    with bureau.database.reading() as session:
        assert session.scalar(select(FileRead.id).where(FileRead.case_id == 999)) is None


def _told(bureau: Bureau, login: str, action: str) -> list[Mapping[str, Any]]:
    """What the acts of this kind tell in this person's own stream."""
    stream = f"user:{getattr(bureau.people, login).user_id}"
    with bureau.database.reading() as session:
        events = record.chain(session, stream).events
    return [each.payload for each in events if each.action == action]


def _refusals(bureau: Bureau, login: str) -> list[str]:
    """The codes that this person was refused with at any case."""
    return [each["why"] for each in _told(bureau, login, "case.refused")]


def _files(bureau: Bureau, *names: str) -> dict[int, tuple[str, str]]:
    """Files in the open step of case 2: name and hash by id."""
    with bureau.database.transaction() as session:
        task = desk.open_task(session, session.get_one(Case, 2), "desk_check")
        field, officer = "doubts-0-evidence", bureau.people.officer
        kept = [
            attachments.add(
                session, officer, task.id, field=field, name=name, chunks=[name.encode()]
            )
            for name in names
        ]
        return {each.id: (each.name, each.sha256) for each in kept}


def test_each_file_taken_is_named_in_the_record_once_a_day(bureau: Bureau) -> None:
    kept = _files(bureau, "合同.txt", "凭证.txt")
    leader = bureau.visitor("leader")
    for file_id in (*kept, *kept):
        with leader.get(f"/files/{file_id}") as answer:
            assert answer.status_code == 200
    told = [each for each in _told(bureau, "leader", "case.read") if each["what"] == "file"]
    assert {each["file"]: (each["name"], each["sha256"]) for each in told} == kept
    assert len(told) == len(kept)


def test_each_thing_refused_is_named_in_the_record_once_a_day(bureau: Bureau) -> None:
    (file_id,) = _files(bureau, "账簿.txt")
    with bureau.database.reading() as session:
        task_id = desk.open_task(session, session.get_one(Case, 2), "desk_check").id
    stranger = bureau.visitor("far_chief")
    for path in ("/cases/2", f"/files/{file_id}", f"/tasks/{task_id}") * 2:
        assert stranger.get(path).status_code == 404
    told = _told(bureau, "far_chief", "case.refused")
    about = [{key: each[key] for key in ("file", "task") if key in each} for each in told]
    assert about == [{}, {"file": file_id}, {"task": task_id}]
    assert {each["case"] for each in told} == {2}


def test_who_would_move_the_own_case_or_agree_to_the_own_move_is_noted_with_the_case(
    bureau: Bureau,
) -> None:
    with bureau.database.transaction() as session:
        task = desk.open_task(session, session.get_one(Case, 1), "dispatch")
        tasks.claim(session, bureau.people.leader, task.id)
    leader, deputy = bureau.visitor("leader"), bureau.visitor("deputy")
    wish = {"target": "dispatching", "reason": "系统故障期间误交，须重新分派办理"}
    leader.get("/cases/1/move")
    assert leader.post("/cases/1/move", wish).status_code == 403
    deputy.get("/cases/2/move")
    assert deputy.post("/cases/2/move", wish).status_code == 303
    assert deputy.post("/cases/2/move/1/approve", {"note": "同意"}).status_code == 403
    told = [_told(bureau, login, "case.refused")[-1] for login in ("leader", "deputy")]
    assert [(each["case"], each["why"]) for each in told] == [
        (1, "handles_the_case"),
        (2, "own_move"),
    ]
    with bureau.database.transaction() as session:
        tasks.release(session, bureau.people.leader, task.id)
    shown = bureau.visitor("auditor").get("/cases/2/record?filter=refused").text
    assert "本人提出的申请" in shown


@pytest.fixture(scope="module")
def much_read(bureau: Bureau) -> None:
    """Case 1: a refusal in January of 2010, and 205 readings after it."""
    with bureau.database.transaction() as session:
        chief, leader = bureau.people.chief, bureau.people.leader
        for number in range(206):
            is_first = number == 0
            key, reader = uuid.uuid4(), chief if is_first else leader
            session.add(
                FileRead(
                    case_id=1,
                    user_id=reader.user_id,
                    what=Reading.REFUSED if is_first else Reading.CASE,
                    on=date(2010, 1, 1) + timedelta(days=number),
                    why="barred" if is_first else None,
                    idem=key,
                )
            )
            stream = f"user:{reader.user_id}"
            writer.append(session, reader, stream, action="x", payload={}, idem=key)


@pytest.mark.usefixtures("much_read")
def test_a_refusal_is_found_behind_any_number_of_readings(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    for narrowed in ("", f"&who=user:{bureau.people.chief.user_id}", "&until=2010-01-01"):
        page = auditor.get(f"/cases/1/record?filter=refused{narrowed}").text
        assert "查阅或办理被拒 · 不相容岗位" in page
    for narrowed in (f"&who=user:{bureau.people.leader.user_id}", "&since=2010-01-02", "&who=x"):
        page = auditor.get(f"/cases/1/record?filter=refused{narrowed}&until=2010-12-31").text
        assert "没有这样的记录" in page


@pytest.mark.usefixtures("much_read")
def test_readings_go_on_from_page_to_page_and_are_all_counted(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    following: str | None = "/cases/1/record?filter=reads&since=2010-01-01&until=2010-12-31"
    seen: list[str] = []
    while following:
        page = auditor.get(following).text
        seen += re.findall(r"user:\d+ · (\d+)</td>", page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        following = found[1].replace("&amp;", "&") if found else None
    assert len(seen) == len(set(seen)) == 205
    count = re.search(r'查阅<span class="cf-count">(\d+)<', page)
    assert count
    assert int(count[1]) >= 205


def test_who_looked_and_who_was_refused_is_shown_to_the_auditor_alone(bureau: Bureau) -> None:
    bureau.visitor("other_officer").get("/cases/2")
    auditor, officer = bureau.visitor("auditor"), bureau.visitor("officer")
    auditor.get("/cases/2/record")
    page = auditor.get("/cases/2/record").text
    assert "越权被拒" in page
    assert "员other_officer" in page
    page = officer.get("/cases/2/record").text
    assert "办理 " in page
    for hidden in ("越权被拒", "filter=reads", "员other_officer", "员auditor"):
        assert hidden not in page
    for tab in ("reads", "refused"):
        answer = officer.get(f"/cases/2/record?filter={tab}")
        assert answer.status_code == 403
        assert "员auditor" not in answer.text


def test_a_click_that_came_too_late_is_told_who_was_first_and_is_no_refusal(
    bureau: Bureau,
) -> None:
    with bureau.database.reading() as session:
        done = Task.case_id == 2, own_names() == "dispatch", Task.status == TaskStatus.DONE
        task_id = session.scalars(select(Task.id).where(*done)).one()
    deputy, before = bureau.visitor("deputy"), _refusals(bureau, "deputy")
    deputy.get("/cases/2")
    for verb in ("claim", "release"):
        answer = deputy.post(f"/tasks/{task_id}/{verb}", {})
        assert answer.status_code == 409
        assert "员leader 已于" in answer.text
        assert "办完这一步" in answer.text
    assert _refusals(bureau, "deputy") == before


def test_a_step_that_is_somebody_elses_by_name_is_no_refusal_to_note(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        task_id = desk.open_task(session, session.get_one(Case, 2), "desk_check").id
    for login in ("officer", "partner"):
        person, before = bureau.visitor(login), _refusals(bureau, login)
        person.get("/cases/2")
        assert person.post(f"/tasks/{task_id}/release", {}).status_code == 403
        assert _refusals(bureau, login) == before


def test_what_a_post_has_no_power_for_is_noted(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        task_id = desk.open_task(session, session.get_one(Case, 1), "dispatch").id
    chief, before = bureau.visitor("chief"), _refusals(bureau, "chief")
    chief.get("/cases/1")
    assert chief.post(f"/tasks/{task_id}/claim", {}).status_code == 403
    assert _refusals(bureau, "chief") == [*before, "not_your_post"]


def test_a_step_handed_in_from_anothers_desk_comes_back_as_a_look_that_is_noted(
    bureau: Bureau,
) -> None:
    with bureau.database.reading() as session:
        task_id = desk.open_task(session, session.get_one(Case, 2), "desk_check").id
    info = bureau.visitor("info")
    info.get("/inbox")
    answer = info.post(f"/tasks/{task_id}", {"doubts-0-text": "写在别人的步骤里的话"})
    assert answer.status_code == 403
    assert "写在别人的步骤里的话" in answer.text
    assert _noted(bureau, "info", Reading.CASE) == 1


def test_a_step_handed_in_against_separated_duties_is_a_refusal_that_is_noted(
    bureau: Bureau,
) -> None:
    tie = recusals.Tie("in_law", "纳税人法定代表人系本人妻弟")
    with bureau.database.transaction() as session:
        task_id = desk.open_task(session, session.get_one(Case, 2), "desk_check").id
        request_id = recusals.declare(session, bureau.people.officer, 2, tie=tie).id
    officer = bureau.visitor("officer")
    officer.get("/inbox")
    answer = officer.post(f"/tasks/{task_id}", {"doubts-0-text": "写了一半的核查过程"})
    with bureau.database.transaction() as session:
        recusals.decide(
            session,
            bureau.people.chief,
            request_id,
            is_recused=False,
            reason="系同名，并无亲属关系。",
            successor=recusals.Successor(),
        )
    assert answer.status_code == 403
    assert "写了一半的核查过程" in answer.text
    assert "barred" in _refusals(bureau, "officer")
