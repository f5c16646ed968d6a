"""Every source system has its file types, told by their headers in both languages."""

from pathlib import Path

import pytest

from caseflow.lake import fields, filetypes

REGISTRY = fields.load(Path("indicators/fields.yaml"))
KINDS = filetypes.kinds(REGISTRY)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@pytest.mark.parametrize("lang", ["zh", "en", "name"])
def test_a_file_is_recognised_by_its_headers(kind: filetypes.FileKind, lang: str) -> None:
    assert filetypes.recognise(REGISTRY, filetypes.headers(kind, lang)) == [kind]


def test_every_importable_field_belongs_to_exactly_one_file_type() -> None:
    placed = [each.name for kind in KINDS.values() for each in kind.fields]
    importable = [each.name for each in REGISTRY.fields.values() if each.derived is None]
    assert sorted(placed) == sorted(importable)


def test_a_foreign_header_is_not_recognised() -> None:
    header = [*filetypes.headers(KINDS["dy_tp"], "zh"), "备注"]
    assert filetypes.recognise(REGISTRY, header) == []


def test_headers_may_differ_in_width_case_and_blanks() -> None:
    header = ["\ufeff纳税人识别号", " 所属期 ", "DY_KWH"]
    assert filetypes.recognise(REGISTRY, header) == [KINDS["dy_tp"]]


def test_numbers_are_whole_multiples_and_amounts_are_fen() -> None:
    amounts = [each for each in REGISTRY.fields.values() if each.unit == "CNY"]
    assert {each.scale for each in amounts} == {100}
