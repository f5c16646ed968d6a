"""The shipped catalogue is whole; a broken or hostile one is refused with file, line, indicator."""

import re
import shutil
from pathlib import Path

import pytest

from caseflow.detection import catalogue
from caseflow.detection.notation import Fault
from caseflow.vocabulary import Invalid
from tests.support import lakes

NAMED = (
    *("VAT-001", "VAT-016", "TIC-002", "TIC-003", "TIC-004", "TIC-011", "INV-002", "INV-003"),
    *("INV-015", "FIL-009", "TPD-001", "TPD-013"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of two groups."""
    copy = shutil.copytree(lakes.INDICATORS, tmp_path / "indicators")
    general = copy / "catalogue.yaml"
    lines = general.read_text(encoding="utf-8").splitlines()
    groups = re.compile(r"- \{key: (?!VAT|TIC)[A-Z]{3}, ")
    kept = [line for line in lines if not groups.match(line)]
    general.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return copy


def spoil(folder: Path, file: str, old: str, new: str) -> list[Fault]:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return faults(folder)


def faults(folder: Path) -> list[Fault]:
    with pytest.raises(Invalid) as refusal:
        catalogue.load(folder)
    found = refusal.value.values["faults"]
    assert isinstance(found, tuple)
    return list(found)


def test_all_248_indicators_are_there_and_the_171_of_taxpayers_are_screened() -> None:
    found = lakes.indicators().indicators
    assert len(found) == 248
    assert sum(each.not_screened is None for each in found.values()) == 171
    assert {each.not_screened for each in found.values()} == {None, "aggregate"}


@pytest.mark.parametrize("code", NAMED)
def test_the_first_indicators_are_screened(code: str) -> None:
    assert lakes.indicators().indicators[code].not_screened is None


def test_every_indicator_is_said_in_both_languages() -> None:
    burden = lakes.indicators().indicators["VAT-001"]
    assert burden.say("zh") == "(增值税应纳税额)÷(应税销售额)"
    assert burden.say("en") == "(VAT payable) divided by (VAT taxable sales (general method))"


def test_indicators_are_due_when_their_period_ends() -> None:
    codes = {
        month: {each.code for each in lakes.indicators().due(month)}
        for month in (200910, 200909, 200912)
    }
    assert "VAT-016" in codes[200910]
    assert "VAT-001" not in codes[200910]
    assert "VAT-001" in codes[200909]
    assert "TPD-001" not in codes[200909]
    assert codes[200910] < codes[200909] < codes[200912]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("expr: vat_payable / sales_taxable", "expr: vat_payable / sales", "formula"),
        ("expr: vat_payable / sales_taxable", "expr: vat_payable +", "formula"),
        ("expr: vat_payable / sales_taxable", "expr: __import__('os')", "formula"),
        ("expr: vat_payable / sales_taxable", "expr: read_csv('x') ; drop table y", "formula"),
        ("expr: vat_payable / sales_taxable", "expr: vat_payable + fw_used", "unit_mismatch"),
        ("expr: vat_payable / sales_taxable", "expr: vat_payable > 3", "not_a_value"),
        ("expr: vat_payable / sales_taxable", "expr: ytd(inventory_end)", "not_a_flow"),
        ("expr: vat_payable / sales_taxable", "expr: roll(vat_payable, 99)", "bad_months"),
        ("expr: vat_payable / sales_taxable", "expr: ytd(max(vat_payable, 1))", "not_linear"),
        ("expr: vat_payable / sales_taxable", "expr: sum([vat_payable])", "not_supported"),
        ("direction: low", "direction: down", "not_allowed"),
        ("threshold: {type: peer_ratio", "threshold: {type: magic", "not_allowed"),
        ("value: 0.7", "value: lots", "not_a_number"),
        ("aspect: burden", "aspect: beauty", "not_allowed"),
        ("risk_points: [RP29", "risk_points: [RP99", "not_allowed"),
        ("  signal:", "  sign:", "missing"),
        ("  case_type: TA", "  case_type: TA\n  run: rm -rf", "unknown_key"),
        ("  case_type: TA", "  zh: twice", "repeated"),
        ("code: VAT-001", "code: INV-001", "bad_code"),
        ("code: VAT-002", "code: VAT-001", "repeated"),
        ("code: VAT-001", "code: !!python/object/apply:os.system [id]", "tag"),
        ("code: VAT-001", "code: &anchor VAT-001", "alias"),
        ("code: VAT-001", "code: [[[[[[[[[[[[[[]]]]]]]]]]]]]]", "too_deep"),
        ("code: VAT-001", "code: {", "not_yaml"),
        ("estimate: (threshold - value)", "estimate: value + (threshold - value)", "unit_mismatch"),
    ],
)
def test_a_fault_is_named_with_its_place(folder: Path, old: str, new: str, code: str) -> None:
    found = spoil(folder, "VAT.yaml", old, new)
    assert [(each.file, each.code) for each in found] == [("VAT.yaml", code)]
    assert found[0].line > 3
    assert found[0].say("en").startswith(f"VAT.yaml, line {found[0].line}")


def test_a_fault_in_a_formula_is_told_to_the_column(folder: Path) -> None:
    (found,) = spoil(folder, "TIC.yaml", "input_customs / vat_input", "input_custom / vat_input")
    assert found.indicator == "TIC-002"
    assert "第1行第1列" in found.say("zh")
    assert "input_customs" in found.say("en")


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    spoil(folder, "TIC.yaml", "code: TIC-001", "code: X")
    codes = {each.file for each in spoil(folder, "VAT.yaml", "aspect: burden", "aspect: x")}
    assert codes == {"TIC.yaml", "VAT.yaml"}


def test_a_missing_file_and_a_huge_one_are_refused(folder: Path) -> None:
    (folder / "VAT.yaml").unlink()
    (folder / "TIC.yaml").write_text("#" * (1 << 20) + "\n", encoding="utf-8")
    assert {(each.file, each.code) for each in faults(folder)} == {
        ("VAT.yaml", "file_missing"),
        ("TIC.yaml", "file_too_large"),
    }


def test_a_change_of_meaning_changes_the_hash(folder: Path) -> None:
    before = lakes.indicators()
    path = folder / "VAT.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value: 0.7", "value: 0.6", 1), encoding="utf-8")
    after = catalogue.load(folder)
    changed = [
        code
        for code, each in after.indicators.items()
        if each.sha256 != before.indicators[code].sha256
    ]
    assert changed == ["VAT-001"]
    assert after.sha256 != before.sha256
