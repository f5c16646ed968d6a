"""`caseflow powers`: who could see or act on a case on a day, for an operator."""

from datetime import date, datetime

import click

from caseflow import clock
from caseflow.cli.house import database
from caseflow.cli.speech import say, sentence
from caseflow.policy import Bar, By, Mark, Way
from caseflow.reads import trace
from caseflow.vocabulary import SYSTEM, Invalid, NotFound


@click.group()
def powers() -> None:
    """Look into who may see and do what (权限)."""


@powers.command()
@click.option("--case", "number", required=True, help="The number of the case (任务编号).")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day (日期), else today.")
def who(number: str, day: datetime | None) -> None:
    """Tell who could see or act on a case when a day ended, and why (权限追溯).

    Example: caseflow powers who --case 01WV2010000010 --on 2010-01-20
    """
    with database() as house, house.reading() as session:
        on: date = day.date() if day else clock.today()
        if on > clock.today():
            raise click.ClickException(
                sentence(
                    f"{on} 还没有到，请选今天或更早的日期。",
                    f"{on} is still to come; choose today or an earlier day.",
                )
            )
        try:
            found = trace.who_could(session, SYSTEM, number, on)
        except NotFound as refusal:
            raise click.ClickException(
                sentence(
                    f"没有任务 {number}，请核对编号。",
                    f"There is no case {number}; check the number.",
                )
            ) from refusal
        except Invalid as refusal:
            opened = refusal.values["opened"]
            raise click.ClickException(
                sentence(
                    f"任务 {number} 于 {opened} 生成，{on} 还没有这件任务。",
                    f"Case {number} was opened on {opened}; it was not there on {on}.",
                )
            ) from refusal
        if found.is_presumed:
            say(
                f"从 {found.exact_from} 起准确；此前没有记下的按步骤的开始和领取时间推定。",
                f"Exact from {found.exact_from} on; before, what was not noted is presumed"
                " from when steps opened and were taken.",
            )
        names = {step.id: step.name for step in found.steps}
        for person in sorted(found.people, key=lambda each: not each.could_see):
            able = [names[act.step_id] for act in person.acts if act.refusal is None]
            told = "、".join(dict.fromkeys(_told(person.ways)))
            if person.bar:
                told = _bar(person.bar, person.second_mark)
            line = f"{'+' if person.could_see else '-'} {person.actor.name}：{told}"
            acts = sentence(f"；可办 {'、'.join(able)}", f"; could act on {', '.join(able)}")
            click.echo(line + acts if able else line)
        count = sum(person.could_see for person in found.people)
    say(f"{on} 日终 {count} 人可看。", f"{count} people could see it when {on} ended.")


def _told(ways: tuple[Way, ...]) -> list[str]:
    return [
        f"{way.post.unit_name} {sentence(way.post.role.zh, way.post.role.en)}"
        if way.post
        else sentence(f"代理 {way.principal.principal_name}", f"for {way.principal.principal_name}")
        if way.principal
        else sentence(*_WORDS[way.by])
        for way in ways
    ]


_WORDS = {
    By.OFFICER: ("是本任务的主办或协办", "handles this case"),
    By.STEP: ("办过或正在办本任务的步骤", "has or had a step of this case"),
    By.DEPUTY_STEP: ("代他人办过本任务的步骤", "did a step of this case for somebody"),
    By.WAITING: ("本任务有步骤待其岗位领办", "a step of this case waits for the post"),
    By.SUCCESSOR: ("接替回避人员办理本任务", "steps in for somebody recused"),
    By.READER: ("在涉密案卷的查阅名单中", "is named for the sensitive file"),
    By.GRANT: ("有期内的临时授权", "has a grant for a time"),
    By.SUPERVISION: ("是审计员，涉密标记不限制监督", "is an auditor, whom no mark bars"),
    By.HOLDER: ("正在办本任务的步骤", "has an open step of this case"),
    By.MARKER: ("标记了这份涉密案卷", "marked this sensitive file"),
    By.ADMINISTRATOR: ("是纳税人的税收管理员", "manages the household"),
}


def _bar(bar: Bar, second: Mark | None) -> str:
    if bar is Bar.RECUSED:
        return sentence("已回避：回避后立即不可见", "recused: at once out of sight")
    if second is None:
        return sentence(
            "案卷涉密，不在承办人员和查阅名单之内",
            "the file is sensitive: neither handles it nor is named for it",
        )
    if second.is_of_household:
        return sentence(
            "纳税人另被标为涉密，不在该名单之内",
            "the household is marked as sensitive too: not named for that",
        )
    return sentence(
        "任务另被标为涉密，不在该名单之内",
        "the case is marked as sensitive too: not named for that",
    )
