"""Broken, cyclic, unreachable, oversized and hostile definitions, and what is found in each.

Each is a whole bundle that somebody might hand in. ``REFUSED`` maps a name to the bundle with the
code and element that its check has to name.
"""

from tests.unit.engine.refused import courses, events, files, tables_and_forms, words
from tests.unit.engine.refused.builders import Refused

REFUSED: dict[str, Refused] = {}
for _part in (
    files.of_files,
    courses.of_processes,
    events.of_events,
    words.of_elements,
    words.of_words,
    words.of_expressions,
    words.of_many,
    tables_and_forms.of_tables,
    tables_and_forms.of_forms,
):
    REFUSED.update(_part())
