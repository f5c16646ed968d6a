"""Side roads of a tax evaluation: risk notice, books, determined tax, transfers, announcement."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import added_doubts, clock
from caseflow.models import (
    AssessedAmount,
    Case,
    Document,
    FormerDoubt,
    PaymentMatch,
    Referral,
    Taxpayer,
)
from caseflow.services import cases, tasks
from caseflow.services.payments import matching, taking
from caseflow.vocabulary import (
    SYSTEM,
    CaseKind,
    CaseStatus,
    DocumentStatus,
    Forbidden,
    Invalid,
    Role,
)
from tests import cast, desk, evaluation, factories
from tests.cast import Cast
from tests.services.test_separation import also
from tests.services.test_tax_evaluation import MONDAY, begun, papers, refused
from tests.services.test_time import at

RECEIPTS = "票证号码,行次,纳税人识别号,项目,税种,所属期,金额,缴款日期,任务或文书编号"
TEXT, OPINION, SERVED = evaluation.TEXT, evaluation.OPINION, evaluation.SERVED


def to_determination(session: Session, people: Cast, case: Case, **changes: object) -> None:
    evaluation.reviewed(session, people, case, "determine")
    evaluation.signed(session, people, case)
    evaluation.determined(session, people, case, **changes)


def approved(session: Session, people: Cast, case: Case) -> None:
    evaluation.agreed(session, people, case)
    decision = {"approval_decision": "agree", "opinion": OPINION}
    evaluation.do(session, people.leader, case, "approval", **decision)


def test_what_was_corrected_after_a_risk_notice_needs_no_further_paper(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        evaluation.reviewed(session, people, case, "risk_notice")
        evaluation.signed(session, people, case)
        notice = {"matter": TEXT, "request": TEXT, "law": "《税收征管法》第二十五条"}
        doubts = [str(each) for each in desk.doubts_of(session, case)]
        drafted = {"doubts": doubts, "error_kind": "policy_misread", **notice}
        evaluation.do(session, people.officer, case, "risk_notice", **drafted)
        signed = {"paper_signature": "sign", "opinion": OPINION}
        evaluation.do(session, people.chief, case, "sign_risk_notice", **signed)
        served = {"notice_service": "served", "served_on": "2010-01-25", **SERVED}
        evaluation.do(session, people.officer, case, "serve_risk_notice", **served)
        assert case.status == CaseStatus.WAITING_TAXPAYER
        silent = {"notice_result": "no_reply", "answer": "未答复", "next_step": "interview"}
        codes = refused(session, people.officer, case, "notice_reply", **silent)
        assert codes == {"notice_result": "reply_not_due"}
    with at(MONDAY + timedelta(days=4)):
        line = {
            "tax": "vat",
            "period": "2009-12",
            "declared": "10000.00",
            "recomputed": "18000.00",
            "due_on": "2010-01-18",
            "tax_paid": "8000.00",
            "surcharge_paid": "44.00",
            "paid_on": "2010-01-29",
        }
        corrected = {"return_number": "GZ-1", "filed_on": "2010-01-29", "corrections": [line]}
        evaluation.do(
            session, people.officer, case, "notice_reply", notice_result="corrected", **corrected
        )
        assert desk.open_elements(session, case) == {"desk_review"}
        evaluation.reviewed(session, people, case, "determine")
        evaluation.determined(session, people, case)
        evaluation.agreed(session, people, case)
        assert desk.open_elements(session, case) == {"report"}
    row = session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case.id)).one()
    assert (str(row.tax_paid), row.paid_on) == ("8000.00", date(2010, 1, 29))
    assert papers(session, case) == [
        "evaluation_task",
        "evaluation_paper",
        "risk_notice",
        "evaluation_paper",
        "evaluation_determination",
        "surcharge_sheet",
    ]


def test_books_taken_need_the_director_and_are_back_before_the_case_closes(
    session: Session,
) -> None:
    people, case = begun(session)
    evaluation.reviewed(session, people, case, "onsite")
    evaluation.signed(session, people, case)
    evaluation.visited(session, people, case, take_books="earlier_years", books_wanted=TEXT)
    waiting = desk.open_task(session, case, "approve_taking_books")
    with pytest.raises(Forbidden):
        tasks.claim(session, people.deputy, waiting.id)
    agreed = {"books_approval": "agree", "opinion": OPINION}
    evaluation.do(session, people.leader, case, "approve_taking_books", **agreed)
    taken = {"served_on": clock.today().isoformat(), **SERVED}
    books = [{"name": "总账、明细账", "years": "2008", "volumes": 6}]
    evaluation.do(session, people.officer, case, "serve_books_notice", books=books, **taken)
    assert desk.open_elements(session, case) == {"desk_review", "return_books"}
    evaluation.reviewed(session, people, case, "cleared")
    evaluation.signed(session, people, case)
    evaluation.reported(session, people, case)
    named = {"reviewer": str(people.other_chief.user_id)}
    evaluation.do(session, people.leader, case, "name_reviewer", **named)
    task = desk.own_task(session, people.other_chief, case, "closing_review")
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        desk.hand_in(session, people.other_chief, task, evaluation.scored())
    session.expire_all()
    missing = refusal.value.values["missing"]
    assert isinstance(missing, list)
    assert [(each.code, each.subject) for each in missing] == [("open_task", "归还账簿")]
    back = {"returned_on": clock.today().isoformat(), "received_by": "财务负责人", "receipt": []}
    evaluation.do(session, people.officer, case, "return_books", **back)
    task = desk.own_task(session, people.other_chief, case, "closing_review")
    desk.hand_in(session, people.other_chief, task, evaluation.scored())
    session.expire_all()
    assert case.status == CaseStatus.CLOSED


def test_determined_tax_is_the_leaders_and_goes_out_as_its_own_paper(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        to_determination(
            session, people, case, ground="4", method="2", base="成本加合理利润测算，见附表。"
        )
        assert case.facts["outcome"] == "determined"
        approved(session, people, case)
        wrong = {"matters": TEXT, "term": 15, "consequence": "依法处理。"}
        codes = refused(
            session, people.officer, case, "exec_notice", exec_paper="self_check_notice", **wrong
        )
        assert codes == {"exec_paper": "not_for_the_outcome"}
        evaluation.paper_served(
            session, people, case, "determination", people.leader, on="2010-01-25"
        )
        objection = {"objected_on": "2010-01-25", "objection_reasons": TEXT}
        codes = refused(
            session, people.officer, case, "follow_up", follow_up="objection", **objection
        )
        assert codes == {"follow_up": "no_objection_against"}
    assert papers(session, case)[-1] == "tax_determination"


def test_an_announced_paper_counts_as_served_when_its_days_have_passed(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        to_determination(session, people, case)
        evaluation.agreed(session, people, case)
        drafted = {"matters": TEXT, "term": 15, "consequence": "依法处理。"}
        evaluation.do(
            session, people.officer, case, "exec_notice", exec_paper="self_check_notice", **drafted
        )
        signed = {"paper_signature": "sign", "opinion": OPINION}
        evaluation.do(session, people.chief, case, "notice_sign", **signed)
        announced = {
            "exec_service": "announce",
            "announce_reason": TEXT,
            "medium": "区国税局网站",
            "announced_on": "2010-01-25",
        }
        evaluation.do(session, people.officer, case, "notice_serve", **announced)
        assert desk.open_elements(session, case) == set()
        assert case.status == CaseStatus.WAITING_TAXPAYER
    later = datetime(2010, 3, 4, 1, tzinfo=UTC)
    with at(later):
        cases.wake_due(session)
        session.expire_all()
        assert desk.open_elements(session, case) == {"follow_up"}
    notice = session.scalars(
        select(Document).where(Document.case_id == case.id, Document.kind == "self_check_notice")
    ).one()
    assert notice.status == DocumentStatus.SERVED


def test_what_another_authority_returns_is_determined_anew(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        to_determination(session, people, case, related_party="yes", related_facts=TEXT)
        approved(session, people, case)
        assert (case.facts["outcome"], case.status) == (
            "transferred_international",
            CaseStatus.WAITING_TAXPAYER,
        )
        today = clock.today().isoformat()
        answer = {"receiver": "国际税务管理处", "sent_on": today, "answered_on": today}
        evaluation.do(
            session,
            people.officer,
            case,
            "transfer_answer",
            transfer_answer="returned",
            return_text=TEXT,
            **answer,
        )
        assert desk.open_task(session, case, "determination").return_reason == TEXT


def test_duties_and_fines_open_cases_beside_every_outcome(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        fine = {"fine_proposed": "yes", "fine_article": "第六十二条", "fine_facts": TEXT}
        to_determination(session, people, case, duties=["filing"], **fine)
        evaluation.agreed(session, people, case)
        kinds = set(session.scalars(select(Referral.kind).where(Referral.case_id == case.id)))
        assert kinds == {CaseKind.OC, CaseKind.PN}
        assert desk.open_elements(session, case) == {"exec_notice"}


def test_a_warning_verification_opens_an_evaluation_that_begins_with_the_leader(
    session: Session,
) -> None:
    people = cast.enter(session)
    payer = factories.taxpayer(session)
    factories.deploy_evaluation(session)
    verification = factories.case(session, payer)
    desk.to_desk_check(session, people, verification)
    desk.check(session, people, verification)
    concluded = desk.conclusion(session, verification, finding="confirmed", tax_computable="no")
    desk.do(session, people.officer, verification, "conclusion", concluded)
    agreed = {"review_decision": "agree", "opinion": "同意"}
    desk.do(session, people.chief, verification, "review", agreed)
    opened = session.scalars(select(Case).where(Case.kind == CaseKind.TA)).one()
    assert desk.open_elements(session, opened) == {"dispatch"}
    assert len(desk.doubts_of(session, opened)) == 1


def new_doubt(text: str, **changes: str) -> dict[str, str]:
    told = {"tax": "vat", "period": "2009-12", "text": text, "estimate": "8000.00"}
    return {**told, **changes}


def test_what_officers_find_without_a_hit_is_a_doubt_with_a_finding_and_sums(
    session: Session,
) -> None:
    on_paper, on_site = "发出商品未确认收入，金额较大。", "仓库内存放的存货与账面数量不一致。"
    with at(MONDAY):
        people = cast.enter(session)
        case = factories.evaluation(session, factories.taxpayer(session), hits=())
        evaluation.assigned(session, people, case)
        cleared = evaluation.review(session, case, "cleared", new_doubts=[new_doubt(on_paper)])
        codes = refused(session, people.officer, case, "desk_review", **cleared)
        assert codes == {"next_step": "added_doubts_determined"}
        told = [new_doubt("首次填写有误的疑点，后来改写。")]
        evaluation.reviewed(session, people, case, "onsite", new_doubts=told)
        back = {"desk_signature": "send_back", "reason": "疑点表述不清，请重新填写。"}
        evaluation.do(session, people.chief, case, "sign_desk", **back)
        told = [new_doubt(on_paper)]
        evaluation.reviewed(session, people, case, "onsite", new_doubts=told)
        evaluation.signed(session, people, case)
        found = [new_doubt(on_site, period="2009-11")]
        evaluation.visited(session, people, case, new_doubts=found)
        evaluation.reviewed(session, people, case, "determine", new_doubts=told)
        added = added_doubts.of_case(session, case)
        assert [(each.text, each.period) for each in added] == [
            (on_paper, "2009-12"),
            (on_site, "2009-11"),
        ]
        unsaid = evaluation.determination(session, case)
        codes = refused(session, people.officer, case, "determination", **unsaid)
        assert codes == {"added_doubts": "every_doubt"}
        concluded = {
            "cause": "calc_or_form_error",
            "reasons": TEXT,
            "proved_by": ["paper"],
            "evidence": [],
        }
        lines = [{"row": each.row, "finding": "explained", **concluded} for each in added]
        codes = refused(
            session,
            people.officer,
            case,
            "determination",
            **evaluation.determination(session, case, added_doubts=lines),
        )
        assert codes == {"amounts": "amount_without_confirmed_doubt"}
        lines[0]["finding"] = "confirmed"
        evaluation.determined(session, people, case, added_doubts=lines)
        assert case.facts["outcome"] == "self_corrected"
        evaluation.agreed(session, people, case)
    paper = session.scalars(
        select(Document).where(
            Document.case_id == case.id, Document.kind == "evaluation_determination"
        )
    ).one()
    assert on_paper in str(paper.data)
    assert on_site in str(paper.data)


def transferred_before(session: Session, case: Case) -> None:
    """A transfer of the doubts of this case that inspection has answered."""
    columns = {
        column.key: getattr(case, column.key)
        for column in Case.__table__.columns
        if column.key != "id"
    }
    closed = {"closed_at": MONDAY, "status": CaseStatus.CLOSED, "outcome": "inspection_result"}
    before = Case(**{**columns, **closed, "number": "01TI2009000001", "kind": CaseKind.TI})
    session.add(before)
    session.flush()
    for doubt in desk.doubts_of(session, case):
        row = FormerDoubt(case_id=case.id, warning_id=doubt, next_case_id=before.id, at=MONDAY)
        session.add(row)
    factories.tell(session, f"case:{before.id}")


def test_who_approves_a_second_transfer_does_not_sit_on_its_panel(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        transferred_before(session, case)
        evaluation.reviewed(session, people, case, "determine", signs=["evasion"])
        evaluation.signed(session, people, case)
        evaluation.determined(session, people, case, signs=["evasion"])
        evaluation.agreed(session, people, case)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            evaluation.convened(session, people, case, [people.deputy, people.leader, people.legal])
        assert desk.refused(refusal.value) == {"members": "director_approves"}
        members = [people.deputy, people.legal, people.other_chief]
        evaluation.convened(session, people, case, members)
        evaluation.put(session, people.deputy, case)
        evaluation.voted(session, case, dict.fromkeys(members, "for"))
        evaluation.minuted(session, case, members)
        agree = {"approval_decision": "agree", "opinion": OPINION}
        other = also(session, people.info, Role.DISTRICT_DEPUTY, people.leader)
        codes = refused(session, other, case, "approval", **agree)
        assert codes == {"approval_decision": "director_only"}
        evaluation.do(session, people.leader, case, "approval", **agree)
    assert desk.open_elements(session, case) == {"report"}


def served(session: Session) -> tuple[Cast, Case]:
    """A self-check notice is served: the taxpayer has fifteen days to pay."""
    with at(MONDAY):
        people, case = begun(session)
        to_determination(session, people, case)
        evaluation.agreed(session, people, case)
        evaluation.paper_served(
            session, people, case, "self_check_notice", people.chief, on="2010-01-25"
        )
    return people, case


def receipts(session: Session, folder: Path, case: Case) -> list[PaymentMatch]:
    """Receipts for all that the case awaits, each matched by itself."""
    payer = session.get_one(Taxpayer, case.taxpayer_id)
    made: list[PaymentMatch] = []
    for item in ("税款", "滞纳金"):
        one = matching.awaited(session, case)[0]
        period = f"{one.period // 100}-{one.period % 100:02d}"
        line = f"{item},1,{payer.tin},{item},增值税,{period},{one.left},{clock.today()},"
        path = folder / f"{item}.csv"
        path.write_text(f"{RECEIPTS}\n{line}\n", "utf-8")
        (new,) = taking.take_in(session, SYSTEM, path).new
        made += matching.match_exactly(session, new)
    return made


def after_it_was_due(session: Session, case: Case) -> set[str]:
    with at(MONDAY + timedelta(days=30)):
        cases.wake_due(session)
        session.expire_all()
        return desk.open_elements(session, case)


def test_what_receipts_have_paid_before_it_is_due_is_carried_out(
    session: Session, tmp_path: Path
) -> None:
    _, case = served(session)
    with at(MONDAY + timedelta(days=3)):
        receipts(session, tmp_path, case)
        assert matching.awaited(session, case) == ()
        assert desk.open_elements(session, case) == {"follow_up"}
    assert after_it_was_due(session, case) == {"report"}


def test_what_is_unpaid_when_it_is_due_is_demanded(session: Session, tmp_path: Path) -> None:
    people, case = served(session)
    with at(MONDAY + timedelta(days=3)):
        for match in receipts(session, tmp_path, case):
            why = "票证属于另一户，误作匹配。"
            matching.take_back(session, people.officer, match.id, reason=why)
    assert after_it_was_due(session, case) == {"exec_notice"}
