"""
The legal basis of an act 法律依据, as far as the bureau's procedures state one.

What a paper cites is the basis of the act that issued it. Of other acts the step may have one, else
the procedure. Source: procedures.md 0.1 to 0.3 and the first lines of (a) to (h). Where nothing is
stated, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from caseflow.reads.enforcement.register import Line
from caseflow.vocabulary import CaseKind
from caseflow.web import step_bases
from caseflow.web.speech import later
from caseflow.web.words import joined

_RECUSAL = later("《税收征收管理法》第十二条、《税收征收管理法实施细则》第八条")
_SERVICE = later("《税收征收管理法实施细则》第一百零一条至第一百零六条")
_BOOKS = later("《税收征收管理法》第五十九条、《税收征收管理法实施细则》第八十六条、第八十九条")
_EVALUATION = later("《纳税评估管理办法（试行）》（国税发〔2005〕43号）")
_OF_ACTIONS: Mapping[str, object] = {
    "case.recused": _RECUSAL,
    "recusal.declared": _RECUSAL,
    "recusal.refused": _RECUSAL,
    "paper.served": _SERVICE,
}
# By the name that the step has in its own drawing.
_OF_STEPS: Mapping[str, object] = {
    **dict.fromkeys(
        (
            "accept_main",
            "accept_second",
            "decide_main_recusal",
            "decide_second_recusal",
            "decide_selection_recusal",
        ),
        _RECUSAL,
    ),
    **dict.fromkeys(
        (
            "hearing_service",
            "notice_serve",
            "order_serve",
            "serve",
            "serve_cancellation_notice",
            "serve_invoice_stop",
            "serve_letter",
            "serve_notice",
            "serve_risk_notice",
            "serve_self_check",
            "serve_visit_notice",
            "service_notice_run",
        ),
        _SERVICE,
    ),
    **dict.fromkeys(
        ("approve_books", "approve_taking_books", "serve_books_notice", "return_books"), _BOOKS
    ),
}
_OF_KINDS: Mapping[CaseKind, object] = {
    CaseKind.WV: later(
        "《税收管理员制度（试行）》（国税发〔2005〕40号）、"
        "《纳税评估管理办法（试行）》（国税发〔2005〕43号）"
    ),
    CaseKind.TA: _EVALUATION,
    CaseKind.AB: later("《税务登记管理办法》第四十条、第四十一条"),
    CaseKind.TP: later(
        "《税收征收管理法》第六条、第十五条、《税收征收管理法实施细则》第四条、第十一条"
    ),
    CaseKind.TI: later(
        "《纳税评估管理办法（试行）》（国税发〔2005〕43号）、《税收征收管理法》第十一条、第七十七条、"
        "《税收征收管理法实施细则》第九条"
    ),
}
# Acts that a procedure asks for; what only moves a step from desk to desk has no basis of its own.
_OF_PROCEDURE = frozenset({"case.opened", "task.completed"})
_ARTICLE = r"第[零一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]+款)?"
_CITED = re.compile(rf"《[^《》]+》{_ARTICLE}(?:(?:、|和|及){_ARTICLE})*")


def of(line: Line) -> str:
    """The basis of an act in words; empty where none is stated."""
    cited = list(dict.fromkeys(_cited(paper.data for paper in line.papers)))
    if cited:
        return joined(cited)
    event = line.event
    if event.action in _OF_ACTIONS:
        return str(_OF_ACTIONS[event.action])
    if event.action not in _OF_PROCEDURE:
        return ""
    step = step_bases.own_name(str(event.payload.get("task", "")))
    return str(_OF_STEPS.get(step) or _OF_KINDS.get(line.kind, ""))


def cited_in(text: str) -> list[str]:
    """The articles of law that a text names, in order.

    >>> cited_in("根据《中华人民共和国税收征收管理法》第六十条、第六十二条的规定，限你单位改正。")
    ['《中华人民共和国税收征收管理法》第六十条、第六十二条']
    """
    return _CITED.findall(text)


def _cited(values: Iterable[object]) -> Iterator[str]:
    """The articles in all texts of a paper's data, however deep."""
    for value in values:
        if isinstance(value, str):
            yield from cited_in(value)
        elif isinstance(value, dict):
            yield from _cited(value.values())
        elif isinstance(value, list):
            yield from _cited(value)
