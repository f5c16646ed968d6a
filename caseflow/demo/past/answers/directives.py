"""Directives: reported, instructed, split, worked on by districts and sections, told upwards."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select

from caseflow.demo.past.evidence import extract
from caseflow.demo.past.scene import Scene
from caseflow.models import Case, DirectiveLine, Taxpayer, TaxWarning, Unit
from caseflow.reads import step_choices
from caseflow.vocabulary import Role, WarningStatus

_LINES_EACH = 2
_SIGNED = {"opinion": "同意。"}
_FINDING = "疑点在备选库中等候较久，尚未核实"
_FINDINGS = "备选库中等候核实的疑点户较上期增加，集中在少数区局，须限期逐户核实。"
_ADVICE = "按清册逐户核实，对共性问题开展辅导，并按月清理备选库。"
_PROBLEMS = "部分企业对新政策口径理解有偏差，个别户资料提供不及时，影响了办理进度。"
_MEASURES = "加强政策辅导和日常巡查，对问题集中的行业每月比对一次。"
_SUMMARY = (
    "本单位按督办要求逐户办理：简易事项均到户核对并附证据，立案核实的各户按程序办理，"
    "查实的问题已督促企业更正，其余疑点经核实属正常经营变化，情况属实，现予上报。"
)
_RESULT = (
    "各区局按督办要求逐户办理：简易事项均到户核对并附证据，立案核实的各户按程序办理；"
    "多数疑点属正常经营变化，查实的问题已督促企业更正，备选疑点户清理制度的薄弱环节已责成整改。"
)
_ANSWER = "已按会签意见核对口径并修改相应内容。"
_METHOD = "对季节性经营较集中的行业，建议按上年同期而不是上期比较，减少误报。"
_DEADLINE = 60  # days
_LATE_FOR = 20


def report(scene: Scene) -> dict[str, Any]:
    """1: an analysis with the households of two districts that wait in the pool."""
    districts = _districts(scene)
    return {
        "report_kind": "analysis",
        "title": str(scene.case.title),
        "period": f"{scene.case.period // 100} 年 {scene.case.period % 100} 月前",
        "findings": _FINDINGS,
        "advice": _ADVICE,
        "lines": [
            {"tin": tin, "finding": _FINDING, "verify": "no", **_hit(scene, tin)}
            for district in districts
            for tin in _waiting(scene, district)
        ]
        + [{"tin": "", "finding": "备选疑点户按月清理制度落实情况", "verify": "no"}],
        "leading_unit": _unit(scene, "D07"),
        "districts": [str(each) for each in districts],
        "divisions": [_unit(scene, "D03")],
        "deadline": (scene.today + timedelta(days=_DEADLINE)).isoformat(),
        "objection_answers": _ANSWER if scene.times("dr_countersign") else None,
    }


def sign_report(scene: Scene) -> dict[str, Any]:
    """1b: the chief of the analysis division signs."""
    del scene
    return {"report_decision": "sign", **_SIGNED}


def countersign(scene: Scene) -> dict[str, Any]:
    """2: agreed, with a note."""
    del scene
    note = "请注意与货物和劳务税专项检查衔接，避免重复下户。"
    return {"countersign_opinion": "agree_with_note", "countersign_note": note}


def instruct(scene: Scene) -> dict[str, Any]:
    """3: agreed, with leading division, districts and a day."""
    leaders = scene.holders(Role.CITY_DEPUTY, scene.task.unit_id)
    return {
        "instruction_decision": "agree",
        "leading_unit": _unit(scene, "D07"),
        "districts": [str(each) for each in _districts(scene)],
        "deadline": (scene.today + timedelta(days=_DEADLINE)).isoformat(),
        "requirement": "务必逐户核实到位，按期上报。",
        "responsible_leader": f"p{leaders[0]}",
        "opinion": "同意，请征管和科技发展处牵头督办。",
    }


def split(scene: Scene) -> dict[str, Any]:
    """4: households where the register has them, the line about units to the first district."""
    first = str(_districts(scene)[0])
    begun = _begun(scene)
    return {
        "lines": [{**row, "district": row.get("district") or first} for row in begun],
        "requirements": [],
        "new_lines": [],
    }


def deploy(scene: Scene) -> dict[str, Any]:
    """5: to the sections of the households; what is about the unit is kept."""
    begun = {row["row"]: row for row in _begun(scene)}
    rows = _offered(scene, "directive_deploy_lines")
    return {
        "requirement": "按期办结，逐户附证据。",
        "lines": [begun.get(row, {"row": row, "section": ""}) for row in rows],
        "new_lines": [],
    }


def distribute(scene: Scene) -> dict[str, Any]:
    """6: simple lines go to the administrators, who look at the households themselves."""
    rows = _offered(scene, "directive_section_lines")
    officers = scene.holders(Role.TAX_ADMINISTRATOR, scene.task.unit_id)
    known = {f"line:{line.id}": line for line in _lines(scene)}
    return {
        "lines": [
            {
                "row": row,
                "kind": "simple",
                "kind_reason": "疑点单一，到户核对即可说明，按简易事项办理。",
                "main_officer": str(_manager(scene, known.get(row), officers)),
                "second_officer": "",
            }
            for row in rows
        ]
    }


def work(scene: Scene) -> dict[str, Any]:
    """7: seen on the spot, with a file for each."""
    outcomes = ("done", "cleared", "guided")
    lines = {f"line:{line.id}": line for line in _lines(scene)}
    return {
        "recusal": "none",
        "lines": [
            {
                "row": row,
                "outcome": outcomes[(lines[row].number + scene.fate.variant) % len(outcomes)],
                "done_text": "已到户核对账簿、发票和申报表，情况说明附后，已辅导企业规范开票。",
                "cause": "seasonal_or_business",
                "evidence": [
                    scene.upload(f"lines-{at}-evidence", extract(row, scene.case.number, _FINDING))
                ],
            }
            for at, row in enumerate(_offered(scene, "directive_simple_lines"))
        ],
    }


def answer_section(scene: Scene) -> dict[str, Any]:
    """8: the section tells its district."""
    return {
        "problems": _PROBLEMS,
        "measures": _MEASURES,
        "open_lines": [
            {
                "row": row,
                "reason": "企业资料尚未提供齐全，正在催报。",
                "expected_on": (scene.today + timedelta(days=_LATE_FOR)).isoformat(),
            }
            for row in _offered(scene, "directive_open_lines")
        ],
        "section_decision": "submit",
    }


def answer_district(scene: Scene) -> dict[str, Any]:
    """9: the district tells the city; totals are nobody's to type."""
    done = {"measure": "已检查备选疑点户清理台账，督促完善制度。", "outcome": "done"}
    return {
        "unit_lines": [{"row": row, **done} for row in _offered(scene, "directive_unit_lines")],
        "summary": _SUMMARY,
        "problems": _PROBLEMS,
        "measures": _MEASURES,
    }


def sign_answer(scene: Scene) -> dict[str, Any]:
    """9b: the leader signs."""
    del scene
    return {"answer_signature": "sign", **_SIGNED}


def evaluate(scene: Scene) -> dict[str, Any]:
    """10: a line looked at again, and accepted."""
    sample = _offered(scene, "directive_closed_lines")[:1]
    return {
        "sample": [{"line": row, "result": "right"} for row in sample],
        "grade": ("good", "pass")[scene.fate.chance(2)],
        "grade_reason": "逐户办理，证据齐全，按期上报。",
        "evaluation_decision": "accept",
    }


def conclude(scene: Scene) -> dict[str, Any]:
    """11: the result, and what becomes of every open line."""
    return {
        "findings": _RESULT,
        "method": _METHOD,
        "open_lines": [
            {
                "row": row,
                "way": "meeting",
                "leader": "分管局领导",
                "unit": "责任区局",
                "expected_on": (scene.today + timedelta(days=_DEADLINE)).isoformat(),
            }
            for row in _offered(scene, "directive_open_lines")
        ],
    }


def sign_result(scene: Scene) -> dict[str, Any]:
    """11b: signed."""
    del scene
    return {"result_signature": "sign", **_SIGNED}


def close(scene: Scene) -> dict[str, Any]:
    """11c: ended."""
    del scene
    return {"directive_closing": "close", "opinion": "同意办结，转入日常监控。"}


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "dr_report": report,
    "dr_report_signature": sign_report,
    "dr_countersign": countersign,
    "dr_instruction": instruct,
    "dr_split": split,
    "dr_deployment": deploy,
    "dr_distribution": distribute,
    "dr_simple_lines": work,
    "dr_section_answer": answer_section,
    "dr_district_answer": answer_district,
    "dr_answer_signature": sign_answer,
    "dr_evaluation": evaluate,
    "dr_result": conclude,
    "dr_result_signature": sign_result,
    "dr_closing": close,
}


def _districts(scene: Scene) -> list[int]:
    """The home district and another one, a different one each time."""
    codes = ("01", ("04", "07", "03")[scene.case.id % 3])
    found = select(Unit.id).where(Unit.code.in_(codes)).order_by(Unit.code)
    return list(scene.session.scalars(found))


def _hit(scene: Scene, tin: str) -> dict[str, str]:
    """The newest hit of a household that waits in the pool: its indicator and period."""
    found = scene.session.scalar(
        select(TaxWarning)
        .join(Taxpayer, Taxpayer.id == TaxWarning.taxpayer_id)
        .where(Taxpayer.tin == tin, TaxWarning.status == WarningStatus.POOL)
        .order_by(TaxWarning.id.desc())
        .limit(1)
    )
    if found is None:
        return {}
    year, month = divmod(found.period, 100)
    return {"indicator": found.indicator, "period": f"{year}-{month:02d}" if month else f"{year}-Y"}


def _unit(scene: Scene, code: str) -> str:
    return str(scene.session.scalars(select(Unit.id).where(Unit.code == code)).one())


def _waiting(scene: Scene, district_id: int) -> list[str]:
    """Households of a district whose warnings wait in the pool, and that nobody works on."""
    busy = exists().where(Case.taxpayer_id == Taxpayer.id, Case.closed_at.is_(None))
    hit = exists().where(
        TaxWarning.taxpayer_id == Taxpayer.id, TaxWarning.status == WarningStatus.POOL
    )
    found = (
        select(Taxpayer.tin)
        .where(Taxpayer.district_id == district_id, Taxpayer.reg_status == "normal", ~busy)
        .order_by(~hit, Taxpayer.id)
        .limit(_LINES_EACH)
    )
    return list(scene.session.scalars(found))


def _lines(scene: Scene) -> list[DirectiveLine]:
    found = select(DirectiveLine).where(DirectiveLine.case_id == scene.case.id)
    return list(scene.session.scalars(found.order_by(DirectiveLine.number)))


def _manager(scene: Scene, line: DirectiveLine | None, officers: Sequence[int]) -> int:
    """Who looks after the household of a line, if that is somebody of the section."""
    payer = scene.session.get(Taxpayer, line.taxpayer_id) if line and line.taxpayer_id else None
    wanted = payer.administrator_id if payer else None
    return wanted if wanted is not None and wanted in officers else officers[0]


def _offered(scene: Scene, name: str) -> list[str]:
    offers = step_choices.offers(scene.session, scene.case, name, scene.task.id)
    return [each.key for each in offers]


def _begun(scene: Scene) -> list[dict[str, Any]]:
    form_key = scene.task.form_key
    begun = step_choices.default_values(scene.session, scene.case, form_key, scene.task.id)
    return list(begun["lines"])
