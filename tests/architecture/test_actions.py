"""Every act that the code can put on the record has a name, in Chinese and in English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseflow.web import action_words
from tests.factories import ROOT

_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
# Rooms that append to the record, and where their words for it stand.
_WRITERS = ("services", "jobs", "demo", "cli")
_WORDS = ROOT / "caseflow" / "record_format.py"
# What looks like an act and is none: topics of the outbox, loggers, files.
_OTHERS = frozenset(
    {
        "caseflow.demo",
        "caseflow.door",
        "caseflow.lang",
        "cases.judge",
        "cases.migrate",
        "directives.settle",
        "plans.begin",
        "campaigns.open",
        "answers.repeat",
        "plans.open",
        "files.scan",
        "messages.sent",
        "messages.spread",
        "messages.wanted",
        "record.evidence",
        "record.verify",
        "referrals.open",
        "selection.open",
        "self_check.run",
        "sqlalchemy.url",
        "writer.next",
    }
)
_FILES = re.compile(r".*\.(bin|csv|dmn|html|json|jsonl|pdf|pub|py|txt|typ|yaml)")
_CATALOGUE = ROOT / "caseflow/web/translations/en/LC_MESSAGES/messages.po"


def _constants(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _written() -> set[str]:
    files = [_WORDS, *(f for room in _WRITERS for f in (ROOT / "caseflow" / room).rglob("*.py"))]
    words = {word for path in files for word in _constants(path) if _ACTION.fullmatch(word)}
    return {word for word in words if not _FILES.fullmatch(word)}


@pytest.mark.parametrize("action", sorted(_written() - _OTHERS))
def test_every_act_that_is_written_has_a_name(action: str) -> None:
    assert action_words.is_named(action)


def test_what_is_left_out_still_stands_in_the_code() -> None:
    assert _written() >= _OTHERS


def test_no_two_acts_have_one_name_and_each_is_in_english() -> None:
    """A list of two entries alike says nothing."""
    named = re.findall(
        r'"[a-z_]+\.[a-z_]+": later\("([^"]+)"\)',
        (ROOT / "caseflow/web/action_words.py").read_text(encoding="utf-8"),
    )
    assert len(named) == len(set(named))
    catalogue = _CATALOGUE.read_text(encoding="utf-8")
    said = [re.search(f'msgid "{re.escape(each)}"\nmsgstr "(.+)"', catalogue) for each in named]
    assert None not in said
    english = [each[1] for each in said if each]
    assert len(english) == len(set(english))
