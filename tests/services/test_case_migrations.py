"""Running cases carried to another version: dry run, second person, work in portions, and back."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow.engine.decisions import editing
from caseflow.jobs.topics import EFFECTS
from caseflow.models import Case, CaseMigration, CaseMigrationLine, Definition, Draft
from caseflow.models.record import RecordEvent
from caseflow.reads.case_migrations import page as case_migrations_page
from caseflow.services import case_migrations, definitions, outbox
from caseflow.services.case_migrations import Choice, judging
from caseflow.vocabulary import (
    SYSTEM,
    Conflict,
    Forbidden,
    Invalid,
    MigrationLineStatus,
    MigrationStatus,
    TaskStatus,
)
from tests import cast, desk, factories
from tests.cast import Cast
from tests.unit.engine.sketch import bundle

ASKING = """
    start s
    user first section_chief
    xor g
    user second section_chief
    end closed
    s -> first -> g
    g => closed
    g -> second : score > 1
    second -> closed
"""
REASON = "新版本的审批限额须立即适用"
DRAWING = "warning_verification.bpmn"


def next_version(
    *, renamed: str = "", drawing: str = DRAWING, form: tuple[str, str, str] | None = None
) -> dict[str, bytes]:
    """The shipped bundle with another limit, a step called otherwise, or a form changed.

    ``drawing`` is the file in which the step is drawn.
    """
    files = factories.bundle()
    table = "wv_decided_by.dmn"
    files[table] = editing.with_cell(files[table], "wv_decided_by", 1, 1, ">= 20")
    if renamed:
        text_ = files[drawing].decode()
        for before, after in (
            (f'"{renamed}"', f'"{renamed}_2"'),
            (f">{renamed}<", f">{renamed}_2<"),
            (f'value="{renamed}_2"', f'value="{renamed}"'),  # the stage is called as before
        ):
            text_ = text_.replace(before, after)
        files[drawing] = text_.encode()
    if form is not None:
        name, before, after = form
        files[name] = files[name].decode().replace(before, after).encode()
    return files


def running(session: Session, people: Cast, count: int = 1) -> tuple[list[Case], Definition]:
    """So many cases on version 1, the first at its desk check, and version 2 deployed."""
    found = [
        factories.case(session, factories.taxpayer(session, serial=n + 1)) for n in range(count)
    ]
    desk.to_desk_check(session, people, found[0])
    return found, definitions.deploy(session, SYSTEM, next_version())


def planned(
    session: Session, people: Cast, case: Case, new: Definition, **mapping: str
) -> CaseMigration:
    return case_migrations.plan(
        session, people.sysadmin, case.definition_id, new.id, mapping=mapping, reason=REASON
    )


def worked_off(session: Session, people: Cast, plan: CaseMigration) -> None:
    case_migrations.approve(session, people.division, plan.id, note="")
    desk.work_off(session, plan)


def statuses(session: Session, plan: CaseMigration) -> list[MigrationLineStatus]:
    return list(
        session.scalars(
            select(CaseMigrationLine.status)
            .where(CaseMigrationLine.migration_id == plan.id)
            .order_by(CaseMigrationLine.case_id)
        )
    )


def test_ten_cases_go_to_the_new_version_and_back(session: Session) -> None:
    people = cast.enter(session)
    ten, new = running(session, people, 10)
    old = ten[0].definition_id
    plan = planned(session, people, ten[0], new)
    assert statuses(session, plan) == [MigrationLineStatus.CAN] * 10
    assert {case.definition_id for case in ten} == {old}
    worked_off(session, people, plan)
    assert {case.definition_id for case in ten} == {new.id}
    assert str(plan.status) == "done"
    done_at = plan.finished_at
    case_migrations.revert(session, people.sysadmin, plan.id, reason="限额有误，先退回")
    desk.work_off(session, plan)
    assert plan.finished_at == done_at
    assert plan.reverted_at is not None
    assert {case.definition_id for case in ten} == {old}
    assert statuses(session, plan) == [MigrationLineStatus.REVERTED] * 10
    assert plan.status is MigrationStatus.REVERTED


def test_keys_limits_and_drafts_are_not_touched(session: Session) -> None:
    people = cast.enter(session)
    (case,), new = running(session, people)
    task = desk.open_task(session, case, "desk_check")
    session.add(
        Draft(
            task_id=task.id,
            user_id=task.assignee_id,
            content={"steps": ["x"]},
            saved_at=task.opened_at,
        )
    )
    session.flush()
    before = (task.key, task.due_at, task.due_facts, task.assignee_id, task.version)
    state, wake_at = case.state, case.wake_at
    worked_off(session, people, planned(session, people, case, new))
    assert (task.key, task.due_at, task.due_facts, task.assignee_id, task.version) == before
    assert (case.state, case.wake_at) == (state, wake_at)
    assert session.get(Draft, (task.id, task.assignee_id)) is not None


def test_a_migrated_case_is_finished_by_the_new_rules(session: Session) -> None:
    people = cast.enter(session)
    (case,), new = running(session, people)
    worked_off(session, people, planned(session, people, case, new))
    desk.check(session, people, case)
    assert desk.open_task(session, case, "conclusion").status is TaskStatus.OPEN


def test_each_case_says_on_its_record_that_it_was_migrated(session: Session) -> None:
    people = cast.enter(session)
    (case,), new = running(session, people)
    worked_off(session, people, planned(session, people, case, new))
    event = session.scalars(
        select(RecordEvent)
        .where(RecordEvent.stream == f"case:{case.id}")
        .order_by(RecordEvent.seq.desc())
        .limit(1)
    ).one()
    assert (event.action, event.seq) == ("case.migrated", case.revision)
    assert REASON in event.payload


def test_a_case_whose_step_is_gone_stays_and_says_why(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    new = definitions.deploy(
        session, SYSTEM, next_version(renamed="dispatch", drawing="dispatching.bpmn")
    )
    plan = planned(session, people, case, new)
    assert statuses(session, plan) == [MigrationLineStatus.CANNOT]
    line = session.get_one(CaseMigrationLine, (plan.id, case.id))
    assert (line.why[0]["code"], line.why[0]["name"]) == ("gone", "分派")
    worked_off(session, people, plan)
    assert case.definition_id == plan.from_id


def test_with_a_mapping_the_step_is_called_as_the_new_version_calls_it(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    key = desk.open_task(session, case, "dispatch").key
    new = definitions.deploy(
        session, SYSTEM, next_version(renamed="dispatch", drawing="dispatching.bpmn")
    )
    plan = planned(session, people, case, new, **{"dispatching/dispatch": "dispatching/dispatch_2"})
    assert statuses(session, plan) == [MigrationLineStatus.CAN]
    worked_off(session, people, plan)
    assert desk.open_task(session, case, "dispatch_2").key == key
    case_migrations.revert(session, people.sysadmin, plan.id, reason="改名有误，先退回")
    desk.work_off(session, plan)
    assert desk.open_task(session, case, "dispatch").key == key


def test_the_shipped_process_misses_no_variable_in_a_version_with_another_limit(
    session: Session,
) -> None:
    people = cast.enter(session)
    two, new = running(session, people, 2)
    plan = planned(session, people, two[0], new)
    assert case_migrations_page(session, people.sysadmin, plan.id).warnings == []


def test_a_variable_called_otherwise_is_told_case_by_case_and_once_for_the_plan(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    factories.deploy_sketch(session, monkeypatch, ASKING, "score: number")
    two = [
        factories.case_on(session, factories.taxpayer(session, serial=n), score="6.0")
        for n in range(2)
    ]
    new = definitions.deploy(
        session, SYSTEM, bundle(ASKING.replace("score", "points"), "points: number")
    )
    plan = planned(session, people, two[0], new)
    assert statuses(session, plan) == [MigrationLineStatus.CAN] * 2
    warned = case_migrations_page(session, people.sysadmin, plan.id).warnings
    assert [(each.code, each.name, count) for each, count in warned] == [
        ("forgotten", "score", 2),
        ("unset", "points", 2),
    ]
    worked_off(session, people, plan)
    line = session.get_one(CaseMigrationLine, (plan.id, two[1].id))
    assert [each["code"] for each in line.why] == ["forgotten", "unset"]


def test_what_was_typed_into_a_field_that_is_gone_is_told(session: Session) -> None:
    people = cast.enter(session)
    (case,), _ = running(session, people)
    task = desk.open_task(session, case, "desk_check")
    process = definitions.process_of(session, case.definition_id)
    field = next(f for f in process.forms[task.form_key].answered() if f.type != "dynamiclist")
    session.add(
        Draft(
            task_id=task.id,
            user_id=task.assignee_id,
            content={field.key: ["x"]},
            saved_at=task.opened_at,
        )
    )
    form = (f"{task.form_key}.form", f'"key": "{field.key}"', f'"key": "{field.key}_2"')
    new = definitions.deploy(session, SYSTEM, next_version(form=form))
    plan = planned(session, people, case, new)
    assert session.get_one(CaseMigrationLine, (plan.id, case.id)).lost == [
        {"name": field.label, "name_en": field.label_en}
    ]


def test_a_case_that_moved_on_where_the_old_version_cannot_follow_stays(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    new = definitions.deploy(session, SYSTEM, next_version(renamed="desk_check"))
    plan = planned(session, people, case, new)
    worked_off(session, people, plan)
    desk.to_desk_check(session, people, case)
    case_migrations.revert(session, people.sysadmin, plan.id, reason="限额有误，先退回")
    desk.work_off(session, plan)
    assert statuses(session, plan) == [MigrationLineStatus.KEPT]
    assert case.definition_id == new.id


def test_only_the_chosen_ones_go(session: Session) -> None:
    people = cast.enter(session)
    three, new = running(session, people, 3)
    old = three[0].definition_id
    chosen = Choice(frozenset({three[1].number, three[2].number}), most=1)
    plan = case_migrations.plan(
        session, people.sysadmin, old, new.id, mapping={}, reason=REASON, choice=chosen
    )
    worked_off(session, people, plan)
    assert [case.definition_id for case in three] == [old, new.id, old]
    with pytest.raises(Invalid, match="migration_numbers"):
        case_migrations.plan(
            session,
            people.sysadmin,
            old,
            new.id,
            mapping={},
            reason=REASON,
            choice=Choice(frozenset({"01WV2010999999"})),
        )


def test_many_cases_are_judged_by_the_worker_in_portions(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    monkeypatch.setattr(case_migrations, "JUDGED_AT_ONCE", 2)
    monkeypatch.setattr(judging, "_AT_ONCE", 2)
    three, new = running(session, people, 3)
    plan = case_migrations.plan(
        session,
        people.sysadmin,
        three[0].definition_id,
        new.id,
        mapping={},
        reason=REASON,
        choice=Choice(frozenset({three[0].number, three[2].number})),
    )
    assert (plan.status, statuses(session, plan)) == (MigrationStatus.JUDGING, [])
    with pytest.raises(Conflict, match="migration_status"):
        case_migrations.approve(session, people.division, plan.id, note="")
    judged = []
    while message := outbox.take(session):
        EFFECTS[message.topic](session, message.payload)
        outbox.settle(message)
        session.flush()
        shown = case_migrations_page(session, people.sysadmin, plan.id)
        judged.append((shown.total, shown.to_judge))
    assert judged == [(2, 3), (3, 3), (3, 0)]
    assert str(plan.status) == "planned"
    can, left = MigrationLineStatus.CAN, MigrationLineStatus.LEFT
    assert statuses(session, plan) == [can, left, can]
    worked_off(session, people, plan)
    assert plan.status is MigrationStatus.DONE


def test_a_plan_may_be_withdrawn_while_it_is_judged(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    monkeypatch.setattr(case_migrations, "JUDGED_AT_ONCE", 1)
    two, new = running(session, people, 2)
    plan = planned(session, people, two[0], new)
    case_migrations.withdraw(session, people.sysadmin, plan.id)
    message = outbox.take(session)
    assert message is not None
    EFFECTS[message.topic](session, message.payload)
    assert (plan.status, statuses(session, plan)) == (MigrationStatus.WITHDRAWN, [])


def test_the_planner_may_not_approve_and_others_may_not_plan(session: Session) -> None:
    people = cast.enter(session)
    (case,), new = running(session, people)
    with pytest.raises(Forbidden):
        case_migrations.plan(
            session, people.analyst, case.definition_id, new.id, mapping={}, reason=REASON
        )
    plan = planned(session, people, case, new)
    for login in ("sysadmin", "chief", "director"):
        with pytest.raises(Forbidden):
            case_migrations.approve(session, people.people[login], plan.id, note="")


def test_nothing_moves_before_it_is_approved(session: Session) -> None:
    people = cast.enter(session)
    (case,), new = running(session, people)
    plan = planned(session, people, case, new)
    assert case_migrations.work_one(session, plan.id) is False
    assert case.definition_id == plan.from_id
    case_migrations.reject(session, people.division, plan.id, note="先看一个月的情况")
    with pytest.raises(Conflict):
        case_migrations.approve(session, people.division, plan.id, note="")


def test_work_broken_off_goes_on_with_what_is_left(session: Session) -> None:
    people = cast.enter(session)
    three, new = running(session, people, 3)
    plan = planned(session, people, three[0], new)
    case_migrations.approve(session, people.division, plan.id, note="")
    message = outbox.take(session)
    assert message is not None
    case_migrations.go_on(session, message.payload)
    outbox.settle(message)
    session.flush()
    assert statuses(session, plan).count(MigrationLineStatus.MIGRATED) == 1
    again = outbox.take(session)
    assert again is not None
    desk.work_off(session, plan)
    assert statuses(session, plan) == [MigrationLineStatus.MIGRATED] * 3


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"nothing": "dispatch"}, "migration_mapping"),
        ({"dispatch": "nothing"}, "migration_mapping"),
        ({"dispatch": "review", "review": "review"}, "migration_mapping_twice"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(
    session: Session, mapping: dict[str, str], code: str
) -> None:
    people = cast.enter(session)
    (case,), new = running(session, people)
    with pytest.raises(Invalid, match=code):
        planned(session, people, case, new, **mapping)


def test_a_version_is_not_migrated_to_itself(session: Session) -> None:
    people = cast.enter(session)
    (case,), new = running(session, people)
    with pytest.raises(Invalid, match="migration_versions"):
        case_migrations.plan(session, people.sysadmin, new.id, new.id, mapping={}, reason=REASON)
    with pytest.raises(Invalid, match="reason_length"):
        case_migrations.plan(
            session, people.sysadmin, case.definition_id, new.id, mapping={}, reason="短"
        )


def test_the_database_wants_two_people(session: Session) -> None:
    people = cast.enter(session)
    (case,), new = running(session, people)
    plan = planned(session, people, case, new)
    with pytest.raises(Exception, match="ck_case_migrations_two_people"):
        session.execute(
            text("UPDATE case_migrations SET decided_by = planned_by WHERE id = :id"),
            {"id": plan.id},
        )
