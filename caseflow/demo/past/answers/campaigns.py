"""Campaigns: a list of tax numbers, agreed to, watched until its households are done."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, select

from caseflow.demo.past.evidence import table
from caseflow.demo.past.scene import Scene
from caseflow.models import Campaign, Case, Taxpayer
from caseflow.services import campaigns
from caseflow.services.kinds.campaign import open_count
from caseflow.vocabulary.choices.campaigns import CampaignSubject

_TIN = "纳税人识别号"
# How many households a list of a district names; one of the city so many of each district.
_OF_DISTRICT, _OF_EACH, _DISTRICTS = 12, 4, 3
_KIND: Mapping[str, str] = {CampaignSubject.MARK_LOCAL_ONLY: "individual"}


def compose(scene: Scene) -> dict[str, Any]:
    """1: the numbers that the comparison left over, as a file."""
    rows = [{_TIN: tin} for tin in _tins(scene)]
    file = table(f"专项清册{scene.today:%Y%m%d}.csv", rows)
    campaigns.list_file(
        scene.session, scene.actor, scene.task.id, name=file.name, content=file.content
    )
    return {
        "list_note": "清册由比对结果筛出，已剔除在办任务户和已注销户。",
        "requirement": "逐户核实后登记结果，月底前办结。",
    }


def approve(scene: Scene) -> dict[str, Any]:
    """2: agreed."""
    del scene
    return {"campaign_decision": "agree", "opinion": "同意，按清册下达。"}


def close(scene: Scene) -> dict[str, Any]:
    """4: findings, and the method that is kept; why some are open still."""
    answers: dict[str, Any] = {
        "findings": "清册各户已逐户核实，原因见专项结果表，个别户另行处理。",
        "made_method": "每季度比对一次，新增户并入日常管理。",
    }
    if open_count(scene.session, scene.case.id):
        answers["open_reason"] = "个别户资料尚未提供齐全，由主管科继续办理。"
    return answers


def wait_for_households(scene: Scene) -> date | None:
    """4: reported on when all households are closed, else on the campaign's day."""
    due_on = scene.session.get_one(Campaign, scene.case.id).due_on
    if not open_count(scene.session, scene.case.id) or scene.today >= due_on:
        return None
    return min(due_on, scene.today + timedelta(days=7))


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "cp_list": compose,
    "cp_approval": approve,
    "cp_closing": close,
}


def _tins(scene: Scene) -> list[str]:
    """The first households in some sections that no open case is about."""
    campaign = scene.session.get_one(Campaign, scene.case.id)
    is_free = ~exists().where(Case.taxpayer_id == Taxpayer.id, Case.closed_at.is_(None))
    free = (
        select(Taxpayer.tin)
        .where(
            Taxpayer.kind == _KIND.get(campaign.subject, "enterprise"),
            Taxpayer.reg_status == "normal",
            is_free,
        )
        .order_by(Taxpayer.id)
    )
    if scene.case.facts.get("level") == "district":
        own = free.where(Taxpayer.district_id == campaign.unit_id).limit(_OF_DISTRICT)
        return list(scene.session.scalars(own))
    districts = scene.session.scalars(
        select(Taxpayer.district_id).distinct().order_by(Taxpayer.district_id).limit(_DISTRICTS)
    ).all()
    return [
        tin
        for district in districts
        for tin in scene.session.scalars(
            free.where(Taxpayer.district_id == district).limit(_OF_EACH)
        )
    ]
