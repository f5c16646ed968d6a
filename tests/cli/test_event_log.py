"""`caseflow record event-log` as an operator runs it."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database
from caseflow.models.record import RecordEvent
from caseflow.services import record
from tests import cast, factories

_TRACE = "{http://www.xes-standard.org/}trace"


@pytest.fixture
def own(own_house: Config, own_database: Database, monkeypatch: pytest.MonkeyPatch) -> Config:
    with own_database.transaction() as session:
        record.introduce(session)
        cast.enter(session)
        factories.case(session, factories.taxpayer(session))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    return own_house


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["record", "event-log", *arguments])


def test_log_of_a_process_is_written_and_on_record(
    own: Config, own_database: Database, tmp_path: Path
) -> None:
    del own
    file = tmp_path / "log.xes"
    result = _run("warning_verification", "-o", str(file))
    assert (result.exit_code, "Cases: 1" in result.output) == (0, True)
    assert len(ET.parse(file).getroot().findall(_TRACE)) == 1  # noqa: S314 - written by ourselves
    with own_database.reading() as session:
        taken = select(RecordEvent.stream).where(RecordEvent.action == "list.exported")
        assert session.scalars(taken).all() == ["sys:exports"]


def test_days_narrow_the_log(own: Config, tmp_path: Path) -> None:
    del own
    file = tmp_path / "log.xes"
    result = _run("warning_verification", "--until", "2001-01-01", "-o", str(file))
    assert result.exit_code == 0
    assert ET.parse(file).getroot().findall(_TRACE) == []  # noqa: S314 - written by ourselves


def test_unknown_process_is_told(own: Config) -> None:
    del own
    result = _run("another")
    assert result.exit_code != 0
    assert "another" in result.output
