"""One thing that the page offers on a form: a choice, or a row that is given."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice or one given row: what is stored, and its words.

    ``today_zh`` and ``today_en`` hold on the day they are read and are told on the form alone.
    """

    key: str
    zh: str
    en: str
    today_zh: str = ""
    today_en: str = ""
