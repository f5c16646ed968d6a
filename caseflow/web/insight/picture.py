"""The figures as the drawing shows them: tints and pills on steps, widths and shares on flows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from caseflow.engine import Process
from caseflow.reads.insight import Insight
from caseflow.web.insight.figures import FlowLine, StepLine
from caseflow.web.speech import _, ngettext

_THIN, _WIDE = 1.0, 6.0


def drawn(
    process: Process, steps: Sequence[StepLine], flows: Sequence[FlowLine], found: Insight
) -> str:
    """All of it as JSON for the script."""
    told = {
        "heat": _heat(process, steps),
        "pills": {line.id: _pills(line) for line in steps if line.waiting.value},
        "flows": {
            line.id: {
                "width": round(_THIN + (_WIDE - _THIN) * line.weight, 2),
                "share": line.share if line.is_branch else "",
                "href": line.cases.href,
                "title": _(
                    "%(source)s → %(target)s：%(cases)s 件",
                    source=line.source,
                    target=line.target,
                    cases=line.cases.text,
                ),
            }
            for line in flows
            if line.cases.value
        },
        "never": [line.id for line in flows if not line.cases.value] if found.passed else [],
    }
    return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")


def _heat(process: Process, steps: Sequence[StepLine]) -> dict[str, int]:
    """The tints; a call without a figure of its own is tinted as the step most tinted inside it.

    What a call runs is drawn in a file of its own, so that the tints inside it are not seen here.
    """
    heat = {line.id: line.heat for line in steps if line.id in process.elements}
    inside: dict[str, int] = {}
    for element, level in heat.items():
        for scope in _around(process, element):
            if process.elements[scope].type == "callActivity":
                inside[scope] = max(inside.get(scope, 0), level)
    return {**heat, **{call: heat.get(call) or level for call, level in inside.items()}}


def _around(process: Process, element: str) -> Iterator[str]:
    while element := process.elements[element].scope:
        yield element


def _pills(line: StepLine) -> list[dict[str, str]]:
    count = ngettext("%(num)d 件", "%(num)d 件", line.waiting.value)
    pills = [
        {
            "text": _("%(count)s · %(days)s 天", count=count, days=line.age),
            "title": _("%(step)s：在办件数，停留天数中位", step=line.name),
            "kind": "",
            "href": line.waiting.href,
        }
    ]
    if line.late.value:
        pills.append(
            {
                "text": _("逾期 %(share)s", share=line.late_share),
                "title": _("%(step)s：逾期 %(n)s 件", step=line.name, n=line.late.text),
                "kind": "bad",
                "href": line.late.href,
            }
        )
    return pills
