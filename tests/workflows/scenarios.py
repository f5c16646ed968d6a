"""The drawings of the house with what belongs to them, and their scenario files played."""

from __future__ import annotations

from pathlib import Path

import yaml

from caseflow import engine
from caseflow.engine.scenarios import Played, play, read

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / "workflows"


def files() -> dict[str, bytes]:
    """All definitions of the house by file name."""
    found = [*WORKFLOWS.glob("*.bpmn"), *WORKFLOWS.glob("*.dmn"), *(ROOT / "forms").glob("*.form")]
    return {path.name: path.read_bytes() for path in found}


def processes() -> list[str]:
    """The names of all drawings."""
    return sorted(path.name for path in WORKFLOWS.glob("*.bpmn"))


def kinds() -> list[str]:
    """The names of the drawings that are kinds of case; the others are parts of them."""
    return engine.kinds(files())


def process(drawing: str) -> engine.Process:
    """One process with what it names."""
    return engine.load(engine.pick(files(), drawing))


def scenarios() -> list[Path]:
    """All scenario files."""
    return sorted(WORKFLOWS.glob("*/scenarios/*.yaml"))


def refused() -> list[Path]:
    """All courses that must be refused."""
    return sorted(WORKFLOWS.glob("*/refused/*.yaml"))


def played(path: Path) -> Played:
    """What came of a file."""
    scenario = read(yaml.safe_load(path.read_text(encoding="utf-8")))
    return play(process(path.parts[-3] + ".bpmn"), scenario)
