"""Which passwords are good enough, and that a name without one takes as long to refuse."""

import pytest
from argon2 import extract_parameters

from caseflow.services import passwords
from caseflow.vocabulary import Invalid

OWN = ("chensiyuan", "陈思远", "Siyuan", "Chen", "SiyuanChen", "ChenSiyuan")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "passwordpassword",
        "qwertyuiop123456",
        "aaaaaaaaaaaaaaaa",
        "chensiyuan2010",
        "Chensiyuan!2010",
        "dalianguoshui2010",
        "caseflow123456",
        "陈思远陈思远陈思远陈思远",
        "大连国税局大连国税局国税",
        "P@ssw0rd12345",
    ],
)
def test_a_password_that_is_guessed_at_once_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.hashed(password, words=OWN)
    assert refusal.value.code == "password_guessable"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "tiao wu-yu san-qing wa",
        "梧桐与雨伞，青蛙跳舞三更天",
        "x9!kQ2#vL7pz",
    ],
)
def test_no_kind_of_character_is_asked_for(password: str) -> None:
    assert passwords.fits(passwords.hashed(password, words=OWN), password)


@pytest.mark.parametrize("password", ["x9!kQ2#vL7p", "k3 " * 86])
def test_length_has_two_ends(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.hashed(password)
    assert refusal.value.code == "password_length"


def test_a_first_password_is_good_enough_and_never_the_same() -> None:
    first, second = passwords.first(), passwords.first()
    assert first != second
    assert passwords.fits(passwords.hashed(first), first)


def test_without_a_password_on_file_the_same_work_is_done_and_the_answer_is_no() -> None:
    ours = passwords.hashed("x9!kQ2#vL7pz")
    assert extract_parameters(passwords.NOBODY) == extract_parameters(ours)
    assert not passwords.fits(None, "x9!kQ2#vL7pz")
    assert not passwords.fits(ours, "\ud800")


def test_a_letter_composed_in_two_ways_is_the_same_letter() -> None:
    assert passwords.fits(
        passwords.hashed("caf\u00e9 mondänes Gewitter"), "cafe\u0301 mondänes Gewitter"
    )
