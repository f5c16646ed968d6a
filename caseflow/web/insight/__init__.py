"""Insight into a process: its cases on its drawing, the same figures as tables, the event log."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.reads import definitions as definition_reads
from caseflow.reads import insight as reads
from caseflow.services import definitions
from caseflow.vocabulary import Verb
from caseflow.web.house import actor, reading
from caseflow.web.insight import event_log, figures, picture
from caseflow.web.insight.figures import Links
from caseflow.web.insight.settings import Settings, asked
from caseflow.web.languages import name_of
from caseflow.web.listing import Filter
from caseflow.web.speech import _

bp = Blueprint("insight", __name__)


@bp.get("/processes/insight")
def home() -> Response:
    """The insight into the version with the most open cases."""
    policy.require(actor(), Verb.INSIGHT)
    with reading(counting=True) as session:
        found = definition_reads.busiest(session)
    if found is None:
        return redirect(url_for("definitions.listing"), 303)
    return redirect(url_for("insight.page", definition_id=found), 303)


@bp.get("/processes/<int:definition_id>/insight")
def page(definition_id: int) -> str:
    """Where the cases of a process stand, how long its steps take and which ways cases go."""
    policy.require(actor(), Verb.INSIGHT)
    with reading(counting=True) as session:
        definition = definition_reads.page(session, definition_id)
        process = definitions.process_of(session, definition_id)
        settings = asked(definition)
        scopes = {each.id: each.scope for each in process.elements.values()}
        found = reads.of(session, actor(), settings.wish, scopes)
        links = Links(settings, is_open=policy.may(actor(), Verb.READ_CASE))
        name = name_of(process.name, process.name_en)
        steps = figures.steps(process, found, links, settings.heat)
        flows = figures.flows(process, found, links)
        return render_template(
            "pages/insight.html",
            crumbs=[
                (_("流程图"), url_for("definitions.listing")),
                (name, url_for("definitions.page", definition_id=definition_id)),
                (_("流程透视"), None),
            ],
            name=name,
            definition=definition,
            settings=settings,
            found=found,
            totals=figures.totals(found, links),
            heats=settings.heat_links(),
            filters=_filters(session, settings),
            has_filters=bool(request.query_string),
            steps=steps,
            unseen=figures.unseen(process, found),
            flows=flows,
            units=figures.units(found, links),
            variants=figures.variants(process, found, links),
            repeated=figures.repeated(process, found, links),
            returned=figures.returned(process, found, links),
            picture=picture.drawn(process, steps, flows, found),
            has_lists=links.is_open,
            log=url_for("insight.log", definition_id=definition_id, **settings.asked()),
            as_of=found.as_of,
        )


@bp.get("/processes/<int:definition_id>/insight.xes")
def log(definition_id: int) -> Response:
    """The event log of the same cases, for tools of process mining."""
    return event_log.answer(definition_id)


def _filters(session: Session, settings: Settings) -> tuple[Filter, ...]:
    """The version and the unit as select boxes."""
    versions = reads.versions(session, settings.definition.process)
    units = reads.units(session, actor(), settings.unit_id)
    return (
        Filter(
            "version",
            _("版本"),
            _("本版"),
            (
                ("all", _("全部版本")),
                *((str(each), _("第 %(n)s 版", n=number)) for each, number in versions),
            ),
            settings.version,
        ),
        Filter(
            "unit",
            _("单位"),
            _("全部单位"),
            tuple((str(unit.id), name_of(unit.name, unit.name_en)) for unit in units),
            str(settings.unit_id or ""),
        ),
    )
