"""`caseflow doctor`: looks at everything that can be wrong, says what is, and what to do."""

import sys

import click
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.orm import Session

from caseflow import db
from caseflow.cli import doctor_roles, doctor_seals, doctor_trust
from caseflow.cli.database import MIGRATIONS
from caseflow.cli.findings import Finding, Look
from caseflow.cli.house import services_running
from caseflow.cli.speech import say, sentence
from caseflow.config import Config

_OLDEST_SERVER = 170000


@click.command()
def doctor() -> None:
    """
    Examine the installation and every open case (全面检查).

    Ends with 1 when something is wrong. Example: caseflow doctor
    """
    ill = 0
    with services_running() as config:
        database = db.connect(str(config.database_url))
        for look in LOOKS:
            with database.reading() as session:
                findings = look(session, config)
            for finding in findings:
                ill += finding.remedy is not None
                _tell(finding)
        database.dispose()
    if ill:
        say(f"发现 {ill} 个问题。", f"{ill} problems found.")
        sys.exit(1)
    say("一切正常。", "All is well.")


def _tell(finding: Finding) -> None:
    mark = "✗" if finding.remedy else "✓"
    click.echo(f"{mark} {sentence(*finding.what)}: {finding.found}")
    if finding.remedy:
        click.echo(f"    {sentence(*finding.remedy)}")


def server(session: Session, config: Config) -> list[Finding]:
    """The version of the server, and whether it is meant for work."""
    number = session.scalar(text("SHOW server_version_num"))
    version = str(session.scalar(text("SHOW server_version")))
    remedy = None
    if int(str(number)) < _OLDEST_SERVER:
        remedy = ("需要 PostgreSQL 17 或更高版本。", "PostgreSQL 17 or newer is needed.")
    kind = ""
    if "passfile" in str(config.database_url):
        kind = sentence("（内嵌，仅供试用）", " (embedded, for trying out)")
    return [Finding(("数据库服务器", "Database server"), f"PostgreSQL {version}{kind}", remedy)]


def schema(session: Session, _config: Config) -> list[Finding]:
    """Whether the schema is of this version."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    wanted = ScriptDirectory.from_config(settings).get_current_head()
    have = session.scalar(text("SELECT version_num FROM alembic_version"))
    remedy = None
    if have != wanted:
        remedy = (f"应为 {wanted}：运行 caseflow db upgrade", f"want {wanted}: caseflow db upgrade")
    return [Finding(("数据库结构", "Schema"), str(have), remedy)]


def roles(session: Session, _config: Config) -> list[Finding]:
    """Whether the application works as a role that cannot rewrite the record."""
    too_strong = session.scalar(
        text(
            "SELECT r.rolsuper OR has_table_privilege('record_events', 'UPDATE')"
            " OR has_table_privilege('record_events', 'DELETE')"
            " FROM pg_roles r WHERE r.rolname = current_user"
        )
    )
    remedy = None
    if too_strong:
        remedy = (
            "应用角色可改写留痕记录，请使用独立角色：caseflow db roles 给出所需语句。",
            "The application may rewrite the record: caseflow db roles prints what it needs.",
        )
    found = str(session.scalar(text("SELECT current_user")))
    return [Finding(("应用角色", "Application role"), found, remedy)]


def bell(_session: Session, config: Config) -> list[Finding]:
    """Whether Redis answers; without it Caseflow works, slower."""
    what = ("Redis", "Redis")
    if config.redis_url is None:
        return [Finding(what, sentence("未配置", "not configured"))]
    try:
        with Redis.from_url(config.redis_url, socket_connect_timeout=2) as connection:
            version = connection.info("server")["redis_version"]
    except RedisError:
        return [Finding(what, sentence("不在，降级运行", "away, running degraded"))]
    return [Finding(what, str(version))]


def later_work(session: Session, _config: Config) -> list[Finding]:
    """Whether work was given up after ten attempts."""
    what = ("待办后台任务", "Later work")
    open_ones = session.scalar(text("SELECT count(*) FROM outbox WHERE done_at IS NULL"))
    dead = session.scalar(
        text("SELECT count(*) FROM outbox WHERE done_at IS NULL AND attempts >= 10")
    )
    remedy = None
    if dead:
        remedy = (
            f"{dead} 项多次失败：见 outbox 表的 error 列",
            f"{dead} failed ten times: see the column error of the table outbox",
        )
    return [Finding(what, str(open_ones), remedy)]


LOOKS: tuple[Look, ...] = (
    server,
    schema,
    roles,
    doctor_roles.roles,
    doctor_roles.database,
    doctor_roles.privileges,
    doctor_trust.guards,
    doctor_trust.grants,
    doctor_trust.writer,
    doctor_trust.courses,
    *doctor_seals.LOOKS,
    bell,
    later_work,
    doctor_trust.waiting,
    doctor_trust.working_days,
)
