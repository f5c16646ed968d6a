"""Passwords: their hash, whether one fits, whether one is good enough. No rule of composition."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from zxcvbn import zxcvbn

from caseflow.vocabulary import Invalid

SHORTEST, LONGEST = 12, 256
# Guesses that somebody needs who knows the lists of common and leaked passwords, names, words,
# keyboard rows, dates, and the words of this house.
_GUESSES = 10**9
_LOOKED_AT = 64  # what comes after is not looked at: the search grows with the square
_FIRST_BYTES = 15  # twenty characters that nobody guesses
_OF_THE_HOUSE = (
    *("caseflow", "dalian", "dlgs", "guoshui", "dlguoshui", "shuiwu", "shuiwuju", "shuiju"),
    *("nashui", "nashuiren", "xinxiguanshui", "guanshui", "zhengguan", "jicha", "liaoning"),
    *("zhongshan", "xigang", "shahekou", "ganjingzi", "lvshun", "lushun", "jinzhou", "kaifaqu"),
    *("大连", "国税", "税务", "税务局", "国家税务局", "纳税", "纳税人", "信息管税", "平台", "中国"),
)

# Hashing takes 19 MiB and a few hundredths of a second: many at once would be an attack.
_hashing = threading.Semaphore(4)
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified for names that do not exist, so that both answers take the same time.
NOBODY = _hasher.hash(secrets.token_hex(16))


def hashed(password: str, *, words: Iterable[str] = ()) -> str:
    """The argon2id hash of a password that is good enough; ``words`` are the person's own.

    Raises:
        Invalid: shorter than 12 or longer than 256 characters, or easily guessed.
    """
    _require_good(password, [word for word in words if word])
    with _hashing:
        return _hasher.hash(_bytes(password))


def first() -> str:
    """A password to hand out once: its owner has to choose another at the first sign-in."""
    return secrets.token_urlsafe(_FIRST_BYTES)


def fits(stored: str | None, password: str) -> bool:
    """Whether this is the password; without one on file it takes as long to say no."""
    with _hashing:
        try:
            _hasher.verify(stored or NOBODY, _bytes(password[: LONGEST + 1]))
        except VerificationError:
            return False
    return stored is not None


def _bytes(password: str) -> bytes:
    """The same bytes whichever way a keyboard composes a letter."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _require_good(password: str, words: list[str]) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password_length", shortest=SHORTEST, longest=LONGEST)
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=[*words, *_OF_THE_HOUSE])
    if found["guesses"] < _GUESSES:
        parts = [each["token"] for each in found["sequence"] if each["pattern"] != "bruteforce"]
        raise Invalid("password_guessable", parts=parts)
