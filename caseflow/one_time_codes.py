"""One-time codes of a device that shares a secret (RFC 6238): what they are, which one fits."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
# A device's clock may be one step away from ours.
_DRIFT = 1


def step_at(moment: datetime) -> int:
    """The number of the half minute since 1970 in which a moment lies."""
    return int(moment.timestamp()) // SECONDS


def code_at(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """The code of one step (RFC 4226, HMAC-SHA-1, which is what every device speaks)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    place = mac[-1] & 0x0F
    number = int.from_bytes(mac[place : place + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def fitting_step(secret: bytes, typed: str, *, now: datetime, after: int | None) -> int | None:
    """The step whose code was typed; only one later than ``after``, so none is taken twice."""
    digits = "".join(typed.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    middle = step_at(now)
    steps = range(middle - _DRIFT, middle + _DRIFT + 1)
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step), digits)]
    return next((step for step in fitting if after is None or step > after), None)


def key_text(secret: bytes) -> str:
    """The secret as a person types it into a device: base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, *, issuer: str, account: str) -> str:
    """What the square picture says to a device."""
    values = {
        "secret": base64.b32encode(secret).decode().rstrip("="),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": SECONDS,
    }
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(values, quote_via=quote)}"
