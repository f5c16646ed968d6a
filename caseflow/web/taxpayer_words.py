"""A household in words, after the bureau's terms."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.models import Taxpayer
from caseflow.reads.taxpayers import Page, Row, Wish
from caseflow.vocabulary.choices.campaigns import HouseholdMark as Mark
from caseflow.web import contacts, words
from caseflow.web.languages import name_of, say
from caseflow.web.listing import Filter
from caseflow.web.speech import _


@dataclass(frozen=True, slots=True)
class RowWords:
    """What a row says besides its names."""

    kind: str
    reg_status: str
    is_normal: bool
    vat_class: str


def row(found: Row) -> RowWords:
    """One row of the portfolio."""
    return RowWords(
        kinds().get(found.kind, found.kind),
        states().get(found.reg_status, found.reg_status),
        found.reg_status == "normal",
        classes().get(found.vat_class, found.vat_class),
    )


def filters(wish: Wish) -> tuple[Filter, ...]:
    """The select boxes above the portfolio."""
    return (
        Filter("kind", _("户别"), _("全部户别"), tuple(kinds().items()), wish.kind),
        Filter(
            "reg_status", _("登记状态"), _("全部状态"), tuple(states().items()), wish.reg_status
        ),
        Filter(
            "vat_class", _("增值税身份"), _("全部身份"), tuple(classes().items()), wish.vat_class
        ),
    )


def state(taxpayer: Taxpayer) -> tuple[str, str]:
    """Registration status and the colour of its tag."""
    name = states().get(taxpayer.reg_status, taxpayer.reg_status)
    return name, "ok" if taxpayer.reg_status == "normal" else "warn"


def identity(page: Page) -> tuple[tuple[str, str | None], ...]:
    """Identity pairs of the file."""
    taxpayer = page.taxpayer
    holder = page.holders[0] if page.holders else None
    return (
        (_("纳税人识别号"), contacts.tin_of(taxpayer)),
        (_("户别"), kinds().get(taxpayer.kind, taxpayer.kind)),
        (_("增值税身份"), classes().get(taxpayer.vat_class, taxpayer.vat_class)),
        (_("行业"), f"{taxpayer.industry_name}（{taxpayer.industry_code}）"),
        (_("法定代表人"), taxpayer.legal_rep),
        (_("财务负责人"), taxpayer.finance_head),
        (_("联系电话"), contacts.phone_of(taxpayer)),
        (_("登记日期"), words.day_long(taxpayer.registered_on)),
        (_("经营地址"), taxpayer.address),
        (_("纳税信用等级"), taxpayer.credit_grade or words.NOTHING),
        (_("重点税源户"), _("是") if taxpayer.is_key_source else _("否")),
        (_("主管单位"), name_of(page.section.name, page.section.name_en)),
        (
            _("税收管理员"),
            _("%(name)s（%(day)s 起）", name=holder.name, day=holder.valid_from)
            if holder
            else words.NOTHING,
        ),
    )


def marks(page: Page) -> tuple[tuple[str, bool, str], ...]:
    """The marks of a household in words: which, whether it is set, and from which day."""
    return tuple(
        (say(Mark(row.mark)), row.is_set, words.day_long(row.on_date)) for row in page.marks
    )


def same_rep(page: Page) -> tuple[tuple[int, str, str, bool], ...]:
    """Other households of the legal representative."""
    return tuple(
        (number, name, states().get(status, status), status == "normal")
        for number, name, status in page.same_rep
    )


def kinds() -> dict[str, str]:
    """The kinds of household in words."""
    return {
        "enterprise": _("企业"),
        "individual": _("个体工商户"),
        "institution": _("事业单位、社会团体"),
    }


def states() -> dict[str, str]:
    """The registration statuses in words."""
    return {
        "normal": _("正常"),
        "suspended": _("停业"),
        "abnormal": _("非正常户"),
        "invalidated": _("证件失效"),
        "in_liquidation": _("注销在办"),
        "cancelled": _("注销"),
        "unregistered": _("未登记"),
        "out_of_town": _("报验"),
    }


def classes() -> dict[str, str]:
    """The classes of taxpayers for value-added tax in words."""
    return {
        "general": _("一般纳税人"),
        "general_tutoring": _("辅导期一般纳税人"),
        "small_scale": _("小规模纳税人"),
        "fixed_quota": _("定期定额户"),
        "non_vat": _("非增值税纳税人"),
        "none": _("非增值税纳税人"),
    }
