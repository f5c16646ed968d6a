"""Every broken or hostile definition is refused with file, element, line and remedy."""

import re

import pytest

from caseflow import engine
from caseflow.engine.sentences import SENTENCES
from tests.unit.engine.refused import REFUSED

VERBS = {"x", "close"}
# Words that ask for something, or say what alone would do.
ZH = re.compile("请|应|只")
EN = re.compile(r"; |, or |\b(must|use|write|needs|only|choose|fill|make|add|put|remove)\b")
# What goes wrong while a case runs is no fault of whoever hands a definition in.
OF_DEFINITIONS = sorted(code for code in SENTENCES if not code.startswith("run_"))


@pytest.mark.parametrize("code", OF_DEFINITIONS)
def test_every_sentence_on_a_definition_says_what_to_do(code: str) -> None:
    chinese, english = SENTENCES[code]
    assert ZH.search(chinese), chinese
    assert EN.search(english), english


@pytest.mark.parametrize("code", OF_DEFINITIONS)
def test_no_sentence_sends_people_to_a_file_of_the_source(code: str) -> None:
    assert not any("README" in said for said in SENTENCES[code])


def test_a_form_that_is_no_json_is_told_by_line_and_column_in_the_language_asked_for() -> None:
    (broken, *_) = engine.check(REFUSED["form that is no JSON"].files, verbs=VERBS)
    assert broken.say("zh").endswith("请改正：第2行第8列")
    assert broken.say("en").endswith("line 2, column 8")


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
        assert ZH.search(chinese), chinese
        assert EN.search(english), english
        assert "['" not in chinese + english
        assert not each.element or chinese.count(f"{each.element}：") == 1
