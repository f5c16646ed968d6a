"""The roles of PostgreSQL that Caseflow works as, and the SQL that makes them.

One owner for migrations, one that the processes sign in as, one for the sealer, and one for each
level of command: a person's reading is done as the level's role, which sees only its rows and
may change nothing. The first three sign in; the others are only switched to.
"""

from caseflow.database_roles.names import (
    APP,
    LEVELS,
    OWNER,
    SEALER,
    SETTINGS,
    SIGNING_IN,
    closing_statements,
    of_level,
    standing_statements,
    statements,
    taking_on,
    told_of,
)

__all__ = [
    "APP",
    "LEVELS",
    "OWNER",
    "SEALER",
    "SETTINGS",
    "SIGNING_IN",
    "closing_statements",
    "of_level",
    "standing_statements",
    "statements",
    "taking_on",
    "told_of",
]
