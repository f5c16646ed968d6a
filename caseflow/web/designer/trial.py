"""The trial run of a draft: a case played by hand in the browser, kept nowhere but on its page.

What a run has come to travels with the page, signed, and is good for this draft alone.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from caseflow import feel
from caseflow.clock import BUREAU_ZONE
from caseflow.engine import Finding, Process, lenient, reasons
from caseflow.engine.cells import value
from caseflow.engine.course import OPENING
from caseflow.engine.trial import Trial
from caseflow.vocabulary import Invalid
from caseflow.web import sum_words
from caseflow.web.designer import trial_words
from caseflow.web.designer.place import Place, bp, opened, show
from caseflow.web.house import reading
from caseflow.web.languages import language
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

_DAY = 24 * 60 * 60
_MOST_LINES = 200
_LONGEST = 200_000
_ACTS = frozenset({"start", "complete", "message", "signal", "advance"})


@dataclass(slots=True)
class Run:
    """What a page carries from act to act."""

    state: bytes | None = None
    now: datetime = OPENING
    passed: list[str] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    # The revision of the draft that it was begun on.
    revision: int = 0


@bp.get("/processes/drafts/<int:draft_id>/trial")
def trial_run(draft_id: int) -> str:
    """A trial that has not begun."""
    with reading() as session:
        place = opened(session, draft_id)
        return _page(place, Run(revision=place.draft.revision))


@bp.post("/processes/drafts/<int:draft_id>/trial")
def act_in_trial(draft_id: int) -> tuple[str, int]:
    """Do one act of a trial: start, hand in, let a message or signal in, let time pass."""
    with reading() as session:
        place = opened(session, draft_id)
        run = _run(place, request.form.get("run", ""))
        if run.revision != place.draft.revision:
            run = Run(revision=place.draft.revision)
            return _page(place, run, refused=_("草稿已改，请从头试运行。")), 200
        return _acted(place, run)


def _acted(place: Place, run: Run) -> tuple[str, int]:
    try:
        process = lenient.load(place.files)
        act = _act(process, request.form)
    except Invalid as refusal:
        return _page(place, run, refused=_why(refusal)), 422
    trial = Trial(process, state=run.state, now=run.now)
    answer = trial.act(act, language())
    if "error" in answer:
        return _page(place, run, refused=answer["error"]["message"]), 422
    run.state, run.now = trial.state, trial.now
    run.passed = list(dict.fromkeys([*run.passed, *answer["passed"]]))
    why = reasons.of(process, trial.asked, language(), labels=sum_words.labels())
    run.log = [*run.log, *trial_words.lines(process, act, answer, why)][-_MOST_LINES:]
    return _page(place, run), 200


def _page(place: Place, run: Run, *, refused: str = "") -> str:
    try:
        process = lenient.load(place.files)
    except Invalid as refusal:
        return show(
            place,
            "trial",
            "pages/designer_trial.html",
            answer=None,
            findings=_findings(refusal),
            refused=refused,
        )
    answer = Trial(process, state=run.state, now=run.now).answer()
    return show(
        place,
        "trial",
        "pages/designer_trial.html",
        answer=answer,
        findings=[],
        refused=refused,
        file=place.drawing,
        run=_token(place, run),
        has_begun=run.state is not None,
        now=run.now,
        course=trial_words.course(process, run.passed, answer),
        starting=trial_words.starting(process),
        tasks=trial_words.tasks(process, answer),
        messages=_awaited(answer, "message"),
        signals=_awaited(answer, "signal"),
        variables=trial_words.variables(answer["variables"]),
        log=list(reversed(run.log)),
    )


def _awaited(answer: Mapping[str, Any], kind: str) -> list[str]:
    return sorted({each["name"] for each in answer["waiting"] if each["kind"] == kind})


def _act(process: Process, sent: MultiDict[str, str]) -> dict[str, Any]:
    """
    The act that a form asks for.

    Raises:
        Invalid: no such act, or a value that is none of its kind.

    """
    name = sent.get("_do", "")
    if name not in _ACTS:
        raise Invalid("draft_act")
    if name == "advance":
        return {"advance": sent.get("span", "")[:40]}
    values = _values(process.variables, sent)
    if name == "start":
        return {"start": values}
    if name in ("message", "signal"):
        return {name: sent.get("name", "")[:200], "data": values}
    return {
        "complete": sent.get("element", "")[:200],
        "key": sent.get("key", "")[:200],
        "data": values,
    }


def _values(kinds: Mapping[str, feel.Type], sent: MultiDict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in sent.items():
        if not name.startswith("v:") or not text.strip():
            continue
        key = name.removeprefix("v:")
        kind = kinds.get(key, feel.ANY)
        try:
            found[key] = _value(kind, text)
        except ValueError:
            raise Invalid("draft_value", name=key, value=text[:60]) from None
    return found


def _value(kind: feel.Type, text: str) -> object:
    if kind.of is not None:
        return [value(kind.of, part) for part in text.replace("，", ",").split(",") if part.strip()]
    if kind.name == feel.ANY.name and text in {"true", "false"}:
        return text == "true"
    found = value(kind, text)
    if isinstance(found, datetime) and found.tzinfo is None:
        return found.replace(tzinfo=BUREAU_ZONE)  # a browser's field knows no zone
    return found


def _why(refusal: Invalid) -> str:
    return next(iter(_findings(refusal)), sentence(refusal))


def _findings(refusal: Invalid) -> list[str]:
    found = refusal.values.get("findings")
    if not isinstance(found, tuple):
        return []
    return [each.say(language()) for each in found if isinstance(each, Finding)]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or b"", salt="trial")


def _token(place: Place, run: Run) -> str:
    kept = {
        "draft": place.id,
        "revision": run.revision,
        "state": None if run.state is None else base64.b64encode(run.state).decode(),
        "now": run.now.isoformat(),
        "passed": run.passed,
        "log": run.log,
    }
    return str(_signer().dumps(kept))


def _run(place: Place, token: str) -> Run:
    """
    The run that a page carried; one that has grown old, or is another draft's, begins anew.

    Raises:
        Invalid: it is no run of ours.

    """
    if not token:
        return Run(revision=place.draft.revision)
    try:
        kept = _signer().loads(token[:_LONGEST], max_age=_DAY)
    except BadData:
        raise Invalid("draft_trial_lost") from None
    if kept["draft"] != place.id:
        raise Invalid("draft_trial_lost")
    state = None if kept["state"] is None else base64.b64decode(kept["state"])
    now = datetime.fromisoformat(kept["now"])
    return Run(state, now, kept["passed"], kept["log"], kept["revision"])
