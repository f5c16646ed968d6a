"""Where the machine's time is shown beside a bureau's own clock, the page says which it is."""

from datetime import timedelta

from sqlalchemy import update

from caseflow.jobs.topics import EFFECTS
from caseflow.jobs.worker import work_through
from caseflow.models.settings import BureauClock
from tests import factories
from tests.web.conftest import Bureau
from tests.web.test_custody import uploaded

NOTE = "机器时间"


def _ahead(bureau: Bureau, span: timedelta) -> None:
    """Let the bureau's clock go so far ahead of the machine's, as a demo's does."""
    with bureau.database.transaction() as session:
        offset = span // timedelta(microseconds=1)
        session.execute(update(BureauClock).values(is_demo=True, offset_us=offset))
        factories.tell(session, "sys:clock")


def _pages(bureau: Bureau) -> list[tuple[str, str]]:
    """Pages that show moments of the machine's clock, each with who reads it."""
    _officer, _case, file_id = uploaded(bureau, 21)
    sysadmin = bureau.visitor("sysadmin")
    sysadmin.get("/self-check")
    sysadmin.post("/self-check", {})
    auditor = bureau.visitor("auditor")
    auditor.get("/audit/checks")
    auditor.post("/audit/checks", {})
    auditor.post("/audit/evidence", {"name": "抽查", "what": "record"})
    work_through(bureau.database, EFFECTS)
    return [
        ("officer", "/account"),
        ("officer", f"/files/{file_id}/custody"),
        ("sysadmin", "/self-check"),
        ("sysadmin", "/sign-ins"),
        ("auditor", "/audit/checks"),
        ("auditor", "/audit/evidence"),
    ]


def test_machine_time_is_named_where_the_bureau_has_another_clock(bureau: Bureau) -> None:
    pages = _pages(bureau)
    silent = [path for login, path in pages if NOTE not in bureau.visitor(login).get(path).text]
    assert silent == [path for _login, path in pages]  # one clock: nothing to tell apart
    _ahead(bureau, timedelta(days=1))
    answers = [bureau.visitor(login).get(path) for login, path in pages]
    assert {answer.status_code for answer in answers} == {200}
    assert [NOTE in answer.text for answer in answers] == [True] * len(pages)
