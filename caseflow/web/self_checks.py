"""每日自检: the invariants of the house for a chief and an administrator, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.reads import self_checks as reads
from caseflow.services import self_checks
from caseflow.services.self_checks import repairs
from caseflow.vocabulary import Verb
from caseflow.web import acts, operations
from caseflow.web import self_check_words as words
from caseflow.web.house import acting, actor, surveying
from caseflow.web.sentences import sentence
from caseflow.web.speech import _
from caseflow.web.words import joined

bp = Blueprint("self_checks", __name__)

# Findings that mean that something is broken or was touched; the others want looking after.
_RED = frozenset({"record", "seals", "courses", "closed_open", "separation", "sums", "files"})


@dataclass(frozen=True, slots=True)
class Line:
    """One check in words, with the findings that the reader may see."""

    result: reads.Result
    name: str
    meaning: str
    state: str
    kind: str
    rows: tuple[Row, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Row:
    """One finding in words."""

    found: reads.Found
    # The unit that a finding of the house is about; often none.
    place: str
    what: str
    advice: str
    done: str
    ways: tuple[tuple[str, str], ...]


@bp.get("/self-check")
def page() -> str:
    """The last run of the self-check."""
    with surveying() as session:
        return _page(session)


@bp.post("/self-check")
def run() -> Response:
    """Begin a run now."""
    with acting() as session:
        self_checks.begin(session, actor())
    flash(_("自检已开始，在后台进行，可以离开本页。"), "ok")
    return redirect(url_for("self_checks.page"), 303)


@bp.post("/self-check/repair")
def repair() -> acts.Answer:
    """Do something about a finding."""
    names = ("check", "subject", "way", "reason", "person")
    said = {name: request.form.get(name, "") for name in names}
    return acts.Page(
        url_for("self_checks.page"),
        lambda _session, refusal: _again(sentence(refusal), said),
    ).act(
        _told,
        repairs.repair,
        said["check"],
        said["subject"],
        wish=repairs.Wish(said["way"], said["reason"], request.form.get("person", None, int)),
    )


def _told(left: tuple[str, ...]) -> str:
    """That a repair is done, and who has still to do a part of it."""
    if not left:
        return _("已处理并留痕。下次自检会再核对。")
    return _(
        "已处理并留痕。另有标记是 %(who)s 设的，还须由其在“涉密案卷”页列入同一人。",
        who=joined(left),
    )


def _again(error: str, said: Mapping[str, str]) -> str:
    with surveying() as session:
        return _page(session, error=error, typed=said)


def _page(session: Session, *, error: str = "", typed: Mapping[str, str] | None = None) -> str:
    shown = reads.last(session, actor())
    lines = [_line(result) for result in shown.results] if shown else []
    may_run = policy.may(actor(), Verb.OPERATE) or policy.may(actor(), Verb.READ_RECORD)
    return render_template(
        "pages/self_check.html",
        crumbs=[(_("每日自检"), None)],
        shown=shown,
        took=operations.lasting(timedelta(milliseconds=shown.last.took_ms)) if shown else "",
        lines=lines,
        kinds=Counter(line.kind for line in lines),
        may_run=may_run,
        error=error,
        typed=typed or {},
    )


def _line(result: reads.Result) -> Line:
    left = result.open_count
    if left == 0:
        state, kind = _("正常"), "ok"
    elif result.check in _RED:
        state, kind = _("%(n)s 处问题", n=left), "bad"
    else:
        state, kind = _("%(n)s 处要处理", n=left), "warn"
    return Line(
        result=result,
        name=words.names().get(result.check, result.check),
        meaning=words.meanings().get(result.check, ""),
        state=state,
        kind=kind,
        rows=tuple(_row(result.check, each) for each in result.found),
        hidden=result.count - len(result.found),
    )


def _row(check: str, found: reads.Found) -> Row:
    said = words.ways()
    return Row(
        found=found,
        place=words.place(found.values),
        what=words.finding(check, found.code, found.values),
        advice=words.advice(check, found.code),
        done=words.done(found.done.what) if found.done else "",
        ways=tuple((way.value, said[way]) for way in repairs.ways_of(actor(), check, found.code)),
    )
