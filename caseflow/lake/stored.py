"""Reading what lies in the lake, for those who may not know how it is stored."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from caseflow.lake.batches import Batch
from caseflow.lake.duck import quoted

_AT_ONCE = 10_000


def newest(root: Path, batch: Batch, column: str) -> Iterator[tuple[int, str]]:
    """Give taxpayer id and text of one column in the newest month of a batch, by id."""
    if column not in batch.columns or not batch.files:
        return
    file = max(batch.files, key=lambda each: each.period)
    with duckdb.connect() as con:
        cursor = con.execute(
            f"SELECT tp, CAST({quoted(column)} AS VARCHAR) FROM read_parquet($1) ORDER BY tp",
            [str(root / file.path)],
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
