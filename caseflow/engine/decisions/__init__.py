"""Decisions: DMN read strictly, decided on our own FEEL, edited without touching the rest."""

from caseflow.engine.decisions.tables import MAPPINGS, Decision, Output, TableRule, read

__all__ = ["MAPPINGS", "Decision", "Output", "TableRule", "read"]
