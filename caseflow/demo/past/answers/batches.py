"""Batches: zero filers of a section, and records that a third party has delivered."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from caseflow import batch_counts, clock, record_counts
from caseflow.demo.past.evidence import table
from caseflow.demo.past.scene import Scene
from caseflow.models import Case, Taxpayer, ThirdPartyRecord, Unit
from caseflow.reads import step_choices
from caseflow.services import limits, third_party_batches
from caseflow.services.kinds.third_party_batch import ADDRESS, CODE, NAME
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.choices.batches import TbMatch

_SIGNED = {"opinion": "同意。"}
_RECORDS = 12
_TIN, _PERIOD, _VALUE = "纳税人识别号", "所属期", "质检备案产值"
# A record of somebody whom nobody knows, as every delivery has.
_UNKNOWN = {NAME: "大连未名来料加工点（演练）", ADDRESS: "大连市甘井子区无名路1号"}


def list_zero_filers(scene: Scene) -> dict[str, Any]:
    """B2: the section of which most households wait."""
    groups = batch_counts.waiting_by_area(scene.session, scene.case.district_id)
    most = max(groups, key=lambda group: (group.households, group.key))
    return {
        "title": f"{most.name}零申报户{scene.today.month}月核查批次",
        "criterion": "area",
        "area": most.key,
        "left_out": [],
        "requirement": "逐户查明零申报原因，停产户须实地核实。",
        "sample_rate": 20,
    }


def approve_zero_filers(scene: Scene) -> dict[str, Any]:
    """B3: agreed."""
    del scene
    return {"batch_approval": "agree", "opinion": "同意，按清册分派。"}


def watch_zero_filers(scene: Scene) -> dict[str, Any]:
    """B4: every household is closed."""
    del scene
    return {"all_closed": True}


def report_zero_filers(scene: Scene) -> dict[str, Any]:
    """B5: findings and advice; the counts are the system's."""
    offered = step_choices.offers(scene.session, scene.case, "batch_open_households", scene.task.id)
    return {
        "open_households": [
            {"row": each.key, "reason": "企业停业整理账目，资料尚未提供齐全。"} for each in offered
        ],
        "findings": "本批户零申报多因季节性停产和筹建，个别户已停止经营未办注销。",
        "advice": "对停产户按月核对用电量，对拟注销户督促办理注销登记。",
    }


def sign_zero_filers(scene: Scene) -> dict[str, Any]:
    """B6: signed."""
    del scene
    return {"batch_signature": "agree", **_SIGNED}


def wait_for_batch(scene: Scene) -> date | None:
    """A zero filer that stands in a batch is dispatched with it."""
    if scene.case.kind is not CaseKind.ZF:
        return None
    stands = select(Case.id).where(Case.id == scene.case.id, batch_counts.is_in_batch())
    if scene.session.scalar(stands) is None:
        return None
    return scene.calendar.add_working_days(scene.today, 1).on


def wait_for_households(scene: Scene) -> date | None:
    """B4: a batch is over early when all its households are closed; else its day ends it."""
    if batch_counts.of(scene.session, scene.case.id).open:
        return scene.today + timedelta(days=7)
    return None


def wait_for_zero_filers(scene: Scene) -> date | None:
    """B2: a list needs households that wait for dispatch."""
    if batch_counts.waiting_by_area(scene.session, scene.case.district_id):
        return None
    return scene.calendar.add_working_days(scene.today, 1).on


def receive(scene: Scene) -> dict[str, Any]:
    """B1: a file of the quality bureau, its total compared by the system."""
    month = scene.today.replace(day=1) - timedelta(days=1)
    rows = [*_delivered(scene, f"{month:%Y-%m}"), {**_UNKNOWN, _PERIOD: f"{month:%Y-%m}"}]
    for number, row in enumerate(rows, start=1):
        row[_VALUE] = f"{1_000 * number}.00"
    file = scene.upload("package", table(f"质检备案产值{month:%Y%m}.csv", rows))
    return {
        "source": "zj_tp",
        "agreement": "信息交换备忘录（演练）第 7 号",
        "period": f"{month:%Y-%m}",
        "carrier": "network",
        "package": [file],
        "record_count": len(rows),
        "controls": [
            {"field": "zj_output_value", "total": sum(float(row[_VALUE]) for row in rows)}
        ],
        "received_on": scene.today.isoformat(),
        "handed_over_by": "质检局联络员（演练）",
    }


def match(scene: Scene) -> dict[str, Any]:
    """B3: what no key has matched is of nobody on file."""
    undecided = select(ThirdPartyRecord.number).where(
        ThirdPartyRecord.case_id == scene.case.id, record_counts.is_undecided()
    )
    for number in scene.session.scalars(undecided.order_by(ThirdPartyRecord.number)).all():
        third_party_batches.decide(
            scene.session,
            scene.actor,
            scene.case.id,
            number=number,
            decision=TbMatch.NO_MATCH.value,
            tin="",
            reason="按名称和地址均查无此户，已告知来源单位。",
        )
    return {"all_decided": True}


def check(scene: Scene) -> dict[str, Any]:
    """B4: released."""
    agrees = "yes" if scene.case.facts.get("totals_agree") else "no"
    return {"totals_agree": agrees, "quality_decision": "accept"}


def feed_back(scene: Scene) -> dict[str, Any]:
    """B6: told to the source."""
    del scene
    return {"text": "贵单位提供的信息已比对完毕，未匹配记录见清单，请核对户名和地址。"}


def wait_for_cases(scene: Scene) -> date | None:
    """B6: fed back when the cases that came of the batch are closed, else on its day."""
    if not record_counts.of(scene.session, scene.case).open_cases or scene.case.due_at is None:
        return None
    due_on = clock.last_day_of(scene.case.due_at)
    times = limits.of_today(scene.session)
    last = clock.local_date(times.working_days_from(due_on, "tp_feedback"))
    return min(last, scene.today + timedelta(days=3))


def sign_feedback(scene: Scene) -> dict[str, Any]:
    """B7: signed."""
    del scene
    return {"feedback_signature": "sign", **_SIGNED}


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "zb_list": list_zero_filers,
    "zb_approval": approve_zero_filers,
    "zb_watch": watch_zero_filers,
    "zb_report": report_zero_filers,
    "zb_signature": sign_zero_filers,
    "tb_receipt": receive,
    "tb_hand_match": match,
    "tb_quality": check,
    "tb_feedback": feed_back,
    "tb_signature": sign_feedback,
}


def _delivered(scene: Scene, month: str) -> list[dict[str, str]]:
    """Records of some firms of the home district, by each of the keys that match."""
    found = scene.session.scalars(
        select(Taxpayer)
        .join(Unit, Unit.id == Taxpayer.district_id)
        .where(Unit.code == "01", Taxpayer.kind == "enterprise", Taxpayer.reg_status == "normal")
        .order_by(Taxpayer.id)
        .limit(_RECORDS)
    )
    keys: list[Callable[[Taxpayer], dict[str, str]]] = [
        lambda payer: {CODE: payer.tin[-9:]},
        lambda payer: {_TIN: payer.tin},
        lambda payer: {NAME: payer.name, ADDRESS: payer.address or ""},
    ]
    return [
        {**keys[number % len(keys)](payer), _PERIOD: month} for number, payer in enumerate(found)
    ]
