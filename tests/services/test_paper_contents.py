"""What stands on the papers of orders, penalties, abnormal households and zero filers."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, Document
from caseflow.vocabulary import PaperKind
from tests import cast, desk, factories, orders, penalties, zero_filing
from tests.cast import Cast
from tests.orders import MONDAY, at, not_done


def paper(session: Session, case: Case, kind: PaperKind) -> dict[str, Any]:
    """The newest paper of a kind, as its data."""
    found = select(Document.data).where(Document.case_id == case.id, Document.kind == kind.value)
    return session.scalars(found.order_by(Document.id.desc()).limit(1)).one()


def texts(data: dict[str, Any]) -> Iterator[str]:
    """Every text of a paper, one after another."""
    for part in data["parts"]:
        yield part["title"]
        yield from part["lines"]
        for pair in part["pairs"]:
            yield from (pair["name"], pair["value"])
        for row in (part["table"] or {"rows": []})["rows"]:
            yield from row


def table(data: dict[str, Any], title: str) -> list[list[str]]:
    """The rows of a part of a paper."""
    rows: list[list[str]] = next(
        part["table"]["rows"] for part in data["parts"] if part["title"] == title
    )
    return rows


def begun(session: Session, *codes: str) -> tuple[Cast, Case, list[int]]:
    people = cast.enter(session)
    case = orders.opened(session, factories.taxpayer(session), *codes)
    orders.accepted(session, people, case)
    return people, case, desk.doubts_of(session, case)


def ordered(session: Session, people: Cast, case: Case, *rows: int) -> None:
    orders.prepare(session, people, case, "order", *(not_done(row) for row in rows))
    orders.sign_order(session, people, case)
    orders.serve(session, people, case, "2010-01-25", element="serving/serve")


def test_an_order_says_what_follows_and_how_to_object(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session, "FIL-011")
        ordered(session, people, case, row)
    said = "".join(texts(paper(session, case, PaperKind.ORDER_TO_CORRECT)))
    assert "可以处二千元以下的罚款" in said
    assert "认定为非正常户" in said
    assert "对本通知不服的，可以自收到之日起六十日内" in said


def test_two_hits_on_one_duty_are_one_line_of_the_order(session: Session) -> None:
    with at(MONDAY):
        people, case, rows = begun(session, "FIL-011", "INV-018")
        ordered(session, people, case, *rows)
    order = paper(session, case, PaperKind.ORDER_TO_CORRECT)
    assert len(rows) == 2
    assert len(table(order, "未履行的义务")) == 1


def test_missing_statements_are_named_as_such(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session, "FIL-014")
        ordered(session, people, case, row)
    order = paper(session, case, PaperKind.ORDER_TO_CORRECT)
    assert table(order, "未履行的义务")[0][0] == "报送财务会计报表"


def test_what_was_sent_back_before_is_no_matter_of_the_closing_paper(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session, "FIL-011")
        ordered(session, people, case, row)
    with at(MONDAY + timedelta(days=4)):
        filed = {"result": "corrected", "corrected_on": "2010-01-28", "number": "申20100128"}
        orders.comply(session, people, case, "conclude", {"row": str(row), **filed})
        orders.conclude(session, people, case)
        back = {
            "review_decision": "send_back",
            "next_step": "conclude",
            "return_reason": "evidence",
            "return_text": "请补充申报表复印件后再报。",
            "opinion": "证据不足",
        }
        desk.do(session, people.chief, case, "deciding/review", back)
        orders.conclude(session, people, case)
        orders.review(session, people, case)
        orders.close(session, people, case)
    closing = paper(session, case, PaperKind.CORRECTION_CLOSING)
    said = "".join(texts(closing))
    assert "请补充申报表复印件" not in said
    assert "申20100128" in said
    assert [each["role"] for each in closing["opinions"]] == ["拟定结果", "复核"]


def test_a_decision_tells_each_act_once_and_the_fine_in_words(session: Session) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case = penalties.called_for(session, people)
        penalties.accepted(session, people, case)
        penalties.investigate(session, people, case)
        penalties.agree(session, people, case, "notice_review", "notice_district")
        orders.serve(session, people, case, "2010-01-25", element="serving_notice/serve")
        penalties.waive(session, people, case)
        penalties.decide(session, people, case, "fine", element="decide_district")
    decision = paper(session, case, PaperKind.PENALTY_DECISION)
    said = list(texts(decision))
    act = case.facts["acts"].popitem()[1]
    assert said.count(act["facts"]) == 1
    assert any("罚款人民币伍拾元整（50.00元）" in each for each in said)
    assert "你单位书面声明放弃陈述和申辩。" in said


def test_the_survey_of_a_zero_filer_shows_what_was_seen_and_found(session: Session) -> None:
    people = cast.enter(session)
    case = zero_filing.opened(session, factories.taxpayer(session), {"FIL-009": 14})
    zero_filing.to_desk(session, people, case)
    zero_filing.visited(session, people, case)
    zero_filing.classify(session, people, case, "seasonal")
    zero_filing.reviewed(session, people, case)
    zero_filing.close(session, people, case)
    survey = paper(session, case, PaperKind.ZERO_FILING_SURVEY)
    seen = [row[0] for row in table(survey, "现场查看")]
    assert seen == ["招牌", "人员", "存货", "设备", "电表读数"]
    said = list(texts(survey))
    assert zero_filing.FACTS in said
    assert not any(each.startswith(("写明", "选择", "有无下列")) for each in said)
