"""No text in a definition ever reaches Python: not as condition, timer, argument, cell or form."""

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.task import Task

from caseflow import engine
from caseflow.engine import pinned
from tests.unit.engine.decisions.test_tables import dmn
from tests.unit.engine.forms.sample import component, data
from tests.unit.engine.sketch import bpmn, bundle
from tests.unit.engine.walk import Walk

HOSTILE = [
    "__import__('os').system('touch /tmp/owned')",
    '__import__("os").system("touch /tmp/owned")',
    "().__class__.__base__.__subclasses__()",
    "[c for c in ().__class__.__base__.__subclasses__()]",
    "(lambda: 1)()",
    "open('/etc/passwd').read()",
    'eval("1+1")',
    "exec('x=1')",
    "globals()",
    "a.__class__",
    "f'{a}'",
    "9**9**9**9",
    "for i in 1..1000000000 return i",
    "a := 1",
    "import os",
    "a; b",
    "\\x41",
    "${a}${b}",
    "#{a}",
    "`id`",
    "a if a else b",
    "(" * 500 + "a" + ")" * 500,
    '"' + "x" * 5_000 + '"',
]
BOUNDED = {"for i in 1..1000000000 return i", "9**9**9**9", *HOSTILE[-2:]}
VARIABLES = "a: boolean; members: list of string"


def _condition(text: str) -> dict[str, bytes]:
    return bundle(
        f"start s\nxor g\nuser x\nuser y\nxor m\nend e\ns -> g\ng -> x : {text}\ng => y\n"
        "x -> m\ny -> m\nm -> e",
        VARIABLES,
    )


def _replaced(sketch: str, text: str) -> dict[str, bytes]:
    """The hostile text where the sketch says PLACE, escaped as an attribute or content."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    drawing = bpmn(sketch, VARIABLES).replace(b"PLACE", escaped.encode())
    return bundle("start s\nend e\ns -> e") | {"sketch.bpmn": drawing}


def _timer(text: str) -> dict[str, bytes]:
    return _replaced("start s\ncatch c timer:PLACE\nend e\ns -> c -> e", text)


def _due(text: str) -> dict[str, bytes]:
    return _replaced("start s\nuser u due=PLACE\nend e\ns -> u -> e", text)


def _argument(text: str) -> dict[str, bytes]:
    return _replaced("start s\nservice u close x=PLACE\nend e\ns -> u -> e", text)


def _collection(text: str) -> dict[str, bytes]:
    return _replaced("start s\nuser u multi=PLACE:m\nend e\ns -> u -> e", text)


def _until(text: str) -> dict[str, bytes]:
    return _replaced("start s\nuser u multi=members:m until=PLACE\nend e\ns -> u -> e", text)


def _cell(text: str) -> dict[str, bytes]:
    return _table(f'{text.replace(";", ",")}; -; - -> "x"')


def _answer(text: str) -> dict[str, bytes]:
    return _table(f"-; -; - -> {text.replace(';', ',')}")


def _table(row: str) -> dict[str, bytes]:
    files = bundle(
        "start s\nrule r table result\nend e\ns -> r -> e",
        "tax: number; signs: boolean; kind: string",
    )
    return files | {"t.dmn": dmn('hitPolicy="FIRST"', [row])}


def _hide(text: str) -> dict[str, bytes]:
    form = data(component("textfield", "b", hide=text), key="plain")
    return bundle("start s\nuser u\nend e\ns -> u -> e", VARIABLES) | {"plain.form": form}


ZEEBE = '<z:taskDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" type="x"/>'
PLACES = [_condition, _timer, _due, _argument, _collection, _until, _cell, _answer, _hide]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__.strip("_"))
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_with_its_line(
    place: object, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(place)
    with _barred_python(monkeypatch):
        checked = engine.check(place(text))
    findings = [finding for finding in checked if finding.code != "dmn_gap"]
    if text in BOUNDED and not findings:
        return  # FEEL, and harmless when it runs
    assert findings
    assert {finding.level for finding in findings} == {"error"}
    assert any(finding.line or finding.file.endswith(".form") for finding in findings)
    assert all(finding.say("zh") and finding.say("en") for finding in findings)


def test_case_runs_without_pythons_evaluation(monkeypatch: pytest.MonkeyPatch) -> None:
    with _barred_python(monkeypatch):
        walk = Walk(
            "start s\nuser u due=days(3)\nxor g\nuser x\nxor m\nend e\n"
            "s -> u -> g\ng -> x : a\ng => m\nx -> m\nm -> e",
            VARIABLES,
        ).do("u", a=True)
    assert walk.open == ["x"]


@pytest.mark.parametrize(
    "element",
    [
        '<scriptTask id="x" scriptFormat="python"><script>import os</script></scriptTask>',
        '<task id="x"/>',
        '<transaction id="x"/>',
        '<adHocSubProcess id="x"/>',
        '<complexGateway id="x"/>',
        '<userTask id="x"><standardLoopCharacteristics/></userTask>',
        '<serviceTask id="x"><extensionElements><camunda:field/></extensionElements></serviceTask>',
        '<intermediateThrowEvent id="x"><linkEventDefinition/></intermediateThrowEvent>',
        '<intermediateThrowEvent id="x"><compensateEventDefinition/></intermediateThrowEvent>',
        '<intermediateCatchEvent id="x"><conditionalEventDefinition/></intermediateCatchEvent>',
        '<startEvent id="x"><messageEventDefinition/></startEvent>',
        '<userTask id="x" camunda:assignee="demo"/>',
        '<serviceTask id="x" camunda:class="org.Evil"/>',
        '<serviceTask id="x" isForCompensation="true"/>',
        '<receiveTask id="x" instantiate="true"/>',
        '<eventBasedGateway id="x" eventGatewayType="Parallel"/>',
        '<userTask id="x"><multiInstanceLoopCharacteristics behavior="One"/></userTask>',
        f'<receiveTask id="x"><extensionElements>{ZEEBE}</extensionElements></receiveTask>',
    ],
)
def test_what_is_not_offered_is_refused_by_name(element: str) -> None:
    drawing = bpmn("start s\nuser a\nend e\ns -> a -> e").decode()
    files = bundle("start s\nend e\ns -> e") | {
        "sketch.bpmn": drawing.replace("</process>", f"{element}</process>").encode()
    }
    refused = [finding for finding in engine.check(files) if finding.code == "unsupported"]
    assert refused
    assert refused[0].line > 1


def test_python_of_the_library_is_disarmed() -> None:
    environment = TaskDataEnvironment()
    for call in (environment.evaluate, environment.execute):
        with pytest.raises(pinned.WrongLibrary):
            call("1 + 1", {})
    with pytest.raises(pinned.WrongLibrary):
        PythonScriptEngine().evaluate(None, "1 + 1")


def test_library_that_was_changed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    read = {**pinned.READ, "Task.run": (Task.cancel, pinned.READ["Task.run"][1])}
    monkeypatch.setattr(pinned, "READ", read)
    with pytest.raises(pinned.WrongLibrary, match=r"Task\.run"):
        pinned.verify()


def test_other_version_of_the_library_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "VERSION", "3.2.1")
    with pytest.raises(pinned.WrongLibrary, match=r"3\.2\.1 is wanted"):
        pinned.verify()


@contextmanager
def _barred_python(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("a definition reached Python")

    with monkeypatch.context() as patch:
        for name in ("eval", "exec", "compile"):
            patch.setattr(builtins, name, refuse)
        yield
