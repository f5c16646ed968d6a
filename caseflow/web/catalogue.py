"""
The English catalogue against the sources: what is said on pages, what is translated.

``python -m caseflow.web.catalogue`` adds what is new, takes out what is gone, and says what is
left to translate; a test holds the two equal.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from caseflow.web.languages import CATALOGUE

_ROOM = Path(__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_HEADER = r"""# English of the pages; the message ids are the Chinese.
msgid ""
msgstr ""
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "later": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def said() -> Catalog:
    """Every message of the room's modules and templates."""
    catalogue = Catalog(locale="en")
    found = extract_from_dir(_ROOM, _METHODS, keywords=_KEYWORDS)
    for name, _line, message, _comments, context in found:
        catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def translated() -> Catalog:
    """The catalogue as it lies in the repository."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages that have no English, or one that no page takes because its form changed."""
    return [
        str(message.id)
        for message in catalogue
        if message.id
        and (
            message.fuzzy
            or not all(
                [message.string] if isinstance(message.string, str) else message.string or [""]
            )
        )
    ]


def renew() -> Catalog:
    """Bring the file in line with the sources, keeping every translation that still serves."""
    catalogue = translated()
    catalogue.update(said(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    keep(catalogue)
    return catalogue


def keep(catalogue: Catalog) -> None:
    """Write the file without dates and places, so that only words change it."""
    body = io.BytesIO()
    write_po(body, catalogue, sort_output=True, no_location=True, omit_header=True, width=0)
    CATALOGUE.write_bytes(_HEADER.encode() + body.getvalue())


if __name__ == "__main__":
    missing = untranslated(renew())
    sys.stdout.write("".join(f"{message}\n" for message in missing))
    sys.exit(bool(missing))
