"""Forms: form-js files read, checked, and made into classes of WTForms."""

from caseflow.engine.forms.classes import AnswerForm, Part
from caseflow.engine.forms.errors import FieldError
from caseflow.engine.forms.formspec import BadForm, FormSpec
from caseflow.engine.forms.posted import Posted
from caseflow.engine.forms.specs import Choice, FieldSpec, Row
from caseflow.engine.forms.validators import VALIDATORS

__all__ = [
    "VALIDATORS",
    "AnswerForm",
    "BadForm",
    "Choice",
    "FieldError",
    "FieldSpec",
    "FormSpec",
    "Part",
    "Posted",
    "Row",
]
