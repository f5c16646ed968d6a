"""Files as the source systems export them, small: thirty wholesalers, one of them at odds."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from caseflow.detection import catalogue
from caseflow.lake import fields
from caseflow.models import ScreeningRun
from caseflow.services import facts, screening
from caseflow.vocabulary import SYSTEM
from tests.factories import ROOT

AT_ODDS = "大连样例一号贸易有限公司"
_INDICATORS = ROOT / "indicators"
_HOUSEHOLDS = range(1, 31)
_MONTHS = (200910, 200911, 200912)
_INPUT = 100_000


def screen(session: Session, folder: Path) -> ScreeningRun:
    """Take the files in and screen December 2009 over them."""
    registry = fields.load(_INDICATORS / "fields.yaml")
    for path in write(folder):
        facts.take_in(session, SYSTEM, path, registry=registry)
    return screening.run(session, SYSTEM, catalogue.load(_INDICATORS), period=200912)


def write(folder: Path) -> list[Path]:
    """Write the register, who manages whom, and the VAT returns of three months."""
    return [
        _file(folder / "综合征管户籍.csv", _REGISTER, (_registered(each) for each in _HOUSEHOLDS)),
        _file(folder / "管户.csv", _MANAGED, ((_tin(n), 200912, "officer") for n in _HOUSEHOLDS)),
        _file(
            folder / "增值税申报.csv",
            _RETURNS,
            (_returned(n, month) for n in _HOUSEHOLDS for month in _MONTHS),
        ),
    ]


_REGISTER = (
    *("纳税人识别号", "所属期", "taxpayer_name", "legal_rep_name", "business_address", "phone"),
    *("registered_on", "taxpayer_kind", "reg_status", "vat_class", "collection_method"),
    *("industry_code", "ownership_type", "district_code", "section_code", "credit_grade"),
    "is_key_source",
)
_MANAGED = ("纳税人识别号", "所属期", "税收管理员代码")
_RETURNS = ("纳税人识别号", "所属期", "进项税额", "海关完税凭证抵扣进项", "sales_taxable")


def _registered(n: int) -> Sequence[object]:
    name = AT_ODDS if n == 1 else f"大连样例{n:02d}商贸有限公司"
    return (
        *(_tin(n), 200912, name, f"样例人{n}", f"大连市中山区样例路{n}号", f"0411-8000{n:04d}"),
        *("2003-05-06", "enterprise", "normal", "general", "books"),
        *("6311", "170", "01", "0101", "B", 0),
    )


def _returned(n: int, month: int) -> Sequence[object]:
    share = 0.85 if n == 1 and month == _MONTHS[-1] else 0.05 + n / 1000
    return (_tin(n), month, f"{_INPUT:.2f}", f"{_INPUT * share:.2f}", f"{_INPUT * 8:.2f}")


def _tin(n: int) -> str:
    return f"2102020009000{n:02d}"


def _file(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    return path
