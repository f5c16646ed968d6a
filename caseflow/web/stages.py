"""The stages of a case, for the stepper and the lists."""

from __future__ import annotations

from caseflow.web.speech import _


def stage_name(stage: str) -> str:
    """A stage in the language of the page."""
    names = {
        "dispatch": _("分派派员"),
        "acceptance": _("接收"),
        "desk_check": _("案头核查"),
        "fieldwork": _("函询约谈实地"),
        "conclusion": _("核查结论"),
        "decision": _("复核审批"),
        "execution": _("执行"),
        "closing": _("办结"),
    }
    return names.get(stage, stage)
