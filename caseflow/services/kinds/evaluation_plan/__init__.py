"""Evaluation plan 评估计划: the pool, its exclusions, and the rules of its steps."""

from caseflow.services.kinds.evaluation_plan import calling, candidates, deciding, exclusions, rows

HAND_IN = deciding.HAND_IN

__all__ = ["HAND_IN", "calling", "candidates", "exclusions", "rows"]
