"""Filters that say identifiers of closed lists in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup

from caseflow import policy
from caseflow.masking import masked
from caseflow.services.closing import Missing
from caseflow.vocabulary import CaseStatus, Outcome, Role, Term, Verb
from caseflow.vocabulary.choices import Finding, Tax
from caseflow.web import case_words, charts, history, timeline, words
from caseflow.web.house import actor
from caseflow.web.languages import name_of, say
from caseflow.web.listing import export_link, link
from caseflow.web.speech import _
from caseflow.web.stages import stage_name


def install(app: Flask) -> None:
    """Give the templates their filters and two links."""
    app.jinja_env.filters.update(
        {
            "outcome": outcome,
            "finding": finding,
            "tax": tax,
            "lane": lane,
            "stage": stage_name,
            "fact_name": fact_name,
            "input": shown_input,
            "is_figure": is_figure,
            "missing": missing,
            "stream": timeline.stream_name,
            "tie": case_words.tie,
        }
    )
    app.jinja_env.globals["record_link"] = link
    app.jinja_env.globals["export_link"] = export_link
    app.jinja_env.globals["insight_link"] = insight_link
    app.jinja_env.globals["profile_link"] = profile_link
    app.jinja_env.globals["progress_bar"] = charts.progress


def outcome(value: str | None) -> str:
    """An outcome of a case; a drawing may end a case with no other outcome than being voided."""
    return _term(CaseStatus if value == CaseStatus.VOIDED else Outcome, value)


def finding(value: str | None) -> str:
    """The finding on a doubt."""
    return _term(Finding, value)


def tax(value: str | None) -> str:
    """A tax."""
    return _term(Tax, value)


def lane(value: str | None) -> str:
    """A seat of a drawing."""
    seats = {"district_leader": _("基层局领导"), "system": _("系统")}
    return seats.get(value or "", "") or _term(Role, value)


def insight_link(definition_id: int) -> str:
    """The insight into a process, for those who watch over it; nothing for others."""
    if not policy.may(actor(), Verb.INSIGHT):
        return ""
    return url_for("insight.page", definition_id=definition_id)


def profile_link(taxpayer_id: int) -> Markup:
    """The way to the one-household file."""
    href = url_for("taxpayers.page", taxpayer_id=taxpayer_id)
    return Markup('<a href="{}">{}</a>').format(href, _("一户式"))


def fact_name(fact: Mapping[str, Any]) -> str:
    """The name of a field of facts, with the months that a formula took it from."""
    field = history.registry().fields.get(fact["field"])
    name = fact["field"] if field is None else name_of(field.zh, field.en)
    first, last = (f"{month // 100}-{month % 100:02d}" for month in (fact["first"], fact["last"]))
    months = first if first == last else f"{first} – {last}"
    return f"{name}（{months}）" if fact["first"] else name


def is_figure(fact: Mapping[str, Any]) -> bool:
    """Whether a field of facts is a number, which stands to the right."""
    field = history.registry().fields.get(fact["field"])
    return field is not None and field.is_numeric


def shown_input(fact: Mapping[str, Any], *, in_full: bool) -> str:
    """A value that went into an indicator; numbers of people's papers masked unless ``in_full``."""
    value = fact["value"]
    if value is None:
        return words.NOTHING
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if is_figure(fact):
        return words.number(Decimal(str(value)))
    field = history.registry().fields.get(fact["field"])
    is_open = in_full or (field is not None and not field.is_personal)
    return str(value) if is_open else masked(str(value))


def missing(item: Missing) -> Markup:
    """One thing that is missing before a case may be closed, with the way to it on the page."""
    texts = {
        "doubt_without_finding": _("疑点 %(subject)s 没有结论", subject=item.subject),
        "added_doubt_without_finding": _("新发现的疑点“%(subject)s”没有结论", subject=item.subject),
        "paper_not_served": _("文书 %(subject)s 没有送达", subject=item.subject),
        "open_task": _("步骤 %(subject)s 没有办完", subject=item.subject),
        "no_outcome": _("没有处理结果"),
    }
    if item.code == "tax_unpaid":
        text = _("%(subject)s 没有缴清", subject=_tax_of_period(item.subject))
    else:
        text = texts.get(item.code, item.subject)
    anchor = "course" if item.code == "open_task" else item.anchor
    return Markup('<a href="#{}">{}</a>').format(anchor, text)


def _tax_of_period(subject: str) -> str:
    kind, _blank, month = subject.partition(" ")
    return f"{tax(kind)} {words.period(int(month))}"


def _term(terms: type[Term], value: str | None) -> str:
    if value is None:
        return words.NOTHING
    known = {term.value: term for term in terms}
    return say(known[value]) if value in known else value
