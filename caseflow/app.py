"""Joins the parts into one web application. Imported by nobody; gunicorn calls ``create_app``."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask_wtf import CSRFProtect

from caseflow import config as settings
from caseflow import db, logs
from caseflow.config import Config
from caseflow.documents import HOUSE_FONTS
from caseflow.services import place
from caseflow.web import (
    account,
    archiving,
    asked,
    assets,
    assignments,
    at_risk,
    audits,
    campaigns,
    case_migrations,
    case_moves,
    case_sheets,
    cases,
    colleagues,
    confirm,
    corrections,
    custody,
    dashboard,
    data_requests,
    deferrals,
    definitions,
    demo,
    deputies,
    designer,
    directives,
    dossiers,
    drafts,
    enforcement,
    errors,
    evaluation_plans,
    exports,
    extensions,
    handovers,
    headers,
    health,
    house,
    imports,
    inbox,
    indicators,
    insight,
    jobs,
    languages,
    mergers,
    notices,
    observing,
    office,
    once,
    operations,
    papers,
    patrols,
    pauses,
    payments,
    people,
    powers,
    powers_trace,
    rates,
    rechecks,
    reckonings,
    recusals,
    releases,
    reminders,
    screening,
    search,
    self_checks,
    send_backs,
    session,
    shell,
    sign_ins,
    tax_warnings,
    taxpayers,
    term_filters,
    third_party_batches,
    time_measures,
    well_formed,
    words,
    work_logs,
    zero_filing_batches,
)
from caseflow.web import (
    record as record_pages,
)

_LARGEST_UPLOAD = 64 * 1024 * 1024
_PAGES = (
    people,
    account,
    sign_ins,
    inbox,
    cases,
    custody,
    papers,
    taxpayers,
    tax_warnings,
    indicators,
    dashboard,
    enforcement,
    screening,
    send_backs,
    imports,
    jobs,
    operations,
    self_checks,
    record_pages,
    reminders,
    deputies,
    directives,
    evaluation_plans,
    assignments,
    archiving,
    rechecks,
    payments,
    handovers,
    patrols,
    work_logs,
    recusals,
    definitions,
    drafts,
    designer,
    case_migrations,
    case_moves,
    case_sheets,
    asked,
    at_risk,
    extensions,
    deferrals,
    pauses,
    notices,
    mergers,
    office,
    corrections,
    data_requests,
    third_party_batches,
    campaigns,
    zero_filing_batches,
    powers,
    powers_trace,
    colleagues,
    reckonings,
    releases,
    time_measures,
    insight,
    dossiers,
    exports,
    search,
    demo,
    health,
    *audits.PAGES,
)


def create_app(config: Config | None = None, database: db.Database | None = None) -> Flask:
    """
    Make the web application of one process.

    Without arguments it reads the environment and connects to ``DATABASE_URL``.
    """
    if config is None:
        config = settings.load()
        logs.settle(config.var, "web")
    if database is None:
        if config.database_url is None:
            raise settings.BadSetting("DATABASE_URL: not set; start with `caseflow up`")
        database = db.connect(config.database_url, pool_size=8)
    place.settle(
        place.under(
            config.var,
            fonts=config.fonts or HOUSE_FONTS,
            scanner=config.scanner,
            mail=config.mail,
        )
    )
    app = Flask("caseflow.web")
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_UPLOAD, WTF_CSRF_TIME_LIMIT=None)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    parts = house.House(replace(config, owner_url=None), database)
    house.install(app, parts)
    observing.install(app)
    well_formed.install(app)
    languages.install(app)  # first, so that every refusal is said in the person's language
    session.install(app, parts)  # before forms are checked: a stranger is led to the sign-in
    well_formed.install_forms(app)
    CSRFProtect(app)
    rates.install(app)
    confirm.install(app)
    words.install(app)
    term_filters.install(app)
    assets.install(app, assets.load_manifest())
    headers.install(app)
    shell.install(app)
    errors.install(app)
    once.install(app)
    for pages in _PAGES:
        app.register_blueprint(pages.bp)
    return app
