"""A bureau's own tables: put on file once, changed where they differ, refused row by row."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from caseflow import policy
from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database
from caseflow.models import Post, Unit, User
from caseflow.models.record import RecordEvent
from caseflow.services import bureau_clock, people
from caseflow.vocabulary import SYSTEM, Verb
from tests.support.house import ROOT

SAMPLE = ROOT / "samples" / "bureau"
TABLES = ("officers.csv", "posts.csv", "units.csv")
Operator = Callable[..., Result]


@pytest.fixture
def operator(own_house: Config, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Somebody who types commands in a migrated house of the test's own."""
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("REDIS_URL", str(own_house.redis_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")

    def types(*words: str | Path, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], input=typed)

    return types


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    """A copy of the sample's tables, for a test to change."""
    return [Path(shutil.copy(SAMPLE / name, tmp_path)) for name in TABLES]


def counts(database: Database) -> tuple[int, ...]:
    with database.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Unit, User, Post, RecordEvent)
        )


def add(path: Path, row: str) -> int:
    """Add a row; returns its line."""
    path.write_text(path.read_text("utf-8") + row + "\n", "utf-8")
    return len(path.read_text("utf-8").splitlines())


def test_the_same_tables_again_change_nothing(
    operator: Operator, tables: list[Path], own_database: Database
) -> None:
    assert operator("bureau", *tables).output == "24 rows put on file, 0 changed\n"
    before = counts(own_database)
    assert before[:3] == (6, 9, 9)
    assert operator("bureau", *tables).output == "0 rows put on file, 0 changed\n"
    assert counts(own_database) == before


def test_what_differs_is_changed_and_what_is_new_is_put_beside_it(
    operator: Operator, tables: list[Path], own_database: Database
) -> None:
    operator("bureau", *tables)
    officers, posts, units = tables
    units.write_text(units.read_text("utf-8").replace("税源管理二科", "税源管理三科"), "utf-8")
    posts.write_text(
        "login,post,unit code,first day,last day\n"
        "fuhe,reviewer,01,2009-01-01,2010-06-30\n"
        "fuhe,archivist,01,2010-07-01,\n",
        "utf-8",
    )
    assert operator("bureau", officers, posts, units).output == "1 rows put on file, 2 changed\n"
    with own_database.reading() as session:
        names = session.scalars(select(Unit.name).where(Unit.code == "0102")).all()
        ends = session.scalars(select(Post.valid_to).where(Post.valid_to.is_not(None))).all()
    assert (names, [day.isoformat() for day in ends if day]) == (["税源管理三科"], ["2010-06-30"])


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        (
            2,
            "0301,03,三区一科,,,科（所）,,否,",
            "the unit above, 03, is unknown; add its row first",
        ),
        (2, "0101,01,税源管理一科,,,科（所）,,否,", "unit 0101 stands here twice"),
        (2, "0103,00,税源管理三科,,,科（所）,,否,", "correct the level or the unit above"),
        (2, "99,,另一市局,,,市局,,否,", "there is a city bureau, 00"),
        (2, "0103,01,税源管理三科,,,股,,否,", "has no “股”; give one of: "),
        (2, "0103,01,税源管理三科,,,科（所）,,也许,", "has no “也许”; give one of: "),
        (2, "0103,01,,,,科（所）,,否,", "is empty; fill it in"),
        (2, "0103,01,税源管理三科", "3 cells, but the header has 9"),
        (0, "fenxi,样例重名,,", "login fenxi stands here twice"),
        (1, "nobody,税收管理员,0101,,,", "login nobody is unknown"),
        (1, "zhuban,税收管理员,0999,,,", "unit 0999 is unknown"),
        (1, "zhuban,税收管理员,01,,,", "01 is none; correct the unit"),
        (1, "zhuban,扫地岗,0101,,,", "has no “扫地岗”; give one of: "),
        (1, "zhuban,税收管理员,0101,两者,2009-01-01,", "the same post stands here twice"),
        (1, "zhuban,税收管理员,0102,全部,2009-01-01,", "has no “全部”; give one of: "),
        (1, "zhuban,税收管理员,0102,,2009-02-30,", "“2009-02-30” is no date"),
        (2, "0103,01,税源管理三科,,,科（所）,,否,2009年", "“2009年” is no date"),
    ],
)
def test_a_wrong_row_is_told_with_its_line_and_nothing_is_put_on_file(
    operator: Operator,
    tables: list[Path],
    own_database: Database,
    table: int,
    row: str,
    told: str,
) -> None:
    line = add(tables[table], row)
    said = operator("bureau", *tables)
    assert said.exit_code == 1
    assert f"✗ {TABLES[table]} line {line}: " in said.output
    assert told in said.output
    assert counts(own_database)[:3] == (0, 0, 0)


def test_a_parent_after_its_child_is_told_to_be_moved(
    operator: Operator, tables: list[Path]
) -> None:
    lines = tables[2].read_text("utf-8").splitlines()
    lines[4:6] = [lines[5], lines[4]]
    tables[2].write_text("\n".join(lines), "utf-8")
    said = operator("bureau", *tables)
    assert said.exit_code == 1
    assert "✗ units.csv line 5: the unit above, 01, comes later" in said.output


def test_a_unit_on_file_is_not_moved(operator: Operator, tables: list[Path]) -> None:
    operator("bureau", *tables)
    text = tables[2].read_text("utf-8").replace("信息中心,处室", "信息中心,区局")
    tables[2].write_text(text, "utf-8")
    said = operator("bureau", *tables)
    assert said.exit_code == 1
    assert "unit D13 is on file with another unit above or level" in said.output


def test_a_foreign_table_is_refused_by_its_header(operator: Operator, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("用户名,姓名,工资\nx,y,1\n", "utf-8")
    said = operator("bureau", path)
    assert said.exit_code == 1
    assert "✗ a.csv line 1: wrong header: missing -; unknown 工资; twice -" in said.output


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfeu\0", "neither UTF-8 nor GB18030"),
        (b"PK\x03\x04 no workbook", "save it as CSV or XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_what_to_do(
    operator: Operator, tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    said = operator("bureau", path)
    assert said.exit_code == 1
    assert said.output.startswith("✗ a.csv line 1: ")
    assert told in said.output


def test_a_post_ends_after_it_began(operator: Operator, tables: list[Path]) -> None:
    tables[1].write_text(
        "login,role,unit,valid_from,valid_to\nfuhe,reviewer,01,2009/5/1,2009.4.30\n", "utf-8"
    )
    said = operator("bureau", *tables)
    assert said.exit_code == 1
    assert "the last day, 2009-04-30, is before the first, 2009-05-01" in said.output


def test_posts_are_certified_for_trades_by_how_industry_codes_begin(
    operator: Operator, tables: list[Path], own_database: Database
) -> None:
    assert operator("bureau", *tables).exit_code == 0
    heads = "用户名,岗位,单位代码,管户类型,起日,持证行业"
    row = "zhuban,税收管理员,0101,两者,2009-01-01"
    tables[1].write_text(f"{heads}\n{row},批发\n", "utf-8")
    assert operator("bureau", tables[1]).exit_code == 1
    tables[1].write_text(f"{heads}\n{row},63、6511\n", "utf-8")
    assert operator("bureau", tables[1]).exit_code == 0
    with own_database.reading() as session:
        certified = select(Post.trades).where(Post.trades.is_not(None))
        assert session.scalars(certified).all() == [["63", "6511"]]


def test_a_register_that_names_a_district_not_on_file_has_its_rows_rejected(
    operator: Operator, tables: list[Path], tmp_path: Path
) -> None:
    operator("bureau", *tables)
    register = (ROOT / "samples" / "01-ctais-register.csv").read_text("utf-8")
    path = tmp_path / "register.csv"
    path.write_text(register.replace(",01,0101,", ",77,0101,"), "utf-8")
    said = operator("import", path)
    assert said.exit_code == 0
    assert "26 rows rejected" in said.output


def test_the_demonstration_is_left_alone(operator: Operator, own_database: Database) -> None:
    with own_database.transaction() as session:
        bureau_clock.begin_demo(session, SYSTEM, datetime(2009, 9, 1, 0, 30, tzinfo=UTC))
    said = operator("bureau", *(SAMPLE / name for name in TABLES))
    assert said.exit_code == 1
    assert "take another CASEFLOW_VAR" in said.output


def test_the_sample_has_who_draws_a_version_and_who_approves_it(
    operator: Operator, tables: list[Path], own_database: Database
) -> None:
    operator("bureau", *tables)
    with own_database.transaction() as session:
        ids = {row.login: row.id for row in session.execute(select(User.login, User.id))}
        drawer, chief = (people.actor_of(session, ids[each]) for each in ("xitong", "chuzhang"))
    assert policy.may(drawer, Verb.DRAFT_DEFINITION)
    assert policy.may_approve_version(chief, "warning_verification")
    told = operator("users", "list").output.splitlines()
    assert len(told) == len(ids)
    assert (
        "chuzhang    Sample Division Chief  Collection Administration and Technology Division"
        " division chief [admin_tech_division]"
    ) in told


def test_an_empty_house_says_that_nobody_is_on_file(operator: Operator) -> None:
    assert "Nobody is on file yet" in operator("users", "list").output


def test_a_password_opens_the_door_and_stays_out_of_the_record(
    operator: Operator, tables: list[Path], own_database: Database
) -> None:
    operator("bureau", *tables)
    secret = "a-word-that-nobody-guesses"  # noqa: S105 -- of this test alone
    said = operator("users", "password", "fenxi", typed=f"{secret}\n{secret}\n")
    assert said.exit_code == 0
    assert secret not in said.output
    with own_database.transaction() as session:
        found = people.sign_in(session, "fenxi", secret, address=None, agent=None)
        assert found is not None
        events = session.scalars(
            select(RecordEvent.payload).where(RecordEvent.action == "password.set")
        ).all()
    assert len(events) == 1
    assert secret not in str(events)
    operator("users", "password", "fenxi", "--generate")
    with own_database.transaction() as session:
        assert people.session_of(session, found.token) is None


@pytest.mark.parametrize(
    ("login", "typed", "told"),
    [
        ("nobody", "long-enough-to-pass\n", "Nobody has the login nobody"),
        ("fenxi", "short\n", "A password has 12 to 256 characters."),
    ],
)
def test_a_password_that_cannot_be_set_is_told_why(
    operator: Operator, tables: list[Path], login: str, typed: str, told: str
) -> None:
    operator("bureau", *tables)
    said = operator("users", "password", login, typed=typed * 2)
    assert said.exit_code == 1
    assert told in said.output


def test_an_account_is_closed_and_opened_again(
    operator: Operator, tables: list[Path], own_database: Database
) -> None:
    operator("bureau", *tables)
    assert operator("users", "disable", "fenxi").exit_code == 0
    assert "is disabled" in operator("users", "disable", "fenxi").output
    with own_database.transaction() as session:
        assert not session.scalars(select(User.is_active).where(User.login == "fenxi")).one()
    assert operator("users", "enable", "fenxi").exit_code == 0
    assert "Nobody with the login fenxi is disabled" in operator("users", "enable", "fenxi").output
    assert "has no one-time codes" in operator("users", "forget-device", "fenxi").output


def test_a_password_that_is_guessed_at_once_is_refused(
    operator: Operator, tables: list[Path]
) -> None:
    operator("bureau", *tables)
    typed = "fenxidalian2010\n" * 2
    assert "guessed too easily" in operator("users", "password", "fenxi", typed=typed).output
