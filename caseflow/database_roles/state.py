"""What the catalogue of a database says of roles, compared with what is declared; what mends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from caseflow.database_roles import functions, guards, policies
from caseflow.database_roles.names import APP, OWNER, SEALER, of_level
from caseflow.database_roles.tables import EVENT_COLUMNS, TABLES, Rows, Table
from caseflow.vocabulary import Level

_WORDS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
_AUDITOR = of_level(Level.AUDITOR)
_EVERYBODY = {"PUBLIC"}

_COLUMNS = """
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
    AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""
_GRANTS = """
SELECT c.relname, NULL AS attname, coalesce(r.rolname, 'PUBLIC') AS role, x.privilege_type
FROM pg_class c, aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND x.grantee <> c.relowner
UNION ALL
SELECT c.relname, a.attname, coalesce(r.rolname, 'PUBLIC'), x.privilege_type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x
LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND x.grantee <> c.relowner
"""
_SECURED = """
SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""
_POLICIES = f"""
SELECT c.relname, p.polname,
    CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'd' THEN 'DELETE'
        WHEN 'w' THEN 'UPDATE' ELSE 'ALL' END,
    ARRAY(SELECT rolname::text FROM pg_roles WHERE oid = ANY (p.polroles)),
    split_part(obj_description(p.oid, 'pg_policy'), ' ', 1),
    split_part(obj_description(p.oid, 'pg_policy'), ' ', 2) = {policies.PRINTED}
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = 'public'::regnamespace
"""  # noqa: S608 -- a text of ours
_FUNCTIONS = """
SELECT proname, pg_get_function_arguments(oid), prosrc, prosecdef, proconfig,
    ARRAY(SELECT coalesce(r.rolname, 'PUBLIC')::text
        FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) x
        LEFT JOIN pg_roles r ON r.oid = x.grantee WHERE x.grantee <> proowner)
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proname = ANY (:names)
"""
_GUARDS = """
SELECT c.relname, pg_get_triggerdef(t.oid), t.tgenabled = 'A'
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = c.relname || '_must_be_recorded'
"""


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between the database and what is declared, and the SQL that mends it."""

    what: str
    mends: str
    role: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class _Grant:
    table: str
    role: str
    privilege: str
    column: str = ""

    @property
    def words(self) -> str:
        """As GRANT and REVOKE name it: ``SELECT (name) ON users``."""
        column = f' ("{self.column}")' if self.column else ""
        return f"{self.privilege}{column} ON {self.table}"


@dataclass(frozen=True, slots=True)
class _Found:
    command: str
    roles: list[str]
    declared: str | None
    is_unaltered: bool | None

    def is_still(self, policy: policies.Policy) -> bool:
        """Whether it was made from this declaration, and not altered since."""
        return (
            bool(self.is_unaltered)
            and self.declared == policy.declared
            and (self.command, set(self.roles)) == (policy.command, set(policy.roles))
        )


def drift(connection: Connection) -> list[Drift]:
    """Every difference, in the order in which mending them works; as any role."""
    return [
        *_functions(connection),
        *_privileges(connection),
        *_row_security(connection),
        *_guards(connection),
    ]


def undeclared(connection: Connection) -> list[str]:
    """Tables that the declaration does not know."""
    return sorted({name for name, _ in connection.execute(text(_COLUMNS))} - TABLES.keys())


def mend(connection: Connection) -> None:
    """As the owner: give the levels what is declared; the application's own stay as migrated."""
    for found in drift(connection):
        if found.role not in (APP, SEALER):
            connection.exec_driver_sql(found.mends.replace("%", "%%"))


def _functions(connection: Connection) -> Iterator[Drift]:
    names = [*functions.FUNCTIONS, *guards.BODIES]
    found = {
        (name, takes): (body, runs_as_owner, tuple(settings or ()), set(callers))
        for name, takes, body, runs_as_owner, settings, callers in connection.execute(
            text(_FUNCTIONS), {"names": names}
        )
    }
    for name, function in functions.FUNCTIONS.items():
        settings = (functions.PATH,) if function.looks else ()
        callers = set(function.only) or _EVERYBODY
        wanted = (function.body, function.looks, settings, callers)
        if found.get((name, function.takes)) != wanted:
            yield Drift(f"function {name}", functions.statement(name))
    for name, body in guards.BODIES.items():
        if found.get((name, "")) != (body, True, guards.SETTINGS, _EVERYBODY):
            yield Drift(f"function {name}", guards.made(name))


def _guards(connection: Connection) -> Iterator[Drift]:
    found = {table: tuple(rest) for table, *rest in connection.execute(text(_GUARDS))}
    for table, guard in guards.GUARDS.items():
        if found.get(table) != (guard.definition(table), True):
            yield Drift(f"{table} lacks its guard", guard.statement(table))


def _privileges(connection: Connection) -> Iterator[Drift]:
    wanted, found = set(_wanted(connection)), set(_found(connection))
    for grant in sorted(found - wanted):
        what = f"{grant.role} has {grant.words}"
        yield Drift(what, f"REVOKE {grant.words} FROM {grant.role}", grant.role)
    for grant in sorted(wanted - found):
        what = f"{grant.role} lacks {grant.words}"
        yield Drift(what, f"GRANT {grant.words} TO {grant.role}", grant.role)


def _wanted(connection: Connection) -> Iterator[_Grant]:
    columns: dict[str, list[str]] = {}
    for name, column in connection.execute(text(_COLUMNS)):
        columns.setdefault(name, []).append(column)
    for name, table in TABLES.items():
        if name in columns:
            yield from _wanted_of(name, table, columns[name])


def _wanted_of(name: str, table: Table, columns: Iterable[str]) -> Iterator[_Grant]:
    for role, letters in ((APP, table.app), (SEALER, table.sealer), (_AUDITOR, table.auditor)):
        for letter in letters:
            yield _Grant(name, role, _WORDS[letter])
    for column in table.ends:
        yield _Grant(name, APP if "I" in table.app else SEALER, "UPDATE", column)
    if table.rows is Rows.ACT:
        for column in EVENT_COLUMNS:
            yield _Grant(name, APP, "INSERT", column)
            yield _Grant(name, _AUDITOR, "INSERT", column)
    for level in table.levels:
        if not table.secrets:
            yield _Grant(name, of_level(level), "SELECT")
            continue
        for column in columns:
            if column not in table.secrets:
                yield _Grant(name, of_level(level), "SELECT", column)


def _found(connection: Connection) -> Iterator[_Grant]:
    for table, column, role, privilege in connection.execute(text(_GRANTS)):
        if table in TABLES and role != OWNER:
            yield _Grant(table, role, privilege, column or "")


def _row_security(connection: Connection) -> Iterator[Drift]:
    secured = {row[0]: row[1:] for row in connection.execute(text(_SECURED))}
    found: dict[str, dict[str, _Found]] = {}
    for table, name, *rest in connection.execute(text(_POLICIES)):
        found.setdefault(table, {})[name] = _Found(*rest)
    for name, table in TABLES.items():
        if name in secured:
            yield from _of_table(name, table, found.get(name, {}))
            if policies.of_table(table) and secured[name] != (True, True):
                secure = f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
                yield Drift(f"{name} is not under row security", secure)


def _of_table(name: str, table: Table, found: dict[str, _Found]) -> Iterator[Drift]:
    wanted = {policy.name: policy for policy in policies.of_table(table)}
    for extra in sorted(found.keys() - wanted.keys()):
        yield Drift(f"{name} has policy {extra}", f"DROP POLICY {extra} ON {name}")
    for policy in wanted.values():
        made = policy.statement(name)
        if policy.name not in found:
            yield Drift(f"{name} lacks policy {policy.name}", made)
        elif not found[policy.name].is_still(policy):
            again = f"DROP POLICY {policy.name} ON {name}; {made}"
            yield Drift(f"{name} has another policy {policy.name}", again)
