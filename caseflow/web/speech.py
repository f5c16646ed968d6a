"""The words of a page in its language; typed doors to the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import flask_babel


def _(text: str, **values: object) -> str:
    """A message in the language of the page."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, number: int) -> str:
    """A message that counts; ``%(num)d`` is the number."""
    return str(flask_babel.ngettext(one, many, number))


def later(text: str) -> object:
    """A message of a table that is built before any page: said when it is turned into text."""
    return flask_babel.lazy_gettext(text)


@contextmanager
def in_chinese() -> Iterator[None]:
    """What is said meanwhile is said in Chinese: papers are, whatever the page speaks."""
    with flask_babel.force_locale("zh"):
        yield
