"""The page of the forms says what the forms use: lists of words, choices, rows."""

import re
from collections.abc import Iterator

from caseflow.engine.forms import FieldSpec, FormSpec
from caseflow.vocabulary.choices import VOCABULARIES
from tests.workflows import scenarios

FORMS = scenarios.ROOT / "forms"
PAGE = (FORMS / "README.md").read_text("utf-8")


def _fields(specs: tuple[FieldSpec, ...]) -> Iterator[FieldSpec]:
    for spec in specs:
        yield spec
        yield from _fields(spec.children)


def _all() -> list[tuple[str, FieldSpec]]:
    return [
        (path.stem, spec)
        for path in sorted(FORMS.glob("*.form"))
        for spec in _fields(FormSpec.parse(path.read_bytes()).fields)
    ]


def _section(title: str) -> str:
    return PAGE.split(f"## {title}")[1].split("\n## ")[0]


def test_page_lists_the_words_of_every_list() -> None:
    listed: dict[str, list[tuple[str, str, str]]] = {}
    name = ""
    row = re.compile(r"^\| (?:`(\w+)`)? ?\| `(\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
    for first, value, zh, en in row.findall(_section("Vocabularies")):
        name = first or name
        listed.setdefault(name, []).append((value, zh, en))
    used = {spec.vocabulary for _, spec in _all() if spec.vocabulary} - {"Tax"}
    assert {
        each: [(word.value, word.zh, word.en) for word in VOCABULARIES[each]] for each in used
    } == {each: words for each, words in listed.items() if each in used}


def test_page_lists_choices_and_rows_that_the_page_gives() -> None:
    for title, wanted in (
        ("Choices from the page", {(s.choices_key, form) for form, s in _all() if s.choices_key}),
        ("Rows from the page", {(s.rows_key, form) for form, s in _all() if s.rows_key}),
    ):
        rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+?) \|$", _section(title), re.MULTILINE)
        listed = {(key, form) for key, forms in rows for form in re.findall(r"`(\w+)`", forms)}
        assert listed == wanted
