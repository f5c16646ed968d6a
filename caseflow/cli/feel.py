"""`caseflow feel`: an expression tried out: its value, what is wrong with it, or its words."""

import sys
import unicodedata
from typing import Literal, NoReturn

import click

from caseflow import clock
from caseflow import feel as language
from caseflow.cli.speech import complain, lang_option
from caseflow.engine import BadValue, counting, expressions, plain
from caseflow.feel.names import Names
from caseflow.vocabulary.limits import defaults

# What to do about it here, where the sentence of the fault alone does not say.
_REMEDIES = {
    "unknown_name": ("；请用 --context 给出它的值", "; give its value with --context"),
    "unexpected_end": ("；请补全", "; write the rest"),
    "wrong_operands": (
        "；请先用 number()、string() 或 date() 转换",
        "; convert one first with number(), string() or date()",
    ),
}


@click.command()
@click.argument("expression")
@click.option("--context", default="{}", help='values of the names as a JSON object; "-" reads it')
@click.option("--say", "said", type=click.Choice(("zh", "en")), help="say it in words instead")
@lang_option
def feel(expression: str, context: str, said: Literal["zh", "en"] | None) -> None:
    """Evaluate an EXPRESSION in FEEL, the language of drawings, tables and indicators.

    Prints the value as JSON: numbers exactly, dates and durations as ISO text. What is wrong is
    told with line and column. The functions of drawings (working_days, days, now, today) count
    from this moment with the limits a bureau begins with. Needs no database.

    Example: caseflow feel 'if tax > 10000 then "leader" else "chief"' --context '{"tax": 12000}'
    """
    values = _context(sys.stdin.read() if context == "-" else context)
    try:
        rule = expressions.rule(expression, {name: _type(value) for name, value in values.items()})
        if said is None:
            value = rule.evaluate(values, counting.moment(clock.wall(), defaults()))
            click.echo(plain.write(value))
        elif rule.expression is not None:
            click.echo(language.say(rule.expression, said))
    except language.FeelError as error:
        _point_at(expression, error)
        chinese, english = _REMEDIES.get(error.code, ("", ""))
        _refuse(error.say("zh") + chinese, error.say("en") + english)
    except BadValue as error:
        _refuse(error.say("zh"), error.say("en"))


def _context(text: str) -> dict[str, object]:
    """The values by name; a name that no expression could hold is refused here."""
    try:
        found = plain.read(text)
    except plain.BadJson as error:
        _refuse(
            f"--context 不是合法的JSON，请改正：{error.say('zh')}",
            f"--context is no valid JSON; mend it: {error.say('en')}",
        )
    if not isinstance(found, dict):
        _refuse("--context 应是JSON对象", "--context must be a JSON object")
    for name in found:
        try:
            writable = bool(name.strip())
            Names([name])
        except language.FeelError:
            writable = False
        if not writable:
            _refuse(
                f"名称“{name}”不能写在表达式里，请改名",
                f'the name "{name}" cannot stand in an expression; choose another',
            )
    return found


def _type(value: object) -> language.Type:
    """What a value of JSON is for FEEL; null may be anything."""
    match value:
        case None:
            return language.ANY
        case bool():
            return language.BOOLEAN
        case str():
            return language.STRING
        case dict():
            return language.context_of({name: _type(each) for name, each in value.items()})
        case list():
            kind = language.NULL
            for each in value:
                kind = language.join(kind, _type(each))
            return language.list_of(language.ANY if kind == language.NULL else kind)
    return language.NUMBER


def _point_at(text: str, error: language.FeelError) -> None:
    """The line that is refused, with a mark below the place."""
    lines = text.splitlines() or [""]
    line = lines[min(error.line, len(lines)) - 1]
    before = line[: error.column - 1]
    width = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in before)
    click.echo(f"  {line}\n  {' ' * width}^", err=True)


def _refuse(chinese: str, english: str) -> NoReturn:
    complain(f"✗ {chinese}", f"✗ {english}")
    sys.exit(1)
