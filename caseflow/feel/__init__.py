"""FEEL, the expression language of OMG DMN 1.5: text in, checked tree out.

Knows nothing of Caseflow. One parser, one typed tree (``tree``), an evaluator and a printer; other
rooms read the same tree for their own ends.
"""

from caseflow.feel.errors import FeelError
from caseflow.feel.evaluator import Meter
from caseflow.feel.expression import Expression, parse, parse_unary
from caseflow.feel.grammar import parse_type
from caseflow.feel.printer import say
from caseflow.feel.scope import Function, Limits, Scope
from caseflow.feel.temporal import YearsMonths
from caseflow.feel.typesystem import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    Type,
    conforms,
    context_of,
    join,
    list_of,
    one_of,
    range_of,
)

__all__ = [
    "ANY",
    "BOOLEAN",
    "CONTEXT",
    "DATE",
    "DATE_TIME",
    "DAYS_DURATION",
    "NULL",
    "NUMBER",
    "STRING",
    "TIME",
    "YEARS_DURATION",
    "Expression",
    "FeelError",
    "Function",
    "Limits",
    "Meter",
    "Scope",
    "Type",
    "YearsMonths",
    "conforms",
    "context_of",
    "join",
    "list_of",
    "one_of",
    "parse",
    "parse_type",
    "parse_unary",
    "range_of",
    "say",
]
