"""The embedded database: started for one command or attached to, and back after a kill."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from caseflow.cli.database import migrate
from caseflow.config import Config
from caseflow.embedded import places as at
from caseflow.embedded import postgres, services
from caseflow.embedded.processes import stop
from caseflow.embedded.supervisor import POSTGRES_STOP
from tests.support.house import settings


@pytest.fixture
def config() -> Iterator[Config]:
    var = Path(tempfile.mkdtemp(prefix="caseflow-test-"))
    var.chmod(0o711)  # as root the server runs as nobody, who must be able to pass
    yield settings(var)
    shutil.rmtree(at.of(var).sockets)
    shutil.rmtree(var)


def _caseflow(config: Config, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-m", "caseflow", *words],
        env={**os.environ, "CASEFLOW_VAR": str(config.var), "CASEFLOW_LANG": "en", "PORT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_starts_the_database_for_itself_and_stops_it_again(config: Config) -> None:
    upgraded = _caseflow(config, "db", "upgrade")
    assert (upgraded.returncode, upgraded.stdout) == (0, "The schema is up to date.\n")
    assert not (at.of(config.var).data / "postmaster.pid").exists()


def test_a_command_that_works_with_data_makes_an_empty_house_ready_for_itself(
    config: Config,
) -> None:
    deployed = _caseflow(config, "workflows", "deploy")
    assert deployed.returncode == 0, deployed.stderr
    assert "warning_verification" in deployed.stdout


def test_a_command_attaches_to_the_database_that_runs(config: Config) -> None:
    with services.database(config) as running:
        migrate(str(running.owner_url))
        examined = _caseflow(config, "doctor")
        assert "PostgreSQL 18" in examined.stdout
        assert (at.of(config.var).data / "postmaster.pid").exists()


def test_a_second_up_says_that_the_first_one_runs(config: Config) -> None:
    with services.database(config):
        second = _caseflow(config, "up")
    assert (second.returncode, second.stdout) == (0, "Already running: http://127.0.0.1:1/\n")


@pytest.mark.crash
def test_what_was_committed_is_there_after_the_server_was_killed(config: Config) -> None:
    places = at.of(config.var)
    with services.database(config):
        pass
    first = postgres.start(places)
    postgres.wait(places, first)
    with postgres.as_superuser(places) as connection:
        connection.execute("CREATE TABLE kept (it text)")
        connection.execute("INSERT INTO kept VALUES ('yes')")
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = postgres.start(places)
    try:
        postgres.wait(places, second)
        with postgres.as_superuser(places) as connection:
            assert connection.execute("SELECT it FROM kept").fetchall() == [("yes",)]
    finally:
        stop(second, POSTGRES_STOP, seconds=20)


def test_each_role_has_a_password_of_its_own_and_no_more_than_its_part(config: Config) -> None:
    with services.database(config) as running:
        with psycopg.connect(str(running.database_url).replace("+psycopg", "")) as connection:
            rights = connection.execute(
                "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles"
                " WHERE rolname = current_user"
            ).fetchone()
        passwords = {
            (at.of(config.var).secrets / name).read_text()
            for name in ("superuser", "caseflow_app", "caseflow_owner")
        }
    assert rights == (False, False, False)
    assert len(passwords) == 3
