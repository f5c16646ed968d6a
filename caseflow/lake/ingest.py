"""Taking a file in: every row is accepted, repaired or rejected, and the batch counts last.

1. The same bytes taken in before: nothing happens.
2. DuckDB reads the columns with their types and marks rows that look odd; lines it cannot read are
   kept aside.
3. `cells` repairs or rejects these rows and lines one by one, each with its reason.
4. Taxpayers are looked up (or, from the register's own file, made known), doubles are found.
5. Parquet by month, sorted; the reject file; last the manifest.
"""

import os
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

import duckdb

from caseflow.lake import batches, cells, reading, reasons
from caseflow.lake.batches import Batch, FactFile
from caseflow.lake.cells import Problem, Value
from caseflow.lake.duck import columns_of, connect, quoted, text
from caseflow.lake.fields import Field, Grain, Kind, Registry
from caseflow.lake.filetypes import FileKind, column_of, fold, kinds, recognise
from caseflow.lake.reasons import Reject
from caseflow.vocabulary import Invalid

Progress = Callable[[str, int, int], None]
"""Told the stage, how much is done and of how much."""


class Taxpayers(Protocol):
    """The register, as far as a file needs it."""

    def known(self, numbers: Sequence[str]) -> Mapping[str, int]:
        """Give the ids of those taxpayer numbers that are known."""

    def register(self, rows: Iterator[Mapping[str, Value]]) -> Mapping[str, int]:
        """Take over rows of the register's own file, newest month of each; give the ids."""


@dataclass(slots=True)
class _Work:
    """One file under way."""

    con: duckdb.DuckDBPyConnection
    table: reading.Table
    kind: FileKind
    columns: tuple[Field, ...]
    as_of: date
    rejects: list[Reject] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    @property
    def keys(self) -> tuple[str, str]:
        """Name whom a row is about, and its month."""
        return self.kind.keys[0].name, self.kind.keys[1].name

    @property
    def facts(self) -> list[Field]:
        """The columns of this file that are not keys, in the order of the registry."""
        present = {each.name for each in self.columns}
        return [each for each in self.kind.fields if each.name in present]


def ingest(  # noqa: PLR0913 - a file, what it is, where it goes, who is known, what day it is
    path: Path,
    *,
    registry: Registry,
    root: Path,
    taxpayers: Taxpayers,
    as_of: date,
    kind: FileKind | None = None,
    progress: Progress = lambda _stage, _done, _all: None,
) -> Batch:
    """Take a file into the lake; Invalid tells why a file as a whole cannot be one of ours."""
    digest = reading.digest(path)
    if known := batches.find(root, digest):
        return known
    (root / "tmp").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root / "tmp") as workspace:
        table = reading.read(path, Path(workspace))
        found = kind or _likely_kind(registry, table.header)
        columns = _columns(found, table, path)
        with batches.writing(root) as number, connect(Path(workspace)) as con:
            work = _Work(con, table, found, columns, as_of)
            progress("read", 0, 4)
            _check(work)
            progress("check", 1, 4)
            _judge(work)
            progress("judge", 2, 4)
            _resolve(work, taxpayers)
            _refuse_doubles(work)
            progress("write", 3, 4)
            batch = _write(work, root, digest, number, path.name)
            batches.keep(root, batch)
            progress("done", 4, 4)
            return batch


def _likely_kind(registry: Registry, header: Sequence[str]) -> FileKind:
    """Find the type a header belongs to, or comes nearest to."""

    def shared(kind: FileKind) -> int:
        return sum(fold(text) in column_of(kind) for text in header)

    found = recognise(registry, header)
    return found[0] if found else max(kinds(registry).values(), key=shared)


def _columns(kind: FileKind, table: reading.Table, path: Path) -> tuple[Field, ...]:
    """Map the header to the columns of the type, each at most once, the keys all there."""
    known = column_of(kind)
    strangers = [text for text in table.header if fold(text) not in known]
    columns = [known[fold(text)] for text in table.header if fold(text) in known]
    names = [each.name for each in columns]
    twice = sorted({each.zh for each in columns if names.count(each.name) > 1})
    missing = [key.zh for key in kind.keys if key.name not in names]
    if strangers or twice or missing or len(names) == len(kind.keys):
        raise Invalid(
            "WRONG_COLUMNS",
            file=path.name,
            encoding=table.encoding,
            kind=kind.name,
            unknown=strangers,
            missing=missing,
            twice=twice,
        )
    return tuple(columns)


_READ_AS = {Kind.INT: "BIGINT", Kind.DATE: "DATE"}
_DIGITS = {100: 2, 10_000: 4, 1_000_000: 6}


def _check(work: _Work) -> None:
    """Read the file with its types, make stored values, and mark the rows that look odd."""
    subject, period = work.keys
    shapes = ", ".join(f"{text(each.name)}: {text(_read_as(each))}" for each in work.columns)
    stored = ", ".join(f"{_stored(each)} AS {quoted(each.name)}" for each in work.facts)
    latest = work.as_of.year * 100 + work.as_of.month
    work.con.execute(
        f"CREATE TABLE checked AS SELECT *, 0 AS record, {_oddity(work.facts, latest)} AS odd FROM"
        f" (SELECT nullif(trim(raw.{quoted(subject)}), '') AS subject,"
        f" {_month(quoted(period))} AS period, {stored} FROM read_csv("
        f"{text(work.table.path)}, header=false, skip=1, auto_detect=false, null_padding=false,"
        f" delim={text(work.table.delimiter)}, quote='\"', escape='\"', columns={{{shapes}}},"
        f" store_rejects=true, rejects_limit=0) AS raw)"
    )


def _read_as(column: Field) -> str:
    if column.type is Kind.DECIMAL:
        return f"DECIMAL(18,{_DIGITS[column.scale]})"
    return _READ_AS.get(column.type, "VARCHAR")


def _month(name: str) -> str:
    """Write the month of the three usual spellings, 200912, 2009-12 and 2009年12月; else NULL."""
    digits = f"CASE length({name}) WHEN 6 THEN {name} ELSE {name}[1:4] || {name}[6:7] END"
    return f"CASE WHEN length({name}) BETWEEN 6 AND 8 THEN try_cast({digits} AS INTEGER) END"


def _stored(column: Field) -> str:
    """Write the stored value of a column; what has no value though text stood there is odd."""
    name = f"raw.{quoted(column.name)}"
    if column.type is Kind.DECIMAL:
        return f"CAST({name} * {column.scale} AS BIGINT)"
    if column.type is Kind.BOOL:
        yes, no = (", ".join(map(text, words)) for words in (cells.TRUE, cells.FALSE))
        return (
            f"CASE WHEN lower({name}) IN ({yes}) THEN 1 WHEN lower({name}) IN ({no}) THEN 0"
            f" WHEN {name} IS NOT NULL THEN 2 END"
        )
    if column.type is Kind.ENUM:
        whens = " ".join(
            f"WHEN {text(spelling)} THEN {text(value)}"
            for spelling, value in cells.choices(column).items()
        )
        return f"CASE lower({name}) {whens} ELSE CASE WHEN {name} IS NOT NULL THEN '?' END END"
    return f"trim({name})" if column.type is Kind.STRING else name


def _oddity(facts: Sequence[Field], latest: int) -> str:
    """Write the condition under which a row must be looked at."""
    tests = ["subject IS NULL", "period IS NULL", "period % 100 NOT BETWEEN 1 AND 12"]
    tests.append(f"period NOT BETWEEN {cells.FIRST_YEAR * 100} AND {latest}")
    ranges: dict[tuple[int, int], list[str]] = {}
    for each in facts:
        name = quoted(each.name)
        if each.is_numeric:
            ranges.setdefault(cells.bounds(each), []).append(name)
        elif each.type is Kind.BOOL:
            tests.append(f"{name} = 2")
        elif each.type is Kind.ENUM:
            tests.append(f"{name} = '?'")
        elif each.type is Kind.STRING:
            tests.append(f"length({name}) > {cells.LONGEST_TEXT}")
            tests.append(f"regexp_matches({name}, '[[:cntrl:]]')")
    for (low, high), names in ranges.items():
        tests.append(f"least({', '.join(names)}) < {low}")
        tests.append(f"greatest({', '.join(names)}) > {high}")
    return " OR ".join(f"coalesce({each}, false)" for each in tests)


def _judge(work: _Work) -> None:
    """Repair or reject the lines DuckDB could not read and the rows that look odd."""
    lines = work.con.execute("SELECT DISTINCT line FROM reject_errors ORDER BY 1").fetchall()
    unread = _records_at(work.table, [line for (line,) in lines])
    work.starts = [record - index for index, record in enumerate(unread)]
    odd = work.con.execute("SELECT rowid FROM checked WHERE odd").fetchall()
    wanted = {*unread, *(_record(work, rowid, 0) for (rowid,) in odd)}
    if not wanted:
        return
    mended = list(_mend(work, wanted))
    work.con.execute("DELETE FROM checked WHERE odd")
    if mended:
        marks = ", ".join("?" for _ in mended[0])
        work.con.executemany(f"INSERT INTO checked VALUES ({marks}, false)", mended)


def _mend(work: _Work, wanted: set[int]) -> Iterator[list[Value]]:
    """Read the wanted records cell by cell; keep the good ones, note the reason of the others."""
    order = sorted(range(len(work.columns)), key=lambda at: work.columns[at] not in work.kind.keys)
    columns = [work.columns[at] for at in order]
    names = [each.name for each in columns]
    placed = [names.index(name) for name in (*work.keys, *(each.name for each in work.facts))]
    for record, line, raw in _pick(work.table, wanted):
        shuffled = [raw[at] for at in order] if len(raw) == len(order) else raw
        values, problem = cells.row(columns, shuffled, work.as_of, keys=2)
        if problem:
            work.rejects.append(Reject(line, problem, tuple(raw)))
            continue
        stored = [int(each) if isinstance(each, bool) else each for each in values]
        yield [*(stored[at] for at in placed), record]


def _pick(table: reading.Table, wanted: set[int]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the wanted records of the file."""
    last = max(wanted)
    for record, line, raw in table.records():
        if record in wanted:
            yield record, line, raw
        if record >= last:
            return


def _records_at(table: reading.Table, lines: Sequence[int]) -> list[int]:
    """Tell which records begin on these lines."""
    if not lines or table.is_plain():
        return [line - 1 for line in lines]
    wanted = set(lines)
    return [record for record, line, _ in table.records() if line in wanted]


def _record(work: _Work, rowid: int, mended: int) -> int:
    """Find the record of a row: the rows that were read at once stand in the file's order."""
    return mended or rowid + 1 + bisect_right(work.starts, rowid + 1)


def _resolve(work: _Work, taxpayers: Taxpayers) -> None:
    """Find out whom the rows are about, and reject those about nobody we know."""
    found = work.con.execute("SELECT DISTINCT subject FROM checked").fetchall()
    names = [name for (name,) in found]
    if work.kind.grain in (Grain.AREA, Grain.PARAMETER):
        _fill(work.con, list(zip(names, names, strict=True)), "VARCHAR")
        return
    if work.kind.is_register:
        known = taxpayers.register(_register_rows(work))
    else:
        known = taxpayers.known(names)
    _fill(work.con, list(known.items()), "BIGINT")
    if not known.keys() >= set(names):
        condition = "subject NOT IN (SELECT key FROM subjects)"
        _reject(
            work,
            "UNKNOWN_TAXPAYER",
            f"SELECT rowid, record, subject FROM checked WHERE {condition}",
        )


def _fill(
    con: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str | int]], kind: str
) -> None:
    """Make the small table that says under which id a subject is stored."""
    con.execute(
        "CREATE TABLE subjects AS"
        f" SELECT unnest($1::VARCHAR[]) AS key, unnest($2::{kind}[]) AS value",
        [[key for key, _ in pairs], [value for _, value in pairs]],
    )


def _register_rows(work: _Work) -> Iterator[Mapping[str, Value]]:
    """Give the newest month of each taxpayer of the register's file."""
    flags = {each.name for each in work.facts if each.type is Kind.BOOL}
    cursor = work.con.cursor().execute(
        f"SELECT subject AS taxpayer_id, period, {columns_of([each.name for each in work.facts])}"
        " FROM checked QUALIFY row_number() OVER"
        " (PARTITION BY subject ORDER BY period DESC, rowid) = 1 ORDER BY subject"
    )
    names = [each[0] for each in cursor.description or ()]
    while rows := cursor.fetchmany(5_000):
        for values in rows:
            row: dict[str, Value] = dict(zip(names, values, strict=True))
            yield {
                name: bool(value) if name in flags and value is not None else value
                for name, value in row.items()
            }


def _refuse_doubles(work: _Work) -> None:
    """Keep the first row of a subject and month, reject the others."""
    doubles = "SELECT subject, period FROM checked GROUP BY ALL HAVING count(*) > 1"
    if work.con.execute(f"SELECT 1 FROM ({doubles}) LIMIT 1").fetchone():
        _reject(
            work,
            "DUPLICATE_KEY",
            f"SELECT checked.rowid, record, subject FROM checked JOIN ({doubles}) AS doubles"
            " USING (subject, period)"
            " QUALIFY row_number() OVER (PARTITION BY subject, period ORDER BY checked.rowid) > 1",
        )


def _reject(work: _Work, code: str, query: str) -> None:
    """Reject the rows that a query names."""
    rows = work.con.execute(query).fetchall()
    values = {_record(work, rowid, mended): name for rowid, mended, name in rows}
    for record, line, raw in _pick(work.table, set(values)):
        problem = Problem(code, work.keys[0], values[record])
        work.rejects.append(Reject(line, problem, tuple(raw)))
    work.con.execute(
        "DELETE FROM checked WHERE rowid IN (SELECT unnest($1::BIGINT[]))",
        [[rowid for rowid, _, _ in rows]],
    )


def _write(work: _Work, root: Path, digest: str, number: int, name: str) -> Batch:
    """Write a file a month, some at a time, then the rejects."""
    periods = work.con.execute("SELECT DISTINCT period FROM checked ORDER BY 1").fetchall()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        files = tuple(pool.map(lambda row: _write_month(work, root, digest, row[0]), periods))
    rejects = None
    if work.rejects:
        rejects = f"rejects/{digest}.csv"
        names = [each.name for each in work.columns]
        headings = dict(zip(names, work.table.header, strict=True))
        reasons.write(root / rejects, headings, work.table.header, work.rejects)
    columns = tuple(each.name for each in work.facts)
    counted = Counter(each.problem.code for each in work.rejects)
    return Batch(
        sha256=digest,
        number=number,
        name=name,
        kind=work.kind.name,
        columns=columns,
        files=files,
        rejects=rejects,
        reject_reasons=dict(sorted(counted.items())),
    )


def _write_month(work: _Work, root: Path, digest: str, period: int) -> FactFile:
    path = batches.fact_path(work.kind.name, period, digest)
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    facts = ", ".join(
        f"CAST({quoted(each.name)} AS BOOLEAN) AS {quoted(each.name)}"
        if each.type is Kind.BOOL
        else quoted(each.name)
        for each in work.facts
    )
    subject = batches.subject_column(work.kind.grain)
    query = (
        f"SELECT subjects.value AS {subject}, period, {facts} FROM checked"
        f" JOIN subjects ON key = subject WHERE period = {period} ORDER BY 1"
    )
    written = (
        work.con.cursor()
        .execute(f"COPY ({query}) TO {text(root / path)} (FORMAT parquet, COMPRESSION zstd)")
        .fetchone()
    )
    rows = int(written[0]) if written else 0
    return FactFile(path, reading.digest(root / path), period, rows)
