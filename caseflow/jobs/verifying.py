"""Verifying the whole record, a portion in each piece of later work: first chains, then the log."""

from __future__ import annotations

from sqlalchemy.orm import Session

from caseflow.models import Run
from caseflow.models.base import Json
from caseflow.reads.audits import verification as reads
from caseflow.reads.record_problems import Problem
from caseflow.services import outbox
from caseflow.services.audits import verification
from caseflow.services.audits.verification import Found

# A portion takes about half a second.
AT_ONCE = 2_000
LEAVES_AT_ONCE = 50_000


def go_on(session: Session, payload: Json) -> None:
    """Verify the next portion and leave the one after it, unless somebody has broken it off."""
    run = verification.under_way(session, int(payload["run"]))
    if run is None:
        return
    if "index" in payload:
        _log(session, run, int(payload["index"]), [bytes.fromhex(p) for p in payload["peaks"]])
        return
    portion = reads.portion(session, (str(payload["stream"]), int(payload["seq"])), AT_ONCE)
    problems = [
        _told(problem, day.isoformat() if day else None) for problem, day in portion.problems
    ]
    found = Found(portion.events, portion.streams, portion.cases, portion.days, problems)
    verification.add(run, found)
    if portion.after is not None:
        stream, seq = portion.after
        outbox.put(session, verification.TOPIC, {"run": run.id, "stream": stream, "seq": seq})
        return
    rest = [_told(problem, None) for problem in reads.beside(session)]
    verification.add(run, Found(0, 0, 0, {}, rest))
    run.done, run.stage = 0, "log"
    outbox.put(session, verification.TOPIC, {"run": run.id, "index": 0, "peaks": []})


def _log(session: Session, run: Run, start: int, peaks: list[bytes]) -> None:
    portion = reads.log(session, start, peaks, LEAVES_AT_ONCE)
    problems = [
        {
            "stream": "log",
            "seq": index,
            "day": None,
            "zh": f"日志第 {index} 条缺失或错位",
            "en": f"entry {index} of the log is missing or misplaced",
        }
        for index in portion.misplaced
    ]
    problems += [_unfit(fit.on.isoformat()) for fit in portion.fits.values() if not fit.is_same]
    end = start + portion.leaves
    fits = {size: fit.is_same for size, fit in portion.fits.items()}
    verification.add_roots(run, fits, problems, end)
    if portion.is_last:
        verification.end(session, run)
        return
    told = [each.hex() for each in portion.peaks]
    outbox.put(session, verification.TOPIC, {"run": run.id, "index": end, "peaks": told})


def _told(problem: Problem, day: str | None) -> Json:
    return {
        "stream": problem.stream,
        "seq": problem.seq,
        "day": day,
        "zh": problem.say("zh"),
        "en": problem.say("en"),
    }


def _unfit(day: str) -> Json:
    return {
        "stream": "log",
        "seq": None,
        "day": day,
        "zh": f"{day} 的检查点与日志重算的根不符",
        "en": f"the checkpoint of {day} does not fit the root computed anew",
    }
