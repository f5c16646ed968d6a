"""`caseflow users`: what an operator does for the people who sign in."""

import click

from caseflow.cli.house import database
from caseflow.cli.speech import say, sentence
from caseflow.reads import people as reads
from caseflow.services import accounts, passwords
from caseflow.vocabulary import SYSTEM, Invalid, NotFound


@click.group()
def users() -> None:
    """Look after those who sign in (用户)."""


@users.command()
@click.argument("login")
@click.option("--generate", is_flag=True, help="Make one and print it once (随机生成).")
def password(login: str, *, generate: bool) -> None:
    """Give LOGIN a first or a new password, typed twice, or made and printed once (设置密码).

    Sessions that LOGIN has open end. Example: caseflow users password chensiyuan
    """
    chosen = passwords.first() if generate else _ask(login)
    with database() as house:
        try:
            with house.transaction() as session:
                accounts.set_password(session, SYSTEM, login, password=chosen, is_first=generate)
        except NotFound as refusal:
            raise click.ClickException(
                sentence(
                    f"没有用户名 {login}，或已停用；请先用 caseflow bureau 登记。",
                    f"Nobody has the login {login}, or it is disabled; see caseflow bureau.",
                )
            ) from refusal
        except Invalid as refusal:
            shortest, longest = refusal.values["shortest"], refusal.values["longest"]
            raise click.ClickException(
                sentence(
                    f"密码须为 {shortest} 至 {longest} 个字符。",
                    f"A password has {shortest} to {longest} characters.",
                )
            ) from refusal
    if generate:
        say(f"{login} 的密码（只显示这一次）：", f"Password of {login}, shown this once:")
        click.echo(chosen)
    else:
        say(f"已设置 {login} 的密码。", f"The password of {login} is set.")


@users.command("list")
def list_() -> None:
    """List all logins with names and today's posts (用户清单). Example: caseflow users list."""
    with database() as house, house.transaction() as session:
        found = reads.everybody(session)
    if not found:
        say(
            "还没有用户；请先用 caseflow bureau 登记。",
            "Nobody is on file yet; see caseflow bureau.",
        )
    for person in found:
        posts = sentence("、", ", ").join(_post(post) for post in person.posts)
        state = "" if person.is_active else sentence("（已停用）", " (disabled)")
        name = sentence(person.name, person.name_en or person.name)
        nothing = sentence("今天没有岗位", "no post today")
        click.echo(f"{person.login:<12}{name}{state}  {posts or nothing}")


def _post(post: reads.Held) -> str:
    unit = sentence(post.unit, post.unit_en or post.unit)
    line = f" [{post.line}]" if post.line else ""
    return f"{unit} {sentence(post.role.zh, post.role.en)}{line}"


def _ask(login: str) -> str:
    label = sentence(f"{login} 的新密码", f"New password of {login}")
    again = sentence("再输入一次", "Once more")
    answer: str = click.prompt(label, hide_input=True, confirmation_prompt=again)
    return answer
