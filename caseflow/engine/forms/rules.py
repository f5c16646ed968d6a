"""What form-js calls ``validate``, and the named validators, as validators of WTForms."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from wtforms.validators import StopValidation

from caseflow.engine.forms import fields as inputs
from caseflow.engine.forms.errors import FieldError
from caseflow.engine.forms.specs import FieldSpec
from caseflow.engine.forms.validators import VALIDATORS
from caseflow.feel.patterns import Program, TooMuchWork, Work, compile_pattern, search
from caseflow.typed import read_number

Check = Callable[[Any, Any], None]
_MOST_WORK = 200_000  # steps of a pattern, some tenths of a second


class Needed:
    """An answer is wanted; without one, nothing else is looked for."""

    field_flags = {"required": True}  # noqa: RUF012 - the protocol of WTForms

    def __call__(self, form: Any, bound: Any) -> None:
        """Stop where there is no answer."""
        if bound.process_errors:
            raise StopValidation
        if is_empty(bound):
            raise inputs.stop("required")


def may_be_empty(form: Any, bound: Any) -> None:
    """Look no further where there is no answer and none is wanted."""
    if bound.process_errors or is_empty(bound):
        raise StopValidation


def whole(pattern: str) -> Program:
    """A pattern that the whole answer must fit; raises BadPattern.

    Python's own engine might take for ever over one: this one's work is bounded.
    """
    return compile_pattern(f"^({pattern})$")


def fits(pattern: Program, text: str) -> bool:
    """Whether an answer fits; one that is too much work does not."""
    try:
        return bool(search(pattern, text, Work(_MOST_WORK)))
    except TooMuchWork:
        return False


def is_empty(bound: Any) -> bool:
    """Whether nothing was answered; a tick not set counts as nothing."""
    if isinstance(bound, inputs.Files) and bound.uploads:
        return False
    return bound.data is None or bound.data is False or bound.data in ("", [])


def validators_of(spec: FieldSpec) -> list[Check]:
    """The checks of one field, in the order in which errors are most helpful."""
    limits = spec.limits
    checks: list[Check] = [Needed() if limits.required else may_be_empty]
    if spec.type in {"textfield", "textarea"}:
        checks += _text_checks(spec)
    if spec.type == "number":
        checks += _number_checks(spec)
    if spec.validator:
        checks.append(_named(spec.validator))
    return checks


def _text_checks(spec: FieldSpec) -> list[Check]:
    limits = spec.limits
    longest = limits.max_length or (10_000 if spec.type == "textarea" else 500)
    shortest = limits.min_length or 0
    pattern = whole(limits.pattern) if limits.pattern else None

    def check(_: Any, bound: Any) -> None:
        text = str(bound.data or "")
        if len(text) < shortest:
            raise inputs.stop("too_short", limit=shortest, found=len(text))
        if len(text) > longest:
            raise inputs.stop("too_long", limit=longest, found=len(text))
        if pattern is not None and not fits(pattern, text):
            raise inputs.stop("pattern", pattern=limits.pattern)

    return [check]


def _number_checks(spec: FieldSpec) -> list[Check]:
    least = read_number(spec.limits.min) if spec.limits.min else None
    most = read_number(spec.limits.max) if spec.limits.max else None

    def check(_: Any, bound: Any) -> None:
        value: Decimal = bound.data
        if least is not None and value < least:
            raise inputs.stop("too_small", limit=least)
        if most is not None and value > most:
            raise inputs.stop("too_large", limit=most)

    return [check]


def _named(name: str) -> Check:
    validator = VALIDATORS[name]

    def check(_: Any, bound: Any) -> None:
        error: FieldError | None = validator(bound.data)
        if error is not None:
            raise inputs.wrong(error)

    return check
