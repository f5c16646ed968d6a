"""Every chain of the system that the code can append to has a name, in Chinese and in English."""

import re

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from caseflow.web import languages, timeline
from tests.factories import ROOT

_STREAM = re.compile(r"""["'](sys:[a-z_]+)["']""")
_CATALOGUE = ROOT / "caseflow/web/translations/en/LC_MESSAGES/messages.po"


def _streams() -> set[str]:
    """The chains that are named anywhere in the code, but by the verifier, which reads exports."""
    files = (ROOT / "caseflow").rglob("*.py")
    return {each for path in files for each in _STREAM.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("stream", sorted(_streams()))
def test_every_stream_has_a_name(stream: str) -> None:
    app = Flask(__name__)
    languages.install(app)
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        name = timeline.stream_name(stream)
    assert name != stream
    with _CATALOGUE.open("rb") as file:
        message = read_po(file, locale="en").get(name)
    assert message is not None
    assert message.string


def test_the_search_finds_the_streams() -> None:
    assert {"sys:files", "sys:keys", "sys:people"} <= _streams()
