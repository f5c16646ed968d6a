"""Simple penalties: the acts, the notice, the right to be heard, the decision, the payment."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from caseflow import penalty_acts
from caseflow.demo.past.evidence import Exhibit, extract
from caseflow.demo.past.scene import Scene
from caseflow.penalty_acts import Act
from caseflow.services import definitions
from caseflow.services.kinds import simple_penalty
from caseflow.vocabulary.choices.correction import Duty


def investigate(scene: Scene) -> dict[str, Any]:
    """3a: what was done, under which article, and the fine that the table proposes."""
    acts = penalty_acts.of_case(scene.session, scene.case)
    text = "\n".join(_told(act) for act in acts)
    evidence = scene.evidence("files", extract(scene.taxpayer.name, scene.case.number, text))
    lines = [_line(scene, act, evidence) for act in acts]
    process = definitions.process_of(scene.session, scene.case.definition_id)
    measured = simple_penalty.Measured(scene.session, scene.case, process, scene.today)
    for act, line in zip(acts, lines, strict=True):
        line["amount"] = measured.act(line, act, lines)["proposed"]
    return {"files": [], "acts": lines, "proposal": "fine"}


def sign_notice(scene: Scene) -> dict[str, Any]:
    """3c to 3e: agreed, unless an act joined that nobody has looked at."""
    acts = {act.row for act in penalty_acts.of_case(scene.session, scene.case)}
    if acts != set(scene.case.facts["acts"]):
        reason = "调查之后又并入了违法行为，请补充调查后再报。"
        return {"notice_decision": "send_back", "reason": reason}
    return {"notice_decision": "agree", "opinion": "同意。"}


def hear(scene: Scene) -> dict[str, Any]:
    """5: the party waives its right to be heard, in writing."""
    text = f"放弃陈述申辩声明（演练数据）\n{scene.taxpayer.name}\n"
    return {
        "defence_result": "waived",
        "waiver": [scene.upload("waiver", Exhibit("放弃陈述申辩声明.txt", text.encode()))],
    }


def decide(scene: Scene) -> dict[str, Any]:
    """6: as the notice said."""
    acts = scene.case.facts["acts"]
    fined = {row: act["amount"] for row, act in acts.items() if Decimal(act["amount"])}
    return {
        "decision": "fine",
        "fines": [{"row": row, "amount": amount} for row, amount in fined.items()],
        "opinion": "事实清楚，依据充分，决定处罚。",
    }


def pay(scene: Scene) -> dict[str, Any]:
    """8: paid within the fifteen days."""
    return {
        "payment_result": "paid",
        "receipt_number": f"FK{scene.today:%Y%m%d}{scene.case.id:05}",
        "paid_on": scene.today.isoformat(),
        "fine_paid": scene.case.facts["fine"],
        "appeal": "none",
    }


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "pn_investigation": investigate,
    "pn_notice": sign_notice,
    "pn_defence": hear,
    "pn_decision": decide,
    "pn_payment": pay,
}


def _told(act: Act) -> str:
    """What was done, as the notice tells the party."""
    is_registration = act.duty == Duty.REGISTRATION
    duty = "办理税务登记" if is_registration else "办理纳税申报或者报送纳税资料"
    until = f"应于{_day(act.deadline)}前{duty}，" if act.deadline else f"应按期{duty}，"
    done = f"直至{_day(act.ended)}才办理。" if act.ended else "经责令限期改正，逾期仍未办理。"
    return f"你单位{until}{done}"


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _line(scene: Scene, act: Act, evidence: list[str]) -> dict[str, Any]:
    act_on = act.began or scene.today - timedelta(days=1)
    return {
        "row": act.row,
        "facts": _told(act),
        "evidence": evidence,
        "act_on": act_on.isoformat(),
        "article": act.article or "L62",
        "circumstances": ["none"],
        "seriousness": "ordinary",
    }
