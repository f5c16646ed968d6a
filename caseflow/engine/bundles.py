"""Which files belong to a process: its drawing, and the tables and forms that it names."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.engine import decisions, drawings


def kinds(files: Mapping[str, bytes]) -> list[str]:
    """The drawings that are kinds of case, by file name.

    A drawing without the property ``kind`` is a part: it runs within those that call it.
    """
    return [
        name
        for name, data in sorted(files.items())
        if name.endswith(".bpmn")
        and any(process.properties.get("kind") for process in drawings.read(name, data))
    ]


def pick(files: Mapping[str, bytes], drawing: str) -> dict[str, bytes]:
    """Take the files of one drawing out of many: what it calls, its tables and forms.

    What it names and is not there, stays away.
    """
    known = {
        process.key: process
        # the drawing last: a copy of it beside it must not stand in its place
        for name, data in sorted(files.items(), key=lambda item: item[0] == drawing)
        if name.endswith(".bpmn")
        for process in drawings.read(name, data)
    }
    own = [process for process in known.values() if process.file == drawing]
    called = set().union(*(drawings.reached(process, known) for process in own))
    needed = [*own, *(known[key] for key in sorted(called))]
    elements = [element for process in needed for element in process.elements.values()]
    forms = {element.form_key for element in elements if element.form_key}
    wanted = {element.decision for element in elements if element.decision}
    bundle = {name: files[name] for name in (drawing, *(process.file for process in needed))}
    for name, data in files.items():
        stem = name.rpartition("/")[2]
        if stem.endswith(".form") and stem.removesuffix(".form") in forms:
            bundle[name] = data
        elif stem.endswith(".dmn"):
            found, findings = decisions.read_shapes(name, data)
            if findings or wanted & found.keys():
                bundle[name] = data
    return bundle
