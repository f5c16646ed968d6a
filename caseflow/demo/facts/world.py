"""Everything that the files of one bureau are made from."""

from dataclasses import dataclass

import numpy as np

from caseflow.demo.bureau import Bureau
from caseflow.demo.facts import plants, traits
from caseflow.demo.facts.plants import Plants
from caseflow.demo.facts.traits import Traits


@dataclass(frozen=True)
class World:
    """A bureau, what its households are like, and what was planted among them."""

    bureau: Bureau
    traits: Traits
    plants: Plants
    seed: int


def make(bureau: Bureau, seed: int) -> World:
    """Draw traits and anomalies; the same bureau and seed give the same world."""
    drawn = traits.draw(np.random.default_rng([seed, 10]), bureau)
    is_normal = bureau.frame.reg_status == "normal"
    planted = plants.plant(np.random.default_rng([seed, 11]), drawn, is_normal)
    return World(bureau, drawn, planted, seed)
