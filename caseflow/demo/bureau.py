"""The whole bureau at a scale: units, officers, posts, households, who manages whom."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from caseflow.demo import households, staff
from caseflow.demo.city import (
    DISTRICTS,
    KEY_SOURCES,
    LARGEST_ENTERPRISE_LOAD,
    LARGEST_INDIVIDUAL_LOAD,
)
from caseflow.demo.households import ENTERPRISE, INDIVIDUAL, Business, Frame, Registration
from caseflow.demo.scales import SCALES, Scale, rosters
from caseflow.demo.workload import loads, loads_with_maximum

SEED = 5
_LARGE = "16"
_LOWEST_LOAD = 20
_LOWEST_LOAD_OF_LARGE = 5
# The largest load of a kind, and the district where in the city one administrator carries it.
_LARGEST = {ENTERPRISE: LARGEST_ENTERPRISE_LOAD, INDIVIDUAL: LARGEST_INDIVIDUAL_LOAD}
_BUSIEST = {ENTERPRISE: "04", INDIVIDUAL: "03"}


@dataclass(frozen=True)
class Bureau:
    """
    Everything the demonstration puts on file before its first day.

    Households are columns of equal length; their order is the order of their ids.
    """

    scale: Scale
    staff: staff.Staff
    frame: Frame
    business: Business
    registration: Registration
    section: NDArray[np.str_]
    administrator: NDArray[np.str_]

    @property
    def count(self) -> int:
        """How many households are on file."""
        return len(self.section)

    def taxpayers(self) -> dict[str, NDArray[np.generic]]:
        """
        The register as columns, named as the table of taxpayers names them.

        `district`, `section` are codes of units, `administrator` a sign-in name.
        """
        code, name = households.trade_codes(self.business)
        register = self.registration
        return {
            "tin": register.tin,
            "name": register.name,
            "kind": self.frame.kind,
            "reg_status": self.frame.reg_status,
            "vat_class": self.business.vat_class,
            "industry_code": code,
            "industry_name": name,
            "ownership_type": register.ownership_type,
            "credit_grade": register.credit_grade,
            "district": np.strings.slice(self.section, 0, 2),
            "section": self.section,
            "administrator": self.administrator,
            "address": register.address,
            "phone": register.phone,
            "legal_rep": register.legal_rep,
            "finance_head": register.finance_head,
            "registered_on": register.registered_on,
            "is_key_source": self.business.is_key_source,
        }


def build(scale_name: str = "sample", *, seed: int = SEED) -> Bureau:
    """Make the bureau; the same scale and seed give the same bureau, byte for byte."""
    scale = SCALES[scale_name]
    people, register, offices, carry = (
        np.random.default_rng([seed, stream]) for stream in range(4)
    )
    officers = staff.staff(offices, rosters(scale))
    frame = households.frame(scale)
    business = households.business(people, frame, scale, key_sources=scale.of(KEY_SOURCES))
    registration = households.registration(register, frame, business)
    busiest = _BUSIEST if scale.divisor == 1 else {}
    section, administrator = _managed(carry, officers, frame, business.is_key_source, busiest)
    return Bureau(scale, officers, frame, business, registration, section, administrator)


def _managed(
    rng: Generator,
    officers: staff.Staff,
    frame: Frame,
    is_key: NDArray[np.bool_],
    busiest: dict[str, str],
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Section and administrator of each household."""
    section = np.empty(len(frame.kind), "<U4")
    login = np.empty(len(frame.kind), "<U16")
    for index, district in enumerate(DISTRICTS):
        posts = officers.administrators(district.code)
        units = np.array([post.unit for post in posts])
        logins = np.array([post.login for post in posts])
        for kind in (ENTERPRISE, INDIVIDUAL):
            mine = np.flatnonzero((frame.district == index) & (frame.kind == kind))
            if len(mine) == 0:
                continue
            seats = np.flatnonzero([post.household_kind in (kind, "both") for post in posts])
            low = _LOWEST_LOAD_OF_LARGE if district.code == _LARGE else _LOWEST_LOAD
            draw = loads_with_maximum if busiest.get(kind) == district.code else loads
            carried = draw(rng, len(mine), len(seats), low=low, high=_LARGEST[kind])
            copies = rng.permutation(np.repeat(seats, carried))
            taken = _seated(rng, copies, units[copies] == units[0], is_key[mine])
            section[mine], login[mine] = units[taken], logins[taken]
    return section, login


def _seated(
    rng: Generator,
    copies: NDArray[np.int64],
    in_first: NDArray[np.bool_],
    is_key: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Seat of each household: key sources go to the first section, the rest by chance."""
    places = np.concatenate([copies[in_first], copies[~in_first]])
    order = rng.permutation(len(copies))
    order = order[np.argsort(~is_key[order], kind="stable")]
    answer = np.empty(len(copies), np.int64)
    answer[order] = places
    return answer
