from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.demo import bureau, identity
from caseflow.demo.bureau import Bureau
from caseflow.demo.city import DISTRICTS
from caseflow.demo.staff import DEMO_PEOPLE, HOME_SECTION
from caseflow.demo.workload import apportion, loads
from caseflow.vocabulary import Role


@cache
def _bureau(scale: str) -> Bureau:
    return bureau.build(scale)


def _loads(made: Bureau, kind: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    mine = made.administrator[made.frame.kind == kind]
    return np.unique(mine, return_counts=True)[1]


@pytest.mark.parametrize("index", range(len(DISTRICTS)))
def test_city_has_the_households_of_the_table(index: int) -> None:
    frame, district = _bureau("city").frame, DISTRICTS[index]
    counted = np.isin(frame.reg_status, ("normal", "suspended")) & (frame.district == index)
    enterprises = int((counted & (frame.kind == "enterprise")).sum())
    individuals = int((counted & (frame.kind == "individual")).sum())
    assert (enterprises, individuals) == (district.enterprises, district.individuals)


def test_city_totals_are_those_of_the_study() -> None:
    made = _bureau("city")
    assert made.count == 191_358
    assert int((made.frame.kind == "enterprise").sum()) == 92_617
    assert int((made.frame.reg_status == "abnormal").sum()) == 18_979
    assert int((made.frame.reg_status == "in_liquidation").sum()) == 4_379


def test_city_has_707_enterprise_and_337_individual_administrators() -> None:
    posts = [post for post in _bureau("city").staff.posts if post.role is Role.TAX_ADMINISTRATOR]
    enterprise = sum(post.household_kind in ("enterprise", "both") for post in posts)
    individual = sum(post.household_kind in ("individual", "both") for post in posts)
    assert (len(posts), enterprise, individual) == (874, 707, 337)


@pytest.mark.parametrize(
    ("kind", "count", "most"), [("enterprise", 707, 493), ("individual", 337, 1624)]
)
def test_largest_load_of_the_city_is_exact_and_carried_by_one(
    kind: str, count: int, most: int
) -> None:
    carried = _loads(_bureau("city"), kind)
    assert len(carried) == count
    assert carried.max() == most
    assert (carried == most).sum() == 1


@pytest.mark.parametrize("index", range(len(DISTRICTS)))
def test_city_has_the_sections_and_administrators_of_the_table(index: int) -> None:
    people, district = _bureau("city").staff, DISTRICTS[index]
    sections = [unit for unit in people.units if unit.parent == district.code]
    assert len(sections) == district.sections
    assert len(people.administrators(district.code)) == district.administrators


def test_sample_is_about_a_seventeenth_with_every_post_filled() -> None:
    made = _bureau("sample")
    assert 10_000 <= made.count <= 12_000
    roles = {post.role for post in made.staff.posts}
    assert roles == set(Role)
    for unit in (unit for unit in made.staff.units if unit.level.value == "section"):
        held = [post.role for post in made.staff.posts if post.unit == unit.code]
        assert held.count(Role.SECTION_CHIEF) == 1
        assert held.count(Role.TAX_ADMINISTRATOR) >= 2


def test_home_district_has_two_sections_and_the_demo_people() -> None:
    made = _bureau("sample")
    assert {HOME_SECTION, "0101"} <= {unit.code for unit in made.staff.units}
    logins = {officer.login for officer in made.staff.officers if officer.is_demo}
    assert logins == {login for login, _ in DEMO_PEOPLE.values()}
    home = {post.login: post.unit for post in made.staff.posts}
    assert home["officer"] == home["partner"] == home["chief"] == HOME_SECTION


@pytest.mark.parametrize("scale", ["sample", "city"])
def test_taxpayer_numbers_are_unique_and_their_checks_valid(scale: str) -> None:
    tin = _bureau(scale).registration.tin
    assert len(np.unique(tin)) == len(tin)
    assert all(identity.is_valid(number) for number in tin[:: len(tin) // 500].tolist())


def test_every_household_has_an_administrator_of_its_section_and_kind() -> None:
    made = _bureau("sample")
    posts = {post.login: post for post in made.staff.posts}
    rows = zip(made.administrator, made.section, made.frame.kind, strict=True)
    assert all(
        posts[login].unit == section and posts[login].household_kind in (kind, "both")
        for login, section, kind in rows
    )


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    first, again, other = (
        [column.tobytes() for column in bureau.build("sample", seed=seed).taxpayers().values()]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_revenue_of_each_district_is_near_the_table() -> None:
    made = _bureau("city")
    general = np.strings.startswith(made.business.vat_class, "general")
    sales = np.bincount(made.frame.district[general], made.business.annual_sales[general])
    per_revenue = sales / np.array([district.revenue * 1e6 for district in DISTRICTS])
    assert per_revenue.min() > 10
    assert per_revenue.max() < 80


@given(
    total=st.integers(0, 10_000),
    weights=st.lists(st.integers(1, 1_000), min_size=1, max_size=40),
)
def test_apportioned_parts_add_up(total: int, weights: list[int]) -> None:
    parts = apportion(total, np.array(weights))
    assert int(parts.sum()) == total
    assert (np.abs(parts - total * np.array(weights) / sum(weights)) < 1).all()


@given(count=st.integers(1, 60), mean=st.integers(30, 200), seed=st.integers(0, 50))
def test_loads_add_up_within_their_limits(count: int, mean: int, seed: int) -> None:
    total = count * mean
    carried = loads(np.random.default_rng(seed), total, count, low=20, high=500)
    assert int(carried.sum()) == total
    assert carried.min() >= 20
    assert carried.max() < 500


@given(body=st.integers(0, 99_999_999), place=st.integers(0, 8), digit=st.integers(0, 9))
def test_a_changed_digit_of_an_organisation_code_is_noticed(
    body: int, place: int, digit: int
) -> None:
    number = str(identity.enterprise_numbers(np.array([210202]), np.array([body]))[0])
    changed = number[: 6 + place] + str(digit) + number[7 + place :]
    assert identity.is_valid(number)
    assert changed == number or not identity.is_valid(changed)
