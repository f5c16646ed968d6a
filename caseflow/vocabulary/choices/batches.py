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


class TbCarrier(Term):
    """By what a third party hands its data over."""

    NETWORK = "network", "专线或网络", "Network"
    DISC = "disc", "光盘或移动介质", "Disc"
    PAPER = "paper", "纸质录入", "Typed from paper"


class TbQuality(Term):
    """What the quality check of a batch decides."""

    ACCEPT = "accept", "放行", "Release"
    REMATCH = "rematch", "重新匹配", "Match again"
    REJECT = "reject", "退回来源", "Return to the source"


class TbMatch(Term):
    """What becomes of a record that no key has matched."""

    MATCH = "match", "匹配到纳税人", "Match"
    NO_MATCH = "no_match", "无对应纳税人", "No match"
    SOURCE_ERROR = "source_error", "来源数据有误", "Error of the source"


class TbKey(Term):
    """By what a record was matched."""

    ORGANISATION_CODE = "organisation_code", "组织机构代码", "Organisation code"
    TAX_NUMBER = "tax_number", "纳税人识别号", "Tax number"
    NAME_AND_ADDRESS = "name_and_address", "名称和地址", "Name and address"
    HAND = "hand", "人工", "By hand"
