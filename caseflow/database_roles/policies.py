"""Which rows each level's role sees of a table: the conditions of row security, declared once.

How they are written decides what they cost. A scope comes as ``(SELECT reader_…())``, which
PostgreSQL asks once per statement and not once per row. A CASE tries what is cheap first, and is
no condition that the planner looks for an index by: the page's own condition finds the rows, and
this one looks at each that was found.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from caseflow.database_roles.names import APP, OWNER, SEALER, of_level
from caseflow.database_roles.tables import Rows, Table
from caseflow.vocabulary import Level

# The fingerprint of a policy as PostgreSQL prints it: what was declared is another text with the
# same meaning, so that only this tells whether somebody has altered it since.
PRINTED = (
    "encode(sha256(convert_to(concat_ws('|', pg_get_expr(p.polqual, p.polrelid),"
    " pg_get_expr(p.polwithcheck, p.polrelid)), 'UTF8')), 'hex')"
)


_NOTE = (
    " DO $$ BEGIN EXECUTE (SELECT format('COMMENT ON POLICY {policy} ON {table} IS %L',"
    " '{declared} ' || {printed}) FROM pg_policy p"
    " WHERE polrelid = '{table}'::regclass AND polname = '{policy}'); END $$"
)


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of a table: for which command, which roles, which rows."""

    name: str
    command: str
    roles: tuple[str, ...]
    using: str | None = None
    check: str | None = None

    @property
    def declared(self) -> str:
        """The fingerprint of what is declared."""
        parts = (self.command, *sorted(self.roles), self.using or "", self.check or "")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def statement(self, table: str) -> str:
        """What makes the policy, and notes on it what was declared and what came of that."""
        using = f" USING ({self.using})" if self.using else ""
        check = f" WITH CHECK ({self.check})" if self.check else ""
        made = (
            f"CREATE POLICY {self.name} ON {table} FOR {self.command}"
            f" TO {', '.join(self.roles)}{using}{check};"
        )
        return made + _NOTE.format(
            policy=self.name, table=table, declared=self.declared, printed=PRINTED
        )


def _asked(function: str) -> str:
    return f"((SELECT {function}())::bigint[])"


# Every arm of a scope in one look at the row, which is also quicker to plan than several.
_CASE_NEAR = (
    "ARRAY[district_id * 3, section_id * 3 + 1, main_officer_id * 3 + 2, second_officer_id * 3 + 2]"
    f" && {_asked('reader_scope')}"
)
_HOUSEHOLD_NEAR = (
    "ARRAY[district_id * 3, section_id * 3 + 1, administrator_id * 3 + 2]"
    f" && {_asked('reader_scope')}"
)
_LINE = "lines && (SELECT reader_lines())"


def of_table(table: Table) -> tuple[Policy, ...]:
    """The policies of a table under row security; none: its rows are open to who may select."""
    if table.rows is Rows.OPEN:
        return ()
    by_condition: dict[str, list[Level]] = {}
    for level in Level:
        found = condition(table.rows, table.key, level) if level in table.levels else None
        if found:
            by_condition.setdefault(found, []).append(level)
    read = (
        Policy(f"read_{levels[0]}", "SELECT", tuple(of_level(level) for level in levels), found)
        for found, levels in by_condition.items()
    )
    house = Policy("house", "ALL", (OWNER, APP, SEALER), "true", "true")
    return (house, *read, *_writes(table))


def condition(rows: Rows, key: str, level: Level) -> str | None:
    """Which rows of a table a level sees, as SQL; none: no row at all."""
    if level is Level.AUDITOR:
        return "true"
    return _CONDITIONS[rows](key, level)


def _open(_key: str, _level: Level) -> str | None:
    return "true"


def _case(key: str, level: Level) -> str | None:
    if level is Level.ADMINISTRATOR:
        return None
    if level is Level.CITY:
        return _not_hidden(key)
    return _case_row(level) if key == "id" else _in_sight("cases", key)


def _case_row(level: Level) -> str:
    near = f"{_LINE} OR {_CASE_NEAR}" if level is Level.DIVISION else _CASE_NEAR
    far = f"id = ANY ({_asked('reader_cases')})"
    return f"{_holds(near, far)} AND {_not_hidden('id')}"


def _campaign(key: str, level: Level) -> str | None:
    if level in (Level.ADMINISTRATOR, Level.CITY):
        return _case(key, level)
    listed = f"EXISTS (SELECT FROM campaign_lines seen WHERE seen.case_id = campaigns.{key})"
    return _holds(_exists("cases", f"campaigns.{key}"), listed)


def _campaign_line(key: str, level: Level) -> str | None:
    if level in (Level.ADMINISTRATOR, Level.CITY):
        return _case(key, level)
    return _holds(_exists("cases", key), _exists("cases", "line_case_id"))


def _step(key: str, level: Level) -> str | None:
    return None if level is Level.ADMINISTRATOR else _in_sight("tasks", key)


def _household(key: str, level: Level) -> str | None:
    if level is Level.ADMINISTRATOR:
        return None
    # Whether a household has anything of a division's line is for the page's condition to ask.
    if level in (Level.CITY, Level.DIVISION):
        return "true"
    if key != "id":
        return _in_sight("taxpayers", key)
    return _holds(_HOUSEHOLD_NEAR, f"id = ANY ({_asked('reader_households')})")


def _warning(key: str, level: Level) -> str | None:
    if level is Level.ADMINISTRATOR:
        return None
    kept = f"(case_id IS NULL OR {_not_hidden('case_id')})"
    if level in (Level.CITY, Level.DIVISION):
        return kept
    return f"{kept} AND ({_in_sight('taxpayers', key)} OR {_in_sight('cases', 'case_id')})"


def _own(key: str, _level: Level) -> str | None:
    return f"{key} = (SELECT reader_person())"


def _own_or_case(key: str, level: Level) -> str | None:
    case = _case("case_id", level)
    return f"{_own(key, level)} OR {case}" if case else _own(key, level)


def _act(key: str, level: Level) -> str | None:
    own = f"{key} = 'user:' || (SELECT reader_person())"
    house = f"{key} IN ('sys:keys', 'sys:definitions')"
    if level is Level.ADMINISTRATOR:
        return f"{own} OR starts_with({key}, 'sys:')"
    case_id = f"substr({key}, 6)::bigint"
    seen = _not_hidden(case_id) if level is Level.CITY else _in_sight("cases", case_id)
    return f"CASE WHEN {key} ~ '^case:[0-9]+$' THEN {seen} ELSE {own} OR {house} END"


def _authored(_key: str, _level: Level) -> str | None:
    return None


_CONDITIONS = {
    Rows.OPEN: _open,
    Rows.CASE: _case,
    Rows.STEP: _step,
    Rows.HOUSEHOLD: _household,
    Rows.CAMPAIGN: _campaign,
    Rows.CAMPAIGN_LINE: _campaign_line,
    Rows.WARNING: _warning,
    Rows.OWN: _own,
    Rows.OWN_OR_CASE: _own_or_case,
    Rows.ACT: _act,
    Rows.AUTHORED: _authored,
}


def _holds(*conditions: str) -> str:
    """Any of the conditions, the cheap ones first, in a form that the planner takes for certain.

    Of a plain CASE or EXISTS it believes that half of the rows fail, beside the page's own
    condition that found them: a page of fifty then seems to need a scan by several workers.
    """
    arms = " ".join(f"WHEN {condition} THEN true" for condition in conditions)
    return f"(CASE {arms} END) IS NOT NULL"


def _in_sight(table: str, key: str) -> str:
    return _holds(_exists(table, key))


def _exists(table: str, key: str) -> str:
    return f"EXISTS (SELECT FROM {table} seen WHERE seen.id = {key})"


def _not_hidden(key: str) -> str:
    # In a form that the planner takes for certain, as in ``_holds``.
    return f"(CASE WHEN {key} IN (SELECT reader_kept_out()) THEN NULL ELSE true END) IS NOT NULL"


def _writes(table: Table) -> tuple[Policy, ...]:
    """What an auditor adds or takes away is the auditor's own."""
    auditor = (of_level(Level.AUDITOR),)
    mine = f"{table.key} = (SELECT reader_person())"
    if table.rows is Rows.ACT:
        mine = "actor = 'user:' || (SELECT reader_person())"
    added = Policy("add_auditor", "INSERT", auditor, check=mine)
    taken = Policy("take_auditor", "DELETE", auditor, using=mine)
    return (
        *([added] if "I" in table.auditor or table.rows is Rows.ACT else []),
        *([taken] if "D" in table.auditor else []),
    )
