"""DuckDB as the lake uses it: in memory, without extensions, nothing fetched from anywhere."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def connect(spill: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a private engine; large work may spill into the folder."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if spill:
        config["temp_directory"] = str(spill)
    connection = duckdb.connect(":memory:", config=config)
    try:
        yield connection
    finally:
        connection.close()


def quoted(name: str) -> str:
    """Write a column or table name."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str | Path) -> str:
    """Write a text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def parquet(*paths: str | Path, options: str = "") -> str:
    """Write the table that these files make; folders named period=… are no columns."""
    listed = ", ".join(text(each) for each in paths)
    return f"read_parquet([{listed}], hive_partitioning=false{options})"


def columns_of(names: Sequence[str], prefix: str = "") -> str:
    """Write a list of columns."""
    return ", ".join(prefix + quoted(name) for name in names)
