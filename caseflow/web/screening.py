"""Screening runs: what each found, and the analysis post's decision on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.models import ScreeningRun
from caseflow.reads import screening as reads
from caseflow.reads import tax_warnings
from caseflow.reads.doubts import Indicator
from caseflow.services import screening
from caseflow.vocabulary import Invalid, RunStatus, Verb, WarningStatus
from caseflow.web import doubt_words, jobs, words
from caseflow.web.house import acting, actor, reading
from caseflow.web.speech import _

bp = Blueprint("screening", __name__)

_REASON_MIN, _REASON_MAX = 10, 500


@dataclass(frozen=True, slots=True)
class Fold:
    """Indicators of a run that share a reason why they have no warnings."""

    reason: str
    lines: tuple[IndicatorLine, ...]


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """What a run found for one indicator."""

    code: str
    name: str
    population: int | None
    hits: int
    nulls: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class OpeningWords:
    """The opening of cases after acceptance: its progress, and where the warnings went."""

    work: jobs.Line | None
    is_running: bool
    cases: int
    in_case: int
    pool: int
    listed: int


@bp.get("/runs")
def listing() -> str:
    """The latest runs."""
    with reading() as session:
        return render_template(
            "pages/runs.html",
            crumbs=[(_("筛查批次"), None)],
            runs=[(each, kind(each.run)) for each in reads.listing(session, actor())],
        )


@bp.get("/runs/<int:run_id>")
def page(run_id: int) -> str:
    """One run by indicator, with accept and hold; ``part=opening`` is its progress alone."""
    with reading() as session:
        shown = reads.page(session, actor(), run_id)
        opening = _opening(session, shown.run)
        if request.args.get("part") == "opening":
            return render_template("pages/run_opening.html", shown=shown, opening=opening)
        names = {each.code: each for each in tax_warnings.indicators(session)}
        lines = tuple(_lines(shown.run, names))
        return render_template(
            "pages/run.html",
            crumbs=[
                (_("筛查批次"), url_for("screening.listing")),
                (words.period(shown.run.period), None),
            ],
            shown=shown,
            kind=kind(shown.run),
            opening=opening,
            hits=tuple(line for line in lines if line.hits),
            folds=tuple(_folds(lines)),
            may_decide=policy.may(actor(), Verb.REVIEW_RUN)
            and shown.run.status in (RunStatus.TO_REVIEW, RunStatus.HELD),
            reason=request.args.get("reason", ""),
        )


@bp.post("/runs/<int:run_id>/accept")
def accept(run_id: int) -> Response:
    """Accept the run: cases open as far as the desks reach, the rest waits in the pool."""
    with acting() as session:
        screening.accept(session, actor(), run_id)
    flash(_("筛查批次已采用，任务按各管理员的月度限额生成，其余进入备选库。"), "ok")
    return redirect(url_for("screening.page", run_id=run_id), 303)


@bp.post("/runs/<int:run_id>/hold")
def hold(run_id: int) -> Response:
    """Hold the run, with a reason."""
    reason = request.form.get("reason", "").strip()
    if not _REASON_MIN <= len(reason) <= _REASON_MAX:
        raise Invalid("reason_length", shortest=_REASON_MIN, longest=_REASON_MAX)
    with acting() as session:
        screening.hold(session, actor(), run_id, reason=reason)
    flash(_("筛查批次已暂扣，没有生成任务。"), "ok")
    return redirect(url_for("screening.page", run_id=run_id), 303)


def kind(run: ScreeningRun) -> str:
    """The colour of a run's status."""
    return {
        RunStatus.ACCEPTED: "ok",
        RunStatus.TO_REVIEW: "warn",
        RunStatus.HELD: "warn",
        RunStatus.FAILED: "bad",
    }.get(run.status, "")


def _opening(session: Session, run: ScreeningRun) -> OpeningWords | None:
    """How far the cases of an accepted run have come; None before it is accepted."""
    if run.status != RunStatus.ACCEPTED:
        return None
    found = reads.opening(session, actor(), run.id)
    count = found.warnings.get
    return OpeningWords(
        work=jobs.line(found.work) if found.work else None,
        is_running=found.work is not None and found.work.finished_at is None,
        cases=found.cases,
        in_case=count(WarningStatus.IN_CASE, 0) + count(WarningStatus.CONCLUDED, 0),
        pool=count(WarningStatus.POOL, 0),
        listed=count(WarningStatus.LISTED, 0),
    )


def _folds(lines: tuple[IndicatorLine, ...]) -> Iterator[Fold]:
    """What has no warnings, by reason: those without a hit, then what was not screened."""
    quiet = [line for line in lines if not line.hits]
    for reason, found in groupby(sorted(quiet, key=_reason), _reason):
        yield Fold(reason or _("没有疑点"), tuple(found))


def _reason(line: IndicatorLine) -> str:
    return line.reason


def _lines(run: ScreeningRun, names: dict[str, Indicator]) -> Iterator[IndicatorLine]:
    # What was screened comes first, the most warnings on top.
    listed = sorted(run.figures.items(), key=lambda item: (_rank(item[1]), item[0]))
    for code, figures in listed:
        if isinstance(figures, dict):
            indicator = names.get(code)
            yield IndicatorLine(
                code,
                doubt_words.indicator_name(indicator) if indicator else str(figures.get("zh", "")),
                figures.get("population"),
                int(figures.get("hits") or 0),
                figures.get("missing"),
                _remark(figures),
            )


def _rank(figures: Mapping[str, object]) -> tuple[bool, int]:
    return bool(figures.get("not_screened")), -int(str(figures.get("hits") or 0))


def _remark(figures: Mapping[str, object]) -> str:
    """Why an indicator was not screened, or why its hits wait."""
    if figures.get("not_screened"):
        reasons = {
            "aggregate": _("汇总指标，不逐户筛查"),
            "no_history": _("历史数据不足"),
        }
        why = str(figures["not_screened"])
        return _("未筛查：%(why)s", why=reasons.get(why, why))
    return _("疑点占比过高，先由分析利用岗核对") if figures.get("is_quarantined") else ""
