"""The same statements on PostgreSQL give, bit for bit, what DuckDB gives."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest

from caseflow.detection import screening, statements
from caseflow.detection.dialects import POSTGRESQL
from caseflow.detection.screening import Screen
from caseflow.detection.thresholds import ThresholdType
from caseflow.lake import batches
from caseflow.lake.duck import connect
from tests.support import lakes
from tests.support.house import House

_TYPES = {"BIGINT": "bigint", "INTEGER": "integer", "BOOLEAN": "boolean", "VARCHAR": "text"}


@pytest.fixture(scope="module")
def plan_and_root(tmp_path_factory: pytest.TempPathFactory) -> tuple[Screen, Path]:
    root = tmp_path_factory.mktemp("lake")
    lakes.write_random(root, taxpayers=70, months=26, seed=3)
    plan = screening.prepare(lakes.indicators(), batches.snapshot(root), lakes.LAST)
    return plan, root


@pytest.fixture
def postgresql(house: House) -> Iterator[psycopg.Cursor]:
    with (
        house.clone("dialects") as config,
        psycopg.connect(str(config.owner_url).replace("+psycopg", "")) as connection,
        connection.cursor() as cursor,
    ):
        yield cursor


def run(cursor: psycopg.Cursor, statement: str) -> None:
    cursor.execute(statement)


def copy_table(con: duckdb.DuckDBPyConnection, cursor: psycopg.Cursor, name: str) -> None:
    """Lay a table of one engine down in the other."""
    relation = con.table(name) if name != "months" else con.view(name)
    columns = ", ".join(
        f'"{column}" {_TYPES[str(kind)]}'
        for column, kind in zip(relation.columns, relation.types, strict=True)
    )
    run(cursor, f"CREATE TEMP TABLE {name} ({columns})")
    with cursor.copy(f"COPY {name} FROM STDIN") as copy:
        for row in relation.fetchall():
            copy.write_row(row)


def rows(cursor: psycopg.Cursor, table: str) -> list[tuple[object, ...]]:
    run(cursor, f"TABLE {table}")
    return sorted(cursor.fetchall(), key=repr)


def test_both_engines_find_the_same(
    plan_and_root: tuple[Screen, Path], postgresql: psycopg.Cursor
) -> None:
    plan, root = plan_and_root
    law = plan.catalogue.peers
    asked = {code: each for code, each in plan.thresholds.items() if each.needs_peers}
    percents = {
        code: each.factor for code, each in asked.items() if each.type is ThresholdType.PERCENTILE
    }
    due = [(each, plan.thresholds[each.code]) for each in plan.due]
    made = {
        "inputs": statements.inputs(plan.columns, law, POSTGRESQL),
        "value_table": statements.values(plan.plans, plan.columns, POSTGRESQL),
        "peer_values": statements.peer_values(list(asked), law, POSTGRESQL),
        "peers": statements.peers(law, percents, POSTGRESQL),
        "hits": statements.hits(due, law, POSTGRESQL),
    }
    with connect() as con:
        for _ in screening.stages(con, plan, root):
            pass
        for name in ("state", "months"):
            copy_table(con, postgresql, name)
        for name, query in made.items():
            run(postgresql, f"CREATE TEMP TABLE {name} AS {query}")
            found = sorted(con.table(name).fetchall(), key=repr)
            assert rows(postgresql, name) == found, name
        assert len(rows(postgresql, "hits")) > 1_000
