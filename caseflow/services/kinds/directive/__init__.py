"""Directive from data analysis 数据分析督办: the rules of its steps that no drawing can hold."""

from caseflow.services.kinds.directive import answering, calling, carrying, handing_down, reporting

HAND_IN = {
    **reporting.HAND_IN,
    **handing_down.HAND_IN,
    **carrying.HAND_IN,
    **answering.HAND_IN,
}

__all__ = ["HAND_IN", "calling"]
