"""Tax evaluations: desk review, determination, the panel, execution, report and closing."""

from collections.abc import Callable, Mapping
from typing import Any

from caseflow import added_doubts, assessed
from caseflow.demo.past.answers import conclusions
from caseflow.demo.past.evidence import extract, receipt
from caseflow.demo.past.scene import Scene
from caseflow.reads import step_choices
from caseflow.vocabulary import Role

# What comes of so many evaluations in a hundred, and the ways to it.
_ENDS = (("cleared", 22), ("self_corrected", 58), ("adjusted", 12), ("transferred", 8))
_WAYS = ("interview", "interview", "inquiry", "onsite", "determine")
_SENT_BACK = 9  # one in so many reviews
_LARGER = 6  # times the tax of a verification
_COMPARED = ("warning_value", "peers", "own_history", "other_taxes")
_AGREED = "同意，事实清楚，证据充分。"
_SCORES = ("facts", "evidence", "calculation", "procedure", "documents")


def review(scene: Scene) -> dict[str, Any]:
    """3: every doubt compared four ways; fieldwork first where paper does not suffice."""
    end = ends(scene)
    is_cleared = end == "cleared"
    way = _WAYS[scene.fate.chance(len(_WAYS))]
    onward = way if not is_cleared and scene.times("ta_desk_review") == 0 else "determine"
    if is_cleared:
        onward = "cleared"
    result = "explained" if is_cleared else "confirmed"
    named = [(doubt.name, doubt.period) for doubt in scene.doubts]
    texts = scene.words.desk_of_each(result, named)
    told = "\n".join(texts)
    evidence = scene.evidence("files", extract(scene.taxpayer.name, scene.case.number, told))
    tax = scene.fate.tax * _LARGER
    period = conclusions.written(scene.doubts[0].period if scene.doubts else scene.case.period)
    return {
        "basic_data": f"{scene.taxpayer.name}，{scene.taxpayer.industry_name}，"
        "账证健全，按期申报，评估期内正常经营。",
        "data_checked": "已核对纳税申报表、财务报表、发票开具与抵扣明细及一户式档案。",
        "usual_problems": "收入确认不及时、进项抵扣凭证不规范。",
        "methods": ["paper", "interview"],
        "steps": [
            {"row": f"{doubt.id}:{step}", "state": "done"}
            for doubt in scene.doubts
            for step in conclusions.steps(doubt)
        ],
        "doubts": [
            {
                "row": str(doubt.id),
                **dict.fromkeys(_COMPARED, "done"),
                "result": result,
                "text": said,
                "evidence": evidence,
                "error_kind": "other" if result == "confirmed" else None,
            }
            for doubt, said in zip(scene.doubts, texts, strict=True)
        ],
        "estimates": []
        if is_cleared
        else [{"tax": "vat", "period": period, "amount": f"{tax}.00"}],
        "new_doubts": [] if scene.doubts or is_cleared else [_found_on_paper(period, tax)],
        "signs": ["none"],
        "next_step": onward,
    }


def sign_review(scene: Scene) -> dict[str, Any]:
    """3: the chief agrees to the desk review."""
    del scene
    return {"desk_signature": "agree", "opinion": _AGREED}


def material(scene: Scene) -> dict[str, Any]:
    """4: what was told and handed in at the interview."""
    del scene
    return {
        "duty_told": "yes",
        "pages_signed": "yes",
        "agent": "no",
        "outside_finance": "no",
        "group_interview": "no",
        "material": "yes",
        "materials": [{"name": "购销合同复印件", "pages": "6", "original": "no"}],
        "files": [],
    }


def absent(scene: Scene) -> dict[str, Any]:
    """4: nobody came, and nobody said why."""
    del scene
    return {"absence": "none", "note": "约定时间未到场，电话联系未说明理由。"}


def visited(scene: Scene) -> dict[str, Any]:
    """5: let in; nothing taken along."""
    del scene
    return {
        "access": "allowed",
        "stock_count": "no",
        "take_books": "no",
        "ask_inspection": "no",
        "new_doubts": [],
    }


def determine(scene: Scene) -> dict[str, Any]:
    """6: a finding on each doubt, the sums, and what the table of outcomes asks."""
    end = ends(scene)
    finding = "explained" if end == "cleared" else "confirmed"
    text = scene.words.finding(finding)
    evidence = scene.evidence("files", extract(scene.taxpayer.name, scene.case.number, text))
    amounts = conclusions.amounts(scene, end, times=_LARGER)
    return {
        "files": [],
        "determination_next": "submit",
        "next_step": None,
        "doubts": [
            {
                **conclusions.finding_of(scene, doubt, finding, evidence),
                "proved_by": ["paper"],
            }
            for doubt in scene.doubts
        ],
        "added_doubts": [
            {
                "row": doubt.row,
                "finding": "confirmed",
                "cause": "calc_or_form_error",
                "reasons": text,
                "evidence": evidence,
                "proved_by": ["paper"],
            }
            for doubt in added_doubts.of_case(scene.session, scene.case)
        ],
        "amounts": [{**line, "recovery": "calculation_error"} for line in amounts],
        "signs": ["evasion"] if end == "transferred" else ["none"],
        "related_party": "no",
        "belongs_to": "none",
        "ground": "none",
        "explained": None,
        "refused_with_reason": None,
        "duties": ["none"],
        "fine_proposed": "no",
        "outcome_change": None,
    }


def agree(scene: Scene) -> dict[str, Any]:
    """6a: the chief agrees; a few go back once."""
    if scene.fate.chance(_SENT_BACK) == 0 and scene.times("ta_review") == 0:
        return {
            "review_decision": "send_back",
            "next_step": "determine",
            "return_reason": "calculation",
            "return_text": "应补税额请按所属期分别列示，并附计算过程。",
            "opinion": "退回补正。",
        }
    return {"review_decision": "agree", "opinion": _AGREED}


def approve(scene: Scene) -> dict[str, Any]:
    """6b: the leader agrees."""
    del scene
    return {"approval_decision": "agree", "opinion": _AGREED}


def report_to_panel(scene: Scene) -> dict[str, Any]:
    """6d: the main officer tells the panel."""
    text = scene.words.finding("confirmed")
    return {
        "facts": text,
        "evidence": "申报表、发票明细、约谈笔录及一户式查询结果。",
        "disputed": "纳税人对收入确认时间有不同看法。",
        "law": "《中华人民共和国税收征收管理法》及有关税种的规定。",
        "proposal": "按评定意见处理，由纳税人补正申报。",
    }


def convene(scene: Scene) -> dict[str, Any]:
    """6d: the chair, the legal reviewer and one more leader, who did nothing in the case."""
    district = scene.case.district_id
    chair = scene.task.assignee_id
    leaders = scene.holders(Role.DISTRICT_DEPUTY, district)
    others = [each for each in leaders if each != chair][:1]
    members = [chair, *scene.holders(Role.LEGAL_REVIEWER, district)[:1], *others]
    return {
        "meeting_at": scene.ago(0),
        "place": "局三楼会议室",
        "members": [str(each) for each in members],
        "replaced_reason": None,
    }


def move(scene: Scene) -> dict[str, Any]:
    """6d: the proposal is put as it is."""
    del scene
    return {
        "officers_left": "承办人员汇报后于讨论前退场。",
        "discussion": "与会人员审阅案卷，就事实、证据和适用规定逐一讨论。",
        "motion": "as_proposed",
    }


def vote(scene: Scene) -> dict[str, Any]:
    """6d: each member from the own account; now and then one is against."""
    if scene.fate.chance(5) == 0 and scene.task.id % 3 == 0:
        return {"tie": "none", "vote": "against", "opinion": "证据尚可补强，建议先行补充核实。"}
    return {"tie": "none", "vote": "for", "opinion": "事实清楚，同意拟办意见。"}


def minute(scene: Scene) -> dict[str, Any]:
    """6d: the chair writes the minutes."""
    del scene
    return {
        "summary": "承办人员汇报案情，与会人员审阅证据并逐一发表意见。",
        "decision_text": "经表决，过半数成员同意拟办意见，按该意见处理。",
    }


def sign_minutes(scene: Scene) -> dict[str, Any]:
    """6d: every other member signs."""
    del scene
    return {"minutes_signature": "sign"}


def draft_paper(scene: Scene) -> dict[str, Any]:
    """7: the taxpayer is asked to correct and pay by itself."""
    del scene
    return {
        "exec_paper": "self_check_notice",
        "matters": "请对评估所列期间的申报事项进行自查，补正申报并补缴税款。",
        "term": "15",
        "consequence": "逾期未办理的，将依法作进一步处理。",
    }


def sign_paper(scene: Scene) -> dict[str, Any]:
    """7, 8: the paper is signed."""
    del scene
    return {"paper_signature": "sign", "opinion": _AGREED}


def serve_paper(scene: Scene) -> dict[str, Any]:
    """7: served in person."""
    day = scene.today.isoformat()
    exhibit = receipt(scene.taxpayer.name, scene.case.number, day)
    return {
        "exec_service": "served",
        "served_on": day,
        "method": "direct",
        "receiver": scene.taxpayer.finance_head or scene.taxpayer.legal_rep,
        "receipt": [scene.upload("receipt", exhibit)],
    }


def follow_up(scene: Scene) -> dict[str, Any]:
    """7: filed and paid to the fen."""
    rows = scene.amounts()
    due = assessed.to_pay(rows)
    surcharges = assessed.surcharges(rows, scene.today)
    return {
        "follow_up": "done",
        "return_number": f"GZ{scene.today:%Y%m%d}{scene.case.id:05}",
        "filed_on": scene.today.isoformat(),
        "payments": [
            {
                "row": str(row.id),
                "tax_paid": str(tax),
                "surcharge_paid": str(surcharge),
                "paid_on": scene.today.isoformat(),
            }
            for row, tax, surcharge in zip(rows, due, surcharges, strict=True)
        ],
        "accounts": "done",
    }


def report(scene: Scene) -> dict[str, Any]:
    """8: what was done and found, and what the trade may learn of it."""
    del scene
    return {
        "course_told": "依次开展案头审核、调查核实和评定处理，程序完备。",
        "conclusion": "疑点已逐项查明，处理意见已执行到位。",
        "advice": "建议加强日常辅导，督促企业规范发票取得和收入确认。",
        "lesson": "关注同行业税负持续偏低且费用率偏高的企业。",
        "management_gap": "no",
        "case_library": "no",
    }


def name_reviewer(scene: Scene) -> dict[str, Any]:
    """9: somebody who did nothing in the case."""
    offered = step_choices.offers(scene.session, scene.case, "closing_reviewers")
    return {"reviewer": offered[scene.fate.chance(len(offered))].key}


def close(scene: Scene) -> dict[str, Any]:
    """9: nothing is missing; five scores."""
    scores = {f"score_{name}": str(16 + (scene.fate.variant + n) % 5) for n, name in _numbered()}
    return {"closing_decision": "agree", "opinion": _AGREED, **scores}


def approve_closing(scene: Scene) -> dict[str, Any]:
    """9: the leader agrees."""
    del scene
    return {"closing_decision": "agree", "opinion": _AGREED}


def ends(scene: Scene) -> str:
    """What comes of this evaluation."""
    drawn = scene.fate.chance(100)
    for end, share in _ENDS:
        if drawn < share:
            return end
        drawn -= share
    return _ENDS[0][0]


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "ta_desk_review": review,
    "ta_desk_signature": sign_review,
    "ta_interview_material": material,
    "ta_absence": absent,
    "ta_onsite_supplement": visited,
    "ta_determination": determine,
    "ta_review": agree,
    "ta_approval": approve,
    "ta_panel_report": report_to_panel,
    "ta_convene": convene,
    "ta_motion": move,
    "ta_vote": vote,
    "ta_minutes": minute,
    "ta_minutes_signature": sign_minutes,
    "ta_execution_paper": draft_paper,
    "ta_paper_signature": sign_paper,
    "ta_paper_service": serve_paper,
    "ta_follow_up": follow_up,
    "ta_report": report,
    "ta_report_signature": sign_paper,
    "ta_named_reviewer": name_reviewer,
    "ta_closing_review": close,
    "ta_closing_approval": approve_closing,
}


def _found_on_paper(period: str, tax: int) -> dict[str, str]:
    """What the desk review finds of a household that the plan chose without a hit."""
    text = "申报的销售收入与发票开具、货款收取情况不一致，疑有收入未申报。"
    return {"tax": "vat", "period": period, "text": text, "estimate": f"{tax}.00"}


def _numbered() -> list[tuple[int, str]]:
    return list(enumerate(_SCORES))
