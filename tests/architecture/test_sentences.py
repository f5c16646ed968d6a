"""Every code that the house refuses with has its sentence on pages."""

import re
from pathlib import Path

from caseflow.cli import record_sentences, refusals
from caseflow.web.sentences import FIELD_SENTENCES, SENTENCES

ROOMS = ("services", "reads", "engine/forms", "documents", "policy")
SOURCES = [
    (str(path), path.read_text())
    for room in ROOMS
    for path in (Path(__file__).parents[2] / "caseflow" / room).rglob("*.py")
]
_REFUSED = r'(?:NotFound|Forbidden|Invalid|Conflict|Stale|Unavailable)\(\s*"([a-z_.]+)"'
# Said by the command line alone: bureaus and earlier years are put on file, the record is sealed,
# and backups are brought back from there.
_OF_THE_COMMAND_LINE = (
    {"bureau_faults", "yearly_results"} | set(record_sentences.SENTENCES) | set(refusals.SAID)
)


def _found(pattern: str, inside: str = "") -> set[str]:
    return {code for name, text in SOURCES if inside in name for code in re.findall(pattern, text)}


def test_every_refusal_has_a_sentence() -> None:
    said = set(SENTENCES) | set(FIELD_SENTENCES) | _OF_THE_COMMAND_LINE
    assert _found(_REFUSED) - said == set()


def test_every_error_of_a_field_has_a_sentence() -> None:
    codes = _found(r'refuse\(\s*[^,]+,\s*"([a-z_]+)"', "kinds")
    codes |= _found(r'=\s*\("([a-z_]+)",\s*\{', "kinds")
    codes |= _found(r'(?:FieldError|stop|wrong)\(\s*(?:FieldError\()?"([a-z_]+)"', "forms")
    codes |= _found(r'code = "([a-z_]+)"', "forms")
    assert codes - set(FIELD_SENTENCES) == set()
    assert "required" in codes
