"""The cast: the people with whom every rule of access is told, in two districts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import User
from caseflow.services import bureau, people
from caseflow.services.bureau import OfficerRow, PostRow, UnitRow
from caseflow.vocabulary import SYSTEM, Actor, Role, UnitLevel

SINCE = date(2000, 1, 1)

UNITS = (
    UnitRow("00", None, "大连市国家税务局", "Dalian", "市局", UnitLevel.CITY),
    UnitRow("D07", "00", "征管和科技发展处", "Administration", "征科处", UnitLevel.DIVISION),
    UnitRow(
        "01", "00", "大连市中山区国家税务局", "Zhongshan", "中山", UnitLevel.DISTRICT, "大中国税"
    ),
    UnitRow("0101", "01", "税源管理一科", "Section 1", "一科", UnitLevel.SECTION),
    UnitRow("0102", "01", "税源管理二科", "Section 2", "二科", UnitLevel.SECTION),
    UnitRow("02", "00", "大连市西岗区国家税务局", "Xigang", "西岗", UnitLevel.DISTRICT, "大西国税"),
    UnitRow("0201", "02", "税源管理一科", "Section 1", "一科", UnitLevel.SECTION),
)

POSTS = (
    PostRow("director", Role.CITY_DIRECTOR, "00"),
    PostRow("analyst", Role.POST_ANALYSIS, "D07"),
    PostRow("division", Role.DIVISION_CHIEF, "D07", line="admin_tech_division"),
    PostRow("auditor", Role.AUDITOR, "00"),
    PostRow("sysadmin", Role.SYS_ADMIN, "00"),
    PostRow("leader", Role.DISTRICT_DIRECTOR, "01"),
    PostRow("deputy", Role.DISTRICT_DEPUTY, "01"),
    PostRow("info", Role.POST_INFO_ADMIN, "01"),
    PostRow("legal", Role.LEGAL_REVIEWER, "01"),
    PostRow("chief", Role.SECTION_CHIEF, "0101"),
    PostRow("officer", Role.TAX_ADMINISTRATOR, "0101"),
    PostRow("partner", Role.TAX_ADMINISTRATOR, "0101"),
    PostRow("third", Role.TAX_ADMINISTRATOR, "0101"),
    PostRow("other_chief", Role.SECTION_CHIEF, "0102"),
    PostRow("other_officer", Role.TAX_ADMINISTRATOR, "0102"),
    PostRow("far_leader", Role.DISTRICT_DIRECTOR, "02"),
    PostRow("far_chief", Role.SECTION_CHIEF, "0201"),
    PostRow("far_officer", Role.TAX_ADMINISTRATOR, "0201"),
)


@dataclass(frozen=True)
class Cast:
    """Everybody by sign-in name."""

    people: dict[str, Actor]

    def __getattr__(self, login: str) -> Actor:
        return self.people[login]


def enter(session: Session) -> Cast:
    """Put the units and people on file."""
    bureau.put_calendar_and_limits(session)
    bureau.put_units(session, SYSTEM, UNITS, since=SINCE)
    officers = [
        OfficerRow(post.login, f"员{post.login}", post.login, f"证{n:04d}", is_demo=True)
        for n, post in enumerate(POSTS)
    ]
    bureau.put_officers(session, SYSTEM, officers, POSTS, since=SINCE)
    return people_on_file(session)


def people_on_file(session: Session) -> Cast:
    """The people whom ``enter`` has put on file, with the posts they hold."""
    users = session.execute(select(User.login, User.id)).all()
    return Cast({login: people.actor_of(session, user_id) for login, user_id in users})
