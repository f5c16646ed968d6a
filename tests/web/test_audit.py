"""The auditor's workplace: what is found, that looking is noted, that nothing else is done."""

import re
from datetime import timedelta
from urllib.parse import quote, unquote
from uuid import uuid4

from sqlalchemy import select

from caseflow import clock
from caseflow.models import Case, User
from caseflow.models.record import RecordEvent
from caseflow.reads import record
from caseflow.reads.audits import replay
from caseflow.services import dossiers, exports
from caseflow.services import record as record_service
from caseflow.vocabulary import SYSTEM
from caseflow.vocabulary.people import CLOCKWORK
from tests.web.conftest import Bureau

# Lines of a file above its rows.
_HEAD = 5


def _newest(bureau: Bureau, login: str) -> record.Event:
    with bureau.database.reading() as session:
        (event,) = record.latest(session, f"user:{getattr(bureau.people, login).user_id}", 1)
    return event


def _events(bureau: Bureau) -> tuple[record.Event, ...]:
    with bureau.database.reading() as session:
        return record.chain(session, "case:2").events


def test_each_search_is_on_the_auditors_own_record(bureau: Bureau) -> None:
    bureau.visitor("auditor").get("/record?part=acts&person=员chief&since=2001-01-01")
    event = _newest(bureau, "auditor")
    assert event.action == "record.searched"
    assert event.payload["asked"] == {"person": "员chief", "since": "2001-01-01"}
    assert event.payload["found"] > 0


def test_an_event_is_found_by_how_its_hash_begins_and_ends(bureau: Bureau) -> None:
    auditor, event = bureau.visitor("auditor"), _events(bureau)[2]
    short = f"{event.hash[:6]}…{event.hash[-4:]}"
    for asked in (event.hash, event.hash[:6], short, event.hash[:12].upper()):
        page = auditor.get(f"/record?part=acts&hash={asked}").text
        assert f"/cases/2/record?seq={event.seq}" in page, asked
    other = event.hash[:6] + ("0" if event.hash[6] != "0" else "1")
    assert "没有符合条件的留痕" in auditor.get(f"/record?part=acts&hash={other}").text


def test_a_hash_that_is_none_is_told_how_to_be_written(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    for wrong in ("12345", "xyzxyz", "0" * 65):
        answer = auditor.get(f"/record?part=acts&hash={wrong}")
        assert answer.status_code == 422
        assert "哈希要写前 6 位以上" in answer.text


def test_words_of_the_payload_are_found(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    found = auditor.get('/record?part=acts&words="task":"assign"').text
    assert found.count("data-row") == len(
        [event for event in _events(bureau) if event.payload.get("task") == "assign"]
    )
    assert "没有符合条件的留痕" in auditor.get("/record?part=acts&words=100%25").text


def test_hits_go_out_as_a_file_which_is_noted(bureau: Bureau) -> None:
    file = bureau.visitor("auditor").get("/record/acts.csv?person=员chief")
    assert _events(bureau)[0].hash not in file.text
    event = _newest(bureau, "auditor")
    assert event.action == "list.exported"
    assert event.payload["list"] == "record"
    assert event.payload["rows"] == len(file.text.splitlines()) - _HEAD


def test_an_event_of_no_case_is_shown_with_its_sign_in(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    auditor.get("/audit/powers")
    event = _newest(bureau, "auditor")
    page = auditor.get(f"/record/events/{event.id}").text
    assert "这条记录与其哈希相符" in page
    assert "未锚定" in page
    assert event.hash in page
    assert "登录</a>" in page
    assert auditor.get("/record/events/99999999").status_code == 404


def test_a_change_of_powers_shows_before_and_after_and_whom_it_concerns(bureau: Bureau) -> None:
    people = bureau.people
    with bureau.database.transaction() as session:
        payload = {
            "user": people.chief.user_id,
            "before": {"role": "tax_administrator", "line": "x"},
            "after": {"role": "section_chief", "line": "x"},
        }
        record_service.append(
            session, people.sysadmin, "sys:people", action="bureau.changed", payload=payload
        )
    auditor = bureau.visitor("auditor")
    found = auditor.get("/audit/powers?person=员chief").text
    assert "<del>税收管理员</del>" in found
    assert "<ins>科（所）长</ins>" in found
    assert "员chief" in found
    assert found.count("data-row") == 1
    assert "没有这样的变更" in auditor.get("/audit/powers?person=员officer").text
    assert "登记机构" in auditor.get("/audit/powers?group=posts").text
    assert "登记机构" not in auditor.get("/audit/powers?group=keys").text


def test_conduct_leads_to_the_events_that_were_counted(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        exports.note(session, bureau.people.chief, "cases", filters={}, count=77)
    auditor = bureau.visitor("auditor")
    # One hour of the day counts as work, and it is not this one.
    is_morning = clock.wall().astimezone(clock.BUREAU_ZONE).hour in range(12)
    begins = 22 if is_morning else 0
    page = auditor.get(f"/audit/conduct?acts=1&begins={begins}&ends={begins + 1}").text
    assert "共 77 行" in page
    found = re.findall(r'href="(/record\?part=acts[^"]+)"', page)
    hrefs = [unquote(each.replace("&amp;", "&")) for each in found]
    chief = f"by=user:{bureau.people.chief.user_id}&"
    (taken,) = [each for each in hrefs if "group=exports" in each and chief in each]
    assert auditor.get(taken).text.count("data-row") == 1
    hours = f"hours={begins}-{begins + 1}"
    (out_of_hours,) = [each for each in hrefs if hours in each and chief in each]
    assert auditor.get(out_of_hours).text.count("data-row") > 1


def test_conduct_tells_what_went_out_at_the_command_line_and_as_dossiers(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        exports.note_record(session, SYSTEM, events=9, sealed=9, manifest="0" * 64)
        end = record_service.head(session, "case:2")
        assert end is not None
        for actor in (SYSTEM, bureau.people.leader):
            content = {"content": "0" * 64}
            dossiers.note(session, actor, "case:2", number="5", end=end, content=content)
    auditor = bureau.visitor("auditor")
    page = auditor.get("/audit/conduct").text
    assert "全部留痕 1 次" in page
    assert "命令行" in page
    assert page.count("案卷 1 份") == 2
    assert "0 行" not in page
    shown = auditor.get("/record?part=acts&group=exports&by=system:caseflow").text
    assert shown.count("data-row") == 2


def test_conduct_tells_who_was_turned_away_at_doors_and_who_granted_to_himself(
    bureau: Bureau,
) -> None:
    partner, leader = bureau.visitor("partner"), bureau.visitor("leader")
    for path in ("/audit/conduct", "/audit/powers", "/audit/evidence") * 2:
        assert partner.get(path).status_code == 403
    leader.get("/powers/grants")
    login, today = _login(bureau, "leader")
    wish = {"login": login, "number": "1", "valid_from": today, "valid_to": today}
    assert leader.post("/powers/grants", {**wish, "reason": "自己看看就好"}).status_code == 403
    page = bureau.visitor("auditor").get("/audit/conduct?refusals=3").text
    assert "3 项功能" in page
    assert "给自己授权" in page
    why = quote('"why":"own_grant"')
    shown = bureau.visitor("auditor").get(f"/record?part=acts&group=refused&words={why}").text
    assert shown.count("data-row") == 1
    assert "进入功能或操作被拒" in shown


def _login(bureau: Bureau, name: str) -> tuple[str, str]:
    """The name with which somebody signs in, and today."""
    with bureau.database.reading() as session:
        person = session.get_one(User, getattr(bureau.people, name).user_id)
        return person.login, clock.today().isoformat()


def test_a_period_that_is_too_long_or_turned_round_is_refused(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    for asked in ("since=2009-01-01&until=2009-03-01", "since=2009-03-01&until=2009-01-01"):
        answer = auditor.get(f"/audit/conduct?{asked}")
        assert (answer.status_code, "最长 31 天" in answer.text) == (422, True)
    assert auditor.get("/audit/conduct?begins=18&ends=8").status_code == 422


def test_replay_shows_the_desk_of_then_and_not_of_now(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    first, last = _events(bureau)[0], _events(bureau)[-1]
    then = auditor.get(f"/cases/2/replay?step={first.seq}").text
    assert "员leader（基层局局长）" in then
    assert "当时还没有提交过内容" in then
    now = auditor.get(f"/cases/2/replay?step={last.seq}").text
    assert "员officer" in now
    assert 'rel="next"' not in now
    assert auditor.get("/cases/2/replay?step=999").status_code == 422


def test_changes_of_powers_are_told_in_words(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        payload = {"name": "wv_monthly", "unit": "cases", "value": "8", "roles": ["section_chief"]}
        record_service.append(
            session, SYSTEM, "sys:parameters", action="limit.set", payload=payload, idem=uuid4()
        )
    page = bureau.visitor("auditor").get("/audit/powers?group=parameters").text
    for said in ("每月核查任务数", "件", "科（所）长", "自动生成"):
        assert said in page
    assert "system:caseflow" not in page


def test_replay_says_a_limit_as_the_last_day_on_which_it_is_kept(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        case = session.get_one(Case, 2)
        events = record.chain(session, "case:2").events
        (desk, *_) = replay.desks(
            session, case, replay.state(events, events[-1].seq), events[-1].at
        )
    assert desk.task is not None
    due = desk.step.due_at or desk.task.due_at
    assert due is not None
    last = clock.local_date(due - timedelta(microseconds=1))
    page = bureau.visitor("auditor").get(f"/cases/2/replay?step={events[-1].seq}").text
    assert f"{last.year} 年 {last.month} 月 {last.day} 日" in page
    assert "00:00:00" not in page


def test_each_part_of_the_system_is_told_apart_in_the_filter(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        for who in (CLOCKWORK, SYSTEM):
            record_service.append(
                session, who, "case:2", action="step.reminded", payload={}, idem=uuid4()
            )
    page = bureau.visitor("auditor").get("/cases/2/record").text
    (box,) = re.findall(r'<select[^>]*name="who".*?</select>', page, re.DOTALL)
    names = re.findall(r"<option[^>]*>([^<]*)", box)
    assert len(names) == len(set(names))
    assert {"系统 · 定时处理", "系统 · 自动生成"} <= set(names)


def test_replayed_to_its_end_a_case_stands_as_its_tables_say(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        case = session.get_one(Case, 2)
        events = record.chain(session, "case:2").events
        told = replay.state(events, events[-1].seq)
        desks = replay.desks(session, case, told, events[-1].at)
        assert told.status == case.status.value
        assert told.passed == record.passed(session, case.id)
        assert [desk.step.element for desk in desks] == ["desk_check"]
        assert [each.name for each in desks[0].who] == ["员officer"]


def test_no_page_of_the_auditor_offers_an_act_on_a_case(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    for path in ("/cases/2", "/cases/2/record", "/cases/2/replay", "/record?part=acts"):
        page = auditor.get(path).text
        forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page)
        # Taking a copy out changes no case.
        allowed = ("/prefer", "/sign-out", "/cases/2/dossier")
        assert all(each.startswith(allowed) for each in forms), path


def test_only_the_auditor_sees_these_pages(bureau: Bureau) -> None:
    chief = bureau.visitor("chief")
    with bureau.database.reading() as session:
        event = session.scalars(select(RecordEvent.id).limit(1)).one()
    for path in ("/audit/conduct", "/audit/powers", "/cases/2/replay", f"/record/events/{event}"):
        assert chief.get(path).status_code == 403
