"""Third-party batches: receipt, exact keys, hand matching, quality, release as facts, feedback."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import record_counts
from caseflow.jobs.topics import EFFECTS
from caseflow.models import Case, Document, ImportBatch, OutboxMessage, Taxpayer, ThirdPartyRecord
from caseflow.services import attachments, tasks, third_party_batches
from caseflow.services.kinds.third_party_batch import RELEASING
from caseflow.vocabulary import Actor, CaseKind, CaseStatus, Forbidden, Invalid, NotFound
from tests import data_requests, desk, factories, orders
from tests.cast import Cast
from tests.orders import MONDAY, at

HEAD = "组织机构代码,纳税人识别号,纳税人名称,生产经营地址,所属期,用电量,电费金额\n"
TEXT = "贵公司提供的用电信息已核实完毕，未匹配记录见清单。"


@pytest.fixture
def people(session: Session) -> Iterator[Cast]:
    with at(MONDAY):
        yield data_requests.enter(session)


def households(session: Session) -> list[Taxpayer]:
    found = [factories.taxpayer(session, serial=number) for number in (1, 2, 3)]
    found[2].address = "大连市中山区另一路9号"
    session.flush()
    return found


def begun(session: Session, people: Cast) -> Case:
    orders.deploy(session, "third_party_batch")
    return third_party_batches.begin(session, people.prepares)


def attach(session: Session, who: Actor, case: Case, content: bytes, name: str = "电.csv") -> str:
    task = desk.open_task(session, case, "batch_receive")
    if task.assignee_id is None:
        tasks.claim(session, who, task.id)
    file = attachments.add(session, who, task.id, field="package", name=name, chunks=[content])
    return str(file.id)


def receipt(file: str, count: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "source": "dy_tp",
        "agreement": "信息交换协议 2009 年第 3 号",
        "period": "2009-12",
        "carrier": "network",
        "package": [file],
        "record_count": count,
        "controls": [],
        "received_on": "2010-01-25",
        "handed_over_by": "电业局样例",
        **changes,
    }


def do(session: Session, who: Actor, case: Case, element: str, **answers: Any) -> None:  # noqa: ANN401 - any JSON
    desk.do(session, who, case, element, answers)
    session.expire_all()


def lines(payers: list[Taxpayer]) -> bytes:
    rows = [
        f"{payers[0].tin[-9:-1]}-{payers[0].tin[-1]},,别名,,2009-12,100,80.50",
        f",{payers[1].tin},,,2009-12,200,160.00",
        f",,{payers[2].name},{payers[2].address},2009-12,300,240.00",
        ",,无此企业,无此地址,2009-12,400,320.00",
    ]
    return (HEAD + "\n".join(rows) + "\n").encode()


def received(session: Session, people: Cast) -> tuple[Case, list[Taxpayer]]:
    payers = households(session)
    batch = begun(session, people)
    file = attach(session, people.prepares, batch, lines(payers))
    do(session, people.prepares, batch, "batch_receive", **receipt(file, 4))
    return batch, payers


def decide(session: Session, who: Actor, batch: Case, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    task = desk.open_task(session, batch, "batch_hand_match")
    if task.assignee_id is None and who.user_id is not None:
        tasks.claim(session, who, task.id)
    asked = {"number": 4, "decision": "no_match", "tin": "", "reason": "查无此户", **changes}
    third_party_batches.decide(session, who, batch.id, **asked)


def work_off(session: Session) -> None:
    session.flush()
    for message in session.scalars(
        select(OutboxMessage).where(OutboxMessage.topic == RELEASING)
    ).all():
        EFFECTS[message.topic](session, message.payload)
        EFFECTS[message.topic](session, message.payload)  # twice is once
    session.expire_all()


def test_exact_keys_match_and_the_rest_waits_for_a_person(session: Session, people: Cast) -> None:
    batch, payers = received(session, people)
    found = session.scalars(select(ThirdPartyRecord).order_by(ThirdPartyRecord.number)).all()
    assert [(each.taxpayer_id, each.match_key) for each in found] == [
        (payers[0].id, "organisation_code"),
        (payers[1].id, "tax_number"),
        (payers[2].id, "name_and_address"),
        (None, None),
    ]
    assert desk.open_elements(session, batch) == {"batch_hand_match"}
    assert batch.number.startswith("00TP2010")
    paper = session.scalars(select(Document.kind).where(Document.case_id == batch.id)).all()
    assert paper == ["batch_receipt"]


def test_a_key_of_two_households_names_none(session: Session, people: Cast) -> None:
    payers = households(session)
    payers[1].name, payers[1].address = payers[0].name, payers[0].address
    batch = begun(session, people)
    row = f",,{payers[0].name},{payers[0].address},2009-12,1,1\n"
    file = attach(session, people.prepares, batch, (HEAD + row).encode())
    do(session, people.prepares, batch, "batch_receive", **receipt(file, 1))
    assert record_counts.of(session, batch).undecided == 1


def test_bad_files_are_refused_beside_the_file(session: Session, people: Cast) -> None:
    payers = households(session)
    batch = begun(session, people)
    good = lines(payers).decode()
    for content, code in (
        (HEAD.encode(), "batch_without_records"),
        (good.replace("用电量", "用水量").encode(), "batch_columns_unknown"),
        (good.replace("电费金额", "用电量").encode(), "batch_columns_twice"),
        (good.replace("2009-12,400", "2009-11,400").encode(), "batch_other_period"),
        (f"{good}1,2\n".encode(), "batch_row_broken"),
        ("所属期,用电量\n2009-12,1\n".encode(), "batch_without_key"),
        ("纳税人识别号,所属期\n1,2009-12\n".encode(), "batch_without_figures"),
    ):
        file = attach(session, people.prepares, batch, content)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            do(session, people.prepares, batch, "batch_receive", **receipt(file, 4))
        assert desk.refused(refusal.value) == {"package": code}
    assert session.scalar(select(ThirdPartyRecord.id).limit(1)) is None


def test_who_matches_does_not_check_and_nobody_else_matches(session: Session, people: Cast) -> None:
    batch, _payers = received(session, people)
    for who in (people.quality, people.officer):
        with pytest.raises((Forbidden, NotFound)), session.begin_nested():
            decide(session, who, batch)
    for wrong, code in (
        ({"reason": " "}, "record_reason_wanted"),
        ({"decision": "maybe"}, "record_decision_wanted"),
        ({"decision": "match", "tin": "1"}, "record_no_household"),
        ({"number": 1}, "record_matched_by_key"),
    ):
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            decide(session, people.prepares, batch, **wrong)
        assert refusal.value.code == code
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.prepares, batch, "batch_hand_match", all_decided=True)
    assert desk.refused(refusal.value) == {"all_decided": "records_undecided"}


def test_released_records_become_facts_once_and_the_rest_goes_back(
    session: Session, people: Cast
) -> None:
    batch, _payers = received(session, people)
    decide(session, people.prepares, batch)
    do(session, people.prepares, batch, "batch_hand_match", all_decided=True)
    wrong = {"totals_agree": "no", "quality_decision": "accept"}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.quality, batch, "batch_quality", **wrong)
    assert desk.refused(refusal.value) == {"totals_agree": "totals_say_otherwise"}
    accepted = {"totals_agree": "yes", "quality_decision": "accept"}
    do(session, people.quality, batch, "batch_quality", **accepted)
    work_off(session)
    kept = session.get_one(Case, batch.id)
    taken = session.scalars(select(ImportBatch)).one()
    assert (kept.facts["facts_batch"], taken.file_type, taken.row_count) == (taken.id, "dy_tp", 3)
    do(session, people.quality, batch, "batch_feedback", text=TEXT)
    signed = {"feedback_signature": "sign", "opinion": "同意反馈。"}
    do(session, people.division, batch, "batch_feedback_sign", **signed)
    closed = session.get_one(Case, batch.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "batch_fed_back")
    paper = session.scalars(
        select(Document).where(Document.case_id == batch.id, Document.kind == "source_feedback")
    ).one()
    assert "无此企业" in str(paper.data)
    assert "查无此户" in str(paper.data)


def test_feedback_waits_for_the_cases_or_for_its_day(session: Session, people: Cast) -> None:
    batch, payers = received(session, people)
    decide(session, people.prepares, batch, decision="match", tin=payers[2].tin)
    do(session, people.prepares, batch, "batch_hand_match", all_decided=True)
    accepted = {"totals_agree": "yes", "quality_decision": "accept"}
    do(session, people.quality, batch, "batch_quality", **accepted)
    orders.deploy(session, "third_party_verification")
    with at(MONDAY + timedelta(days=1)):
        factories.case_of(session, CaseKind.TP, payers[0], "TPD-001")
    assert record_counts.of(session, session.get_one(Case, batch.id)).open_cases == 1
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.quality, batch, "batch_feedback", text=TEXT)
    assert desk.refused(refusal.value) == {"text": "batch_cases_open"}
    with at(MONDAY + timedelta(days=90)):
        do(session, people.quality, batch, "batch_feedback", text=TEXT)
    assert desk.open_elements(session, batch) == {"batch_feedback_sign"}


def test_control_totals_are_compared_by_the_system(session: Session, people: Cast) -> None:
    payers = households(session)
    batch = begun(session, people)
    file = attach(session, people.prepares, batch, lines(payers))
    foreign = receipt(file, 4, controls=[{"field": "ds_turnover", "total": 1}])
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.prepares, batch, "batch_receive", **foreign)
    assert "controls-0-field" in desk.refused(refusal.value)
    totals = [{"field": "dy_kwh", "total": 1000}, {"field": "dy_amount", "total": 800.5}]
    do(session, people.prepares, batch, "batch_receive", **receipt(file, 4, controls=totals))
    facts = session.get_one(Case, batch.id).facts
    assert [each["agrees"] for each in facts["totals"]] == [True, True]
    assert facts["totals_agree"] is True


def test_a_total_that_differs_is_told_to_who_checks(session: Session, people: Cast) -> None:
    payers = households(session)
    batch = begun(session, people)
    file = attach(session, people.prepares, batch, lines(payers))
    totals = [{"field": "dy_kwh", "total": 999}]
    do(session, people.prepares, batch, "batch_receive", **receipt(file, 5, controls=totals))
    decide(session, people.prepares, batch)
    do(session, people.prepares, batch, "batch_hand_match", all_decided=True)
    refusal = "条数和用电量合计均与交接单不符，退回重报。"
    no = {"totals_agree": "no", "quality_decision": "reject", "refusal": refusal}
    do(session, people.quality, batch, "batch_quality", **no)
    assert session.get_one(Case, batch.id).status == CaseStatus.VOIDED
