"""The words of a form's fields."""

from __future__ import annotations

from caseflow.web.speech import _


def kinds() -> dict[str, str]:
    """Each kind of field as people call it."""
    return {
        "textfield": _("单行文字"),
        "textarea": _("多行文字"),
        "number": _("数字"),
        "datetime": _("日期时间"),
        "radio": _("单选"),
        "select": _("下拉单选"),
        "checkbox": _("勾选"),
        "checklist": _("多选"),
        "filepicker": _("附件"),
        "text": _("说明文字"),
        "group": _("分组"),
        "dynamiclist": _("多行明细"),
    }
