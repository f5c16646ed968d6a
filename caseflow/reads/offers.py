"""One thing that the page offers on a form: a choice, or a row that is given."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice or one given row: what is stored, and its words."""

    key: str
    zh: str
    en: str
