"""Data requests: from the two signatures to the confirmed destruction."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.lake import fields
from caseflow.models import Case, Document, Draft
from caseflow.reads import cases as case_reads
from caseflow.services import cases, data_requests, facts, file_reads
from caseflow.services.file_reads import Thing
from caseflow.vocabulary import SYSTEM, CaseStatus, Forbidden, Invalid, NotFound, Reading
from tests import corrections, desk, factories
from tests import data_requests as journey
from tests.cast import Cast
from tests.data_requests import do
from tests.orders import MONDAY, at

FOUND = "核对出三户销售额与发票不符，已转核查。"


@pytest.fixture
def people(session: Session) -> Iterator[Cast]:
    with at(MONDAY):
        yield journey.enter(session)


def refused(session: Session, people: Cast, **changes: object) -> dict[str, str]:
    case = data_requests.begin(session, people.asks)
    journey.signed(session, people, case)
    wanted = journey.request(session, people, **changes)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.asks, case, "request", **wanted)
    return desk.refused(refusal.value)


def test_request_goes_from_two_signatures_to_the_destruction(
    session: Session, people: Cast
) -> None:
    case, _file = journey.delivered(session, people)
    kept = session.get_one(Case, case.id)
    assert (kept.title, kept.facts["class"]) == ("一般纳税人销售额核对", "standard")
    assert (kept.facts["row_count"], kept.facts["signed_by"]) == (3, people.vat.user_id)
    used = {
        "use_result": "used",
        "used": FOUND,
        "keep_longer": "no",
    }
    do(session, people.asks, case, "use_report", **used)
    assert desk.open_elements(session, case) <= {"copy"}
    with at(MONDAY + timedelta(days=120)):
        cases.wake_due(session)
        session.expire_all()
        copies = [
            {"row": str(each.user_id), "fate": "none_made"} for each in (people.asks, people.reads)
        ]
        do(session, people.asks, case, "destroy", copies=copies)
        do(session, people.quality, case, "verify_destruction", destruction_check="confirm")
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "delivered_used")
    papers = select(Document.kind).where(Document.case_id == case.id).order_by(Document.id)
    assert session.scalars(papers).all() == ["data_request", "data_delivery", "data_delivery"]


def test_without_the_head_it_is_not_sent(session: Session, people: Cast) -> None:
    case = data_requests.begin(session, people.asks)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.asks, case, "request", **journey.request(session, people))
    assert desk.refused(refusal.value) == {"title": "head_signs_too"}


def test_package_is_the_named_users_until_it_expires(session: Session, people: Cast) -> None:
    _case, file = journey.delivered(session, people)
    assert case_reads.file(session, people.reads, file.id).id == file.id
    for who in (people.vat, people.officer):
        with pytest.raises(NotFound):
            case_reads.file(session, who, file.id)
    with at(MONDAY + timedelta(days=120)):
        cases.wake_due(session)
        session.expire_all()
        with pytest.raises(NotFound):
            case_reads.file(session, people.reads, file.id)


def test_before_the_delivery_no_user_has_it(session: Session, people: Cast) -> None:
    case = journey.submitted(session, people)
    do(session, people.analyst, case, "receive", **journey.receipt(people))
    file = journey.prepared(session, people, case)
    with pytest.raises(NotFound):
        case_reads.file(session, people.asks, file.id)
    assert case_reads.file(session, people.quality, file.id).id == file.id


def test_who_has_downloaded_it_has_a_copy_to_account_for(session: Session, people: Cast) -> None:
    case, file = journey.delivered(session, people)
    file_reads.note(session, people.reads, case.id, Reading.FILE, thing=Thing("file", file.id))
    unused = {"use_result": "not_used", "unused_reason": "too_late", "keep_longer": "no"}
    do(session, people.asks, case, "use_report", **unused)
    with at(MONDAY + timedelta(days=120)):
        cases.wake_due(session)
        session.expire_all()
        copies = [
            {"row": str(each.user_id), "fate": "none_made"} for each in (people.asks, people.reads)
        ]
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            do(session, people.asks, case, "destroy", copies=copies)
    assert desk.refused(refusal.value) == {"copies-1-fate": "was_downloaded"}


def test_scope_is_refused_at_the_field(session: Session, people: Cast) -> None:
    assert refused(session, people, purpose="outside", article=None) == {
        "purpose": "scope_outside_article"
    }
    assert refused(session, people, fields=["cit_payable"]) == {"fields": "scope_own_line"}
    assert refused(session, people, identity="yes") == {"identity": "scope_no_identity"}
    foreign = [str(people.officer.user_id)]
    assert refused(session, people, users=foreign) == {"users": "scope_own_users"}
    assert refused(session, people, period_to="2009-01") == {"period_to": "period_before_first"}


def test_requester_preparer_and_quality_officer_are_three(session: Session, people: Cast) -> None:
    case = journey.submitted(session, people)
    same = journey.receipt(people, quality_officer=str(people.prepares.user_id))
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.analyst, case, "receive", **same)
    assert desk.refused(refusal.value) == {"quality_officer": "three_people"}
    complex_one = journey.receipt(people, outside_catalogue="yes")
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.analyst, case, "receive", **complex_one)
    assert desk.refused(refusal.value) == {"agreed_on": "day_to_be_agreed"}


@pytest.mark.parametrize(("kept", "given"), [("yes", "simple"), ("no", "standard")])
def test_what_exists_is_simple_only_in_its_own_grain(
    session: Session, people: Cast, kept: str, given: str
) -> None:
    case = journey.submitted(session, people)
    accepted = journey.receipt(people, data_source="existing", grain_kept=kept)
    do(session, people.analyst, case, "receive", **accepted)
    facts = session.get_one(Case, case.id).facts
    assert (facts["class"], facts["due"]["amount"]) == (given, 3 if given == "simple" else 10)


def test_a_question_is_asked_once_and_its_time_does_not_count(
    session: Session, people: Cast
) -> None:
    case = journey.submitted(session, people)
    question = {"receipt": "ask_back", "question": "销售额是否含简易办法的部分？"}
    do(session, people.analyst, case, "receive", **question)
    with at(MONDAY + timedelta(days=3)):
        answer = {"answer_result": "answer", "answer_text": "不含，只要第一栏的数。"}
        do(session, people.asks, case, "answer", **answer)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            do(session, people.analyst, case, "receive", **question)
        assert desk.refused(refusal.value) == {"receipt": "asked_back_before"}
        do(session, people.analyst, case, "receive", **journey.receipt(people))
    due = session.get_one(Case, case.id).facts["due"]
    assert (due["start"], due["amount"]) == ("2010-01-25", 10)


def test_nothing_is_released_while_a_check_fails(session: Session, people: Cast) -> None:
    case = journey.submitted(session, people)
    do(session, people.analyst, case, "receive", **journey.receipt(people))
    failing = {"checks": journey.checks(masking="fail")}
    for _ in range(3):
        preparing = desk.open_elements(session, case) == {"prepare"}
        assert preparing
        journey.prepared(session, people, case)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            do(session, people.quality, case, "quality", **failing, quality_decision="release")
        assert desk.refused(refusal.value) == {"quality_decision": "check_fails"}
        back = {"quality_decision": "send_back", "return_text": "身份证号没有遮盖，请重新整理。"}
        do(session, people.quality, case, "quality", **failing, **back)
    note = {"third_decision": "release_with_note", "why": "时间紧，附注说明后放行。"}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.division, case, "third_sending_back", **note, opinion="同意")
    assert desk.refused(refusal.value) == {"third_decision": "never_waived"}
    again = {"third_decision": "prepare_again", "other_preparer": str(people.prepares_too.user_id)}
    do(session, people.division, case, "third_sending_back", **again, opinion="另行整理")
    journey.prepared(session, people, case, people.prepares_too)
    journey.released(session, people, case)
    assert desk.open_elements(session, case) == {"deliver"}


def test_a_package_is_a_csv_file_with_rows(session: Session, people: Cast) -> None:
    case = journey.submitted(session, people)
    do(session, people.analyst, case, "receive", **journey.receipt(people))
    file = journey.package(session, people.prepares, case, b"a,b\n")
    answers = {
        "preparation_result": "ready",
        "package": [str(file.id)],
        "snapshot_on": "2010-01-25",
        "script": "sales v3",
        "controls": [{"control": "合计", "total": "0", "counterpart": "没有已发布数"}],
        "definitions": "应税销售额按申报表第 1 栏。",
    }
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.prepares, case, "prepare", **answers)
    assert desk.refused(refusal.value) == {"package": "csv_wanted"}


def test_requester_takes_it_back_until_it_is_delivered(session: Session, people: Cast) -> None:
    case = journey.submitted(session, people)
    with pytest.raises(Forbidden) as refusal:
        data_requests.withdraw(session, people.vat, case.id)
    assert refusal.value.code == "not_to_withdraw"
    data_requests.withdraw(session, people.asks, case.id)
    session.expire_all()
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "withdrawn")
    delivered, _ = journey.delivered(session, people)
    with pytest.raises(Forbidden):
        data_requests.withdraw(session, people.asks, delivered.id)


def test_a_defective_package_is_taken_back_and_made_anew(session: Session, people: Cast) -> None:
    case, file = journey.delivered(session, people)
    defect = {"use_result": "defective", "defect": "第 2 行的销售额重复计算了两次。"}
    do(session, people.asks, case, "use_report", **defect)
    with pytest.raises(NotFound):
        case_reads.file(session, people.reads, file.id)
    assert desk.open_elements(session, case) - {"copy"} == {"prepare"}


def defective(session: Session, people: Cast) -> Case:
    """A request whose package somebody has taken away before it was found defective."""
    case, file = journey.delivered(session, people)
    file_reads.note(session, people.reads, case.id, Reading.FILE, thing=Thing("file", file.id))
    defect = {"use_result": "defective", "defect": "第 2 行的销售额重复计算了两次。"}
    do(session, people.asks, case, "use_report", **defect)
    impossible = {"impossible_reason": "源数据已被覆盖，不能重新整理。"}
    do(session, people.prepares, case, "prepare", preparation_result="not_possible", **impossible)
    return case


def test_copies_of_a_defective_package_are_destroyed_before_the_end(
    session: Session, people: Cast
) -> None:
    case = defective(session, people)
    text = {"refusal_reason": "no_data", "refusal_text": "源数据已被覆盖，不能再提供。"}
    do(session, people.analyst, case, "receive", receipt="refuse", **text)
    assert desk.open_elements(session, case) - {"copy"} == {"destroy"}
    none = [{"row": str(each.user_id), "fate": "none_made"} for each in (people.asks, people.reads)]
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.asks, case, "destroy", copies=none)
    assert desk.refused(refusal.value) == {"copies-1-fate": "was_downloaded"}
    gone = {"fate": "destroyed", "destroyed_on": "2010-01-25", "how": "粉碎"}
    do(session, people.asks, case, "destroy", copies=[none[0], {**none[1], **gone}])
    do(session, people.quality, case, "verify_destruction", destruction_check="confirm")
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "refused")
    papers = select(Document.kind).where(Document.case_id == case.id).order_by(Document.id)
    assert session.scalars(papers).all() == ["data_request", "data_delivery", "data_delivery"]


def test_nobody_takes_back_what_was_delivered_once(session: Session, people: Cast) -> None:
    case = defective(session, people)
    with pytest.raises(Forbidden) as refusal:
        data_requests.withdraw(session, people.asks, case.id)
    assert refusal.value.code == "not_to_withdraw"
    question = {"receipt": "ask_back", "question": "改用另一来源是否可行？能否改按季提供？"}
    do(session, people.analyst, case, "receive", **question)
    with pytest.raises(Invalid) as refused_too, session.begin_nested():
        do(session, people.asks, case, "answer", answer_result="withdraw")
    assert desk.refused(refused_too.value) == {"answer_result": "delivered_before"}
    with at(MONDAY + timedelta(days=30)):
        cases.wake_due(session)
        session.expire_all()
        assert desk.open_elements(session, case) - {"copy"} == {"destroy"}


def test_longer_keeping_is_once_and_bounded(session: Session, people: Cast) -> None:
    case, _ = journey.delivered(session, people)
    used = {"use_result": "used", "used": FOUND}
    why = {"keep_longer": "yes", "keep_why": "核查尚未办结，还需对照数据。"}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.asks, case, "use_report", **used, **why, keep_until="2010-12-31")
    assert desk.refused(refusal.value) == {"keep_until": "kept_until_between"}
    do(session, people.asks, case, "use_report", **used, **why, keep_until="2010-06-30")
    do(session, people.analyst, case, "extend", extension="agree")
    with at(MONDAY + timedelta(days=120)):
        cases.wake_due(session)
        session.expire_all()
        assert "destroy" not in desk.open_elements(session, case)


def test_only_units_that_ask_begin_one(session: Session, people: Cast) -> None:
    with pytest.raises(Forbidden) as refusal:
        data_requests.begin(session, people.officer)
    assert refusal.value.code == "not_your_post"


def came(session: Session, folder: Path, period: int) -> None:
    """The source delivers the sales of a month."""
    path = folder / f"{period}.csv"
    tin = factories.taxpayer(session, serial=period % 100).tin
    rows = ("纳税人识别号,所属期,应税销售额", f"{tin},{period},1")
    path.write_text("\n".join(rows), encoding="utf-8")
    facts.take_in(session, SYSTEM, path, registry=fields.shipped())
    session.expire_all()


def test_a_recurring_request_is_opened_anew_when_its_period_is_there(
    session: Session, people: Cast, tmp_path: Path
) -> None:
    with corrections.lake(tmp_path):
        series = {"recurrence": "quarterly", "deliveries": 2, "period_to": "2009-09"}
        first, _ = journey.delivered(session, people, **series)
        came(session, tmp_path, 200911)
        assert session.get_one(Case, first.id).facts.get("next_request") is None
        came(session, tmp_path, 200912)
        number = session.get_one(Case, first.id).facts["next_request"]
        second = session.scalars(select(Case).where(Case.number == number)).one()
        step = desk.open_task(session, second, "request")
        draft = session.get_one(Draft, (step.id, people.asks.user_id))
        assert (draft.content["period_from"], draft.content["period_to"]) == ("2009-10", "2009-12")
        assert "deadline" not in draft.content
        assert second.main_officer_id == people.asks.user_id


def test_a_series_ends_with_its_last_delivery(
    session: Session, people: Cast, tmp_path: Path
) -> None:
    with corrections.lake(tmp_path):
        first, _ = journey.delivered(
            session, people, recurrence="monthly", deliveries=2, period_to="2009-11"
        )
        kept = session.get_one(Case, first.id)
        kept.facts = {**kept.facts, "delivery_number": 2}
        cases.note(session, SYSTEM, kept, action="case.commented", payload={})
        came(session, tmp_path, 200912)
        assert "next_request" not in session.get_one(Case, first.id).facts
