"""The house as the tests see it: one embedded PostgreSQL and Redis, databases cloned on demand."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import psycopg

from caseflow.cli.database import migrate
from caseflow.config import Config
from caseflow.database_roles import APP, OWNER, SEALER
from caseflow.documents import HOUSE_FONTS
from caseflow.embedded import places as at
from caseflow.embedded import postgres, redis
from caseflow.embedded.places import Places
from caseflow.embedded.processes import stop
from caseflow.embedded.services import addressed
from caseflow.embedded.supervisor import POSTGRES_STOP
from caseflow.services import place

ROOT = Path(__file__).parents[2]
_TEMPLATE = "migrated"


@dataclass(frozen=True)
class House:
    """A running cluster whose database ``migrated`` is the template of every test's own."""

    config: Config
    places: Places

    def addresses(self, database: str) -> Config:
        """The settings of a house that works in that database."""
        return replace(
            self.config,
            database_url=_url(self.places, APP, database),
            owner_url=_url(self.places, OWNER, database),
            sealer_url=_url(self.places, SEALER, database),
        )

    @contextmanager
    def clone(self, name: str) -> Iterator[Config]:
        """A migrated database of one's own, gone afterwards."""
        with postgres.as_superuser(self.places) as connection:
            postgres.create_database(connection, name, template=_TEMPLATE)
        yield self.addresses(name)
        with postgres.as_superuser(self.places) as connection:
            connection.execute(
                psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(
                    psycopg.sql.Identifier(name)
                )
            )


def settings(var: Path) -> Config:
    """The settings of a house in that folder, with embedded servers."""
    return Config(
        var=var,
        port=0,
        database_url=None,
        owner_url=None,
        sealer_url=None,
        redis_url=None,
        fonts=None,
        chromium=None,
        host="127.0.0.1",
        scanner=None,
    )


@contextmanager
def standing() -> Iterator[House]:
    """Start both servers in a folder of their own, migrate the template, remove all afterwards."""
    var = Path(tempfile.mkdtemp(prefix="caseflow-test-"))
    var.chmod(0o711)  # as root the server runs as nobody, who must be able to pass
    places = at.of(var)
    place.settle(place.under(var, fonts=HOUSE_FONTS))
    at.prepare(places)
    postgres.prepare(places)
    server = postgres.start(places)
    bell = redis.start(places, _redis_binary())
    try:
        postgres.wait(places, server)
        postgres.create_roles(places)
        house = House(addressed(settings(var), places), places)
        with postgres.as_superuser(places) as connection:
            postgres.create_database(connection, _TEMPLATE)
        migrate(_url(places, OWNER, _TEMPLATE))
        yield house
    finally:
        stop(bell, POSTGRES_STOP, seconds=5)
        stop(server, POSTGRES_STOP, seconds=20)
        shutil.rmtree(var)
        shutil.rmtree(places.sockets)


def _url(places: Places, role: str, database: str) -> str:
    return postgres.url(places, role).replace(f"@/{postgres.DATABASE}?", f"@/{quote(database)}?", 1)


def _redis_binary() -> Path:
    binary = at.redis_binary()
    assert binary is not None, "no redis-server here: run `make setup`"
    return binary
