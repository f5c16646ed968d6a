"""Looks of the doctor at the sealed log: what waits, what was found, the key, the tree."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from caseflow.cli.findings import Finding
from caseflow.cli.speech import sentence
from caseflow.config import Config
from caseflow.reads import seals
from caseflow.services import bureau_clock, log_key, place
from caseflow.tlog import notes
from caseflow.tlog.notes import BadNote

_PATIENCE = timedelta(seconds=60)
_SECRET = 0o400
_SHOWN = 20


def backlog(session: Session, _config: Config) -> list[Finding]:
    """Whether what is recorded is sealed in time."""
    what = ("待封存的留痕", "Events to be sealed")
    waiting = seals.backlog(session)
    if bureau_clock.is_making_past(session):
        return [Finding(what, sentence("演练数据生成后封存", "sealed when the past is made"))]
    seconds = int(waiting.age.total_seconds())
    found = sentence(
        f"{waiting.count} 条，最久 {seconds} 秒", f"{waiting.count}, the oldest for {seconds} s"
    )
    if waiting.age <= _PATIENCE:
        return [Finding(what, found)]
    remedy = (
        "封存进程没有运行或已停止：查看 caseflow up 和 logs/sealer-*.jsonl。",
        "the sealer is away or stopped: look at caseflow up and logs/sealer-*.jsonl.",
    )
    return [Finding(what, found, remedy)]


def findings(session: Session, _config: Config) -> list[Finding]:
    """What the sealer found wrong: what stops it, and dates that cannot be true."""
    what = ("封存检查", "Found while sealing")
    all_found = seals.findings(session, limit=_SHOWN)
    # One that stopped the sealing and was put right is history; a wrong date stays one.
    wrong = [each for each in all_found if each.ended_at is None or not each.fault.stops]
    if not wrong:
        return [Finding(what, sentence("无异常", "nothing"))]
    return [
        Finding(
            what,
            _place(each) + sentence(each.fault.zh, each.fault.en),
            (
                "按 docs/operations/record.md“封存停止时”处理，不要自行改数据库。",
                "do as docs/operations/record.md says under “When sealing stops”; mend nothing.",
            ),
        )
        for each in wrong
    ]


def key(session: Session, config: Config) -> list[Finding]:
    """Whether the sealer's key is secret, and whether it is the one that signs."""
    what = ("封存密钥", "Key of the sealed log")
    folder = place.under(config.var, fonts=Path()).keys
    public = log_key.public(folder)
    last = seals.latest(session)
    if public is None:
        if last is None:
            return [Finding(what, sentence("首次封存时生成", "made with the first seal"))]
        remedy = (
            f"请从封存机复制 sealer.pub 到 {folder}。",
            f"copy sealer.pub from the sealer's machine into {folder}.",
        )
        return [Finding(what, sentence("缺公钥", "no public key"), remedy)]
    private = folder / log_key.PRIVATE
    if private.exists() and private.stat().st_mode & 0o777 != _SECRET:
        remedy = (f"请执行 chmod 400 {private}", f"chmod 400 {private}")
        return [Finding(what, f"{private.stat().st_mode & 0o777:o}", remedy)]
    if last is not None and not _is_signed(last.note, public):
        remedy = (
            "最后的检查点不是这把密钥所签：核对在系统之外保管的公钥。",
            "it did not sign the last checkpoint: compare it with the key that is kept outside.",
        )
        return [Finding(what, str(public), remedy)]
    return [Finding(what, str(public))]


def tree(session: Session, _config: Config) -> list[Finding]:
    """Whether the stored tree gives the root that was signed last."""
    what = ("封存树", "Sealed tree")
    last = seals.latest(session)
    if last is None:
        return [Finding(what, sentence("尚无检查点", "no checkpoint yet"))]
    if seals.root(session, last.size) != last.root:
        remedy = (
            "与最后签发的根不符：停止使用，按 docs/operations/record.md 处理。",
            "it does not give the root signed last: stop, and see docs/operations/record.md.",
        )
        return [Finding(what, str(last.size), remedy)]
    return [Finding(what, sentence(f"{last.size} 条", f"{last.size} events"))]


def _place(found: seals.Finding) -> str:
    return f"{found.stream or ''} #{found.seq}: " if found.seq is not None else ""


def _is_signed(note: str, by: notes.VerifierKey) -> bool:
    try:
        return notes.read(note).by(by) is not None
    except BadNote:
        return False


LOOKS = (backlog, findings, key, tree)
