"""运行状况: later work that failed, the processes, the database, for who looks after the system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.reads import health as health_reads
from caseflow.reads import operations as reads
from caseflow.services import outbox, place
from caseflow.vocabulary import Verb
from caseflow.web import acts, charts, words
from caseflow.web.house import actor, surveying
from caseflow.web.sentences import SENTENCES, sentence
from caseflow.web.speech import _, ngettext

bp = Blueprint("operations", __name__)

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_ERROR = re.compile(r"(\w+)\((?:'([a-z_]+)')?")


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of failed work in words."""

    letter: reads.Letter
    what: str
    about: str
    why: str


@dataclass(frozen=True, slots=True)
class Process:
    """A process in words: whether it is there, and what it says."""

    name: str
    state: str
    kind: str
    note: str


@bp.get("/operations")
def page() -> str:
    """How the running of the system does."""
    with surveying() as session:
        return _page(session)


@bp.post("/operations/messages/<int:message_id>/retry")
def retry(message_id: int) -> acts.Answer:
    """Let failed work be tried again."""
    reason = request.form.get("reason", "")
    return _here().act(_("已放回队列，马上重试。"), outbox.retry, message_id, reason=reason)


@bp.post("/operations/messages/<int:message_id>/discard")
def discard(message_id: int) -> acts.Answer:
    """Give failed work up."""
    reason = request.form.get("reason", "")
    return _here().act(_("已放弃，理由已留痕。"), outbox.discard, message_id, reason=reason)


def topic_words(topic: str) -> str:
    """What a piece of later work does."""
    return {
        "selection.open": _("由疑点生成任务"),
        "referrals.open": _("为待立的转办立案"),
        "facts_to_correct": _("按更正单更正数据，重新评估预警"),
        "correction_mended": _("告知更正任务来源已改正"),
        "directives.settle": _("督办清册办完后转科所反馈"),
        "plans.begin": _("立评估计划并汇集备选库"),
        "plans.open": _("按已签发的评估计划开立任务"),
        "request_delivered": _("把交付的数据交给使用人"),
        "third_party_released": _("把放行的第三方记录作为事实入库"),
        "campaigns.open": _("按批准的专项清册立户下达"),
        "answers.repeat": _("按同一办理内容办理专项内的其他任务"),
        "zero_filers_dispatch": _("把批准的零申报批次逐户分派"),
        "messages.sent": _("把任务发出的消息送到"),
        "messages.wanted": _("为等消息的任务找已保留的消息"),
        "messages.spread": _("把信号送到各任务"),
        "cases.judge": _("试算在办任务的迁移"),
        "cases.migrate": _("迁移在办任务"),
        "self_check.run": _("每日自检"),
        "digest": _("寄送每日通知摘要"),
        "files.scan": _("扫描收到的文件"),
        "record.evidence": _("打包取证材料"),
        "record.verify": _("校验全部留痕"),
    }.get(topic, topic)


def error_words(error: str) -> str:
    """Why it failed, as far as an operator can act on it; what it said stays in the log."""
    found = _ERROR.match(error)
    if found is None:
        return _("原因见日志。")
    kind, code = found.groups()
    if code in SENTENCES:
        return _(
            "业务规则拒绝（%(code)s）。先办好相关任务，再重试；不会再需要的，放弃。", code=code
        )
    known = {
        "OperationalError": _("数据库当时没有应答，或等锁超时。确认数据库正常后重试。"),
        "TimeoutError": _("当时太忙，没有排上。稍后重试。"),
        "KeyError": _("没有处理这种工作的程序，多半是升级途中版本不一。确认各进程同一版本后重试。"),
        "EngineError": _("流程走不下去。请先在「每日自检」看这件任务的问题，修好后重试。"),
        "NoResultFound": _("所指的数据已不存在。核对后多半应当放弃。"),
        "OSError": _("文件读写失败。检查磁盘空间和权限后重试。"),
    }
    return known.get(kind) or _("程序出错（%(kind)s）。把编号告诉开发单位，修好后重试。", kind=kind)


def lasting(span: timedelta) -> str:
    """How long something has lasted, in the unit that fits."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < _MINUTE:
        return ngettext("%(num)d 秒", "%(num)d 秒", seconds)
    if seconds < _HOUR:
        return ngettext("%(num)d 分钟", "%(num)d 分钟", seconds // _MINUTE)
    if seconds < 2 * _DAY:
        return ngettext("%(num)d 小时", "%(num)d 小时", seconds // _HOUR)
    return ngettext("%(num)d 天", "%(num)d 天", seconds // _DAY)


def _page(session: Session, *, error: str = "") -> str:
    policy.require(actor(), Verb.OPERATE)
    figures, running = reads.queue(session), reads.database(session)
    return render_template(
        "pages/operations.html",
        crumbs=[(_("运行状况"), None)],
        queue=figures,
        age=lasting(clock.wall() - figures.oldest_at) if figures.oldest_at else words.NOTHING,
        chart=_chart(figures),
        lasting=lambda at: lasting(clock.wall() - at),
        lines=[_line(letter) for letter in reads.letters(session, actor())],
        processes=[*_processes(health_reads.of(session)), _digests(reads.digests(session))],
        database=running,
        transaction=lasting(running.oldest_transaction),
        error=error,
    )


def _chart(figures: reads.Queue) -> Markup:
    """Pieces done an hour over the last day; nothing while there was none."""
    if not any(figures.hourly):
        return Markup()
    most = max(figures.hourly)
    return charts.trend(
        [_("%(n)s 小时前", n=back) for back in range(reads.HOURS - 1, -1, -1)],
        [charts.Line(_("完成"), figures.hourly)],
        sentence=_("最近 24 小时每小时完成的后台消息，最多 %(most)s 项", most=most),
        say=words.number,
        size=(620, 160),
    )


def _line(letter: reads.Letter) -> Line:
    numbers = list(letter.case_numbers)
    unknown = len(letter.case_ids) - len(numbers)
    if unknown and not numbers:
        numbers = [_("任务（内部号 %(id)s）", id=each) for each in letter.case_ids]
    return Line(
        letter=letter,
        what=topic_words(letter.topic),
        about=words.joined(numbers) or words.NOTHING,
        why=error_words(letter.error),
    )


def _processes(health: health_reads.Health) -> list[Process]:
    """The processes, each with what its absence means."""
    redis = {
        "here": _("Redis 正常"),
        "away": _("Redis 不在：节拍进程自己处理后台消息，稍慢，不丢"),
        "none": _("未配置 Redis：节拍进程自己处理后台消息"),
    }.get(str(health.redis), "")
    lag = lasting(health.seal_lag)
    return [
        _process(
            _("节拍进程"),
            is_there="clockwork" not in health.degraded,
            note=redis,
            away=_("到期、催办、定时步骤都停着；恢复后补办，每件一次"),
        ),
        _process(
            _("后台进程"),
            is_there="worker" not in health.degraded,
            note=_("由 Redis 唤醒") if health.workers else _("由节拍进程代办"),
            away=_("节拍进程 10 秒后代办，稍慢，不丢"),
        ),
        _process(
            _("封存进程"),
            is_there=health.seal_lag < health_reads.LONGEST_LAG,
            note=_("最早一条未封存留痕已等 %(lag)s", lag=lag)
            if health.pending
            else _("全部留痕已封存"),
            away=_("%(n)s 条留痕未封存，最早的已等 %(lag)s", n=health.pending, lag=lag),
        ),
    ]


def _digests(day: reads.Digests | None) -> Process:
    """The daily digests: whether mail leaves at all, and how many of the last day were done."""
    is_sent = place.here().mail is not None
    note = _("还没有写过")
    if day is not None:
        on = words.day(day.on)
        note = _("%(on)s 写了 %(put)s 份，办完 %(done)s 份", on=on, put=day.put, done=day.done)
    if not is_sent:
        note = _("%(note)s；没有设置邮件域名，只写不寄", note=note)
    return Process(
        _("每日通知摘要"), _("寄送") if is_sent else _("不寄"), "ok" if is_sent else "", note
    )


def _process(name: str, *, is_there: bool, note: str, away: str) -> Process:
    if is_there:
        return Process(name, _("运行中"), "ok", note)
    return Process(name, _("没有消息"), "bad", away)


def _here() -> acts.Page:
    return acts.Page(
        url_for("operations.page"),
        lambda _session, refusal: _again(sentence(refusal)),
    )


def _again(error: str) -> str:
    with surveying() as session:
        return _page(session, error=error)
