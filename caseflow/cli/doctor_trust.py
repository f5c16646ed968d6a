"""Looks of the doctor at what is trusted: guards of the record, key, courses, calendar, waiting."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow import calendars, clock
from caseflow.cli.findings import Finding
from caseflow.cli.speech import sentence
from caseflow.config import Config
from caseflow.models import WorkingDay
from caseflow.reads import record_chain
from caseflow.services import consistency, outbox, place, record
from caseflow.services.consistency import Difference

_APPEND_ONLY = (
    "record_leaves",
    "checkpoints",
    "cosignatures",
    "checkpoint_sheets",
    "drill_downs",
    "household_reads",
    "sample_items",
    "working_paper_versions",
    "self_checks",
    "repairs",
)
# Triggers that must fire whatever a session claims to be, each with its table.
_GUARDS = {
    "record_chain": "record_events",
    "record_refuse": "record_events",
    "answers_refuse": "answers",
    "case_must_be_recorded": "cases",
    "case_revision_must_rise": "cases",
    **{f"{table}_refuse": table for table in _APPEND_ONLY},
}
_APPENDED = ("stream", "actor", "action", "idem", "sig", "payload")
_SECRET = 0o400
_PATIENCE = timedelta(minutes=10)
_AHEAD = timedelta(days=90)
_SHOWN = 20


def guards(session: Session, _config: Config) -> list[Finding]:
    """Whether the triggers of the record stand and fire always."""
    what = ("留痕的触发器", "Guards of the record")
    standing = {
        row.tgname: row.relname
        for row in session.execute(
            text(
                "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE t.tgenabled = 'A' AND c.relnamespace = 'public'::regnamespace"
            )
        )
    }
    missing = sorted(name for name, table in _GUARDS.items() if standing.get(name) != table)
    if not missing:
        return [Finding(what, str(len(_GUARDS)))]
    names = ", ".join(missing)
    remedy = (
        f"缺失或已停用：{names}。先运行 caseflow record verify，再从备份核对后恢复。",
        f"missing or switched off: {names}. Run caseflow record verify, then restore them.",
    )
    return [Finding(what, str(len(_GUARDS) - len(missing)), remedy)]


def grants(session: Session, _config: Config) -> list[Finding]:
    """Whether the application may append to the record and do nothing else to it."""
    what = ("留痕的权限", "Grants on the record")
    held = session.scalars(
        text(
            "SELECT t || ' ' || p FROM unnest(ARRAY['record_events', 'answers']) t,"
            " unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) p"
            " WHERE has_table_privilege(t, p)"
            " UNION ALL SELECT 'record_events.' || attname || ' INSERT' FROM pg_attribute"
            " WHERE attrelid = 'record_events'::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attname <> ALL (:appended)"
            " AND has_column_privilege('record_events', attname, 'INSERT')"
        ),
        {"appended": list(_APPENDED)},
    ).all()
    if not held:
        return [Finding(what, sentence("只可追加", "append only"))]
    names = ", ".join(held)
    remedy = (f"请收回：{names}", f"revoke: {names}")
    return [Finding(what, str(len(held)), remedy)]


def writer(session: Session, config: Config) -> list[Finding]:
    """Whether the key that signs the record is secret, and its public half on the record."""
    what = ("留痕签名密钥", "Key of the record")
    folder = place.under(config.var, fonts=Path()).keys
    public = record.public_key(folder)
    if public is None:
        return [Finding(what, sentence("首次留痕时生成", "made with the first act"))]
    mode = (folder / "writer").stat().st_mode & 0o777
    if mode != _SECRET:
        remedy = (f"请执行 chmod 400 {folder}/writer", f"chmod 400 {folder}/writer")
        return [Finding(what, f"{mode:o}", remedy)]
    known = record_chain.keys(session).public
    if known and public not in known:
        remedy = (
            "本机密钥未登记在 sys:keys：请换回原密钥文件。",
            "This key is not in sys:keys: put the former key file back.",
        )
        return [Finding(what, public, remedy)]
    return [Finding(what, public)]


def courses(session: Session, _config: Config) -> list[Finding]:
    """Whether the inbox equals the open tasks of the engine, for all cases."""
    what = ("待办与流程一致", "Inbox equals engine")
    seen = consistency.compare(session)
    found = sentence(
        f"{seen.cases} 个任务、{seen.tasks} 项待办", f"{seen.cases} cases, {seen.tasks} open tasks"
    )
    if not seen.differences:
        return [Finding(what, found)]
    return [
        Finding(
            what,
            case.number,
            _difference(case),
        )
        for case in seen.differences[:_SHOWN]
    ]


def waiting(session: Session, _config: Config) -> list[Finding]:
    """Whether later work is taken up in time."""
    what = ("后台任务的等候", "Waiting of later work")
    since = outbox.waiting_since(session)
    if since is None:
        return [Finding(what, sentence("无", "none"))]
    age = clock.wall() - since
    minutes = int(age.total_seconds() // 60)
    remedy = None
    if age > _PATIENCE:
        remedy = (
            "没有进程处理：请确认 caseflow up 正在运行。",
            "nobody takes it up: see that caseflow up runs.",
        )
    return [Finding(what, sentence(f"{minutes} 分钟", f"{minutes} minutes"), remedy)]


def working_days(session: Session, _config: Config) -> list[Finding]:
    """Whether the holidays of the next ninety days are loaded; a warning, no fault of the house."""
    what = ("节假日安排", "Holiday plan")
    if session.scalar(select(WorkingDay.on).limit(1)) is None:
        return [Finding(what, sentence("尚未载入", "not loaded yet"))]
    last = clock.today() + _AHEAD
    if not calendars.of(session).is_provisional(last):
        return [Finding(what, sentence(f"{last} 之前已公布", f"published until {last}"))]
    hint = sentence(
        f"{last.year} 年的放假安排尚未载入，期限暂按周末和固定节日计算；"
        "公布后请运行 caseflow holidays",
        f"the plan of {last.year} is not loaded yet: limits count weekends and fixed holidays;"
        " once it is published run caseflow holidays",
    )
    return [Finding(what, hint)]


def _difference(case: Difference) -> tuple[str, str]:
    if case.unreadable:
        why = case.unreadable
        return f"流程状态无法读取：{why}", f"its course cannot be read: {why}"
    off_desk, astray = (", ".join(side) or "—" for side in (case.off_desk, case.astray))
    return (
        f"流程停在而无待办：{off_desk}；有待办而流程不知：{astray}",
        f"waited at, on no desk: {off_desk}; on a desk, not waited at: {astray}",
    )
