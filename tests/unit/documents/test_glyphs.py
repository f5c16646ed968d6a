"""Characters that no font can show, and texts that no page can hold."""

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from caseflow import documents
from caseflow.documents import HOUSE_FONTS, PaperKind
from caseflow.documents.glyphs import characters_of, fit
from tests.unit.documents import specimens

SERIF = HOUSE_FONTS / "NotoSerifSC_400Regular.ttf"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("大连喆堃公司", "大连喆堃公司"),
        ("𠮷野家", "〓野家"),
        ("😀收到\ue000", "〓收到〓"),
        ("甲\t乙\x00\x07丙\r\n丁", "甲 乙丙\n丁"),
        ("\u202e反向\u200b", "反向"),
        ("①㎡‰é〔〕", "①㎡‰é〔〕"),
        ("\ud83d", "〓"),
    ],
)
def test_what_has_no_shape_is_marked_and_what_steers_is_dropped(typed: str, shown: str) -> None:
    assert fit(typed, characters_of([(SERIF, 0)])) == shown


@pytest.mark.parametrize(
    "typed", ["𠮷😀", "\x00", "مرحبا", "한국", "\ud83d", "a" * 500, "长" * 5000]
)
def test_no_text_stops_a_paper(typed: str) -> None:
    letter = replace(specimens.INQUIRY, questions=(typed,))
    assert documents.render(PaperKind.INQUIRY_LETTER, letter).startswith(b"%PDF-")


def test_the_check_code_is_of_the_text_as_typed() -> None:
    codes = {
        documents.check_code(
            PaperKind.INQUIRY_LETTER, replace(specimens.INQUIRY, questions=(typed,))
        )
        for typed in ("𠮷", "😀", "〓")
    }
    assert len(codes) == 3


def test_a_font_with_the_older_character_map_is_read_too(tmp_path: Path) -> None:
    assert characters_of([(_old_font(tmp_path), 0)]) == {0x41, 0x42, 0x4E00}


def test_a_font_of_a_collection_is_found_by_its_index(tmp_path: Path) -> None:
    header = struct.pack(">4sIIII", b"ttcf", 0x10000, 2, 20, 20)
    file = tmp_path / "collection.ttc"
    file.write_bytes(header + _font(offset=20))
    assert characters_of([(file, 1)]) == {0x41, 0x42, 0x4E00}


def _old_font(folder: Path) -> Path:
    file = folder / "old.ttf"
    file.write_bytes(_font(offset=0))
    return file


def _font(offset: int) -> bytes:
    """A file with nothing but a character map of format 4: A, B, 一, and 丁 without a shape."""
    ends, starts = (0x42, 0x4E01, 0xFFFF), (0x41, 0x4E00, 0xFFFF)
    deltas, offsets = (0x10000 - 0x40, 0, 1), (0, 4, 0)
    segments = struct.pack(">3HH3H3H3H2H", *ends, 0, *starts, *deltas, *offsets, 7, 0)
    head = struct.pack(">7H", 4, 14 + len(segments), 0, 6, 0, 0, 0)
    table = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + head + segments
    directory = struct.pack(">IHHHH", 0x10000, 1, 0, 0, 0)
    return directory + struct.pack(">4sIII", b"cmap", 0, offset + 28, len(table)) + table
