"""One-time codes against the vectors of the standards, and what is not taken."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from caseflow import one_time_codes as codes

SECRET = b"12345678901234567890"
NOW = datetime(2010, 1, 25, 1, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    step = codes.step_at(datetime.fromtimestamp(seconds, UTC))
    assert codes.code_at(SECRET, step, digits=8) == code


@pytest.mark.parametrize("late", [-30, 0, 30])
def test_a_clock_that_is_a_step_away_is_forgiven(late: int) -> None:
    step = codes.step_at(NOW + timedelta(seconds=late))
    assert codes.fitting_step(SECRET, codes.code_at(SECRET, step), now=NOW, after=None) == step


@pytest.mark.parametrize("late", [-60, 60])
def test_a_code_from_further_away_is_refused(late: int) -> None:
    code = codes.code_at(SECRET, codes.step_at(NOW + timedelta(seconds=late)))
    assert codes.fitting_step(SECRET, code, now=NOW, after=None) is None


def test_a_code_is_not_taken_twice_nor_one_before_it() -> None:
    step = codes.step_at(NOW)
    for each in (step, step - 1):
        code = codes.code_at(SECRET, each)
        assert codes.fitting_step(SECRET, code, now=NOW, after=step) is None
    following = codes.code_at(SECRET, step + 1)
    assert codes.fitting_step(SECRET, following, now=NOW, after=step) == step + 1


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12345",
        "1234567",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "abcdef",
        "\x00" * 6,
        "²²²²²²",
    ],
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert codes.fitting_step(SECRET, typed, now=NOW, after=None) is None


def test_spaces_that_a_device_shows_are_left_out() -> None:
    code = codes.code_at(SECRET, codes.step_at(NOW))
    assert codes.fitting_step(SECRET, f" {code[:3]} {code[3:]} ", now=NOW, after=None)


def test_key_and_picture_say_the_same_secret() -> None:
    text = codes.key_text(SECRET).replace(" ", "")
    assert base64.b32decode(text) == SECRET
    said = urlsplit(codes.address(SECRET, issuer="信息管税平台", account="chen&x"))
    assert (said.scheme, said.netloc) == ("otpauth", "totp")
    assert parse_qs(said.query)["secret"] == [text]
