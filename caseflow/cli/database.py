"""`caseflow db`: the schema."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import create_engine, text

from caseflow import config as settings
from caseflow.cli.speech import say, sentence
from caseflow.config import BadSetting
from caseflow.database_roles import (
    OWNER,
    SIGNING_IN,
    closing_statements,
    standing_statements,
    state,
    statements,
)
from caseflow.db import connect
from caseflow.embedded import services
from caseflow.services import bureau

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@click.group()
def db() -> None:
    """Keep the schema of the database (数据库结构)."""


@db.command()
def upgrade() -> None:
    """
    Bring the schema to this version; running it twice does no harm.

    Example: caseflow db upgrade
    """
    with services.database(settings.load()) as config:
        if config.owner_url is None:
            raise BadSetting(
                sentence(
                    "请用 CASEFLOW_OWNER_URL 指明数据库所有者的地址。",
                    "CASEFLOW_OWNER_URL must name the database's owner.",
                )
            )
        migrate(config.owner_url)
        furnish(str(config.database_url))
    say("数据库结构已是最新。", "The schema is up to date.")


@db.command()
def roles() -> None:
    """
    Print the SQL that makes Caseflow's roles, for the administrator of a database of your own.

    Example: caseflow db roles | psql postgres
    """
    for role in SIGNING_IN:
        click.echo(f"CREATE ROLE {role} LOGIN PASSWORD '…';")
    database = f"CREATE DATABASE caseflow OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0"
    for statement in (
        *statements(),
        *standing_statements(),
        database,
        *closing_statements("caseflow"),
    ):
        click.echo(f"{statement};")


def migrate(owner_url: str) -> None:
    """Run all migrations as the owner, and give every role what is declared for it."""
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(MIGRATIONS))
    alembic.set_main_option("sqlalchemy.url", owner_url.replace("%", "%%"))
    command.upgrade(alembic, "head")
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        state.mend(connection)
    engine.dispose()


def furnish(database_url: str) -> None:
    """Put the published calendar and the usual limits where there are none yet."""
    opened = connect(database_url)
    with opened.transaction() as session:
        bureau.put_calendar_and_limits(session)
    opened.dispose()
