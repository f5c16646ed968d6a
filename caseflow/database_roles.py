"""The roles of PostgreSQL that Caseflow works as, and the SQL that makes them.

One owner for migrations, one that the processes sign in as, one for the sealer, and one for each
level of command: a person's reading is done as the level's role, which sees only its rows and
may change nothing. The first three sign in; the others are only switched to.
"""

from __future__ import annotations

from caseflow.vocabulary import Level

OWNER, APP, SEALER = "caseflow_owner", "caseflow_app", "caseflow_sealer"
SIGNING_IN = (OWNER, APP, SEALER)


def of_level(level: Level) -> str:
    """The role that reads for people of a level."""
    return f"caseflow_level_{level}"


LEVELS = tuple(of_level(level) for level in Level)


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
