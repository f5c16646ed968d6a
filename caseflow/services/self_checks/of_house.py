"""Checks of the house: seals, numbers without gaps, files present, later work, deputies, grants."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Attachment, Blob, Document, Grant, OutboxMessage
from caseflow.services import bureau_clock, files, outbox
from caseflow.services import numbers as number_series
from caseflow.services.self_checks.findings import Finding, Seen

_LATE = timedelta(minutes=10)
_LONGEST_LAG = 60
_LONGEST_GRANT = timedelta(days=92)
# Chains of deputies in force today with more than two links.
_CHAINS = text("""
    WITH today AS (
        SELECT id, principal_id, deputy_id FROM deputies
        WHERE revoked_at IS NULL AND :today BETWEEN valid_from AND valid_to
    )
    SELECT DISTINCT one.id FROM today AS one
    JOIN today AS two ON two.principal_id = one.deputy_id
    JOIN today AS three ON three.principal_id = two.deputy_id
    ORDER BY one.id
""")


def seals(session: Session) -> Seen:
    """Every event is sealed within a minute, and the sealer has found nothing wrong."""
    lag = session.execute(
        text(
            "SELECT count(*), coalesce(extract(epoch FROM max(bureau_now() - e.at)), 0)"
            " FROM record_pending AS p JOIN record_events AS e ON e.id = p.event_id"
        )
    ).one()
    found = []
    # While a demo's past is made its clock runs through months: then age says nothing.
    if lag[1] > _LONGEST_LAG and not bureau_clock.is_making_past(session):
        found.append(Finding("sealer", "behind", values={"n": lag[0], "seconds": int(lag[1])}))
    open_ones = text("SELECT id, fault FROM seal_findings WHERE ended_at IS NULL ORDER BY id")
    found += [
        Finding(f"seal:{row[0]}", "fault", values={"fault": row[1]})
        for row in session.execute(open_ones)
    ]
    sealed = session.scalar(text("SELECT count(*) FROM record_leaves")) or 0
    return Seen(sealed, tuple(found))


def numbers(session: Session) -> Seen:
    """Numbers of cases and papers run from 1 to the last of their series, each given once."""
    found, looked_at = [], 0
    for row in number_series.used(session):
        looked_at += 1
        if row.different < row.used:
            code = "twice"
        elif row.last < row.newest:
            code = "behind"
        elif row.used < row.last:
            code = "gap"
        else:
            continue
        values = {"series": row.series, "year": row.year}
        if code == "gap":
            # The same gap says the same though numbers are given after it.
            values["missing"] = row.last - row.used
        else:
            values |= {"last": row.last, "newest": row.newest, "used": row.used}
        found.append(Finding(f"series:{row.series}:{row.year}", code, values=values))
    return Seen(looked_at, tuple(found))


def bytes_present(session: Session) -> Seen:
    """The bytes of every file and paper lie in the store; what the scrub found is told too."""
    looked_at = 0
    found: list[Finding] = []
    for table in (Attachment, Document):
        kind = "file" if table is Attachment else "paper"
        rows = session.execute(
            select(table.id, table.case_id, table.sha256)
            .where(table.sha256.is_not(None))
            .order_by(table.id)
        )
        for row_id, case_id, sha256 in rows:
            looked_at += 1
            if not files.path_of(str(sha256)).exists():
                found.append(Finding(f"{kind}:{row_id}", "missing", case_id))
    faults = session.execute(select(Blob.sha256).where(Blob.fault.is_not(None)))
    found += [Finding(f"blob:{row[0][:12]}", "damaged") for row in faults]
    return Seen(looked_at, tuple(found))


def later_work(session: Session) -> Seen:
    """Later work is done in time, and none waits for a person."""
    is_open = (OutboxMessage.done_at.is_(None), OutboxMessage.discarded_at.is_(None))
    dead = session.scalars(
        select(OutboxMessage.id)
        .where(*is_open, OutboxMessage.attempts >= outbox.MOST_ATTEMPTS)
        .order_by(OutboxMessage.id)
    )
    found = [Finding(f"message:{message_id}", "dead") for message_id in dead]
    since = outbox.waiting_since(session)
    if since is not None and clock.wall() - since > _LATE:
        minutes = int((clock.wall() - since).total_seconds() // 60)
        found.append(Finding("outbox", "late", values={"minutes": minutes}))
    count = select(func.count()).select_from(OutboxMessage).where(*is_open)
    return Seen(session.scalars(count).one(), tuple(found))


def deputies(session: Session) -> Seen:
    """A deputy of a deputy may act, a third link may not."""
    today = {"today": clock.today()}
    found = tuple(
        Finding(f"deputy:{row[0]}", "third_link") for row in session.execute(_CHAINS, today)
    )
    count = session.scalar(text("SELECT count(*) FROM deputies WHERE revoked_at IS NULL"))
    return Seen(count or 0, found)


def grants(session: Session) -> Seen:
    """Temporary sight is temporary: one in force for more than three months is asked about."""
    today = clock.today()
    in_force = (Grant.revoked_at.is_(None), Grant.valid_from <= today, Grant.valid_to >= today)
    rows = session.scalars(select(Grant).where(*in_force).order_by(Grant.id)).all()
    found = tuple(
        Finding(f"grant:{row.id}", "long", values={"until": row.valid_to.isoformat()})
        for row in rows
        if row.valid_to - row.valid_from > _LONGEST_GRANT
    )
    return Seen(len(rows), found)
