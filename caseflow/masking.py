"""Identity and telephone numbers as others see them: enough to recognise, not enough to use."""

from __future__ import annotations

# How much of a number stays to be read, at its beginning and its end.
FIRST, LAST = 3, 2


def masked(text: str) -> str:
    """Cover the digits and letters between the first three and the last two.

    >>> masked("0411-86650012"), masked("13800001234"), masked("210202197001011234"), masked("12")
    ('041*-******12', '138******34', '210*************34', '**')
    """
    places = [at for at, letter in enumerate(text) if letter.isalnum()]
    shown = {*places[:FIRST], *places[-LAST:]} if len(places) > FIRST + LAST else set()
    return "".join(
        letter if at in shown or not letter.isalnum() else "*" for at, letter in enumerate(text)
    )
