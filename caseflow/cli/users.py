"""`caseflow users`: what an operator does for the people who sign in."""

from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from caseflow.cli.house import database
from caseflow.cli.speech import say, sentence
from caseflow.reads import people as reads
from caseflow.services import accounts, passwords
from caseflow.vocabulary import SYSTEM, Actor, Invalid, NotFound

_ABSENT = {
    "no_such_login": (
        "没有用户名 {login}，或已停用；请先用 caseflow bureau 登记。",
        "Nobody has the login {login}, or it is disabled; see caseflow bureau.",
    ),
    "no_closed_account": (
        "没有已停用的用户名 {login}。",
        "Nobody with the login {login} is disabled.",
    ),
    "factor_not_set": ("{login} 没有启用动态码。", "{login} has no one-time codes."),
}


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
            raise click.ClickException(_absent(refusal, login)) from refusal
        except Invalid as refusal:
            raise click.ClickException(_why_bad(refusal)) from refusal
    if generate:
        say(
            "首次登录时须换成自己的密码。",
            "It opens the door once: at the first sign-in another one is chosen.",
        )
        say(f"{login} 的密码（只显示这一次）：", f"Password of {login}, shown this once:")
        click.echo(chosen)
    else:
        say(f"已设置 {login} 的密码。", f"The password of {login} is set.")


@users.command()
@click.argument("login")
def disable(login: str) -> None:
    """Close the account of LOGIN; open sessions end at once (停用). Nothing is deleted.

    Example: caseflow users disable chensiyuan
    """
    _do(accounts.disable, login)
    say(f"已停用 {login}，其登录都已结束。", f"{login} is disabled; all its sessions have ended.")


@users.command()
@click.argument("login")
def enable(login: str) -> None:
    """Open the account of LOGIN again (恢复). Example: caseflow users enable chensiyuan."""
    _do(accounts.enable, login)
    say(f"已恢复 {login}。", f"{login} may sign in again.")


@users.command("forget-device")
@click.argument("login")
def forget_device(login: str) -> None:
    """Forget the one-time codes of LOGIN, who has lost phone and recovery codes (重置动态码).

    Sessions of LOGIN end. Make sure first that it is LOGIN who asks.
    Example: caseflow users forget-device chensiyuan
    """
    _do(accounts.forget_factor, login)
    say(
        f"已取消 {login} 的动态码，其登录都已结束；下次登录时重新设置。",
        f"{login} has no one-time codes any more and sets them up anew at the next sign-in.",
    )


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


def _do(verb: Callable[[Session, Actor, str], None], login: str) -> None:
    with database() as house:
        try:
            with house.transaction() as session:
                verb(session, SYSTEM, login)
        except NotFound as refusal:
            raise click.ClickException(_absent(refusal, login)) from refusal


def _absent(refusal: NotFound, login: str) -> str:
    chinese, english = _ABSENT[refusal.code]
    return sentence(chinese.format(login=login), english.format(login=login))


def _post(post: reads.Held) -> str:
    unit = sentence(post.unit, post.unit_en or post.unit)
    line = f" [{post.line}]" if post.line else ""
    return f"{unit} {sentence(post.role.zh, post.role.en)}{line}"


def _why_bad(refusal: Invalid) -> str:
    if refusal.code == "password_guessable":
        return sentence(
            "这个密码太容易被猜到，请换一个：几个不相干的词连起来最好。",
            "This password is guessed too easily; a few unrelated words in a row are best.",
        )
    shortest, longest = refusal.values["shortest"], refusal.values["longest"]
    return sentence(
        f"密码须为 {shortest} 至 {longest} 个字符。",
        f"A password has {shortest} to {longest} characters.",
    )


def _ask(login: str) -> str:
    label = sentence(f"{login} 的新密码", f"New password of {login}")
    again = sentence("再输入一次", "Once more")
    answer: str = click.prompt(label, hide_input=True, confirmation_prompt=again)
    return answer
