"""Data requests: asked for, prepared from the house's own figures, checked, used, destroyed."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from caseflow.demo.past.evidence import Exhibit
from caseflow.demo.past.scene import Scene
from caseflow.models import Taxpayer, TaxWarning
from caseflow.reads import step_choices
from caseflow.vocabulary.choices.data_request import RqCheckItem

_ROWS = 200
_ASKED_BACK, _FAULTY, _UNUSED = 3, 3, 4  # one in so many
_TITLE = "辖区企业预警疑点分户清单"
_WHAT_FOR = "用于安排本季度重点户的日常巡查和纳税辅导，按户核对疑点分布。"
_USED = "已据此安排重点户巡查，逐户核对疑点，发现的问题均已转入核查任务办理。"


def request(scene: Scene) -> dict[str, Any]:
    """1: the households of the own district with their doubts, for one's own use."""
    last = scene.case.period
    year, month = divmod(last, 100)
    return {
        "title": f"{_TITLE}（{year}年{month}月）",
        "purpose": "verification",
        "what_for": _WHAT_FOR,
        "units": [str(scene.case.district_id)],
        "population": "本区局正常经营的企业纳税人",
        "fields": [],
        "other_fields": "纳税人编号、行业、疑点个数、最高分值",
        "period_from": f"{year}-{month:02d}",
        "period_to": f"{year}-{month:02d}",
        "grain": "household",
        "identity": "no",
        "form_wanted": "file",
        "recurrence": "once",
        "deadline": scene.calendar.add_working_days(scene.today, 15).on.isoformat(),
        "users": [str(scene.case.main_officer_id)],
        "secrecy": "internal",
        "will_destroy": True,
    }


def receive(scene: Scene) -> dict[str, Any]:
    """2: accepted, one in a few after a question."""
    if scene.fate.chance(_ASKED_BACK) == 0 and not scene.case.facts.get("asked_on"):
        return {"receipt": "ask_back", "question": "疑点是否包括已办结的？请明确统计口径。"}
    preparers = step_choices.offers(scene.session, scene.case, "preparers")
    checkers = step_choices.offers(scene.session, scene.case, "quality_officers")
    preparer = preparers[scene.fate.chance(len(preparers))].key
    others = [each for each in checkers if each.key != preparer]
    return {
        "receipt": "accept",
        "data_source": "one_source",
        "outside_catalogue": "no",
        "manual_matching": "no",
        "preparer": preparer,
        "quality_officer": others[scene.fate.chance(len(others))].key,
    }


def reply(scene: Scene) -> dict[str, Any]:
    """3: answered."""
    del scene
    return {"answer_result": "answer", "answer_text": "包括已办结的，按疑点发现月份统计。"}


def prepare(scene: Scene) -> dict[str, Any]:
    """4: a list counted from the warnings of the district, with its control total."""
    rows = _counted(scene)
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(["纳税人编号", "行业", "疑点个数", "最高分值"])
    out.writerows(rows)
    package = Exhibit("疑点分户清单.csv", text.getvalue().encode("utf-8-sig"))
    total = sum(row[2] for row in rows)
    return {
        "preparation_result": "ready",
        "package": [scene.upload("package", package)],
        "snapshot_on": scene.today.isoformat(),
        "script": f"疑点分户清单 v{scene.times('rq_preparation') + 1}",
        "controls": [
            {"control": "疑点个数合计", "total": f"{total}", "counterpart": "与疑点库计数一致"}
        ],
        "definitions": "疑点个数按预警库中该户全部预警计数；分值取单个疑点最高分。",
    }


def check(scene: Scene) -> dict[str, Any]:
    """5: every item is looked at; one package in a few goes back once."""
    is_faulty = scene.fate.chance(_FAULTY) == 0 and scene.times("rq_quality") == 0
    failed = {RqCheckItem.DUPLICATES.value} if is_faulty else set()
    answers: dict[str, Any] = {
        "checks": [
            {
                "row": item.value,
                "result": "fail" if item.value in failed else "pass",
                "note": "第 1 至 20 行逐行核对",
            }
            for item in RqCheckItem
        ],
        "quality_decision": "send_back" if is_faulty else "release",
    }
    if is_faulty:
        answers["return_text"] = "更名企业出现重复行，请合并后重新整理。"
    return answers


def deliver(scene: Scene) -> dict[str, Any]:
    """6: delivered."""
    del scene
    return {"delivered": True}


def report(scene: Scene) -> dict[str, Any]:
    """7: what came of it."""
    if scene.fate.chance(_UNUSED) == 1:
        return {"use_result": "not_used", "unused_reason": "too_late", "keep_longer": "no"}
    return {"use_result": "used", "used": _USED, "keep_longer": "no"}


def destroy(scene: Scene) -> dict[str, Any]:
    """8: each user accounts for the copies."""
    rows = step_choices.offers(scene.session, scene.case, "package_copies")
    day = (scene.today - timedelta(days=1)).isoformat()
    gone = {"fate": "destroyed", "destroyed_on": day, "how": "在本机彻底删除"}
    return {"copies": [{"row": row.key, **gone} for row in rows]}


def confirm(scene: Scene) -> dict[str, Any]:
    """9: confirmed by the quality post."""
    del scene
    return {"destruction_check": "confirm"}


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "rq_request": request,
    "rq_receipt": receive,
    "rq_answer": reply,
    "rq_preparation": prepare,
    "rq_quality": check,
    "rq_delivery": deliver,
    "rq_use_report": report,
    "rq_destruction": destroy,
    "rq_destruction_check": confirm,
}


def _counted(scene: Scene) -> list[tuple[int, str, int, str]]:
    """Households of the district by their number in this house, never by name."""
    counted = (
        select(
            Taxpayer.id,
            Taxpayer.industry_name,
            func.count(TaxWarning.id),
            func.max(TaxWarning.points),
        )
        .join(TaxWarning, TaxWarning.taxpayer_id == Taxpayer.id)
        .where(Taxpayer.district_id == scene.case.district_id)
        .group_by(Taxpayer.id)
        .order_by(func.count(TaxWarning.id).desc(), Taxpayer.id)
        .limit(_ROWS)
    )
    return [
        (payer, str(industry), count, f"{points}")
        for payer, industry, count, points in scene.session.execute(counted)
    ]
