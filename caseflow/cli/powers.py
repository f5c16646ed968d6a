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
            click.echo(f"{line}；可办 {'、'.join(able)}" if able else line)
        count = sum(person.could_see for person in found.people)
    say(f"{on} 日终 {count} 人可看。", f"{count} people could see it when {on} ended.")


def _told(ways: tuple[Way, ...]) -> list[str]:
    words = {
        By.OFFICER: "主办或协办",
        By.STEP: "办过本任务的步骤",
        By.DEPUTY_STEP: "代他人办过本任务的步骤",
        By.WAITING: "本任务有步骤待该岗位领办",
        By.SUCCESSOR: "接替回避人员",
        By.READER: "涉密查阅名单",
        By.GRANT: "临时授权",
        By.SUPERVISION: "审计员，涉密标记不限制监督",
        By.HOLDER: "正在办本任务的步骤",
        By.MARKER: "标记了这份涉密案卷",
        By.ADMINISTRATOR: "纳税人的税收管理员",
    }
    return [
        f"{way.post.unit_name} {way.post.role.zh}"
        if way.post
        else f"代理 {way.principal.principal_name}"
        if way.principal
        else words.get(way.by, "")
        for way in ways
    ]


def _bar(bar: Bar, second: Mark | None) -> str:
    if bar is Bar.RECUSED:
        return "已回避"
    if second is None:
        return "案卷涉密，不在承办人员和查阅名单之内"
    marked = "纳税人" if second.is_of_household else "任务"
    return f"{marked}另被标为涉密，不在该名单之内"
