"""The six refusals. Verbs raise them with a code and values; the doors make the sentences."""

from __future__ import annotations


class Refused(Exception):
    """A verb said no. ``code`` is stable English, ``values`` fill the sentence of the door."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep the code and the values that the sentence needs."""
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.code}({shown})" if shown else self.code


class NotFound(Refused):
    """It does not exist, or this actor may not know that it does."""


class Forbidden(Refused):
    """It exists and is visible, but this actor may not do that."""


class Invalid(Refused):
    """What came in cannot be used; ``values['fields']`` may name the places."""


class Conflict(Refused):
    """Somebody or something else stands in the way now."""


class Stale(Refused):
    """It is no longer what the actor saw: who changed it, and when, are in the values."""


class Unavailable(Refused):
    """A part of the house is away; try again later."""


class TooOften(Refused):
    """Asked for more often than anybody needs; ``values['seconds']`` says when to come again."""
