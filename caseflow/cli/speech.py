"""How the command line speaks: Chinese or English after the environment, else both."""

import os

import click

_META = "caseflow.lang"


def say(chinese: str, english: str) -> None:
    """Print a sentence in the operator's language."""
    click.echo(sentence(chinese, english))


def complain(chinese: str, english: str) -> None:
    """Print a sentence to the error output in the operator's language."""
    click.echo(sentence(chinese, english), err=True)


def sentence(chinese: str, english: str) -> str:
    """Choose the language of a sentence; a locale that names none, like C.UTF-8, gets both."""
    language = language_of_operator()
    if language == "zh":
        return chinese
    return english if language == "en" else f"{chinese}  {english}"


def language_of_operator() -> str | None:
    """The language that ``--lang`` or the environment asks for; None when neither says zh or en."""
    context = click.get_current_context(silent=True)
    if context is not None and _META in context.meta:
        return str(context.meta[_META])
    for name in ("CASEFLOW_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if chosen := os.environ.get(name):
            return chosen[:2].lower() if chosen[:2].lower() in ("zh", "en") else None
    return None


def _speak(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        context.meta[_META] = value


lang_option = click.option(
    "--lang",
    type=click.Choice(("zh", "en")),
    expose_value=False,
    is_eager=True,
    callback=_speak,
    help="speak Chinese or English, whatever the environment says",
)
