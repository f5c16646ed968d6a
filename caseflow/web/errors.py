"""The one table from refusals to answers: which status, which page, which sentence."""

from __future__ import annotations

import logging
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from caseflow import clock
from caseflow.engine import EngineError
from caseflow.reads import runs as run_reads
from caseflow.vocabulary import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    Stale,
    TooOften,
    Unavailable,
)
from caseflow.web import confirm, jobs, observing, readings, shell
from caseflow.web.house import has_acted, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

log = logging.getLogger("caseflow.web")

# Fields of forms that no page gives back.
_SECRET = confirm.FIELDS | {"password", "old", "new", "again", "code"}
# After so many seconds it is worth trying again.
_PATIENCE = 5
# What PostgreSQL says when too many want the same at once: a lock not had in time, a deadlock
# that it broke, a conflict of snapshots.
_CROWDED = frozenset({"55P03", "40P01", "40001"})

STATUS: dict[type[Refused], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Conflict: HTTPStatus.CONFLICT,
    Stale: HTTPStatus.CONFLICT,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def install(app: Flask) -> None:
    """Answer every kind of refusal and failure with a page that helps."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(EngineError, _stuck)
    app.register_error_handler(DataError, _cannot_be_kept)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(HTTPStatus.INTERNAL_SERVER_ERROR, _failed)


def _refused(refusal: Refused) -> tuple[Response | str, int]:
    readings.note_refusal(refusal)
    if refusal.code == "making_past" and not _asks_for_part():
        return _making_past(sentence(refusal))
    if refusal.code == "reason_needed":
        return _ask_reason(refusal)
    if isinstance(refusal, TooOften):
        answer = make_response(_answer(HTTPStatus.TOO_MANY_REQUESTS, sentence(refusal)))
        answer.headers["Retry-After"] = str(refusal.values["seconds"])
        return answer, answer.status_code
    return _answer(STATUS[type(refusal)], sentence(refusal))


def _ask_reason(refusal: Refused) -> tuple[Response | str, int]:
    """Lead a city leader to where a reason is given, and from there on to what was wanted."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else _came_from()
    household = refusal.values["taxpayer"]
    target = url_for("powers.reason_page", taxpayer_id=household, next=wanted)
    if request.headers.get("HX-Request"):
        led = Response(status=HTTPStatus.FORBIDDEN, headers={"HX-Redirect": target})
        return led, HTTPStatus.FORBIDDEN
    if _asks_for_part():
        return _answer(HTTPStatus.FORBIDDEN, sentence(refusal))
    return redirect(target, HTTPStatus.SEE_OTHER), HTTPStatus.SEE_OTHER


def _making_past(text: str) -> tuple[str, int]:
    """While the demo's past is being made: how far that is, and the way back to what was typed."""
    with reading() as session:
        lines = [jobs.line(run) for run in run_reads.listing(session) if run.finished_at is None]
        page = render_template(
            "pages/making_past.html",
            crumbs=[(_("演练历史生成中"), None)],
            text=text,
            lines=lines,
            is_running=bool(lines),
            back=_came_from(),
        )
    return page, HTTPStatus.SERVICE_UNAVAILABLE


def _came_from() -> str:
    """The page of this house that the request came from, else the first one."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _asks_for_part() -> bool:
    """Whether a script asks, which shows the answer inside a page."""
    return bool(request.headers.get("HX-Request")) or (
        request.accept_mimetypes.best == "application/json"
    )


def _forged(error: CSRFError) -> tuple[Response | str, int]:
    del error
    return _answer(
        HTTPStatus.BAD_REQUEST,
        _("页面已过期，这次提交没有被采纳。请回到原页面，刷新后再提交。"),
        kept=_("已保存的草稿仍在原处。"),
    )


def _http(error: HTTPException) -> tuple[Response | str, int]:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    texts = {
        HTTPStatus.NOT_FOUND: _("没有这个页面，或者您无权查看。"),
        HTTPStatus.METHOD_NOT_ALLOWED: _("这个地址不接受这样的请求。"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("文件太大，请压缩或拆分后再上传。"),
        HTTPStatus.BAD_REQUEST: _("请求不完整，没有被采纳。"),
    }
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _failed(error)
    return _answer(status, texts.get(status, error.name))


def stuck(error: EngineError) -> str:
    """Put on the log that a case cannot take a step; returns what to tell, with the number."""
    number = observing.number()
    log.error("event=engine_stuck number=%s", number, exc_info=error)
    if _only_looks():
        return _(
            "流程的状态读不出来，这一页没有显示，没有改动任何内容。"
            "请把错误编号 %(number)s 告诉系统管理员。",
            number=number,
        )
    return _(
        "流程走不下去，这一步没有办成，也没有留下一半。问题在流程或数据，不在您的填写："
        "请把错误编号 %(number)s 告诉系统管理员，检查后再提交。",
        number=number,
    )


def _stuck(error: EngineError) -> tuple[Response | str, int]:
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, stuck(error), kept=_("已保存的草稿仍在原处。"))


def _cannot_be_kept(error: DataError) -> tuple[Response | str, int]:
    """A character or number that PostgreSQL cannot hold, such as NUL: no page sends it."""
    log.info("event=data_refused kind=%s", type(error.orig).__name__)
    return _answer(
        HTTPStatus.BAD_REQUEST,
        _("地址或筛选条件里有无法识别的字符或数字，请检查后再试。")
        if _only_looks()
        else _("所填内容含有无法保存的字符或数字，没有被采纳，请检查后再提交。"),
    )


def _failed(error: Exception) -> tuple[Response | str, int]:
    """What broke: a page that only shows, the answer to an act that is done, or the act itself."""
    del error
    if has_acted():
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, _done_unseen())
    if _only_looks():
        return _answer(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            _(
                "系统出错，这一页没有显示出来；打开页面不改动任何内容。"
                "如果刚提交过，提交不受影响：请先核对是否已经办成，不要直接重交。"
                "仍打不开，请把错误编号告诉系统管理员。"
            ),
        )
    return _answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _(
            "系统出错，这次操作没有完成，也没有留下一半。请稍后再试；仍不行，请把错误编号告诉系统管理员。"
        ),
        kept=_("已保存的草稿仍在原处。"),
    )


def _database_away(error: OperationalError | PoolTimeout) -> tuple[Response | str, int]:
    """No room, or no database. What was typed is kept, unless it is done already."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    is_crowded = isinstance(error, PoolTimeout) or state in _CROWDED
    log.error("event=database_away kind=%s sqlstate=%s", type(error).__name__, state)
    if has_acted():
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, _done_unseen())
    if not is_crowded:
        text = _("数据库暂时连接不上，请稍后再试。")
    elif _only_looks():
        text = _("此刻办理的人很多，这一页没有排上。请稍候几秒再试。")
    else:
        text = _("此刻办理的人很多，这一次没有排上，没有办成，也没有留下一半。请稍候几秒再试。")
    return _answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        text,
        kept="" if _only_looks() else _("已保存的草稿仍在原处。"),
    )


def _only_looks() -> bool:
    """Whether the request asks for a page and for no act."""
    return request.method in ("GET", "HEAD")


def _done_unseen() -> str:
    return _(
        "您提交的内容已经办成（批量办理的，可能只办成一部分），只是结果没有显示出来。"
        "请不要直接重交，先回到原页面核对。"
    )


def _typed() -> list[tuple[str, str]]:
    """What a form brought, so that the page of a refusal can send it once more.

    Files stay out, and so do passwords and codes: they are typed anew.
    """
    if request.method != "POST" or _asks_for_part() or has_acted():
        return []
    with suppress(HTTPException):
        return [
            (name, text)
            for name, texts in request.form.lists()
            for text in texts
            if name not in _SECRET
        ]
    return []


def _answer(status: HTTPStatus, text: str, *, kept: str = "") -> tuple[Response | str, int]:
    number = observing.number()
    if request.headers.get("HX-Request"):
        body = f'<div class="cf-toast cf-toast--bad" role="alert">{escape(text)} {number}</div>'
        answer = Response(body, status.value, mimetype="text/html")
        answer.headers["HX-Retarget"] = "#toasts"
        answer.headers["HX-Reswap"] = "beforeend"
        return _later(answer, status), status
    if request.accept_mimetypes.best == "application/json":
        return _later(jsonify(error=text, number=number), status), status
    values = {
        "title": _title(status),
        "text": text,
        "kept": kept,
        "number": number,
        "time": f"{clock.wall().astimezone(clock.BUREAU_ZONE):%Y-%m-%d %H:%M:%S}",
    }
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        g.frame = shell.Frame()  # what stands around pages is read from the database
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        page = render_template("pages/error_plain.html", typed=_typed(), **values)
        return _later(make_response(page), status), status
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return render_template("pages/error_plain.html", **values), status
    with reading():
        # Beside what else the bureau's pages tell of time; what breaks is told by the machine's.
        values["time"] = f"{clock.now().astimezone(clock.BUREAU_ZONE):%Y-%m-%d %H:%M:%S}"
        return render_template("pages/error.html", **values), status


def _later(answer: Response, status: HTTPStatus) -> Response:
    """Say when it is worth trying again, where it is."""
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(_PATIENCE)
    return answer


def _title(status: HTTPStatus) -> str:
    titles = {
        HTTPStatus.NOT_FOUND: _("找不到"),
        HTTPStatus.FORBIDDEN: _("无权办理"),
        HTTPStatus.CONFLICT: _("情况已经变了"),
        HTTPStatus.UNPROCESSABLE_ENTITY: _("填写有误"),
        HTTPStatus.SERVICE_UNAVAILABLE: _("暂时不可用"),
        HTTPStatus.TOO_MANY_REQUESTS: _("操作太频繁"),
        HTTPStatus.INTERNAL_SERVER_ERROR: _("系统出错"),
    }
    return titles.get(status, _("请求未被采纳"))
