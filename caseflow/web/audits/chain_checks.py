"""Chain verification (链校验): the whole record as work in the background, its results by day."""

from __future__ import annotations

import calendar
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.models import Run
from caseflow.reads import record_export, seals
from caseflow.reads.audits import verification as reads
from caseflow.services import log_key, place
from caseflow.services.audits import verification
from caseflow.verifier import packing
from caseflow.vocabulary import Conflict, Verb
from caseflow.web import jobs, words
from caseflow.web import listing as lists
from caseflow.web.audits import noting
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import language
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("chain_checks", __name__)

_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the strip: how many events, how many of them do not fit, where they are."""

    on: date | None
    state: str = "idle"
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the strip by weeks that begin on Monday."""

    name: str
    weeks: tuple[tuple[Day, ...], ...]


@dataclass(frozen=True, slots=True)
class AnchorLine:
    """The last checkpoint of a day, and what was found when its root was computed anew.

    ``fits`` is None when no finished verification has computed it; ``verified`` says when, or how
    far the last one came. ``is_partly`` when that was sound and reached into the day: the auditor's
    own looking adds events, so that the newest day is hardly ever verified to its end.
    """

    on: date
    size: int
    root: str
    fits: bool | None
    verified: str
    is_partly: bool
    witnesses: str
    has_sheet: bool


@bp.get("/audit/checks")
def listing() -> str:
    """The last verifications, the newest or the one asked for in detail."""
    wanted = lists.number("run")
    with reading() as session:
        runs = reads.latest(session, actor())
        chosen = reads.one(session, actor(), wanted) if wanted else next(iter(runs), None)
        page = render_template(
            "pages/audit_checks.html",
            crumbs=[(_("链校验"), None)],
            runs=runs,
            chosen=chosen,
            line=jobs.line(chosen) if chosen else None,
            problems=_problems(chosen),
            months=_months(chosen),
            anchors=_anchors(session),
            backlog=seals.backlog(session),
            findings=seals.open_findings(session),
            running=next((run for run in runs if run.finished_at is None), None),
        )
    noting.viewed("checks")
    return page


@bp.post("/audit/checks")
def begin() -> Response:
    """Begin to verify the whole record."""
    policy.require(actor(), Verb.READ_RECORD)
    with reading() as session:
        total = reads.count(session)
    try:
        with acting() as session:
            verification.begin(session, actor(), total=total)
    except Conflict as refusal:
        flash(sentence(refusal), "bad")
    return redirect(url_for("chain_checks.listing"), 303)


@bp.post("/audit/checks/<int:check_id>/cancel")
def cancel(check_id: int) -> Response:
    """Break a verification off."""
    try:
        with acting() as session:
            verification.cancel(session, actor(), check_id)
    except Conflict as refusal:
        flash(sentence(refusal), "bad")
    return redirect(url_for("chain_checks.listing", run=check_id), 303)


@bp.get("/audit/checks/<int:check_id>/progress")
def progress(check_id: int) -> str:
    """How far a verification has come, for the page that shows it."""
    with reading() as session:
        run = reads.one(session, actor(), check_id)
        return render_template("pages/audit_check_progress.html", chosen=run, line=jobs.line(run))


@bp.get("/audit/verify.py")
def verifier() -> Response:
    """The verifier that needs nothing but Python."""
    policy.require(actor(), Verb.READ_RECORD)
    noting.viewed("verifier")
    return _file(packing.VERIFIER.read_bytes(), "verify.py", "text/x-python")


@bp.get("/audit/keys.json")
def keys() -> Response:
    """The public keys by which an export is verified."""
    policy.require(actor(), Verb.READ_RECORD)
    log = log_key.public(place.here().keys)
    with reading() as session:
        witnesses = tuple(str(each) for each in seals.witnesses(session))
        told = record_export.Keys(str(log or ""), witnesses, tuple(record_export.writers(session)))
    noting.viewed("keys")
    text = json.dumps(told.told, ensure_ascii=False, indent=1)
    return _file(f"{text}\n".encode(), "keys.json", "application/json")


def _file(content: bytes, name: str, media_type: str) -> Response:
    found = Response(content, mimetype=media_type)
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    found.headers["Cache-Control"] = "no-store"
    return found


def _problems(run: Run | None) -> list[tuple[str, str]]:
    """What was found, each with the way to its events."""
    found = run.detail.get("problems", []) if run else []
    return [(str(each["en" if language() == "en" else "zh"]), _place(each)) for each in found]


def _place(problem: Mapping[str, object]) -> str:
    stream, seq = str(problem.get("stream", "")), problem.get("seq")
    kind, _colon, key = stream.partition(":")
    if kind == "case" and key.isdigit():
        return url_for("record.page", case_id=int(key), seq=seq)
    if kind in ("user", "sys"):
        return url_for("record.listing", part="acts", stream=stream)
    return ""


def _months(run: Run | None) -> tuple[Month, ...]:
    """The last months that hold events, each day with its result."""
    days: Mapping[str, Sequence[int]] = run.detail.get("days", {}) if run else {}
    if not days:
        return ()
    seen = sorted({(day[:4], day[5:7]) for day in days})[-_MONTHS:]
    return tuple(_month(int(year), int(month), days) for year, month in seen)


def _month(year: int, month: int, days: Mapping[str, Sequence[int]]) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    return Month(
        f"{year}-{month:02d}",
        tuple(tuple(_day(on, month, days.get(on.isoformat())) for on in week) for week in weeks),
    )


def _day(on: date, month: int, counts: Sequence[int] | None) -> Day:
    if on.month != month:
        return Day(None)
    if counts is None:
        return Day(on)
    events, wrong = counts
    told = {"day": on.isoformat(), "n": f"{events:,}", "wrong": wrong}
    return Day(
        on,
        "bad" if wrong else "sound",
        _("%(day)s：%(n)s 条，不符 %(wrong)s 处", **told)
        if wrong
        else _("%(day)s：%(n)s 条，全部相符", **told),
        url_for("record.listing", part="acts", since=on.isoformat(), until=on.isoformat()),
    )


def _anchors(session: Session) -> list[AnchorLine]:
    roots = reads.roots(session)
    sheets = {each.on for each in seals.sheets(session, limit=62)}
    signed = {each.size: each.witnesses for each in seals.cosigned(session, limit=62)}
    days = list(reads.signed_days(session))
    before = [*(size for _on, size, _root in days[1:]), 0]
    return [
        AnchorLine(
            on,
            size,
            root,
            *verified(roots, size, before=day_before),
            witnesses="、".join(signed.get(size, ())),
            has_sheet=on in sheets,
        )
        for (on, size, root), day_before in zip(days, before, strict=False)
    ]


def verified(roots: reads.Roots, size: int, *, before: int) -> tuple[bool | None, str, bool]:
    """What an anchor line says of its root: ``fits``, ``verified``, ``is_partly``.

    ``before`` is the size that the log had at the end of the day before.
    """
    if size in roots.verified:
        fits, at = roots.verified[size]
        return fits, _("校验于 %(at)s", at=words.stamp_wall(at)), False
    until = roots.until
    if size > until > before and roots.verified[until][0]:
        n, left = words.number(until), words.number(size - until)
        return None, _("已校验至 %(n)s 条，其后 %(left)s 条待校验", n=n, left=left), True
    if size > until > 0:
        return None, _("只校验至 %(n)s 条", n=words.number(until)), False
    return None, "", False
