"""Decisions: DMN read strictly, decided on our own FEEL, edited without touching the rest."""

from caseflow.engine.decisions.models import MAPPINGS, Decision, Model, Question, Service
from caseflow.engine.decisions.reading import read, read_alone, read_model, read_shapes
from caseflow.engine.decisions.tables import Output, TableRule

__all__ = [
    "MAPPINGS",
    "Decision",
    "Model",
    "Output",
    "Question",
    "Service",
    "TableRule",
    "read",
    "read_alone",
    "read_model",
    "read_shapes",
]
