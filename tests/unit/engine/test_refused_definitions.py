"""Every broken or hostile definition is refused with file, element, line and remedy."""

import pytest

from caseflow import engine
from tests.unit.engine.refused import REFUSED

VERBS = {"x", "close"}


@pytest.mark.parametrize("name", REFUSED)
def test_definition_is_refused_with_its_place_and_a_remedy_in_both_languages(name: str) -> None:
    wanted = REFUSED[name]
    findings = engine.check(wanted.files, verbs=VERBS)
    found = [f for f in findings if (f.code, f.element) == (wanted.code, wanted.element)]
    assert found, [(f.code, f.element, f.line, f.say("en")) for f in findings]
    assert found[0].level == "error"
    assert (found[0].line > 0) is wanted.has_line
    for each in findings:
        chinese, english = each.say("zh"), each.say("en")
        assert chinese != english
        assert chinese.isascii() is False
        assert len(english) < 3_000
