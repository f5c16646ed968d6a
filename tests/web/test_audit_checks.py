"""The verification of the whole record as work: sound, broken at its place, broken off."""

import re

import psycopg
import pytest
from sqlalchemy import select

from caseflow import clock, db
from caseflow.jobs import verifying
from caseflow.jobs.topics import EFFECTS
from caseflow.jobs.worker import work_through
from caseflow.models import Run
from caseflow.models.record import Checkpoint
from caseflow.reads import record, record_check
from caseflow.reads.audits.verification import Roots
from caseflow.services import log_key, sealing
from caseflow.services.audits import evidence, verification
from caseflow.vocabulary import Unavailable
from caseflow.web.audits import chain_checks
from tests.web.conftest import Bureau

SOUND = "全部留痕完整，未发现改动"


def _behind_the_back(bureau: Bureau, statement: str, event_id: int) -> None:
    """Run a statement as the owner with the triggers of the record off."""
    address = str(bureau.config.owner_url).replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        connection.execute("ALTER TABLE record_events DISABLE TRIGGER USER")
        connection.execute(statement, [event_id])
        connection.execute("ALTER TABLE record_events ENABLE TRIGGER USER")


def _verify(bureau: Bureau) -> str:
    auditor = bureau.visitor("auditor")
    auditor.get("/audit/checks")
    assert auditor.post("/audit/checks", {}).status_code == 303
    work_through(bureau.database, EFFECTS)
    return auditor.get("/audit/checks").text


def _last(bureau: Bureau) -> Run:
    with bureau.database.reading() as session:
        return session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()


@pytest.mark.parametrize("at_once", [2, 7, 2_000])
def test_an_untouched_record_is_sound_however_it_is_portioned(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(verifying, "AT_ONCE", at_once)
    assert SOUND in _verify(bureau)
    run = _last(bureau)
    with bureau.database.reading() as session:
        found = record_check.count(session)
    # What the verification itself has put on the record is none of it.
    assert found - 3 <= run.detail["events"] <= found
    assert run.detail["cases"] == 2
    assert sum(counts[0] for counts in run.detail["days"].values()) == run.detail["events"]


def test_a_change_is_told_with_its_place_and_its_day(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        event = record.chain(session, "case:2").events[2]
    changed = "UPDATE record_events SET payload = payload || ' ' WHERE id = %s"
    _behind_the_back(bureau, changed, event.id)
    broken = _verify(bureau)
    case_page = bureau.visitor("auditor").get(f"/cases/2/record?seq={event.seq}").text
    restored = "UPDATE record_events SET payload = rtrim(payload) WHERE id = %s"
    _behind_the_back(bureau, restored, event.id)
    assert "有 1 处不符" in broken
    assert "case:2 #3: 内容与其哈希不符" in broken
    assert f'/cases/2/record?seq={event.seq}"' in broken
    assert "cf-month__bad" in broken
    assert "存储的哈希与重算的不一致" in case_page
    assert SOUND in _verify(bureau)


def test_an_anchor_is_called_verified_only_when_its_root_was_computed_anew(bureau: Bureau) -> None:
    """The day's last checkpoint grows: what was found of the one before says nothing of it."""
    size = _seal(bureau)
    assert _anchor(_verify(bureau))[:2] == [f"{size:,}", f"已校验至 {size:,} 条"]
    later = _seal(bureau)
    assert later > size
    page = bureau.visitor("auditor").get("/audit/checks").text
    partly = f"已校验至 {size:,} 条，其后 {later - size:,} 条待校验"
    assert _anchor(page) == [f"{later:,}", partly]
    owner = "UPDATE checkpoints SET root = sha256(root) WHERE size = %s"
    back = "UPDATE checkpoints SET root = %s WHERE size = %s"
    with bureau.database.reading() as session:
        root = session.scalars(select(Checkpoint.root).where(Checkpoint.size == later)).one()
    _as_owner(bureau, owner, later)
    broken = _verify(bureau)
    _as_owner(bureau, back, root, later)
    assert _anchor(broken)[1] == "不符"
    assert _anchor(_verify(bureau))[1] == f"已校验至 {later:,} 条"


@pytest.mark.parametrize(("fits", "before"), [(True, 5), (False, 4)])
def test_a_day_of_which_nothing_sound_was_verified_says_how_far_it_came(
    bureau: Bureau, *, fits: bool, before: int
) -> None:
    roots = Roots({5: (fits, clock.wall())}, until=5)
    with bureau.app.test_request_context():
        assert chain_checks.verified(roots, 9, before=before) == (None, "只校验至 5 条", False)


def _seal(bureau: Bureau) -> int:
    """Seal all that was recorded; so many leaves there are then."""
    sealer = db.connect(str(bureau.config.sealer_url), pool_size=1)
    with sealer.transaction() as session:
        size = sealing.seal(session, log_key.of(bureau.config.var / "keys")).size
    sealer.dispose()
    return size


def _as_owner(bureau: Bureau, statement: str, *values: object) -> None:
    """Run a statement as the owner with the triggers of the checkpoints off."""
    with psycopg.connect(str(bureau.config.owner_url).replace("+psycopg", "")) as connection:
        connection.execute("ALTER TABLE checkpoints DISABLE TRIGGER USER")
        connection.execute(statement, values)
        connection.execute("ALTER TABLE checkpoints ENABLE TRIGGER USER")


def _anchor(page: str) -> list[str]:
    """The newest daily anchor: how many events, whether verified, and when or up to where."""
    table = page.split("每日最后一个检查点")[1].split("</table>", maxsplit=1)[0]
    _head, row = table.split("<tr>")[1:3]
    size, _root, told, *_ = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    parts = [each.strip() for each in re.split(r"<[^>]*>", told)]
    return [size, *(each for each in parts if each)]


def test_a_verification_can_be_broken_off_and_only_one_runs(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    auditor.get("/audit/checks")
    auditor.post("/audit/checks", {})
    run = _last(bureau)
    auditor.post("/audit/checks", {})
    assert "已有一次校验在进行" in auditor.get("/audit/checks").text
    assert _last(bureau).id == run.id
    auditor.post(f"/audit/checks/{run.id}/cancel", {})
    work_through(bureau.database, EFFECTS)
    assert "已取消" in auditor.get("/audit/checks").text
    assert _last(bureau).detail["events"] == 0
    with bureau.database.reading() as session:
        acts = [each.action for each in record.latest(session, f"user:{_auditor(bureau)}", 6)]
    assert {verification.BEGUN, verification.CANCELLED} <= set(acts)


def _auditor(bureau: Bureau) -> int:
    return bureau.people.auditor.user_id or 0


def test_the_verifier_and_the_keys_go_out_and_only_to_the_auditor(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    assert "import" in auditor.get("/audit/verify.py").text
    keys = auditor.get("/audit/keys.json").json
    assert keys is not None
    assert len(keys["writers"][0]) == 64
    chief = bureau.visitor("chief")
    assert {chief.get(f"/audit/{name}").status_code for name in ("verify.py", "keys.json")} == {403}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "", "what": "record"}, "请给取证包起名"),
        ({"name": "包", "what": "cases", "numbers": "99WV2010000001"}, "没有这些任务"),
        ({"name": "包", "what": "cases", "numbers": " "}, "没有选到任务"),
        ({"name": "", "what": "cases", "numbers": ""}, "请给取证包起名"),
        ({"name": "包", "what": "person", "person": "查无此人"}, "叫 查无此人 的有 0 人"),
        ({"name": "包", "what": "sample", "sample": "77"}, "没有选到任务"),
    ],
)
def test_evidence_that_cannot_be_asked_for_comes_back(
    bureau: Bureau, fields: dict[str, str], told: str
) -> None:
    auditor = bureau.visitor("auditor")
    auditor.get("/audit/evidence")
    answer = auditor.post("/audit/evidence", fields)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert f'value="{fields["name"]}"' in answer.text


def test_evidence_that_could_not_be_packed_says_why_in_a_sentence(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    auditor.get("/audit/evidence")
    with bureau.database.transaction() as session:
        people = bureau.people
        run = evidence.ask(session, people.auditor, "抽查", asked={}, case_ids=[2])
        refusal = Unavailable("dossier_unsealed", number="01WV2010000002")
        evidence.fail(session, run.id, refusal)
    page = auditor.get("/audit/evidence").text
    assert "任务 01WV2010000002 的案卷没有出具" in page
    assert "dossier_unsealed" not in page
