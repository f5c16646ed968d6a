"""Third-party batches 第三方批次: receipt, matching by exact keys, quality, release, feedback.

Source: the bureau's description of the batch, steps B1 to B7. Only exact keys match by
themselves: organisation code, tax number, name with address; all else is decided by hand.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock, record_counts
from caseflow.lake import fields, filetypes, reading
from caseflow.lake.fields import Field, Grain, Kind
from caseflow.lake.filetypes import FileKind, fold
from caseflow.models import Attachment, Taxpayer, ThirdPartyRecord
from caseflow.models.base import Json
from caseflow.services import files, outbox
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.work import Work
from caseflow.vocabulary import Invalid
from caseflow.vocabulary.choices.batches import TbKey, TbQuality
from caseflow.vocabulary.choices.verification import YesNo

RELEASING = "third_party_released"
# At most so many records in one batch; a larger delivery comes in several.
MOST_RECORDS = 20_000
# Sources of the house itself deliver without a batch.
_OWN_SOURCES = frozenset({"CTAIS", "FWSK", "JC", "WSSB", "CKTS", "TAS", "STAT", "PARAM"})
# What may stand beside the columns of the source, for matching alone.
CODE, NAME, ADDRESS = "组织机构代码", "纳税人名称", "生产经营地址"
IDENTITY = (CODE, NAME, ADDRESS)
_CODE_DIGITS = 9
# How sure each exact key is; below ``tp_similarity`` a person decides.
SCORES: Mapping[TbKey, Decimal] = {
    TbKey.ORGANISATION_CODE: Decimal("1.00"),
    TbKey.TAX_NUMBER: Decimal("1.00"),
    TbKey.NAME_AND_ADDRESS: Decimal("0.95"),
}
_AT_ONCE = 1_000
_MOST_NEAR = 5


def offered() -> Sequence[FileKind]:
    """The file types of third parties that speak of households by month."""
    return [
        kind
        for kind in filetypes.kinds(fields.shipped()).values()
        if kind.source not in _OWN_SOURCES
        and kind.grain is not Grain.AREA
        and kind.grain is not Grain.PARAMETER
        and not kind.is_register
    ]


def receive(desk: Desk, answers: Json) -> Handed:
    """B1: one file of the source's columns, compared with its totals. B2: matched at once."""
    if day(answers["received_on"]) > desk.times.today:
        refuse("received_on", "in_the_future")
    if len(answers["package"]) != 1:
        refuse("package", "one_package")
    package = desk.session.get_one(Attachment, int(answers["package"][0]))
    kind = next(each for each in offered() if each.name == answers["source"])
    month = _month(answers["period"])
    rows = _rows(package, kind, month)
    totals = _totals(kind, rows, answers.get("controls") or [])
    for at in range(0, len(rows), _AT_ONCE):
        desk.session.add_all(
            ThirdPartyRecord(
                case_id=desk.case.id, number=number, cells=cells, sha256=_hash(cells["values"])
            )
            for number, cells in enumerate(rows[at : at + _AT_ONCE], start=at + 1)
        )
        desk.session.flush()  # a share of the records at a time
    desk.case.title = f"{kind.zh} {answers['period']}"
    agrees = len(rows) == int(answers["record_count"]) and all(each["agrees"] for each in totals)
    until = desk.times.working_days("tp_total")
    desk.case.due_at = until
    desk.case.accepted_at = desk.times.now
    desk.case.facts = {
        **desk.case.facts,
        "due": desk.times.dues[until].facts(),
        "file_kind": kind.name,
        "period": month,
        "source": kind.zh,
        "count": len(rows),
        "count_told": int(answers["record_count"]),
        "totals": totals,
        "totals_agree": agrees,
        "sha256": package.sha256,
        "carrier": answers["handed_over_by"],
        "control_totals": "；".join(f"{each['name']} {each['told']}" for each in totals),
    }
    matched = _match(desk)
    told: Json = {"sha256": package.sha256, "records": len(rows), "totals_agree": agrees}
    return Handed(
        payload={**told, "matched": dict(matched)},
        variables={"to_match": len(rows) - matched.total()},
    )


def match_by_hand(desk: Desk, answers: Json) -> Handed:
    """B3: over when every record has its household or the reason why it has none."""
    del answers
    left = record_counts.of(desk.session, desk.case).undecided
    if left:
        refuse("all_decided", "records_undecided", count=left)
    return Handed()


def check(desk: Desk, answers: Json) -> Handed:
    """B4: released only when nobody has to decide a record any more."""
    counts = record_counts.of(desk.session, desk.case)
    told = {"matched": counts.matched, "records": counts.records, "doubles": counts.doubles}
    decision = answers["quality_decision"]
    said = answers["totals_agree"] == YesNo.YES
    if said != bool(desk.case.facts["totals_agree"]):
        refuse("totals_agree", "totals_say_otherwise")
    if decision == TbQuality.REMATCH:
        return Handed(payload={**told, "decision": decision}, returned=answers["rematch_text"])
    if decision == TbQuality.REJECT:
        return Handed(payload={**told, "decision": decision, "reason": answers["refusal"]})
    if counts.undecided:
        refuse("quality_decision", "records_undecided", count=counts.undecided)
    released_at = desk.times.now.isoformat()
    desk.case.facts = {**desk.case.facts, "released_at": released_at}
    return Handed(
        variables={"released_count": counts.matched}, payload={**told, "decision": decision}
    )


def feed_back(desk: Desk, answers: Json) -> Handed:
    """B6: when every case is closed, or ``tp_feedback`` after the limit of the whole."""
    del answers
    left = record_counts.of(desk.session, desk.case).open_cases
    due_at = desk.case.due_at
    if left and due_at is not None:
        first = desk.times.working_days_from(clock.last_day_of(due_at), "tp_feedback")
        if desk.times.now < first:
            refuse("text", "batch_cases_open", count=left)
    return Handed(payload={"open_cases": left})


def sign(desk: Desk, answers: Json) -> Handed:
    """B7: the chief of the division signs, or sends back."""
    del desk
    if answers["feedback_signature"] == "send_back":
        return Handed(returned=answers["return_text"])
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "tb_receipt": receive,
    "tb_hand_match": match_by_hand,
    "tb_quality": check,
    "tb_feedback": feed_back,
    "tb_signature": sign,
}


def _match(desk: Desk) -> Counter[str]:
    """B2: by the exact keys in their order; a key that names several households names none."""
    records = desk.session.scalars(
        select(ThirdPartyRecord)
        .where(ThirdPartyRecord.case_id == desk.case.id)
        .order_by(ThirdPartyRecord.number)
    ).all()
    least = desk.times.value("tp_similarity")
    ways: Sequence[tuple[TbKey, Callable[[Mapping[str, str]], str]]] = (
        (TbKey.ORGANISATION_CODE, _code),
        (TbKey.TAX_NUMBER, _tin),
        (TbKey.NAME_AND_ADDRESS, _place),
    )
    found: Counter[str] = Counter()
    for key, spoken in ways:
        if SCORES[key] < least:
            continue
        open_ones = [each for each in records if each.taxpayer_id is None]
        wanted = {spoken(record_counts.plain(each.cells)) for each in open_ones} - {""}
        known = _households(desk.session, key, sorted(wanted))
        for record in open_ones:
            named = known.get(spoken(record_counts.plain(record.cells)), ())
            if len(named) == 1:
                record.taxpayer_id, record.match_key = named[0], key.value
                record.score = SCORES[key]
                found[key.value] += 1
    _note_near(desk.session, [each for each in records if each.taxpayer_id is None])
    return found


def _note_near(session: Session, records: Sequence[ThirdPartyRecord]) -> None:
    """Keep with a record whom it may mean: same name, or same code or number as several others.

    Who matches by hand sees a household through its record alone.
    """
    said = {each.number: record_counts.plain(each.cells) for each in records}
    names = sorted({cells.get(NAME, "") for cells in said.values()} - {""})
    codes = sorted({_code(cells) for cells in said.values()} - {""})
    found: dict[str, list[Json]] = {}
    code = func.right(Taxpayer.tin, _CODE_DIGITS)
    for column, wanted in ((Taxpayer.name, names), (code, codes)):
        for at in range(0, len(wanted), _AT_ONCE):
            rows = session.execute(
                select(column, Taxpayer.tin, Taxpayer.name, Taxpayer.address)
                .where(column.in_(wanted[at : at + _AT_ONCE]))
                .order_by(Taxpayer.id)
            )
            for text, tin, name, address in rows:
                near: Json = {"tin": tin, "name": name, "address": address}
                found.setdefault(text, []).append(near)
    for record in records:
        cells = said[record.number]
        near_ones = [*found.get(cells.get(NAME, ""), ()), *found.get(_code(cells), ())]
        if near_ones:
            record.cells = {**record.cells, "near": near_ones[:_MOST_NEAR]}


def release_batch(work: Work, arguments: Json) -> Json:
    """B5: the matched records become facts right after this act; the next run reads them."""
    del arguments
    outbox.put(work.session, RELEASING, {"case": work.case.id, "by": work.actor.user_id})
    return {"released": record_counts.of(work.session, work.case).matched}


def _households(session: Session, key: TbKey, wanted: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """The households that each spelling of a key names."""
    column = {
        TbKey.ORGANISATION_CODE: func.right(Taxpayer.tin, _CODE_DIGITS),
        TbKey.TAX_NUMBER: Taxpayer.tin,
        TbKey.NAME_AND_ADDRESS: Taxpayer.name + "\n" + Taxpayer.address,
    }[key]
    found: dict[str, list[int]] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        rows = session.execute(
            select(column, Taxpayer.id).where(column.in_(wanted[at : at + _AT_ONCE]))
        )
        for text, taxpayer_id in rows:
            found.setdefault(text, []).append(taxpayer_id)
    return found


def _code(cells: Mapping[str, str]) -> str:
    """The organisation code without its hyphen; one of another length names nobody."""
    code = cells.get(CODE, "").replace("-", "").strip().upper()
    return code if len(code) == _CODE_DIGITS else ""


def _tin(cells: Mapping[str, str]) -> str:
    return cells.get("纳税人识别号", "").strip().upper()


def _place(cells: Mapping[str, str]) -> str:
    name, address = cells.get(NAME, "").strip(), cells.get(ADDRESS, "").strip()
    return f"{name}\n{address}" if name and address else ""


def _rows(package: Attachment, kind: FileKind, month: str) -> list[Json]:
    """The records of a file by the Chinese names of its columns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / package.name
        path.write_bytes(files.read(package.sha256))
        try:
            table = reading.read(path, Path(folder))
        except Invalid:
            refuse("package", "batch_file_unreadable")
            raise
        names = _columns(kind, table.header)
        rows = []
        for number, line, cells in table.records():
            if number > MOST_RECORDS:
                refuse("package", "batch_too_many_records", most=MOST_RECORDS)
            if len(cells) != len(names):
                refuse("package", "batch_row_broken", line=line)
            values = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
            if values.get("所属期") and _month_of(values["所属期"]) != month:
                refuse("package", "batch_other_period", line=line)
            values["所属期"] = month
            gap = any(not values.get(each.zh) for each in kind.fields if each.zh in names)
            rows.append({"values": values, **({"missing": "1"} if gap else {})})
    if not rows:
        refuse("package", "batch_without_records")
    return rows


def _columns(kind: FileKind, header: Sequence[str]) -> list[str]:
    known = {spelling: column.zh for spelling, column in filetypes.column_of(kind).items()}
    known |= {fold(each): each for each in IDENTITY}
    strangers = [each for each in header if fold(each) not in known]
    if strangers:
        refuse("package", "batch_columns_unknown", columns="、".join(strangers[:5]))
    names = [known[fold(each)] for each in header]
    if len(set(names)) != len(names):
        refuse("package", "batch_columns_twice")
    if not {"纳税人识别号", CODE} & set(names) and not {NAME, ADDRESS} <= set(names):
        refuse("package", "batch_without_key")
    if not {each.zh for each in kind.fields} & set(names):
        refuse("package", "batch_without_figures")
    return names


def _totals(kind: FileKind, rows: Sequence[Json], told: Sequence[Json]) -> list[Json]:
    """Each control total beside the sum of the file."""
    by_name = {each.name: each for each in kind.fields}
    found = []
    for at, line in enumerate(told):
        column = by_name.get(line["field"])
        if column is None:
            refuse(f"controls-{at}-field", "batch_not_of_source")
            continue
        total = sum((_amount(row["values"].get(column.zh, "")) for row in rows), Decimal(0))
        wanted = Decimal(str(line["total"]))
        found.append(
            {
                "name": column.zh,
                "told": str(wanted),
                "found": str(total),
                "agrees": total == wanted,
            }
        )
    return found


def figures(kind: FileKind) -> Sequence[Field]:
    """The columns of a source that can be added up."""
    return [each for each in kind.fields if each.type in (Kind.DECIMAL, Kind.INT)]


def _amount(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "") or 0)
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() else Decimal(0)


def _month(text: str) -> str:
    month = _month_of(text)
    if month is None:
        refuse("period", "no_such_period")
    return month or ""


def _month_of(text: str) -> str | None:
    """A month as 2009-12, of the usual spellings."""
    digits = "".join(each for each in text if each.isdecimal() and each.isascii())
    if len(digits) != 6 or not 1 <= int(digits[4:]) <= 12:  # noqa: PLR2004 - year and month
        return None
    return f"{digits[:4]}-{digits[4:]}"


def _hash(values: Mapping[str, str]) -> str:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
