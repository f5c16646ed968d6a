"""Long work and how far it has come; one may leave the page meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from markupsafe import Markup

from caseflow import clock
from caseflow.models import Run
from caseflow.reads import runs as reads
from caseflow.vocabulary import Refused
from caseflow.web import charts, self_check_words
from caseflow.web.house import reading
from caseflow.web.sentences import SENTENCES, sentence
from caseflow.web.speech import _, ngettext

bp = Blueprint("jobs", __name__)

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of work in words."""

    run: Run
    name: str
    stage: str
    state: str
    kind: str
    bar: Markup
    words: str
    took: str


@bp.get("/jobs")
def listing() -> str:
    """The latest work; ``part=list`` gives the list alone."""
    with reading() as session:
        lines = tuple(line(run) for run in reads.listing(session))
        is_part = request.args.get("part") == "list"
        template = "pages/jobs_list.html" if is_part else "pages/jobs.html"
        return render_template(
            template,
            crumbs=[(_("后台任务"), None)],
            lines=lines,
            is_running=any(each.run.finished_at is None for each in lines),
        )


def line(run: Run) -> Line:
    """Say how far one piece of work has come."""
    share = run.done / run.total if run.total else 0.0
    name = _kinds().get(run.kind, run.kind)
    if run.error:
        state, kind = _("失败"), "bad"
    elif run.finished_at:
        state, kind, share = _("已完成"), "ok", 1.0
    else:
        state, kind = _("进行中"), "brand"
    return Line(
        run=run,
        name=name,
        stage=_stage(run.stage),
        state=state,
        kind=kind,
        bar=charts.progress(share, sentence=name),
        words=_words(run),
        took=_took(run),
    )


def _took(run: Run) -> str:
    """How long finished work took."""
    if run.finished_at is None:
        return ""
    seconds = max(1, round((run.finished_at - run.started_at).total_seconds()))
    if seconds < _MINUTE:
        return ngettext("%(num)d 秒", "%(num)d 秒", seconds)
    return ngettext("%(num)d 分钟", "%(num)d 分钟", round(seconds / _MINUTE))


def failure(run: Run) -> str:
    """Why a piece of work failed: what refused it says so in a sentence."""
    if run.error == "stuck":
        return _("很久没有进展，已中止，请重新发起。")
    if run.error in SENTENCES:
        return sentence(Refused(run.error, **run.detail.get("because", {})))
    return run.error or ""


def _words(run: Run) -> str:
    if run.error:
        return failure(run)
    if not run.total:
        return ""
    text = _("已处理 %(done)s / %(total)s", done=f"{run.done:,}", total=f"{run.total:,}")
    seconds = (clock.wall() - run.started_at).total_seconds()
    if run.finished_at is None and run.done and seconds > 1:
        left = seconds * (run.total - run.done) / run.done
        minutes = max(1, round(left / _MINUTE))
        text += ngettext("，约 %(num)d 分钟", "，约 %(num)d 分钟", minutes)
    return text


def _kinds() -> dict[str, str]:
    return {
        "demo": _("建立演练数据"),
        "case_opening": _("由疑点生成任务"),
        "evidence_export": _("取证导出"),
        "record_check": _("校验全部留痕"),
        "self_check": _("每日自检"),
    }


def _stage(text: str) -> str:
    """A stage with what it works on, such as a month: ``import 2009-12``."""
    word, _space, rest = text.partition(" ")
    names = self_check_words.names() | {
        "bureau": _("机构与人员"),
        "chains": _("逐条重算"),
        "log": _("重算封存日志"),
        "facts": _("数据文件"),
        "import": _("数据导入"),
        "screen": _("筛查"),
        "packing": _("打包"),
        "past": _("演练历史"),
        "trends": _("补算往期指标"),
        "done": _("完毕"),
        "waiting": _("等待后台处理"),
        "opening": _("逐户生成"),
    }
    return f"{names.get(word, word)} {rest}".strip()
