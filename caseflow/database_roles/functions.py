"""The functions that row security asks: who reads, and which rows beside the own units.

Those that look into tables run as the owner: a policy that asked another table under row
security itself would ask its policies in turn, and two could ask each other for ever. What asks
for the reader gives an empty array where nothing was set, so that a role without a scope sees
nothing. ``cases_waiting`` answers for the posts that it is given, with ids of cases and no more:
what they are of stays behind row security.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.database_roles.names import APP, of_level
from caseflow.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Function:
    """One function; ``looks`` ones read tables as the owner.

    ``takes`` is what it is given, as SQL; ``rows`` is what the planner is told of one that gives a
    set; ``only`` are the roles that may call it, where not everybody may.
    """

    gives: str
    body: str
    looks: bool = False
    rows: int | None = None
    takes: str = ""
    only: tuple[str, ...] = ()


# What runs as the owner finds its tables by this path, not the caller's; as the catalogue has it.
PATH = "search_path=public, pg_temp"

_SETTINGS = {
    "scope": "scope",
    "people": "people",
    "districts": "districts",
    "sections": "sections",
    "granted_cases": "cases",
    "granted_households": "households",
}

FUNCTIONS: Mapping[str, Function] = {
    "reader_person": Function(
        "bigint", "SELECT nullif(current_setting('caseflow.person', true), '')::bigint"
    ),
    **{
        f"reader_{name}": Function(
            "bigint[]",
            f"SELECT coalesce(nullif(current_setting('caseflow.{setting}', true), ''), '{{}}')"
            "::bigint[]",
        )
        for name, setting in _SETTINGS.items()
    },
    "reader_lines": Function(
        "text[]", "SELECT nullif(current_setting('caseflow.lines', true), '')::text[]"
    ),
    "reader_seats": Function(
        "text[]",
        "SELECT coalesce(nullif(current_setting('caseflow.seats', true), ''), '{}')::text[]",
    ),
    # Cases with a step on nobody's desk that one of these posts is called for, a post written
    # ``unit:role``. ``policy.sight`` asks it too: PostgreSQL would ask the policy of each step in
    # the unit before the roles that it waits for, since ``@>`` might tell of rows kept back.
    "cases_waiting": Function(
        "SETOF bigint",
        """
SELECT DISTINCT case_id FROM unnest(seats) seat
    JOIN tasks ON unit_id = split_part(seat, ':', 1)::bigint
        AND roles @> ARRAY[split_part(seat, ':', 2)]
WHERE status = 'open' AND assignee_id IS NULL AND relation IS NULL
""",
        looks=True,
        rows=100,
        takes="seats text[]",
        only=(APP, *map(of_level, Level)),
    ),
    # Cases that a step, a step that waits for a post, a recusal that the person steps in after (in
    # an open case), a grant or a name on a sensitive file opens; those of an officer are seen by
    # the case's own columns.
    "reader_cases": Function(
        "bigint[]",
        """
SELECT coalesce(array_agg(found.id), '{}') FROM (
    SELECT case_id AS id FROM tasks WHERE assignee_id = ANY (reader_people())
    UNION SELECT case_id FROM tasks WHERE held_for = ANY (reader_people()) AND status = 'open'
    UNION SELECT case_id FROM tasks
        WHERE done_by = ANY (reader_people()) AND done_for IS NOT NULL
    UNION SELECT cases_waiting(reader_seats())
    UNION SELECT case_id FROM recusals JOIN cases ON cases.id = recusals.case_id
        WHERE replaced_by = reader_person() AND cases.closed_at IS NULL
    UNION SELECT unnest(reader_granted_cases())
    UNION SELECT id FROM cases WHERE taxpayer_id = ANY (reader_granted_households())
    UNION SELECT cases.id FROM sensitive_readers named
        JOIN sensitive_files file ON file.id = named.file_id
        JOIN cases ON cases.id = file.case_id OR cases.taxpayer_id = file.taxpayer_id
        WHERE named.user_id = reader_person() AND named.ended_at IS NULL
            AND file.lifted_at IS NULL
) found
""",
        looks=True,
    ),
    # Households of such cases, those granted or named, and those that were in the units before.
    "reader_households": Function(
        "bigint[]",
        """
SELECT coalesce(array_agg(found.id), '{}') FROM (
    SELECT taxpayer_id AS id FROM cases WHERE main_officer_id = ANY (reader_people())
    UNION SELECT taxpayer_id FROM cases WHERE second_officer_id = ANY (reader_people())
    UNION SELECT taxpayer_id FROM cases WHERE id = ANY (reader_cases())
    UNION SELECT taxpayer_id FROM directive_lines
        WHERE officer_id = ANY (reader_people()) OR second_officer_id = ANY (reader_people())
    UNION SELECT unnest(reader_granted_households())
    UNION SELECT file.taxpayer_id FROM sensitive_readers named
        JOIN sensitive_files file ON file.id = named.file_id
        WHERE named.user_id = reader_person() AND named.ended_at IS NULL
            AND file.lifted_at IS NULL AND file.taxpayer_id IS NOT NULL
    UNION SELECT taxpayer_id FROM former_units
        WHERE unit_id = ANY (reader_districts() || reader_sections())
) found
""",
        looks=True,
    ),
    # Cases of sensitive files that this person neither handles nor is cleared for (see
    # ``policy.secrets``).
    "reader_withheld": Function(
        "bigint[]",
        """
WITH kept_back AS (
    SELECT file.case_id, file.taxpayer_id FROM sensitive_files file
    WHERE file.lifted_at IS NULL AND file.marked_by <> reader_person()
        AND NOT EXISTS (SELECT FROM sensitive_readers named WHERE named.file_id = file.id
            AND named.user_id = reader_person() AND named.ended_at IS NULL)
        AND NOT EXISTS (SELECT FROM taxpayers WHERE taxpayers.id = file.taxpayer_id
            AND taxpayers.administrator_id = reader_person())
)
SELECT coalesce(array_agg(found.id), '{}') FROM (
    (
        SELECT case_id AS id FROM kept_back WHERE case_id IS NOT NULL
        UNION ALL SELECT cases.id FROM kept_back
            JOIN cases ON cases.taxpayer_id = kept_back.taxpayer_id
    ) EXCEPT (
        SELECT id FROM cases WHERE main_officer_id = reader_person()
        UNION ALL SELECT id FROM cases WHERE second_officer_id = reader_person()
        UNION ALL SELECT case_id FROM tasks
            WHERE status = 'open' AND assignee_id = reader_person()
    )
) found
""",
        looks=True,
    ),
    # Cases that do not exist for this person whatever the post: those, and where recused.
    "reader_hidden": Function(
        "bigint[]",
        """
SELECT reader_withheld() || coalesce(array_agg(case_id), '{}') FROM recusals
WHERE user_id = reader_person()
""",
        looks=True,
    ),
    # The same as rows: PostgreSQL hashes the rows of a sub-select once for all rows of a page, an
    # array it would go through for each. They are looked for once, as a transaction begins.
    "reader_kept_out": Function(
        "SETOF bigint",
        """
SELECT unnest(coalesce(nullif(current_setting('caseflow.hidden', true), '')::bigint[],
    reader_hidden()))
""",
        rows=100,
    ),
}


def statement(name: str) -> str:
    """What makes the function, or makes it again."""
    function = FUNCTIONS[name]
    # Keeps every statement of a scoped level on one worker: a page is a few rows by an index, and
    # beside the filter of its policy the planner would rather let several read ahead of it.
    parallel = "UNSAFE" if name == "reader_cases" else "SAFE"
    owner = f" SECURITY DEFINER SET {PATH.replace('=', ' = ')}" if function.looks else ""
    rows = f" ROWS {function.rows}" if function.rows else ""
    made = (
        f"CREATE OR REPLACE FUNCTION {name}({function.takes}) RETURNS {function.gives}"
        f" LANGUAGE sql STABLE PARALLEL {parallel}{rows}{owner} AS $${function.body}$$"
    )
    if not function.only:
        return made
    called = f"FUNCTION {name}({function.takes})"
    granted = f"GRANT EXECUTE ON {called} TO {', '.join(function.only)}"
    return f"{made}; REVOKE EXECUTE ON {called} FROM PUBLIC; {granted}"
