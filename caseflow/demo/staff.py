"""Units, officers and posts of the bureau (organisation study, sections 1, 2 and 7)."""

from collections.abc import Iterator
from dataclasses import dataclass

from numpy.random import Generator
from pypinyin import Style, lazy_pinyin

from caseflow.demo import names
from caseflow.demo.city import DIVISIONS, District
from caseflow.demo.scales import Roster
from caseflow.services.bureau import OfficerRow, PostRow, UnitRow
from caseflow.vocabulary import Role, UnitLevel

CITY = "00"
INSPECTION = "90"
_URBAN_ORDER = "一二三四五六七八九十"


@dataclass(frozen=True)
class Staff:
    """All people of the bureau and where they sit."""

    units: tuple[UnitRow, ...]
    officers: tuple[OfficerRow, ...]
    posts: tuple[PostRow, ...]

    def administrators(self, district: str) -> tuple[PostRow, ...]:
        """Posts of the administrators of one district, in order of section."""
        return tuple(
            post
            for post in self.posts
            if post.role is Role.TAX_ADMINISTRATOR and post.unit.startswith(district)
        )


# The people whom the demonstration introduces: sign-in name, name, place of their post.
HOME_DISTRICT, HOME_SECTION = "01", "0102"
DEMO_PEOPLE: dict[tuple[Role, str, int], tuple[str, str]] = {
    (Role.CITY_DIRECTOR, CITY, 0): ("director", "马国栋"),
    (Role.POST_ANALYSIS, "D07", 0): ("analyst", "陈思远"),
    (Role.DIVISION_CHIEF, "D07", 0): ("division", "周明远"),
    (Role.POST_DATA_QUALITY, "D07", 0): ("quality", "郑雅文"),
    (Role.DISTRICT_DIRECTOR, HOME_DISTRICT, 0): ("leader", "孙立群"),
    (Role.DISTRICT_DEPUTY, HOME_DISTRICT, 0): ("deputy", "宋立新"),
    (Role.POST_INFO_ADMIN, HOME_DISTRICT, 0): ("info", "何静雯"),
    (Role.ARCHIVIST, HOME_DISTRICT, 0): ("archivist", "梁玉梅"),
    (Role.SECTION_CHIEF, HOME_SECTION, 0): ("chief", "刘志强"),
    (Role.TAX_ADMINISTRATOR, HOME_SECTION, 0): ("officer", "张晓晨"),
    (Role.TAX_ADMINISTRATOR, HOME_SECTION, 1): ("partner", "李雨桐"),
    (Role.AUDITOR, "D12", 0): ("auditor", "赵正平"),
    (Role.SYS_ADMIN, "D13", 0): ("sysadmin", "吴一凡"),
}

_DISTRICT_POSTS = (
    (Role.DISTRICT_DIRECTOR, 1),
    (Role.DISTRICT_DEPUTY, 2),
    (Role.POST_INFO_ADMIN, 1),
    (Role.ARCHIVIST, 1),
    (Role.REVIEWER, 1),
    (Role.LEGAL_REVIEWER, 1),
    (Role.SERVICE_HALL, 1),
    (Role.POST_INVOICE, 1),
)
_CITY_POSTS = (
    (Role.CITY_DIRECTOR, CITY, 1),
    (Role.CITY_DEPUTY, CITY, 3),
    (Role.POST_ANALYSIS, "D07", 7),
    (Role.AUDITOR, "D12", 3),
    (Role.SYS_ADMIN, "D13", 2),
    (Role.INSPECTOR, INSPECTION, 27),
    (Role.INSPECTION_SELECTION, INSPECTION, 2),
    (Role.INSPECTION_LEADER, INSPECTION, 1),
    (Role.POST_DATA_QUALITY, "D07", 2),
    (Role.POST_DATA_PREP, "D07", 2),
    (Role.POST_REQUEST, "D01", 1),
    (Role.POST_REQUEST, "D02", 1),
)


def staff(rng: Generator, rosters: tuple[Roster, ...]) -> Staff:
    """Build the tree of units and fill every post of the organisation study."""
    units = tuple(_units(rosters))
    posts = tuple(_numbered(_posts(rosters)))
    drawn = names.people(rng, len(posts))
    certificates = 10_000_000 + rng.permutation(90_000)[: len(posts)]
    officers = tuple(
        _officer(post.login, str(name), int(certificate))
        for post, name, certificate in zip(posts, drawn, certificates, strict=True)
    )
    return Staff(units, officers, posts)


def section_names(district: District, count: int) -> list[tuple[str, str]]:
    """Chinese and English names of the sections: 科 in the city, 所 by place in the north."""
    if district.offices:
        return [
            (f"{place}税务所", f"{' '.join(lazy_pinyin(place)).title()} Tax Office")
            for place in district.offices[:count]
        ]
    return [(f"税源管理{_order(n)}科", f"Tax Source Section {n}") for n in range(1, count + 1)]


def _order(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = _URBAN_ORDER[9] if tens else ""
    return head + (_URBAN_ORDER[ones - 1] if ones else "")


def _units(rosters: tuple[Roster, ...]) -> Iterator[UnitRow]:
    yield UnitRow(
        CITY,
        None,
        "大连市国家税务局",
        "Dalian State Tax Bureau",
        "市局",
        UnitLevel.CITY,
        agency_word="大国税",
    )
    for number, division in enumerate(DIVISIONS, start=1):
        yield UnitRow(
            f"D{number:02}",
            CITY,
            division.name,
            division.name_en,
            division.name,
            UnitLevel.DIVISION,
        )
    yield UnitRow(
        INSPECTION,
        CITY,
        "大连市国家税务局稽查局",
        "Inspection Bureau",
        "稽查局",
        UnitLevel.INSPECTION,
        agency_word="大国税稽",
    )
    yield UnitRow(
        "91",
        CITY,
        "车辆购置税征收管理分局",
        "Vehicle Purchase Tax Branch",
        "车购税分局",
        UnitLevel.DISTRICT,
        agency_word="大车国税",
    )
    for roster in rosters:
        yield from _district_units(roster)


def _district_units(roster: Roster) -> Iterator[UnitRow]:
    district = roster.district
    yield UnitRow(
        district.code,
        CITY,
        district.name,
        district.name_en,
        district.short,
        UnitLevel.DISTRICT,
        agency_word=district.agency_word,
    )
    for number, (name, name_en) in enumerate(section_names(district, roster.sections), start=1):
        yield UnitRow(
            f"{district.code}{number:02}",
            district.code,
            name,
            name_en,
            name,
            UnitLevel.SECTION,
            is_tax_office=bool(district.offices),
        )


def _posts(rosters: tuple[Roster, ...]) -> Iterator[PostRow]:
    for role, unit, count in _CITY_POSTS:
        yield from (PostRow("", role, unit) for _ in range(count))
    for number, division in enumerate(DIVISIONS, start=1):
        yield PostRow("", Role.DIVISION_CHIEF, f"D{number:02}", line=division.key)
    for roster in rosters:
        yield from _district_posts(roster)


def _district_posts(roster: Roster) -> Iterator[PostRow]:
    code = roster.district.code
    for role, count in _DISTRICT_POSTS:
        yield from (PostRow("", role, code) for _ in range(count))
    for section in range(1, roster.sections + 1):
        yield PostRow("", Role.SECTION_CHIEF, f"{code}{section:02}")
    kinds = (
        ["enterprise"] * roster.enterprise_only
        + ["both"] * roster.both
        + ["individual"] * roster.individual_only
    )
    seats = [f"{code}{place % roster.sections + 1:02}" for place in range(len(kinds))]
    for seat, kind in sorted(zip(seats, kinds, strict=True), key=lambda pair: pair[0]):
        yield PostRow("", Role.TAX_ADMINISTRATOR, seat, household_kind=kind)


def _numbered(posts: Iterator[PostRow]) -> Iterator[PostRow]:
    """Give each post its sign-in name: the demo people theirs, all others a staff number."""
    seen: dict[tuple[Role, str], int] = {}
    for number, post in enumerate(posts, start=1):
        place = seen.get((post.role, post.unit), 0)
        seen[post.role, post.unit] = place + 1
        person = DEMO_PEOPLE.get((post.role, post.unit, place))
        login = person[0] if person else f"g{number:05}"
        yield PostRow(login, post.role, post.unit, post.line, post.household_kind)


def _officer(login: str, drawn: str, certificate: int) -> OfficerRow:
    known = dict(DEMO_PEOPLE.values())
    name = known.get(login, drawn)
    surname, *given = lazy_pinyin(name, style=Style.NORMAL)
    name_en = f"{''.join(given).title()} {surname.title()}"
    return OfficerRow(login, name, name_en, f"{certificate:08}", is_demo=login in known)
