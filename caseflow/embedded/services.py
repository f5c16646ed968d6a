"""A database to work with: the bureau's own, the embedded one that runs, or one started for now."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from caseflow.config import Config
from caseflow.database_roles import APP, OWNER, SEALER
from caseflow.embedded import places as at
from caseflow.embedded import postgres, redis
from caseflow.embedded.places import CannotStart, Places
from caseflow.embedded.processes import lock, stop
from caseflow.embedded.supervisor import POSTGRES_STOP

_PATIENCE = 90.0


@contextmanager
def database(
    config: Config, *, on_start: Callable[[Config], None] = lambda _: None
) -> Iterator[Config]:
    """Give the settings with the addresses of a database that answers.

    ``on_start`` is called with them when we are the ones who started it.

    Raises:
        CannotStart: there is none and the embedded one does not start.
    """
    if config.database_url:
        yield config
        return
    if config.owner_url:
        raise CannotStart("CASEFLOW_OWNER_URL: DATABASE_URL is missing beside it")
    places = at.of(config.var)
    at.prepare(places)
    with lock(places.lock) as ours:
        if not ours:
            _wait_for_the_other(places)
            yield addressed(config, places)
            return
        postgres.prepare(places)
        server = postgres.start(places, archive=config.archive)
        try:
            postgres.wait(places, server)
            postgres.create_roles(places)
            config = addressed(config, places)
            on_start(config)
            yield config
        finally:
            stop(server, POSTGRES_STOP, seconds=20)


def addressed(config: Config, places: Places) -> Config:
    """The settings with the addresses of the embedded servers where the bureau gave none."""
    return replace(
        config,
        database_url=config.database_url or postgres.url(places, APP),
        owner_url=config.owner_url or postgres.url(places, OWNER),
        sealer_url=config.sealer_url or postgres.url(places, SEALER),
        redis_url=config.redis_url or redis.url(places),
    )


def _wait_for_the_other(places: Places) -> None:
    """Wait until whoever holds the lock has made the roles and its server answers."""
    deadline = time.monotonic() + _PATIENCE
    while not (places.secrets / f"{SEALER}.pgpass").exists():
        if time.monotonic() > deadline:
            raise CannotStart(str(places.lock))
        time.sleep(0.1)
    postgres.wait(places)
