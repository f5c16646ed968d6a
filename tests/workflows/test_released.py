"""Cases begun on an earlier release can be finished on this one."""

import base64
import json
from pathlib import Path

import pytest

from caseflow import engine
from tests.workflows.keep_release import RELEASED


@pytest.mark.parametrize("kept", sorted(RELEASED.glob("*/*")), ids=lambda p: "-".join(p.parts[-2:]))
def test_every_stored_state_can_be_finished(kept: Path) -> None:
    files = (path for path in kept.iterdir() if path.suffix in {".bpmn", ".dmn", ".form"})
    process = engine.load({path.name: path.read_bytes() for path in files})
    for line in (kept / "states.jsonl").read_text(encoding="utf-8").splitlines():
        stored = json.loads(line)
        state = base64.b64decode(stored["state"])
        opened = sorted(task.element for task in engine.open_tasks(process, state))
        assert opened == stored["open"]
        walked = engine.walk(process, walks=1, state=state)
        assert [finding.say("en") for finding in walked.findings] == []
        assert walked.unfinished == 0
