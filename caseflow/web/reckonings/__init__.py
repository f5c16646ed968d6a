"""The calculator 计算器: a question typed into a sheet, and every step of its calculation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import calendars, clock, reckoning
from caseflow.bilingual import Words
from caseflow.reckoning import Answer, BadQuestion
from caseflow.reckoning.penalty_law import Bands
from caseflow.services import definitions
from caseflow.web.house import reading
from caseflow.web.languages import language
from caseflow.web.reckonings.fields import (
    Field,
    Row,
    Settings,
    Table,
    key_of,
    key_of_place,
    misread,
    rows_of,
    values_of,
)
from caseflow.web.reckonings.lines import line_of
from caseflow.web.reckonings.sheets import SHEETS, TODAY, Sheet
from caseflow.web.speech import _
from caseflow.working_days import Calendar

bp = Blueprint("reckonings", __name__)


@bp.get("/reckon")
def home() -> Response:
    """The calculator begins with deadlines."""
    return redirect(url_for("reckonings.page", slug=next(iter(SHEETS))), HTTPStatus.SEE_OTHER)


@bp.get("/reckon/<slug>")
def page(slug: str) -> tuple[str, int]:
    """A sheet to fill in, and with what was filled in its answer."""
    if slug not in SHEETS:
        abort(HTTPStatus.NOT_FOUND)
    sheet = SHEETS[slug]
    with reading() as session:
        settings = request.args.to_dict() or _usual(sheet)
        calendar = calendars.of(session)
        bands = _bands(session) if sheet.reckoning == "fine" else None
        answer, refused = (
            _answered(sheet, settings, calendar, bands) if request.args else (None, {})
        )
        shown = _page(sheet, settings, answer, refused)
    return shown, HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK


def _page(
    sheet: Sheet, settings: Settings, answer: Answer | None, refused: Mapping[str, str]
) -> str:
    lines = [line_of(step) for step in answer.steps] if answer else []
    address = url_for("reckonings.page", slug=sheet.slug)
    return render_template(
        "pages/reckoning.html",
        crumbs=[(_("计算器"), url_for("reckonings.home")), (str(sheet.name), None)],
        sheet=sheet,
        tabs=_tabs(sheet.slug),
        fields=[_shown(field, settings) for field in sheet.fields],
        settings=settings,
        refused=refused,
        labels={key: _label(sheet, key) for key in refused},
        given=_given(sheet, settings),
        lines=lines,
        totals=[line for line in lines if line.is_total],
        is_provisional=bool(answer and answer.values.get("provisional")),
        example=f"{address}?{urlencode(sheet.example)}",
        key_of=key_of,
        told=_words,
    )


def _answered(
    sheet: Sheet, settings: Settings, calendar: Calendar, bands: Bands | None
) -> tuple[Answer | None, dict[str, str]]:
    """The answer, else what is wrong by the input that it is wrong with."""
    wrong = misread(sheet.fields, settings)
    if wrong:
        return None, {key: _told(error) for key, error in wrong.items()}
    try:
        asked = sheet.shape(values_of(sheet.fields, settings))
        return reckoning.reckon(sheet.reckoning, asked, calendar, bands), {}
    except BadQuestion as error:
        key = key_of_place(sheet.fields, settings, error.place)
        return None, {sheet.keys.get(key, key): _told(error)}


def _bands(session: Session) -> Bands | None:
    """The office's table of fines, as new cases of simple penalty have it."""
    newest = definitions.newest(session, "simple_penalty")
    if newest is None:
        return None
    table = definitions.process_of(session, newest.id).decisions.get("pn_band")
    return None if table is None else partial(table.decide, mapping="singleResult")


def _told(error: BadQuestion) -> str:
    """What to do, without the place: the words stand beside it."""
    return error.words.say(language())


def _usual(sheet: Sheet) -> dict[str, str]:
    """What a sheet offers before anything was typed."""
    offered = {
        field.name: field.usual
        for field in sheet.fields
        if isinstance(field, Field) and field.usual
    }
    today = clock.today().isoformat()
    return {name: today if text == TODAY else text for name, text in offered.items()}


def _shown(field: Field | Table, settings: Settings) -> tuple[Field | Table, list[Row]]:
    return field, rows_of(field, settings) if isinstance(field, Table) else []


def _tabs(current: str) -> list[dict[str, object]]:
    return [
        {
            "href": url_for("reckonings.page", slug=slug),
            "is_current": slug == current,
            "name": sheet.name,
            "count": None,
        }
        for slug, sheet in SHEETS.items()
    ]


def _label(sheet: Sheet, key: str) -> str:
    """The label of an input, with its row where it stands in one."""
    table, _dash, rest = key.partition("-")
    for field in sheet.fields:
        if isinstance(field, Field) and field.name == key:
            return str(field.label)
        if isinstance(field, Table) and field.name == table and rest:
            number, _dash, name = rest.partition("-")
            label = next(str(each.label) for each in field.columns if each.name == name)
            return _(
                "%(table)s第 %(n)s 行 %(label)s", table=field.label, n=int(number) + 1, label=label
            )
        if isinstance(field, Table) and field.name == key:
            return str(field.label)
    return ""


def _given(sheet: Sheet, settings: Settings) -> list[tuple[str, str]]:
    """What was filled in, as the printed sheet repeats it."""
    found = []
    for field in sheet.fields:
        if isinstance(field, Field):
            text = settings.get(field.name, "").strip()
            if text:
                found.append((str(field.label), _typed(field, text)))
            continue
        filled = (row for row in rows_of(field, settings) if row.values)
        found += [(f"{field.label} {row.number + 1}", _row(field, row.values)) for row in filled]
    return found


def _row(table: Table, values: Mapping[str, str]) -> str:
    filled = (column for column in table.columns if column.name in values)
    return " · ".join(f"{column.label} {values[column.name]}" for column in filled)


def _typed(field: Field, text: str) -> str:
    if field.kind == "flag":
        return _("是")
    return _words(dict(field.choices).get(text, text))


def _words(words: object) -> str:
    """Words of the law in the language of the page; those of the catalogue know it themselves."""
    return words.say(language()) if isinstance(words, Words) else str(words)
