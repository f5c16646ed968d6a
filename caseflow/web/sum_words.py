"""What the bureau's sums are called that decision tables read by name."""

from __future__ import annotations

from caseflow.web.speech import _


def labels() -> dict[str, tuple[str, str]]:
    """The bureau's sums by the names that tables give them, in the language of the page."""
    names = {"approve_tax_district": _("区局审批标准"), "wv_monthly": _("每月核查任务数")}
    return {name: (said, said) for name, said in names.items()}
