"""The embedded PostgreSQL 18: a real server on a Unix socket, with Caseflow's two roles."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psycopg
from psycopg import sql

from caseflow.database_roles import (
    LEVELS,
    OWNER,
    SIGNING_IN,
    closing_statements,
    standing_statements,
    statements,
)
from caseflow.embedded import archives
from caseflow.embedded import places as at
from caseflow.embedded.places import CannotStart, Places
from caseflow.embedded.processes import spawn

DATABASE = "caseflow"
_SUPERUSER = "postgres"
_PATIENCE = 60.0
_NONE: Mapping[str, str] = MappingProxyType({})


def url(places: Places, role: str) -> str:
    """The address of the database as ``role``; the password stands in a file beside it."""
    host, passfile = quote(str(places.sockets)), quote(str(places.secrets / f"{role}.pgpass"))
    return f"postgresql+psycopg://{role}@/{DATABASE}?host={host}&passfile={passfile}"


def prepare(places: Places) -> None:
    """
    Make the cluster when there is none.

    Raises:
        CannotStart: initdb failed; the text is its own.

    """
    if (places.data / "PG_VERSION").exists():
        return
    passwords = places.sockets / "initdb"
    at.write_private(passwords, at.secret(places, "superuser"))
    _give(passwords, places)
    try:
        made = subprocess.run(  # noqa: S603 -- our own binary with fixed arguments
            [
                str(at.postgres_binaries(places) / "initdb"),
                *("-D", str(places.data), "-U", _SUPERUSER, f"--pwfile={passwords}"),
                *("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--locale=C", "-k", "-A", "scram-sha-256"),
            ],
            user=places.user,
            group=at.account(places.user).pw_gid if places.user else None,
            extra_groups=[] if places.user else None,
            cwd=places.sockets,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        passwords.unlink()
    if made.returncode:
        raise CannotStart(made.stderr.strip())


def start(
    places: Places, *, archive: Path | None = None, further: Mapping[str, str] = _NONE
) -> subprocess.Popen[bytes]:
    """
    Start the server; it ends in good order when we end. Does not wait until it answers.

    With an archive it keeps its log there; ``further`` settings go before the usual ones.

    Raises:
        CannotStart: the account of the server cannot reach the archive.
    """
    _wait_for_predecessor(places)
    kept = {}
    if archive is not None:
        archives.prepare(places, archive)
        kept = archives.keeping(places, archive)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(places.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "80",
        "shared_buffers": "192MB",
        "max_wal_size": "2GB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "warning",
        **kept,
        **further,
    }
    return spawn(
        [
            str(at.postgres_binaries(places) / "postgres"),
            *("-D", str(places.data)),
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        ],
        log=places.logs / "postgres.log",
        user=places.user,
        on_our_death=signal.SIGINT,
    )


def wait(places: Places, process: subprocess.Popen[bytes] | None = None) -> None:
    """
    Wait until the server answers; crash recovery may take its time.

    Raises:
        CannotStart: the process ended, or nothing answered in a minute.

    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with as_superuser(places):
                return
        except psycopg.OperationalError as error:
            dead = process is not None and process.poll() is not None
            if dead or time.monotonic() > deadline:
                raise CannotStart(f"{error}; {places.logs / 'postgres.log'}") from error
            time.sleep(0.05)


def create_roles(places: Places) -> None:
    """Make Caseflow's roles and the database, where they are missing; set what is said of them."""
    with as_superuser(places) as connection:
        for role in SIGNING_IN:
            _create_role(connection, places, role)
        known = connection.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", [list(LEVELS)]
        )
        if known.fetchone() == (0,):
            with connection.transaction():
                for statement in statements():
                    connection.execute(statement)
        for statement in standing_statements():
            connection.execute(sql.SQL(statement))
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            create_database(connection, DATABASE)
        else:
            _close(connection, DATABASE)


def create_database(
    connection: psycopg.Connection, name: str, *, template: str = "template0"
) -> None:
    """Make a database of the owner, closed to everyone but Caseflow's roles."""
    database = sql.Identifier(name)
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            database, sql.Identifier(OWNER), sql.Identifier(template)
        )
    )
    _close(connection, name)


def as_superuser(places: Places) -> psycopg.Connection:
    """Connect as the cluster's superuser, each statement a transaction of its own."""
    return psycopg.connect(
        host=str(places.sockets),
        user=_SUPERUSER,
        password=at.secret(places, "superuser"),
        dbname="postgres",
        autocommit=True,
        connect_timeout=5,
    )


def give_passwords(connection: psycopg.Connection, places: Places) -> None:
    """Give the roles of a cluster from elsewhere the passwords of these places."""
    for role in (_SUPERUSER, *SIGNING_IN):
        password = at.secret(places, "superuser" if role == _SUPERUSER else role)
        if role != _SUPERUSER:
            _note_password(places, role, password)
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
        )


def _note_password(places: Places, role: str, password: str) -> None:
    at.write_private(places.secrets / f"{role}.pgpass", f"*:*:*:{role}:{password}\n")


def _close(connection: psycopg.Connection, name: str) -> None:
    """Close a database to everyone but Caseflow's roles; a restore forgets it."""
    for statement in closing_statements(sql.Identifier(name).as_string()):
        connection.execute(sql.SQL(statement))


def _create_role(connection: psycopg.Connection, places: Places, role: str) -> None:
    password = at.secret(places, role)
    _note_password(places, role, password)
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if known.fetchone() is None:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(password)
            )
        )


def _wait_for_predecessor(places: Places) -> None:
    """Wait until the server of a supervisor that was killed has shut itself down."""
    note = places.data / "postmaster.pid"
    deadline = time.monotonic() + _PATIENCE
    while note.exists() and _is_postgres(note) and time.monotonic() < deadline:
        time.sleep(0.05)


def _is_postgres(note: Path) -> bool:
    try:
        pid = int(note.read_text().split("\n", 1)[0])
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False


def _give(path: Path, places: Places) -> None:
    if places.user:
        owner = at.account(places.user)
        os.chown(path, owner.pw_uid, owner.pw_gid)
