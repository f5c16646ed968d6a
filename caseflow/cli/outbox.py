"""`caseflow outbox`: later work that did not go, and what to do with it."""

from __future__ import annotations

import click

from caseflow.cli.house import database
from caseflow.cli.speech import say, sentence
from caseflow.reads import operations as reads
from caseflow.services import outbox as queue
from caseflow.vocabulary import SYSTEM


@click.group()
def outbox() -> None:
    """Look after later work (后台消息) that failed."""


@outbox.command("list")
def list_failed() -> None:
    """
    Show how much waits, and what failed and why (列出失败的后台消息).

    Example: caseflow outbox list
    """
    with database() as opened, opened.reading() as session:
        figures, letters = reads.queue(session), reads.failed(session)
    say(
        f"等待 {figures.due} 项，稍后 {figures.later} 项，待人处理 {figures.dead} 项，"
        f"近一小时完成 {figures.done_last_hour} 项。",
        f"{figures.due} due, {figures.later} later, {figures.dead} for a person, "
        f"{figures.done_last_hour} done within the hour.",
    )
    for letter in letters:
        mark = "✗" if letter.is_dead else "…"
        about = ", ".join(letter.case_numbers) or "—"
        tried = sentence(f"已试 {letter.attempts} 次", f"tried {letter.attempts} times")
        click.echo(f"{mark} {letter.id}  {letter.topic}  {about}  {tried}")
        click.echo(f"    {letter.error.splitlines()[0] if letter.error else '—'}")


@outbox.command()
@click.argument("message_id", type=int)
@click.option("--reason", required=True, help="Why, for the record (写入留痕的理由).")
def retry(message_id: int, reason: str) -> None:
    """
    Let failed work be tried again (重试).

    Example: caseflow outbox retry 17 --reason '打印机已修好'
    """
    with database() as opened, opened.transaction() as session:
        queue.retry(session, SYSTEM, message_id, reason=reason)
    say(f"第 {message_id} 项将重试。", f"{message_id} is tried again.")


@outbox.command()
@click.argument("message_id", type=int)
@click.option("--reason", required=True, help="Why, for the record (写入留痕的理由).")
def discard(message_id: int, reason: str) -> None:
    """
    Give failed work up for good (放弃).

    Example: caseflow outbox discard 17 --reason '任务已作废，不必再发'
    """
    with database() as opened, opened.transaction() as session:
        queue.discard(session, SYSTEM, message_id, reason=reason)
    say(f"第 {message_id} 项已放弃。", f"{message_id} is given up.")
