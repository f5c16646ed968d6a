"""Whatever a browser sends to a form of the house is answered with errors; nothing falls over."""

import json
from pathlib import Path
from random import Random

import pytest

from caseflow.engine.forms import Choice, FieldError, FieldSpec, FormSpec, Row
from caseflow.vocabulary.kinds import PROCESSES
from tests.trust.counts import IS_LONG
from tests.workflows import scenarios

ROOT = Path(__file__).parents[2]
FORMS = sorted(ROOT.glob("forms/*.form"))
JUNK = [
    "", " ", "0", "-1", "1e400", "NaN", "9" * 400, "2010-02-30", "2010-01-25", "0001-01-01",
    "9999-12-31", "2010-01-25T09:30", "25:61", "是", "none", "other", "yes", "confirmed", "assign",
    "send_back", "<script>alert(1)</script>", "' OR 1=1 --", "\x00", "\ud800", "\u202e反", "\uffff",
    "٣", "１２３", "²", "①", "税" * 12_000, "\r\n", "{{7*7}}", "${7*7}", "__class__", "../../etc",
]  # fmt: skip
CHOICES = [Choice("1", "甲"), Choice("2", "乙"), Choice("3", "丙")]
# Conditions may name any variable of their process; what is not decided yet is null.
VARIABLES = dict.fromkeys(
    name
    for path in ROOT.glob("workflows/*.bpmn")
    if path.stem in PROCESSES.values()
    for name in scenarios.process(path.name).variables
)
ROWS = [Row("17", "疑点一"), Row("18:V01", "疑点二")]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_form_of_the_house_takes_any_input(path: Path) -> None:
    spec = FormSpec.parse(path.read_bytes())
    for seed in range(500 if IS_LONG else 3):
        random = Random(seed)
        keys = {each.choices_key for each in _all(spec.fields)}
        rows = {each.rows_key for each in _all(spec.fields)}
        made = spec.wtform(
            dict.fromkeys(keys, CHOICES),
            dict.fromkeys(rows, ROWS),
            {**VARIABLES, "ti_flag": True},
            "zh",
        )
        form = made(_sent(spec.fields, random))
        form.validate()
        assert all(isinstance(error, FieldError) for field in form for error in _errors(field))
        again = made(data=spec.from_answers(json.loads(json.dumps(form.answers()))))
        assert again.answers() or not form.answers()  # a form may hide all that it asks
        assert all(part.field is None or part.field() for part in form.layout())


def _sent(fields: tuple[FieldSpec, ...], random: Random, prefix: str = "") -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for each in _all(fields):
        name = f"{prefix}{each.key}"
        if each.type == "dynamiclist":
            for row in random.sample(range(12), 3):
                sent |= _sent(each.children, random, f"{name}-{row}-")
                sent[f"{name}-{row}-row"] = [random.choice([*JUNK, "17", "18:V01"])]
        elif each.is_valued and random.random() < 0.9:
            sent[name] = random.choices([*JUNK, "1", "2"], k=random.randint(1, 3))
    button = random.choice(["_add", "_remove", "_none"])
    sent[button] = [random.choice(["doubts", "persons-0", "x"])]
    return sent


def _all(fields: tuple[FieldSpec, ...]) -> list[FieldSpec]:
    inner = [e for each in fields if each.type == "group" for e in _all(each.children)]
    return [*(each for each in fields if each.type != "group"), *inner]


def _errors(field: object) -> list[object]:
    entries = getattr(field, "entries", None)
    if entries is None:
        return list(getattr(field, "errors", ()))
    own = [error for error in getattr(field, "errors", ()) if not isinstance(error, dict)]
    return own + [e for entry in entries for inner in entry.form for e in _errors(inner)]
