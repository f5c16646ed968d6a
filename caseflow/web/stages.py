"""The stages of a case, for the stepper and the lists."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.vocabulary import CaseKind
from caseflow.web.speech import _


def stage_name(stage: str, kind: CaseKind | None = None) -> str:
    """A stage in the language of the page, as a kind of case calls it."""
    own = _own(kind).get(stage)
    if own is not None:
        return own
    names = {
        "dispatch": _("分派派员"),
        "acceptance": _("接收"),
        "desk_check": _("案头核查"),
        "fieldwork": _("函询约谈实地"),
        "conclusion": _("核查结论"),
        "proposal": _("移送建议"),
        "decision": _("复核审批"),
        "handover": _("移交整理"),
        "inspection": _("稽查办理"),
        "execution": _("执行"),
        "closing": _("办结"),
    }
    return names.get(stage, stage)


def _own(kind: CaseKind | None) -> Mapping[str, str]:
    """The names of a kind whose steps are other ones than those of a verification."""
    named = {
        CaseKind.OC: {
            "desk_check": _("核对拟办"),
            "fieldwork": _("签发送达改正"),
            "conclusion": _("拟定结果"),
        },
        CaseKind.DR: {
            "dispatch": _("起草报告"),
            "acceptance": _("签发会签"),
            "desk_check": _("批示分解"),
            "fieldwork": _("部署办理"),
            "conclusion": _("反馈评价"),
            "closing": _("督办结果"),
        },
        CaseKind.EP: {
            "dispatch": _("汇集备选库"),
            "desk_check": _("拟定计划"),
            "decision": _("审批计划"),
            "execution": _("下达开立"),
        },
        CaseKind.PN: {
            "desk_check": _("调查告知"),
            "fieldwork": _("申辩听证"),
            "decision": _("处罚决定"),
            "execution": _("送达缴款"),
        },
        CaseKind.TA: {
            "desk_check": _("案头审核"),
            "conclusion": _("评定"),
            "closing": _("报告办结"),
        },
        CaseKind.RQ: {
            "desk_check": _("提出需求"),
            "acceptance": _("受理"),
            "fieldwork": _("整理质检"),
            "execution": _("交付使用"),
            "closing": _("销毁办结"),
        },
        CaseKind.TB: {
            "acceptance": _("接收"),
            "desk_check": _("人工匹配"),
            "fieldwork": _("质量审核"),
            "execution": _("放行反馈"),
            "closing": _("签发办结"),
        },
        CaseKind.CP: {
            "dispatch": _("拟定清册"),
            "decision": _("批准清册"),
            "execution": _("立户下达"),
            "closing": _("跟踪总结"),
        },
        CaseKind.ZB: {
            "dispatch": _("拟定清册"),
            "acceptance": _("批准批次"),
            "fieldwork": _("分派跟踪"),
            "conclusion": _("批次报告"),
            "closing": _("签批办结"),
        },
        CaseKind.DC: {
            "desk_check": _("提出更正"),
            "execution": _("生效与后续"),
        },
    }
    return named.get(kind, {}) if kind is not None else {}
