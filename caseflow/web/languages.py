"""
Chinese and English on screen. Message ids are Simplified Chinese; ``en`` is the one catalogue.

The catalogue is read from its text form at start, so that no compiled file has to be kept.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal, Protocol

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain

from caseflow.vocabulary import PostHeld

Language = Literal["zh", "en"]

CATALOGUE = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"


class Bilingual(Protocol):
    """Anything of the vocabulary: it knows its Chinese and its English."""

    @property
    def zh(self) -> str:
        """In Chinese."""

    @property
    def en(self) -> str:
        """In English."""


def install(app: Flask) -> None:
    """Choose the language of each request and give the templates their words."""
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=language)
    domain = Domain(domain="messages")
    domain.cache["en", "messages"] = _english()
    domain.cache["zh", "messages"] = NullTranslations()
    app.before_request(domain.as_default)
    app.jinja_env.filters["say"] = say
    app.jinja_env.globals["language"] = language


def language() -> Language:
    """The person's own setting, then what the browser prefers, then Chinese."""
    person = g.get("person")
    chosen = person.preferences.locale if person else request.cookies.get("cf_locale")
    if chosen in ("zh", "en"):
        return "en" if chosen == "en" else "zh"
    best = request.accept_languages.best_match(["zh", "zh-cn", "en"], default="zh")
    return "en" if best == "en" else "zh"


def say(term: Bilingual | None) -> str:
    """A term of the vocabulary in the language of the page."""
    if term is None:
        return ""
    return capital(term.en) if language() == "en" else term.zh


def capital(text: str) -> str:
    """A text that stands by itself, such as a label, with a capital in front."""
    return text[:1].upper() + text[1:]


def name_of(zh: str, en: str | None) -> str:
    """A name that carries its own English, such as a step's or a unit's."""
    return en if en and language() == "en" else zh


def unit_of(held: PostHeld) -> str:
    """The unit that a post lies in."""
    return name_of(held.unit_name, held.unit_name_en)


def _english() -> Translations:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain="messages")
