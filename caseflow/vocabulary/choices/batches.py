"""Choices of batches: of zero filers 零申报批次."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class ZbCriterion(Term):
    """What the households of a batch have in common."""

    TRADE = "trade", "行业", "Trade"
    AREA = "area", "科（所）", "Section"


class ZbApproval(Term):
    """What the leader decides on a list."""

    AGREE = "agree", "同意", "Agree"
    CHANGE = "change", "退回修改", "To be changed"
    REFUSE = "refuse", "不予批准", "Refuse"


class ZbSignature(Term):
    """What the leader decides on the report of a batch."""

    AGREE = "agree", "同意", "Agree"
    SEND_BACK = "send_back", "退回", "Send back"
    EXTEND = "extend", "延期", "Extend"
