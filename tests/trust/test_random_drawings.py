"""Random drawings out of all elements, walked at random: the engine against the interpreter."""

from collections import Counter
from random import Random

import pytest

from tests.trust.counts import IS_LONG
from tests.trust.interpreter import read
from tests.trust.random_drawings import bundle
from tests.trust.walks import Manner, Product, Walk

DRAWINGS = 1_500 if IS_LONG else 30
WALKS_EACH = 4
# Where instances hear the same event at once, the last to end leaves its variables behind.
OLDEST_FIRST = Manner(by_lot=False)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_engine_agrees_with_the_interpreter(depth: int) -> None:
    for seed in range(DRAWINGS):
        files = bundle(Random(f"{depth} {seed}"), depth)
        drawn = read(files, "sketch")
        for number in range(WALKS_EACH):
            random = Random(f"{seed} {number}")
            Walk(drawn, random, Product(files), manner=OLDEST_FIRST).run()


def test_random_drawings_have_all_kinds_of_elements() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(30):
        product = Product(bundle(Random(f"3 {seed}"), 3))
        kinds.update(element.type for element in product.process.elements.values())
    assert set(kinds) >= {
        "boundaryEvent",
        "callActivity",
        "eventBasedGateway",
        "exclusiveGateway",
        "inclusiveGateway",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "manualTask",
        "parallelGateway",
        "receiveTask",
        "sendTask",
        "serviceTask",
        "subProcess",
        "userTask",
    }
