"""
Fines 罚款: the ranges of the tax law, and the rules of the penalty law by the day of the act.

Sources: 税收征收管理法 articles 60 to 70, 74, 86; 实施细则 article 98; 行政处罚法 of 1996 and 2021.
Amounts in yuan; bounds include the figure itself (实施细则 article 108).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from caseflow.amounts import rounded
from caseflow.bilingual import Words

OFFICE_LIMIT = Decimal(2000)
"""Up to which a tax office 税务所 decides (article 74)."""

BAR_YEARS = 5
"""Not discovered within so many years: no fine any more (article 86)."""

HEARING_FROM: Mapping[str, Decimal] = {
    "organisation": Decimal(10_000),
    "individual": Decimal(2_000),
}
"""The fine from which a hearing is offered, by who is fined."""

PAY_WITHIN_DAYS = 15
LATE_RATE = Decimal("0.03")
"""Added for each day that a fine is paid late."""

NEW_TEXT_SINCE = date(2021, 7, 15)
_OLD_TEXT_SINCE = date(1996, 10, 1)

Bands = Callable[[Mapping[str, object]], object]
"""The office's table of fines 罚款裁量表, as the drawing of simple penalties has it."""


@dataclass(frozen=True, slots=True)
class Range:
    """The bounds of a fine in yuan, both included; ``proposed`` where the table has one."""

    lower: Decimal
    upper: Decimal
    proposed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An act and its fine: a sum, with a second one when it is serious, or a share of the tax."""

    words: Words
    code: str
    most: Decimal | None = None
    serious: tuple[Decimal, Decimal] | None = None
    least: Decimal = Decimal(0)
    shares: tuple[Decimal, Decimal] | None = None

    @property
    def article(self) -> Words:
        """The article it is fined by."""
        if self.code == _AGENT_CODE:
            return Words("《税收征收管理法实施细则》第九十八条", "Implementing Rules, article 98")
        number, _, paragraph = self.code.rstrip(")").partition("(")
        part = f"第{_NUMERALS[paragraph]}款" if paragraph else ""
        return Words(
            f"《税收征收管理法》第{_NUMERALS[number]}条{part}",
            f"Tax Collection and Administration Law, article {self.code}",
        )

    def range(self, tax: Decimal, *, is_serious: bool) -> Range:
        """The bounds of the fine; ``tax`` is what it is measured by, where it is."""
        if self.shares is not None:
            return Range(*(rounded(tax * share) for share in self.shares))
        if is_serious and self.serious is not None:
            return Range(*map(rounded, self.serious))
        return Range(rounded(self.least), rounded(self.most or Decimal(0)))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the penalty law: what it asks for, and its article in the text of 1996 and 2021."""

    words: Words
    articles: tuple[str, str]
    content: tuple[Words, Words]


def text_of(act_on: date) -> int | None:
    """Which text governs an act: 0 that of 1996, 1 that of 2021; None: neither."""
    if act_on < _OLD_TEXT_SINCE:
        return None
    return 1 if act_on >= NEW_TEXT_SINCE else 0


def late_return(
    bands: Bands, days: int, *, offence: int, is_individual: bool, is_serious: bool
) -> Range:
    """What the office's table says of a late return: its band, and the fine that is proposed."""
    asked = {
        "article": "L62",
        "seriousness": "serious" if is_serious else "ordinary",
        "is_excused": False,
        "offences": offence,
        "is_individual": is_individual,
        "days_late": days,
    }
    band = bands(asked)
    assert isinstance(band, Mapping)  # noqa: S101 - the table has four outputs
    names = ("low", "high", "first" if offence == 1 else "second")
    return Range(*(rounded(Decimal(str(band[name]))) for name in names))


def late_penalty(fine: Decimal, days: int, act_on: date) -> Decimal:
    """What is added to a fine paid late: 3 % a day, since 2021 not more than the fine itself."""
    added = rounded(fine * LATE_RATE * max(0, days))
    return min(added, fine) if act_on >= NEW_TEXT_SINCE else added


_AGENT_CODE = "R98"
_NUMERALS = {
    "1": "一", "2": "二", "3": "三", "60": "六十", "62": "六十二", "63": "六十三",
    "64": "六十四", "65": "六十五", "66": "六十六", "67": "六十七", "68": "六十八",
    "69": "六十九", "70": "七十",
}  # fmt: skip
_HALF, _FIVE, _ONE, _THREE = Decimal("0.5"), Decimal(5), Decimal(1), Decimal(3)

ACTS: Mapping[str, Act] = {
    "duties": Act(
        Words(
            "未按规定登记、设置账簿、报送银行账号或使用税控装置",
            "duties of registration, books, bank account or tax-control device not met",
        ),
        "60(1)",
        most=Decimal(2000),
        serious=(Decimal(2000), Decimal(10_000)),
    ),
    "certificate": Act(
        Words("违规使用、转借、伪造税务登记证件", "tax certificate misused, lent or forged"),
        "60(3)",
        least=Decimal(2000),
        most=Decimal(10_000),
        serious=(Decimal(10_000), Decimal(50_000)),
    ),
    "late_return": Act(
        Words("逾期申报或报送资料", "return or tax documents late"),
        "62",
        most=Decimal(2000),
        serious=(Decimal(2000), Decimal(10_000)),
    ),
    "evasion": Act(Words("偷税", "tax evasion"), "63", shares=(_HALF, _FIVE)),
    "false_base": Act(Words("编造虚假计税依据", "false tax base"), "64(1)", most=Decimal(50_000)),
    "no_return": Act(
        Words("不申报，不缴或少缴税款", "no return and tax short"),
        "64(2)",
        shares=(_HALF, _FIVE),
    ),
    "hiding_property": Act(
        Words("转移、隐匿财产，妨碍追缴欠税", "hiding property to avoid arrears"),
        "65",
        shares=(_HALF, _FIVE),
    ),
    "refund_fraud": Act(Words("骗取出口退税", "export refund fraud"), "66", shares=(_ONE, _FIVE)),
    "refusal": Act(
        Words("抗税，情节轻微", "refusal with violence, minor"), "67", shares=(_ONE, _FIVE)
    ),
    "not_paying": Act(
        Words("经责令限期缴纳仍未缴纳", "not paying after a demand"),
        "68",
        shares=(_HALF, _FIVE),
    ),
    "not_withholding": Act(
        Words("扣缴义务人应扣未扣", "withholding agent did not withhold"),
        "69",
        shares=(_HALF, _THREE),
    ),
    "obstruction": Act(
        Words("阻挠税务检查", "obstructing an inspection"),
        "70",
        most=Decimal(10_000),
        serious=(Decimal(10_000), Decimal(50_000)),
    ),
    "agent_fault": Act(
        Words("税务代理人过错造成少缴", "agent's fault causing a shortfall"),
        _AGENT_CODE,
        shares=(_HALF, _THREE),
    ),
}
"""Every act that can be fined, by name."""

RULES: Mapping[str, Rule] = {
    "inform": Rule(
        Words("告知", "inform"),
        ("31", "44"),
        (
            Words(
                "决定前告知事实、理由、依据和权利",
                "facts, reasons, grounds and rights before the decision",
            ),
            Words(
                "决定前告知拟罚内容、事实、理由、依据和权利",
                "intended fine, facts, reasons, grounds and rights before the decision",
            ),
        ),
    ),
    "defence": Rule(
        Words("陈述申辩", "defence"),
        ("32", "45"),
        2
        * (
            Words(
                "必须听取，不得因申辩加重处罚",
                "must be heard; no heavier fine because of it",
            ),
        ),
    ),
    "void": Rule(
        Words("决定不成立", "decision void"),
        ("41", "62"),
        (
            Words(
                "未告知或未听取的，处罚决定不能成立",
                "not informed or not heard: the decision does not stand",
            ),
            Words(
                "未告知或未听取的，不得作出处罚决定",
                "not informed or not heard: no such decision may be made",
            ),
        ),
    ),
    "hearing": Rule(
        Words("听证", "hearing"),
        ("42", "63, 64"),
        (
            Words("告知后 3 日内提出", "request within 3 days of notice"),
            Words("告知后 5 个工作日内提出", "request within 5 working days of notice"),
        ),
    ),
    "payment": Rule(
        Words("缴纳", "payment"),
        ("46", "67"),
        2 * (Words("收到决定书之日起 15 日内", "within 15 days of receipt"),),
    ),
    "late_payment": Rule(
        Words("逾期加处罚款", "late payment"),
        ("51", "72"),
        (
            Words("每日按罚款的 3% 加处", "3% of the fine per day"),
            Words(
                "每日按罚款的 3% 加处，不超过罚款本数",
                "3% of the fine per day, not more than the fine itself",
            ),
        ),
    ),
    "no_fine": Rule(
        Words("不予处罚", "no fine"),
        ("27", "33"),
        2
        * (
            Words(
                "轻微并及时改正、没有危害后果的，不予处罚",
                "minor, corrected in time and harmless: no fine",
            ),
        ),
    ),
}
"""The rules of the penalty law by name."""
