"""How large a demonstration is: the city itself, or all of its offices at about 1:17."""

from dataclasses import dataclass

import numpy as np

from caseflow.demo.city import DISTRICTS, District
from caseflow.demo.workload import apportion


@dataclass(frozen=True)
class Scale:
    """A scale by name; every count of the city is divided by `divisor`."""

    name: str
    divisor: int

    def of(self, count: int) -> int:
        """A count of households at this scale."""
        return count // self.divisor + (count % self.divisor * 2 >= self.divisor)


@dataclass(frozen=True)
class Roster:
    """The administrators and sections of one district at a scale."""

    district: District
    enterprise_only: int
    individual_only: int
    both: int
    sections: int


SCALES = {"sample": Scale("sample", 17), "city": Scale("city", 1)}


def rosters(scale: Scale) -> tuple[Roster, ...]:
    """Who works in each district; at sample scale at least two, so that four eyes can look."""
    return tuple(_roster(district, scale) for district in DISTRICTS)


def _roster(district: District, scale: Scale) -> Roster:
    if scale.divisor == 1:
        return Roster(
            district,
            enterprise_only=district.enterprise_only,
            individual_only=district.individual_only,
            both=district.both,
            sections=district.sections,
        )
    kinds = np.array([district.enterprise_only, district.individual_only, district.both])
    count = max(2, scale.of(district.administrators))
    enterprise, individual, both = (int(part) for part in apportion(count, kinds))
    if district.individuals and not individual + both:
        enterprise, both = enterprise - 1, both + 1
    return Roster(district, enterprise, individual, both, sections=max(1, count // 3))
