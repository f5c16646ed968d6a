"""Plays a scenario file against its process, from stored bytes to stored bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from caseflow import clock, engine
from caseflow.working_days.working_calendar import published_calendar

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / "workflows"
OPENING = datetime(2010, 1, 25, 1, tzinfo=UTC)
# Limits that drawings name; the bureau keeps them as parameters.
LIMITS = {
    "assign_district": 1,
    "assign_section": 1,
    "accept": 1,
    "opinion": 2,
    "wv_desk": 5,
    "wv_reply": 5,
    "wv_onsite": 10,
    "wv_collective": 10,
    "wv_total": 20,
    "wv_execute": 15,
    "hold_most": 10,
}


def files() -> dict[str, bytes]:
    """All definitions of the house by file name."""
    found = [*WORKFLOWS.glob("*.bpmn"), *WORKFLOWS.glob("*.dmn"), *(ROOT / "forms").glob("*.form")]
    return {path.name: path.read_bytes() for path in found}


def processes() -> list[str]:
    """The names of all drawings."""
    return sorted(path.name for path in WORKFLOWS.glob("*.bpmn"))


def process(drawing: str) -> engine.Process:
    """One process with what it names."""
    return engine.load(engine.pick(files(), drawing))


def scenarios() -> list[Path]:
    """All scenario files."""
    return sorted(WORKFLOWS.glob("*/scenarios/*.yaml"))


@dataclass
class Played:
    """What a scenario came to."""

    step: engine.Step
    passed: set[str] = field(default_factory=set)
    now: datetime = OPENING


def play(path: Path) -> Played:
    """Play a file; a step that cannot be taken is an AssertionError naming its place."""
    scenario = yaml.safe_load(path.read_text(encoding="utf-8"))
    running = process(path.parts[-3] + ".bpmn")
    at = _moment(OPENING)
    played = Played(engine.start(running, scenario.get("start", {}), at=at))
    played.passed.update(played.step.passed)
    for number, act in enumerate(scenario["steps"], 1):
        try:
            _act(running, played, act)
        except (AssertionError, engine.EngineError) as error:
            raise AssertionError(f"{path.name}, step {number} {act}: {error}") from error
    ended = played.step.ended
    assert ended == scenario["end"], f"{path.name}: ended {ended}, wanted {scenario['end']}"
    return played


def _act(running: engine.Process, played: Played, act: dict[str, Any]) -> None:
    state, at = played.step.state, _moment(played.now)
    if "open" in act:
        opened = sorted(task.element for task in engine.open_tasks(running, state))
        assert opened == sorted(act["open"]), f"open is {opened}"
        return
    values = act.get("set", {})
    if "do" in act:
        key = _key(engine.open_tasks(running, state), act)
        played.step = engine.complete(running, state, key, values, at=at)
    elif "message" in act:
        played.step = engine.message(running, state, act["message"], values, at=at)
    else:
        played.now += timedelta(days=int(act["advance"].removeprefix("P").removesuffix("D")))
        played.step = engine.fire(running, state, at=_moment(played.now))
    played.passed.update(played.step.passed)


def _key(tasks: tuple[engine.OpenTask, ...], act: dict[str, Any]) -> str:
    found = [
        task
        for task in tasks
        if task.element == act["do"] and ("item" not in act or task.item == act["item"])
    ]
    assert found, f"open is {[task.element for task in tasks]}"
    return found[0].key


def _moment(now: datetime) -> engine.Moment:
    today = clock.local_date(now)

    def working_days(limit: str | int) -> datetime:
        return clock.end_of(_CALENDAR.add_working_days(today, _amount(limit)).on)

    def days(limit: str | int) -> datetime:
        return clock.end_of(_CALENDAR.add_days(today, _amount(limit)).on)

    return engine.Moment(now, working_days, days)


def _amount(limit: str | int) -> int:
    return LIMITS[limit] if isinstance(limit, str) else limit


_CALENDAR = published_calendar()
