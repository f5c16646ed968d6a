"""What a camera wrote into a photograph is read from its bytes, and nothing else is believed."""

from random import Random

import pytest

from caseflow.services.photographs import told_by_device
from tests import photographs

TOLD = {"device_time": "2010-01-25 14:31:07+08:00", "device_place": "38.914000, 121.614700"}


@pytest.mark.parametrize("order", ["<", ">"])
def test_time_and_place_are_told_in_either_order_of_bytes(order: str) -> None:
    assert told_by_device(photographs.jpeg(order=order)) == TOLD


def test_other_files_tell_nothing() -> None:
    assert told_by_device(b"\x89PNG\r\n\x1a\n" + bytes(80)) == {}
    assert told_by_device(b"") == {}
    assert told_by_device(b"\xff\xd8\xff") == {}


def test_photograph_cut_off_anywhere_tells_a_part_of_it_or_nothing() -> None:
    whole = photographs.jpeg()
    for length in range(len(whole)):
        told = told_by_device(whole[:length])
        assert all(TOLD[name].startswith(text) for name, text in told.items())


def test_damaged_bytes_are_never_more_than_a_time_and_a_place() -> None:
    chance, whole = Random(7), photographs.jpeg()
    for _ in range(2000):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            damaged[chance.randrange(20, 260)] = chance.randrange(256)
        assert set(told_by_device(bytes(damaged))) <= set(TOLD)
