"""Fields of WTForms that take what officers type and keep what they mean.

Numbers are Decimal and may be typed ``1,234.5`` or in full-width digits; dates ``2010-01-25``,
``2010/1/25`` or ``2010年1月25日``. What cannot be read stays in ``raw_data`` and is shown again.
"""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import (
    CheckboxInput,
    DateInput,
    DateTimeLocalInput,
    FileInput,
    ListWidget,
    RadioInput,
    TextArea,
    TextInput,
    TimeInput,
)

from caseflow.clock import BUREAU_ZONE
from caseflow.engine.forms.errors import FieldError
from caseflow.engine.forms.specs import Choice
from caseflow.typed import read_date, read_number

_TIME = re.compile(r"(\d{1,2})\s*[:时]\s*(\d{2})\s*分?(?::\d{2})?")


def read_time(text: str) -> time | None:
    """The time of day somebody typed; None if it is none."""
    match = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return time(int(match[1]), int(match[2])) if match else None
    except ValueError:
        return None


class Text(StringField):
    """Text without blanks around it and without characters that nobody can type."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take what was typed."""
        if not valuelist:
            return
        text = str(valuelist[0]).replace("\r\n", "\n").strip()
        self.data = text or None
        if any(_is_unseen(sign) for sign in text):
            raise ValueError(FieldError("bad_character"))

    def _value(self) -> str:
        return typed(self) or str(self.data or "")


class LongText(Text):
    """Text of several lines."""

    widget = TextArea()


class _Read(Field):
    """A field whose text is read into a value."""

    widget = TextInput()
    code = ""

    @abstractmethod
    def read(self, text: str) -> object | None:
        """The value of a text that is not empty; None if it has none."""

    def show(self, value: Any) -> str:
        """The text of a value."""
        return str(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed."""
        if not valuelist:
            return
        text = str(valuelist[0]).strip()
        self.data = self.read(text) if text else None
        if text and self.data is None:
            raise ValueError(FieldError(self.code))

    def _value(self) -> str:
        return typed(self) or ("" if self.data is None else self.show(self.data))


class Number(_Read):
    """A Decimal with so many places at most."""

    code = "not_a_number"

    def __init__(self, *args: Any, digits: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.digits = digits

    def read(self, text: str) -> Decimal | None:
        """Read a number."""
        return read_number(text)

    def show(self, value: Any) -> str:
        """Write it with its places."""
        return format(value, f".{self.digits}f") if isinstance(value, Decimal) else str(value)

    def pre_validate(self, form: Any) -> None:
        """Refuse more places than the field has."""
        if isinstance(self.data, Decimal):
            exponent = self.data.normalize().as_tuple().exponent
            if isinstance(exponent, int) and -exponent > self.digits:
                raise StopValidation(FieldError("too_many_decimals", {"limit": self.digits}))


class Day(_Read):
    """A date."""

    widget = DateInput()
    code = "not_a_date"

    def read(self, text: str) -> date | None:
        """Read a date."""
        return read_date(text)


class TimeOfDay(_Read):
    """A time of day."""

    widget = TimeInput()
    code = "not_a_time"

    def read(self, text: str) -> time | None:
        """Read a time."""
        return read_time(text)

    def show(self, value: Any) -> str:
        """Write hours and minutes."""
        return str(value.strftime("%H:%M"))


class Instant(_Read):
    """A date and time, in the bureau's zone."""

    widget = DateTimeLocalInput()
    code = "not_a_date"

    def read(self, text: str) -> datetime | None:
        """Read ``2010-01-25T09:30``, or the two parts with a blank between."""
        day, _, hour = text.replace("T", " ").partition(" ")
        date_part, time_part = read_date(day), read_time(hour)
        if date_part is None or time_part is None:
            return None
        return datetime.combine(date_part, time_part, BUREAU_ZONE)

    def show(self, value: Any) -> str:
        """Write it as a browser's field wants it."""
        return str(value.astimezone(BUREAU_ZONE).strftime("%Y-%m-%dT%H:%M"))


class _Choosing:
    """What the fields with choices have in common."""

    options: tuple[Choice, ...]
    raw_data: list[Any] | None
    data: Any

    def known(self) -> set[str]:
        """The values that may be chosen."""
        return {choice.value for choice in self.options}


class One(_Choosing, SelectField):
    """One of several."""

    def __init__(self, *args: Any, options: tuple[Choice, ...], lang: str, **kwargs: Any) -> None:
        self.options = options
        listed = [SelectChoice(choice.value, choice.label(lang)) for choice in options]
        super().__init__(*args, choices=listed, coerce=_word, validate_choice=False, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not offered."""
        if self.data is not None and self.data not in self.known():
            raise StopValidation(FieldError("not_a_choice"))


class Button(One):
    """One of several, as radio buttons."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class Several(_Choosing, SelectMultipleField):
    """Any number of several, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, options: tuple[Choice, ...], lang: str, **kwargs: Any) -> None:
        self.options = options
        listed = [SelectChoice(choice.value, choice.label(lang)) for choice in options]
        super().__init__(*args, choices=listed, validate_choice=False, **kwargs)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Keep each once, in the order offered."""
        given = [str(value) for value in valuelist if value != ""]
        order = {choice.value: place for place, choice in enumerate(self.options)}
        self.data = sorted(dict.fromkeys(given), key=lambda v: order.get(v, len(order)))

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not offered."""
        if set(self.data or ()) - self.known():
            raise StopValidation(FieldError("not_a_choice"))


class Tick(BooleanField):
    """Yes or no."""


class Files(Field):
    """Files: the ids of those already kept, and new ones that the door has to keep first.

    ``uploads`` are the new ones as the web framework hands them over; the door keeps them and
    calls ``keep`` with each id.
    """

    widget = FileInput(multiple=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.uploads: list[Any] = []
        super().__init__(*args, **kwargs)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Tell ids from files."""
        self.data = [value for value in valuelist if isinstance(value, str) and value]
        self.uploads = [value for value in valuelist if getattr(value, "filename", "")]

    def keep(self, attachment_id: str) -> None:
        """Note that a new file is kept under this id."""
        self.data = list(dict.fromkeys([*(self.data or []), attachment_id]))


def typed(field: Field) -> str:
    """What was typed, so that it is shown again as it was."""
    return str(field.raw_data[0]) if field.raw_data else ""


def stop(code: str, **values: object) -> StopValidation:
    """An error after which no other is looked for."""
    return StopValidation(FieldError(code, values))


def wrong(error: FieldError) -> ValidationError:
    """An error beside which others may stand."""
    return ValidationError(error)


def _word(value: object) -> str | None:
    return None if value in (None, "") else str(value)


def _is_unseen(sign: str) -> bool:
    """Control characters but line feed and tab, and halves of pairs."""
    return unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t"
