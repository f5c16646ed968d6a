"""What must hold for every template and stylesheet, and for the English of the pages."""

import json
import re
from pathlib import Path

import pytest

from caseflow.web import catalogue

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "caseflow" / "web" / "templates").rglob("*.html"))
MODULES = sorted((ROOT / "caseflow" / "web").glob("*.py"))
STYLES = sorted((ROOT / "frontend" / "src" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "frontend" / "src" / "js").glob("*.js"))
NAMES = [str(path.relative_to(ROOT / "caseflow" / "web" / "templates")) for path in TEMPLATES]

_CLASS = re.compile(r"cf-[a-z0-9]+(?:(?:__|--|-)[a-z0-9]+)*")
_OPENING = re.compile(
    r"<(button|input|select|textarea|img)\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>", re.DOTALL
)


def _declared() -> set[str]:
    return {name for path in STYLES for name in re.findall(r"\.(cf-[a-z0-9_-]+)", path.read_text())}


def _used(text: str) -> set[str]:
    quoted = re.findall(r'class(?:Name)?="([^"]*)"', text)
    return {
        name
        for words in quoted
        for name in _CLASS.findall(re.sub(r"\{[{%].*?[%}]\}", " ", words))
        if not words[words.find(name) + len(name) :].startswith(("-", "_"))
    }


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_every_class_of_a_template_is_in_the_stylesheet(path: Path) -> None:
    assert _used(path.read_text()) - _declared() == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_no_template_holds_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_every_button_says_its_type(path: Path) -> None:
    buttons = [match for match in _OPENING.finditer(path.read_text()) if match[1] == "button"]
    assert [found[0] for found in buttons if "type=" not in found[0]] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_every_form_that_posts_carries_its_token(path: Path) -> None:
    forms = re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL)
    assert [form[:80] for form in forms if "csrf" not in form] == []


def test_every_icon_is_in_the_sprite() -> None:
    known = set(json.loads((ROOT / "frontend" / "src" / "icons.json").read_text()))
    quoted = r"""["']([a-z0-9-]+)["']"""
    calls = rf"(?:icon|note|empty)\(\s*{quoted}(?:\s+if[^\"']*else\s*{quoted})?"
    used = {
        name
        for path in TEMPLATES
        for pair in re.findall(calls, path.read_text())
        for name in pair
        if name and "-" in name
    }
    looks = re.findall(r'"([a-z]+(?:-[a-z]+)+)"', (ROOT / "caseflow/web/shell.py").read_text())
    assert used - known - {"cf-small"} == set()
    assert {name for name in looks if name in known}


def test_nothing_on_a_page_comes_from_another_host() -> None:
    texts = [path.read_text() for path in (*TEMPLATES, *STYLES, *SCRIPTS)]
    loads = [re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?https?://""", text) for text in texts]
    assert [found for found in loads if found] == []


def test_the_english_catalogue_is_complete_and_holds_nothing_else() -> None:
    kept, said = catalogue.translated(), catalogue.said()
    keys = {(message.id, message.context) for message in said if message.id}
    assert {(message.id, message.context) for message in kept if message.id} == keys
    assert catalogue.untranslated(kept) == []


def test_translations_name_the_same_values() -> None:
    differing = []
    for message in catalogue.translated():
        ids = message.id if isinstance(message.id, str) else message.id[-1]
        said = message.string or ""
        english = said if isinstance(said, str) else said[-1]
        if ids and set(re.findall(r"%\((\w+)\)", ids)) != set(re.findall(r"%\((\w+)\)", english)):
            differing.append(ids)
    assert differing == []


@pytest.mark.parametrize("path", MODULES, ids=[path.name for path in MODULES])
def test_han_characters_of_a_module_are_said_through_the_catalogue(path: Path) -> None:
    lines = [
        line
        for line in path.read_text().splitlines()
        if re.search(r"""["'][^"']*[\u4e00-\u9fff]""", line) and not line.lstrip().startswith("#")
    ]
    outside = [line for line in lines if not re.search(r'(\b_|later|ngettext)\(|^\s*"', line)]
    assert [line.strip() for line in outside if '"""' not in line] == []
