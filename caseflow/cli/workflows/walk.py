"""`caseflow workflows walk`: the scenarios of a drawing, and what they leave out."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
import yaml

from caseflow.cli.speech import lang_option, sentence
from caseflow.cli.workflows.files import PATH, bundle, language, tell_errors
from caseflow.engine import Process, lenient, scenarios, ways
from caseflow.engine.course import BadAct
from caseflow.engine.scenarios import Played, Scenario
from caseflow.vocabulary import Invalid

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_MOST_BYTES = 200_000


@click.command()
@click.argument("drawing", type=PATH)
@click.option("--scenarios", "folder", type=_FOLDER, help="folder of *.yaml; by default beside it")
@click.option(
    "--walks", type=click.IntRange(0, 10_000), default=300, help="random cases to compare"
)
@click.option("--show", type=click.IntRange(0, 100), default=5, help="how many unwalked ways")
@click.option("--all-flows", is_flag=True, help="end with 1 if a flow is not walked")
@lang_option
def walk(drawing: Path, folder: Path | None, *, walks: int, show: int, all_flows: bool) -> None:
    """Play the scenario files of a DRAWING and say what they do not walk.

    Scenarios lie in <process id>/scenarios/*.yaml beside the drawing; in <process id>/refused/
    lie courses that must be refused: one that passes is an error. Then cases are walked at random,
    and the shortest sequences of decisions that no scenario has are told. Ends with 1 when a
    course fails. Needs no database.

    Example: caseflow workflows walk workflows/warning_verification.bpmn
    """
    try:
        process = lenient.load(bundle(drawing))
    except Invalid as refused:
        tell_errors(refused)
        sys.exit(1)
    home = drawing.parent / process.key
    played = [_played(process, path) for path in _files(folder or home / "scenarios")]
    refusals = [] if folder else [_played(process, path) for path in _files(home / "refused")]
    if not played and not refusals:
        click.echo(sentence("没有情景文件", "there are no scenario files"))
    missing = _coverage(process, played)
    _unknown_ways(process, played, walks=walks, show=show)
    failed = any(each is None or each.failure is not None for each in (*played, *refusals))
    sys.exit(failed or (all_flows and bool(missing)))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.yaml") if path.is_file())


def _played(process: Process, path: Path) -> Played | None:
    """Play one file and say what came of it; None if it cannot be read."""
    place = f"{path.parent.name}/{path.stem}"
    try:
        scenario = _scenario(path)
    except BadAct as error:
        click.echo(f"✗ {place}: {error.say(language())}")
        return None
    played = scenarios.play(process, scenario)
    if played.failure is None:
        click.echo(f"✓ {place} {scenario.title}")
        return played
    step = sentence(f"第{played.step}步", f"step {played.step}")
    act = _act(scenario, played.step)
    click.echo(f"✗ {place} {step}{act}: {played.failure.say(language())}")
    return played


def _scenario(path: Path) -> Scenario:
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            raise BadAct("scenario_shape", reason=f"{len(data)} > {_MOST_BYTES}")
        text = data.decode("utf-8")
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise BadAct("scenario_shape", reason="&, *")  # a few of them could mean millions
        return scenarios.read(yaml.safe_load(text))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = "UTF-8 YAML"
        if mark is not None:
            line, column = mark.line + 1, mark.column + 1
            reason = sentence(f"第{line}行第{column}列", f"line {line}, column {column}")
        raise BadAct("scenario_shape", reason=reason) from error


def _act(scenario: Scenario, number: int) -> str:
    """What the step does, in the words of the file."""
    if not 1 <= number <= len(scenario.steps):
        return ""
    verb, what = next(iter(scenario.steps[number - 1].items()))
    return f" {verb} {what}"


def _coverage(process: Process, played: Iterable[Played | None]) -> list[str]:
    missing = scenarios.unwalked(process, [each for each in played if each is not None])
    count = len(process.flows)
    text = sentence("走过的连线", "flows walked")
    click.echo(f"{text}: {count - len(missing)}/{count}")
    for flow in missing:
        click.echo(f"  ! {flow}  {_flow(process, flow)}")
    return missing


def _unknown_ways(
    process: Process, played: Iterable[Played | None], *, walks: int, show: int
) -> None:
    turning = ways.turnings(process)
    known = {
        tuple(name for name in each.passed if name in turning)
        for each in played
        if each is not None and each.failure is None
    }
    found = ways.unknown(process, known, walks=walks)
    text = sentence("没有情景走过的走法", "ways that no scenario walks")
    click.echo(f"{text}: {len(found)} / {walks}")
    for way in found[:show]:
        click.echo(f"  - {' → '.join(_turning(process, name) for name in way)}")


def _turning(process: Process, name: str) -> str:
    if name in process.flows:
        return _flow(process, name)
    element = process.elements[name]
    return f"[{element.name or element.id}]"


def _flow(process: Process, name: str) -> str:
    flow = process.flows[name]
    source, target = (process.elements[end] for end in (flow.source, flow.target))
    said = f" “{flow.name}”" if flow.name else ""
    return f"{source.name or source.id} →{said} {target.name or target.id}"
