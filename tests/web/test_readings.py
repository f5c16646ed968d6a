"""Who looked into a case: noted once a day in the reader's own stream, shown to the auditor."""

from sqlalchemy import func, select

from caseflow.models import FileRead
from caseflow.models.record import RecordEvent
from caseflow.vocabulary import Reading
from tests.web.conftest import Bureau


def _noted(bureau: Bureau, login: str, what: Reading) -> int:
    """How many events of this person's stream tell of this reading of case 2."""
    user_id = getattr(bureau.people, login).user_id
    with bureau.database.reading() as session:
        query = (
            select(func.count())
            .select_from(FileRead)
            .join(RecordEvent, RecordEvent.idem == FileRead.idem)
            .where(RecordEvent.stream == f"user:{user_id}", FileRead.case_id == 2)
        )
        return session.scalar(query.where(FileRead.what == what)) or 0


def test_reading_a_record_is_noted_once_a_day_in_the_readers_own_stream(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    auditor.get("/cases/2/record")
    page = auditor.get("/cases/2/record?filter=reads").text
    assert _noted(bureau, "auditor", Reading.RECORD) == 1
    assert "查看办理留痕" in page
    assert "您的本次查阅已记入您自己的留痕" in page


def test_opening_a_case_is_noted(bureau: Bureau) -> None:
    bureau.visitor("chief").get("/cases/2")
    assert _noted(bureau, "chief", Reading.CASE) == 1


def test_a_refused_look_is_noted_and_shown_to_the_auditor(bureau: Bureau) -> None:
    assert bureau.visitor("other_officer").get("/cases/2").status_code == 404
    assert _noted(bureau, "other_officer", Reading.CASE) == 0
    assert _noted(bureau, "other_officer", Reading.REFUSED) == 1
    assert "查阅或办理被拒" in bureau.visitor("auditor").get("/cases/2/record?filter=refused").text


def test_a_case_that_is_not_there_leaves_no_note(bureau: Bureau) -> None:
    assert bureau.visitor("chief").get("/cases/999").status_code == 404
    with bureau.database.reading() as session:
        assert session.scalar(select(FileRead.id).where(FileRead.case_id == 999)) is None
