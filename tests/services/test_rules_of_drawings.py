"""Whose a step is, by its drawing: in called processes, and after a case was carried over."""

import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow.models import Case, CaseMigration, CaseMigrationLine, Definition, Task, User
from caseflow.models.record import RecordEvent
from caseflow.services import case_migrations, cases, definitions, tasks
from caseflow.services.case_migrations import dry_run
from caseflow.vocabulary import SYSTEM, CaseStatus, Role
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_separation import also
from tests.unit.engine.sketch import bpmn, bundle

VARIABLES = "score: number; ti_flag: boolean"
TWO = """
    start s
    user a section_chief
    user b section_chief
    end closed
    s -> a -> b -> closed
"""
SEPARATED = TWO.replace("user b section_chief", "user b section_chief separation=a")

RENAMED = SEPARATED.replace(" a ", " a2 ").replace("=a", "=a2")


def begun(session: Session, monkeypatch: pytest.MonkeyPatch, text: str, **more: str) -> Case:
    """A case on a small drawing, whose called processes are named beside it."""
    called = {
        f"{name}__bpmn": bpmn(drawn).replace(b'id="sketch"', f'id="{name}"'.encode())
        for name, drawn in more.items()
    }
    factories.deploy_sketch(session, monkeypatch, text, VARIABLES, **called)
    opened = factories.case_on(session, factories.taxpayer(session))
    session.flush()
    return opened


def carried(session: Session, people: Cast, case: Case, text: str, **mapping: str) -> CaseMigration:
    """The case on a version with this drawing, planned by one and approved by another."""
    new: Definition = definitions.deploy(session, SYSTEM, bundle(text, VARIABLES))
    return carry(session, people, case, new.id, **mapping)


def carry(session: Session, people: Cast, case: Case, to_id: int, **mapping: str) -> CaseMigration:
    """The case on another version, planned by one and approved by another."""
    plan = case_migrations.plan(
        session,
        people.sysadmin,
        case.definition_id,
        to_id,
        mapping=mapping,
        reason="新版本的回避要求须立即适用",
    )
    case_migrations.approve(session, people.division, plan.id, note="")
    worked_off(session, plan)
    assert case.definition_id == to_id
    return plan


def reverted(session: Session, people: Cast, plan: CaseMigration) -> None:
    case_migrations.revert(session, people.sysadmin, plan.id, reason="规则有误，先退回")
    worked_off(session, plan)


def worked_off(session: Session, plan: CaseMigration) -> None:
    desk.work_off(session, plan)
    session.expire_all()


def test_who_did_one_step_of_a_called_process_may_not_do_the_step_separated_from_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    outer = "start s\ncall c other\nend closed\ns -> c -> closed"
    case = begun(session, monkeypatch, outer, other=SEPARATED)
    desk.do(session, people.chief, case, "c/a", {})
    assert desk.barred_by(session, people.chief, case, "c/b") == "c/a"
    second = also(session, people.third, Role.SECTION_CHIEF, people.chief)
    tasks.claim(session, second, desk.open_task(session, case, "c/b").id)


def test_a_called_step_is_separated_from_a_step_of_the_caller_and_from_officers(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    outer = "start s\nuser first\ncall c other\nend closed\ns -> first -> c -> closed"
    inner = "start t\nuser b separation=first,main_officer\nend e\nt -> b -> e"
    case = begun(session, monkeypatch, outer, other=inner)
    desk.do(session, people.chief, case, "first", {})
    assert desk.open_task(session, case, "c/b").separation == ["first", "main_officer"]
    assert desk.barred_by(session, people.chief, case, "c/b") == "first"


def test_who_did_a_step_under_its_former_name_is_known(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = begun(session, monkeypatch, SEPARATED)
    desk.do(session, people.chief, case, "a", {})
    plan = carried(session, people, case, RENAMED, a="a2")
    assert desk.barred_by(session, people.chief, case, "b") == "a2"
    reverted(session, people, plan)
    assert desk.open_task(session, case, "b").separation == ["a"]
    assert desk.barred_by(session, people.chief, case, "b") == "a"


def test_who_did_a_step_before_the_case_went_back_is_known_by_the_later_name(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = begun(session, monkeypatch, SEPARATED)
    plan = carried(session, people, case, RENAMED, a="a2")
    desk.do(session, people.chief, case, "a2", {})
    reverted(session, people, plan)
    assert desk.barred_by(session, people.chief, case, "b") == "a"


def test_a_rule_that_is_new_in_the_new_version_holds_for_the_open_step(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = begun(session, monkeypatch, TWO)
    desk.do(session, people.chief, case, "a", {})
    tasks.claim(session, people.chief, desk.open_task(session, case, "b").id)
    plan = carried(session, people, case, SEPARATED)
    task = desk.open_task(session, case, "b")
    assert (task.assignee_id, task.claimed_at, task.separation) == (None, None, ["a"])
    assert desk.barred_by(session, people.chief, case, "b") == "a"
    line = session.get_one(CaseMigrationLine, (plan.id, case.id))
    assert [each["code"] for each in line.why] == ["other_people", "handed_back"]
    reverted(session, people, plan)
    tasks.claim(session, people.chief, desk.open_task(session, case, "b").id)


def test_the_holder_keeps_a_step_that_the_new_rule_leaves_to_them(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = begun(session, monkeypatch, TWO)
    task = desk.open_task(session, case, "a")
    tasks.claim(session, people.chief, task.id)
    version = task.version
    posts = "user a section_chief,tax_administrator"
    carried(session, people, case, TWO.replace("user a section_chief", posts))
    task = desk.open_task(session, case, "a")
    assert (task.assignee_id, task.version) == (people.chief.user_id, version)


def test_a_step_of_another_post_goes_to_that_desk_and_back(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = begun(session, monkeypatch, TWO)
    tasks.claim(session, people.chief, desk.open_task(session, case, "a").id)
    leaders = TWO.replace("user a section_chief", "user a district_leader")
    plan = carried(session, people, case, leaders)
    task = desk.open_task(session, case, "a")
    assert task.roles == ["district_director", "district_deputy"]
    assert (task.unit_id, task.assignee_id) == (case.district_id, None)
    tasks.claim(session, people.leader, task.id)
    reverted(session, people, plan)
    task = desk.open_task(session, case, "a")
    assert (task.roles, task.unit_id) == (["section_chief"], case.section_id)
    assert task.assignee_id is None


def test_a_step_that_now_is_the_main_officers_stands_on_their_desk(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = begun(session, monkeypatch, TWO)
    case.main_officer_id = people.officer.user_id
    cases.note(session, SYSTEM, case, action="case.assigned", payload={})
    tasks.claim(session, people.chief, desk.open_task(session, case, "a").id)
    officers = "user a tax_administrator relation=main_officer"
    plan = carried(session, people, case, TWO.replace("user a section_chief", officers))
    task = desk.open_task(session, case, "a")
    assert (task.relation, task.assignee_id) == ("main_officer", people.officer.user_id)
    reverted(session, people, plan)
    task = desk.open_task(session, case, "a")
    assert (task.relation, task.assignee_id) == (None, None)


def test_stage_and_status_of_the_case_follow_the_new_version_and_go_back(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    staged = "user a section_chief stage={} status={}"
    old, new = (
        TWO.replace("user a section_chief", staged.format(*said))
        for said in (("dispatch", "to_assign"), ("decision", "for_approval"))
    )
    case = begun(session, monkeypatch, old)
    plan = carried(session, people, case, new)
    assert (case.stage, case.status) == ("decision", CaseStatus.FOR_APPROVAL)
    assert desk.open_task(session, case, "a").case_status is CaseStatus.FOR_APPROVAL
    reverted(session, people, plan)
    assert (case.stage, case.status) == ("dispatch", CaseStatus.TO_ASSIGN)


def test_the_dry_run_and_the_record_tell_of_what_changes(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = begun(session, monkeypatch, TWO)
    old = case.definition_id
    leaders = TWO.replace("user a section_chief", "user a district_leader stage=decision")
    new = definitions.deploy(session, SYSTEM, bundle(leaders, VARIABLES))
    (judged,) = dry_run(session, old, new.id, {})
    assert [change.code for change in judged.changes] == ["other_people", "other_status"]
    assert all(change.say("zh") != change.say("en") for change in judged.changes)
    carried(session, people, case, leaders)
    event = select(RecordEvent.payload).where(RecordEvent.action == "case.migrated")
    assert json.loads(session.scalars(event).one())["changes"] == [
        "a:other_people",
        "a:other_status",
    ]


def test_a_holder_whose_account_was_closed_gives_the_step_back(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = begun(session, monkeypatch, TWO)
    task = desk.open_task(session, case, "a")
    tasks.claim(session, people.chief, task.id)
    holder = User.id == people.chief.user_id
    session.execute(update(User).where(holder).values(is_active=False))
    posts = "user a section_chief,tax_administrator"
    carried(session, people, case, TWO.replace("user a section_chief", posts))
    assert session.get_one(Task, task.id).assignee_id is None
