"""Third-party verifications: what the two sides say, which is right, what is left."""

from collections.abc import Callable, Mapping
from typing import Any

from caseflow.demo.past.answers import conclusions
from caseflow.demo.past.evidence import extract
from caseflow.demo.past.scene import Scene
from caseflow.reads import step_choices
from caseflow.vocabulary.choices.third_party import MARK_ROW, Variant

_CONFIRMED = 4  # one in so many differences is not explained
_LEFT = 5  # one in so many households on the list of a campaign gets no mark
_DAY = "2009-08-31"
# By variant: the usual explanation, and what its fields say.
_SAID: Mapping[str, tuple[str, dict[str, Any]]] = {
    "d1": (
        "recognition_time",
        {
            "names_aligned": "yes",
            "local_turnover": "地税分月营业额已逐月列示。",
            "invoices_listed": "发票开具明细见附件。",
            "return_lines": "与年度申报表第一行逐月核对。",
        },
    ),
    "d2": (
        "still_trading",
        {"aic_status": "revoked", "aic_status_on": _DAY, "trading": "yes", "all_cleared": "no"},
    ),
    "d3": (
        "not_started",
        {
            "licence_on": _DAY,
            "trade_began": "no",
            "joint_registration": "yes",
            "state_tax_types": "no",
        },
    ),
    "d4": ("other", {"business_scope": "餐饮、住宿服务", "proposal": "leave"}),
    "d5": (
        "power_resold",
        {
            "norm": "12.5",
            "norm_source": "行业能耗定额",
            "price": "860.00",
            "declared_sales": "520000.00",
            "night_work": "no",
            "sublet_kwh": "18000.00",
            "tenants": "同院承租企业",
        },
    ),
    "d6": ("typing_error", {}),
    "d7": (
        "exchange_delay",
        {
            "own_status": "normal",
            "own_status_on": _DAY,
            "other_status": "suspended",
            "other_status_on": _DAY,
            "right_side": "own",
            "trading": "yes",
        },
    ),
    "d8": ("deposits", {"papers_seen": ["bank_statement"], "amount_left": "0.00"}),
}


def verify(scene: Scene) -> dict[str, Any]:
    """3: each doubt by the fields of its variant."""
    is_confirmed = _is_confirmed(scene)
    text = scene.words.desk("confirmed" if is_confirmed else "explained")
    evidence = scene.evidence("files", extract(scene.taxpayer.name, scene.case.number, text))
    answers: dict[str, Any] = {
        "steps": [
            {"row": f"{doubt.id}:{step}", "state": "done"}
            for doubt in scene.doubts
            for step in conclusions.steps(doubt)
        ],
        "next_step": "conclude",
    }
    for variant in Variant:
        offered = step_choices.offers(scene.session, scene.case, f"doubts_{variant.value}")
        explanation, said = _SAID[variant.value]
        answers[variant.value] = [
            {
                "row": row.key,
                "match": "right",
                **(said if row.key != MARK_ROW else _of_mark(scene)),
                "explanation": explanation,
                "explanation_text": "经营范围说明",
                "difference_left": f"{scene.fate.tax}.00" if is_confirmed else "0.00",
                "in_error": "own" if is_confirmed else "neither",
                "result": "confirmed" if is_confirmed else "explained",
                "text": text,
                "evidence": evidence,
                "estimated_tax": f"{scene.fate.tax}.00" if is_confirmed else None,
            }
            for row in offered
        ]
        if offered and variant.value == "d5":
            answers["meters"] = [{"number": "DB-001", "kwh": "42000.00", "share": "70"}]
        if offered and variant.value == "d6":
            answers["certificates"] = [_certificate(scene)]
    return answers


def conclude(scene: Scene) -> dict[str, Any]:
    """5: a finding on each doubt; what was not explained is made up for."""
    is_confirmed = _is_confirmed(scene)
    finding = "confirmed" if is_confirmed else "explained"
    text = scene.words.finding(finding)
    evidence = scene.evidence("files", extract(scene.taxpayer.name, scene.case.number, text))
    return {
        "files": [],
        "doubts": [
            conclusions.finding_of(scene, doubt, finding, evidence) for doubt in scene.doubts
        ],
        "amounts": conclusions.amounts(scene, "self_corrected") if is_confirmed else [],
        "signs": ["none"],
        "tax_computable": "yes",
        "zero_returns_trading": "no",
        "duty_not_met": "none",
        "status_change": "mark_local_only" if _is_marked(scene) else "none",
        "invoice_stop": "no",
        "feedback": "yes",
        "outcome_change": None,
    }


def align(scene: Scene) -> dict[str, Any]:
    """7: the mark was set in CTAIS."""
    return {
        "before": "无标识",
        "after": "纯地税户",
        "ctais_number": f"CT-{scene.today.year}-{scene.case.id:05}",
        "changed_on": scene.today.isoformat(),
    }


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "tp_verification": verify,
    "tp_conclusion": conclude,
    "tp_alignment": align,
}


def _is_confirmed(scene: Scene) -> bool:
    return bool(scene.doubts) and scene.fate.chance(_CONFIRMED) == 0


def _is_marked(scene: Scene) -> bool:
    """Whether a household on a campaign's list pays local taxes alone, as most do."""
    return "mark" in scene.case.facts and scene.fate.chance(_LEFT) != 0


def _of_mark(scene: Scene) -> dict[str, Any]:
    scope, proposal = ("理发、洗浴服务", "mark") if _is_marked(scene) else ("兼营商品零售", "leave")
    return {"business_scope": scope, "proposal": proposal}


def _certificate(scene: Scene) -> dict[str, Any]:
    return {
        "number": f"0900{scene.case.id:018}",
        "original_seen": "yes",
        "comparison": "match",
        "input_permitted": "yes",
        "forged": "no",
    }
