"""The names of the roles, and the SQL that makes those that are only switched to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from caseflow.vocabulary import Level, Reader

OWNER, APP, SEALER = "caseflow_owner", "caseflow_app", "caseflow_sealer"
SIGNING_IN = (OWNER, APP, SEALER)


# How long each may take, whatever the process that signed in forgot to say. Reading a file or
# screening a period takes longer and says so (``db.allow_long_work``).
SETTINGS: Mapping[str, Mapping[str, str]] = {
    OWNER: {
        "statement_timeout": "10min",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "1min",
    },
    APP: {
        "statement_timeout": "1min",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
        "transaction_timeout": "5min",
    },
    SEALER: {
        "statement_timeout": "1min",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "1min",
        "transaction_timeout": "10min",
    },
}


def of_level(level: Level) -> str:
    """The role that reads for people of a level."""
    return f"caseflow_level_{level}"


LEVELS = tuple(of_level(level) for level in Level)


def told_of(reader: Reader) -> Mapping[str, str]:
    """The settings by which row security knows a reader, the role last; nothing is written ''."""
    # Three kinds of ids in one array, kept apart by the remainder: what a case bears of any of
    # them is one look (see ``policies``).
    scope = (
        *(3 * district for district in reader.districts),
        *(3 * section + 1 for section in reader.sections),
        *(3 * person + 2 for person in reader.people),
    )
    return {
        "caseflow.scope": _array(scope),
        "caseflow.person": "" if reader.person is None else str(reader.person),
        "caseflow.people": _array(reader.people),
        "caseflow.districts": _array(reader.districts),
        "caseflow.sections": _array(reader.sections),
        "caseflow.lines": _array(reader.lines),
        "caseflow.cases": _array(reader.cases),
        "caseflow.households": _array(reader.households),
        "caseflow.seats": _array(f"{unit_id}:{role}" for unit_id, role in reader.seats),
        "role": of_level(reader.level),
    }


def taking_on(reader: Reader) -> str:
    """What a transaction for a reader begins with: items of a SELECT with ``told_of`` as values.

    The cases that do not exist for the reader are looked for here once; row security would look
    for them at every table of every statement.
    """
    told = [f"set_config('{name}', %({name})s, true)" for name in told_of(reader)]
    *settings, role = told
    if reader.level not in (Level.AUDITOR, Level.ADMINISTRATOR):
        settings.append("set_config('caseflow.hidden', reader_hidden()::text, true)")
    return ", ".join((*settings, role))


def statements() -> tuple[str, ...]:
    """What a superuser runs once, beside making the three roles that sign in."""
    return tuple(
        statement
        for role in LEVELS
        for statement in (
            f"CREATE ROLE {role} NOLOGIN",
            # Not inherited: the application has a level's powers only while it reads as one.
            f"GRANT {role} TO {APP} WITH INHERIT FALSE, SET TRUE",
        )
    )


def standing_statements() -> tuple[str, ...]:
    """What a superuser may run at any time: none of it survives a dump and restore elsewhere."""
    return (
        # Its policies let it see all rows in any case; COPY would refuse to run under them.
        f"ALTER ROLE {APP} BYPASSRLS",
        *(
            f"ALTER ROLE {role} SET {name} = '{value}'"
            for role, settings in SETTINGS.items()
            for name, value in settings.items()
        ),
    )


def closing_statements(database: str) -> tuple[str, ...]:
    """What closes a database to everyone but these roles; its name as SQL writes it."""
    return (
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {APP}, {SEALER}",
    )


def _array(values: Iterable[int | str]) -> str:
    return f"{{{','.join(str(value) for value in values)}}}"
