"""Looks of the doctor at the database's roles: who may what, and whether it is as declared."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from caseflow.cli.findings import Finding
from caseflow.cli.speech import sentence
from caseflow.config import Config
from caseflow.database_roles import APP, LEVELS, OWNER, SEALER, SETTINGS, SIGNING_IN, state, tables

_SHOWN = 20

_ROLES = """
SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication AS is_strong,
    rolbypassrls, rolcanlogin
FROM pg_roles WHERE rolname = ANY (:names)
"""
_MEMBERS = """
SELECT r.rolname, m.rolname AS member, a.inherit_option, a.admin_option
FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
WHERE (r.rolname = ANY (:names) OR m.rolname = ANY (:names)) AND a.set_option
    AND NOT m.rolsuper AND NOT r.rolname = 'pg_database_owner'
"""
_SETTINGS = """
SELECT r.rolname, setting FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole,
    unnest(s.setconfig) setting
WHERE r.rolname = ANY (:names) AND s.setdatabase IN (0, (SELECT oid FROM pg_database
    WHERE datname = current_database()))
"""
_DATABASE = """
SELECT coalesce(r.rolname, 'PUBLIC'), x.privilege_type
FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x
LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE d.datname = current_database() AND x.grantee <> d.datdba
"""
_OWNERS = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
    AND pg_get_userbyid(relowner) <> :owner ORDER BY relname
"""


def roles(session: Session, _config: Config) -> list[Finding]:
    """Whether every role is there, is no stronger than it should be, and keeps its time limits."""
    what = ("数据库角色", "Database roles")
    names = [*SIGNING_IN, *LEVELS]
    wrong = [
        *_strength(session, names),
        *_membership(session, names),
        *_limits(session),
    ]
    return _findings(what, sentence(f"{len(names)} 个", f"{len(names)} roles"), wrong)


def database(session: Session, _config: Config) -> list[Finding]:
    """Whether the database is closed to others, and everything in it is the owner's."""
    what = ("数据库的出入", "Door of the database")
    name = str(session.scalar(text("SELECT quote_ident(current_database())")))
    granted = {(role, word) for role, word in session.execute(text(_DATABASE))}
    wanted = {(role, "CONNECT") for role in (APP, SEALER)}
    wrong = [
        *(f"REVOKE {word} ON DATABASE {name} FROM {role}" for role, word in granted - wanted),
        *(f"GRANT {word} ON DATABASE {name} TO {role}" for role, word in wanted - granted),
        *(
            f"ALTER TABLE {table} OWNER TO {OWNER}"
            for table in session.scalars(text(_OWNERS), {"owner": OWNER})
        ),
    ]
    return _findings(
        what, sentence("只对本系统角色开放", "open to these roles alone"), sorted(wrong)
    )


def privileges(session: Session, _config: Config) -> list[Finding]:
    """Whether each role may what is declared and no more, and row security stands as declared."""
    what = ("权限与行级安全", "Privileges and row security")
    found = state.drift(session.connection())
    known = sentence(f"{len(tables.TABLES)} 张表", f"{len(tables.TABLES)} tables")
    unknown = state.undeclared(session.connection())
    return [
        *(_strange(what, table) for table in unknown),
        *(
            Finding(
                what,
                each.what,
                (
                    f"运行 caseflow db upgrade，或以所有者执行：{each.mends}",
                    f"caseflow db upgrade, or as the owner: {each.mends}",
                ),
            )
            for each in found[:_SHOWN]
        ),
        *([] if found or unknown else [Finding(what, known)]),
    ]


def _strange(what: tuple[str, str], table: str) -> Finding:
    remedy = (
        f"表 {table} 不属于本系统：请移到别的模式（schema）中。",
        f"the table {table} is not Caseflow's: move it to a schema of its own.",
    )
    return Finding(what, table, remedy)


def _findings(what: tuple[str, str], well: str, wrong: list[str]) -> list[Finding]:
    if not wrong:
        return [Finding(what, well)]
    return [
        Finding(
            what,
            statement,
            (
                f"以数据库管理员身份执行：{statement}",
                f"as the database's administrator: {statement}",
            ),
        )
        for statement in wrong[:_SHOWN]
    ]


def _strength(session: Session, names: list[str]) -> Iterator[str]:
    found = {row.rolname: row for row in session.execute(text(_ROLES), {"names": names})}
    for name in names:
        row = found.get(name)
        if row is None:
            yield f"CREATE ROLE {name} {'LOGIN' if name in SIGNING_IN else 'NOLOGIN'}"
            continue
        if row.is_strong:
            yield f"ALTER ROLE {name} NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION"
        if row.rolbypassrls is not (name == APP):
            yield f"ALTER ROLE {name} {'BYPASSRLS' if name == APP else 'NOBYPASSRLS'}"
        if row.rolcanlogin and name in LEVELS:
            yield f"ALTER ROLE {name} NOLOGIN"


def _membership(session: Session, names: list[str]) -> Iterator[str]:
    found = session.execute(text(_MEMBERS), {"names": names}).all()
    good = {
        row.rolname
        for row in found
        if row.member == APP and not row.inherit_option and not row.admin_option
    }
    for level in LEVELS:
        if level not in good:
            yield f"GRANT {level} TO {APP} WITH INHERIT FALSE, ADMIN FALSE, SET TRUE"
    for row in found:
        if row.member != APP or row.rolname not in LEVELS:
            yield f"REVOKE {row.rolname} FROM {row.member}"


def _limits(session: Session) -> Iterator[str]:
    rows = session.execute(text(_SETTINGS), {"names": list(SETTINGS)})
    found = {(role, setting) for role, setting in rows}
    for role, settings in SETTINGS.items():
        for name, value in settings.items():
            if (role, f"{name}={value}") not in found:
                yield f"ALTER ROLE {role} SET {name} = '{value}'"
