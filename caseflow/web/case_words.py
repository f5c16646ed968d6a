"""A case in words: its open steps, papers, files, limits."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import url_for

from caseflow import assessed
from caseflow.models import Case
from caseflow.reads.cases import File, Link, Page, Paper, Row, Step
from caseflow.services import nudges
from caseflow.services.files import LARGEST
from caseflow.services.previews import Next, Preview
from caseflow.vocabulary import Actor, DocumentStatus, Outcome, Role, TaskStatus
from caseflow.web import clock_words, deputy_words, paper_words, words
from caseflow.web.languages import name_of, say
from caseflow.web.sentences import field_sentence
from caseflow.web.speech import _


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that waits, and for whom; which of the office's acts the reader may do with it."""

    id: int
    name: str
    who: str
    due: words.DueWords
    why: tuple[str, ...]
    may_nudge: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file or paper in a list."""

    name: str
    href: str
    size: int
    note: str
    # Where its custody is shown, and the file itself with what is known of its bytes.
    custody: str
    blob: File


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper of the case in a list."""

    id: int
    name: str
    number: str
    status: str
    kind: str
    href: str | None
    note: str
    about: str | None


def due(row: Row) -> words.DueWords:
    """The limit of a case in a list."""
    if row.closed_at is not None:
        return words.DueWords(
            words.day(row.closed_at), "muted", "check", words.day_long(row.closed_at)
        )
    return words.due(row.due_at, row.left, is_paused=row.paused_at is not None)


def open_steps(page: Page, reader: Actor) -> tuple[OpenStep, ...]:
    """What is open now, and who has it or may take it."""
    return tuple(
        OpenStep(
            step.id,
            name_of(step.name, step.name_en),
            holder(step),
            words.due(step.due_at, step.left, is_paused=page.case.paused_at is not None),
            clock_words.why_due(step.due_facts),
            nudges.may_nudge(reader, step.assignee.id if step.assignee else None),
        )
        for step in page.steps
        if step.status is TaskStatus.OPEN
    )


def preview(found: Preview) -> tuple[str, ...]:
    """What handing in a step would lead to, a sentence for each step."""
    if found.ends:
        return (_("提交后任务办结。"),)
    if found.waits:
        return (_("提交后等其他人办完，才轮到下一步。"),)
    return tuple(_next(step) for step in found.steps)


def _next(step: Next) -> str:
    name = name_of(step.name, step.name_en)
    if step.holder:
        return _("下一步：%(step)s，由 %(who)s 办理。", step=name, who=step.holder)
    if step.may_take:
        names = words.joined(step.may_take)
        return _("下一步：%(step)s，可领取的人：%(names)s。", step=name, names=names)
    return _("下一步：%(step)s，现在没有人可以办理：会停在那里，由每日自检报警。", step=name)


def holder(step: Step) -> str:
    """Who has a step, and for whom; or who may take it."""
    if step.assignee is None:
        return seat(step)
    principal = step.held_for.name if step.held_for else None
    return deputy_words.signed(step.assignee.name, principal)


def doer(step: Step) -> str:
    """Who did a step, and for whom."""
    if step.done_by is None:
        return _("系统")
    return deputy_words.signed(step.done_by.name, step.done_for.name if step.done_for else None)


def seat(step: Step) -> str:
    """Who may take a step: the roles of its desk."""
    return words.joined(say(Role(role)) for role in step.roles) or _("尚无人领取")


def proposal(case: Case) -> tuple[tuple[str, str], ...]:
    """The outcome that the decision table proposes from the conclusion."""
    outcome = case.facts.get("outcome")
    return ((_("建议的处理结果"), say(Outcome(outcome))),) if outcome else ()


def papers(page: Page) -> tuple[PaperLine, ...]:
    """The papers of the case."""
    return tuple(_paper(paper) for paper in page.papers)


def files(page: Page) -> tuple[FileLine, ...]:
    """The files handed in."""
    return tuple(_file(file) for file in page.files)


def left_to_others(shown: Page) -> str:
    """That tax is not collected in this case, and which referral collects it; empty: none is."""
    tax = assessed.unpaid(shown.amounts)
    if not shown.referrals or not tax:
        return ""
    referral = shown.referrals[-1]
    if referral.opened_case_id is None:
        return _(
            "应补税款 %(tax)s 元及滞纳金不在本任务中缴纳，由%(kind)s（待立第 %(number)s 号）征收。",
            tax=words.money(tax),
            kind=say(referral.kind),
            number=referral.id,
        )
    opened = [link.number for link in shown.links if link.case_id == referral.opened_case_id]
    return _(
        "应补税款 %(tax)s 元及滞纳金不在本任务中缴纳，由%(kind)s %(number)s 征收。",
        tax=words.money(tax),
        kind=say(referral.kind),
        number=words.joined(opened),
    )


def tie(link: Link) -> str:
    """What ties this case to another."""
    names = {
        ("opened", True): _("转立"),
        ("opened", False): _("来自"),
        ("recheck", True): _("复查另立"),
        ("recheck", False): _("复查来自"),
        ("merged_into", True): _("并入"),
        ("merged_into", False): _("并入本任务"),
        ("split_off", True): _("拆出"),
        ("split_off", False): _("拆自"),
    }
    name = names.get((link.kind, link.is_from_here), link.kind)
    return _("%(tie)s（已撤销）", tie=name) if link.is_over else name


def draft_words() -> str:
    """What the state of the draft is called, as JSON for the script."""
    return json.dumps(
        {
            "typing": _("有未存内容"),
            "saving": _("正在存草稿"),
            "saved": _("草稿已存 {time}"),
            "failed": _("草稿没有存上，请按 Ctrl S 再试"),
            "offline": _("连接中断，内容暂存在本页，恢复后按 Ctrl S"),
            "signedOut": _("登录已过期，内容暂存在本页，刷新并登录后恢复"),
        },
        ensure_ascii=False,
    )


def upload_words() -> str:
    """What becomes of photographs on their way, as JSON for the script."""
    return json.dumps(
        {
            "largest": LARGEST,
            "sending": _("正在上传 {done}%"),
            "offline": _("没有网络，照片留在本页，联网后自动再传"),
            "failed": _("没有传上，稍后自动再传"),
            "signedOut": _("登录已过期。请在另一页登录，再按“再传”"),
            "refused": _("没有采纳，请刷新本页看看是否还能上传"),
            "large": _("照片太大（{size} MB），最多 20 MB。请在相机设置里调低分辨率后重新拍摄"),
            "heic": field_sentence("file_heic", {"name": "{name}"}),
            "again": _("再传"),
            "drop": _("不传"),
            "waiting": _("还有照片没有传完。请联网等它传完再提交，或者按“不传”去掉"),
        },
        ensure_ascii=False,
    )


def _paper(paper: Paper) -> PaperLine:
    kinds = {DocumentStatus.ISSUED: "ok", DocumentStatus.SERVED: "ok", DocumentStatus.VOID: "bad"}
    note = ""
    if paper.issued_at:
        note = _(
            "%(who)s %(when)s 签发", who=paper.issued_by or "", when=words.day(paper.issued_at)
        )
    if paper.served_on:
        note += _("，%(when)s 送达", when=words.day(paper.served_on))
    return PaperLine(
        paper.id,
        paper_words.name(paper.kind),
        paper.number or "",
        say(paper.status),
        kinds.get(paper.status, ""),
        url_for("cases.paper", paper_id=paper.id) if paper.sha256 else None,
        note,
        url_for("papers.page", paper_id=paper.id) if paper.sha256 else None,
    )


def _file(file: File) -> FileLine:
    note = f"{file.uploaded_by} {words.stamp(file.uploaded_at)}"
    href = url_for("cases.file", file_id=file.id)
    custody = url_for("custody.page", file_id=file.id)
    return FileLine(file.name, href, file.size, note, custody, file)
