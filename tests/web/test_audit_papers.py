"""Samples and working papers: a seed draws the same, no text is lost, no case moves."""

import hashlib
import re

from sqlalchemy import func, select

from caseflow.models import Case, Sample, SampleItem, WorkingPaperVersion
from caseflow.models.record import RecordEvent
from caseflow.reads import cases, record
from caseflow.reads.audits import samples as reads
from tests import factories
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau


def _draw(auditor: Visitor, **fields: str) -> str:
    auditor.get("/audit/samples")
    answer = auditor.post("/audit/samples", {"name": "一月", "seed": "7", "size": "1", **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def _write(auditor: Visitor, title: str) -> str:
    auditor.get("/audit/papers")
    return auditor.post("/audit/papers", {"title": title}).headers["Location"]


def _versions(bureau: Bureau, href: str) -> list[tuple[int, str, bool]]:
    with bureau.database.reading() as session:
        rows = session.scalars(
            select(WorkingPaperVersion)
            .where(WorkingPaperVersion.paper_id == int(href.rpartition("/")[2]))
            .order_by(WorkingPaperVersion.version)
        )
        return [(row.version, row.body, row.is_auto) for row in rows]


def test_a_seed_draws_what_anybody_can_compute_from_the_numbers(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        for serial in range(300, 330):
            factories.case(session, factories.taxpayer(session, serial=serial))
        numbers = session.scalars(select(Case.number)).all()
        drawn = reads.draw(session, bureau.people.auditor, cases.Wish(), seed=7, size=10)
        found = session.execute(select(Case.id, Case.number).where(Case.id.in_(drawn.case_ids)))
        named = {row.id: row.number for row in found}
    lots = sorted(numbers, key=lambda each: hashlib.sha256(f"7:{each}".encode()).digest())
    assert [named[case_id] for case_id in drawn.case_ids] == lots[:10]
    assert drawn.population == len(numbers)
    whole = "\n".join(sorted(numbers)).encode()
    assert drawn.population_sha256 == hashlib.sha256(whole).hexdigest()


def test_a_sample_tells_of_its_drawing_and_draws_the_same_again(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    href = _draw(auditor, state="open", size="2")
    assert "重抽结果与样本一致" in auditor.get(f"{href}?check=1").text
    with bureau.database.reading() as session:
        (event,) = [
            each
            for each in record.latest(session, f"user:{bureau.people.auditor.user_id}", 9)
            if each.action == "sample.drawn"
            and each.payload["sample"] == int(href.rpartition("/")[2])
        ]
        items = session.scalars(
            select(SampleItem.case_id)
            .where(SampleItem.sample_id == event.payload["sample"])
            .order_by(SampleItem.place)
        ).all()
    assert event.payload["cases"] == list(items)
    assert event.payload["asked"] == {"state": "open"}


def test_a_population_that_grew_is_told(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    href = _draw(auditor, seed="11", size="3")
    with bureau.database.transaction() as session:
        for serial in range(400, 440):
            factories.case(session, factories.taxpayer(session, serial=serial))
    assert "总体已有变化" in auditor.get(f"{href}?check=1").text


def test_a_sample_that_cannot_be_drawn_comes_back_as_it_was_typed(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    auditor.get("/audit/samples")
    wrong = {
        "件数从 1 到 500": {"size": "0"},
        "没有任务符合这些条件": {"text": "查无此户"},
        "种子是不超过 18 位": {"seed": "一"},
        "请给样本起名": {"name": " "},
    }
    for told, fields in wrong.items():
        typed = {"name": "二月检查", "seed": "5", "size": "9", **fields}
        answer = auditor.post("/audit/samples", typed)
        assert answer.status_code == 422
        assert told in answer.text
        assert 'value="9"' in answer.text or "size" in fields
        assert "二月检查" in answer.text or "name" in fields
    with bureau.database.reading() as session:
        assert session.scalar(select(func.count()).where(Sample.name == "二月检查")) == 0


def test_what_is_typed_is_kept_version_by_version(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    href = _write(auditor, "底稿甲")
    kept = auditor.post(f"{href}/draft", {"title": "底稿甲", "body": "一", "_version": "1"})
    assert kept.json is not None
    assert kept.json["version"] == 2
    again = auditor.post(f"{href}/draft", {"title": "底稿甲", "body": "一", "_version": "2"})
    assert again.json is not None
    assert again.json["version"] == 2
    auditor.post(href, {"title": "底稿甲", "body": "一\r\n二", "_version": "2"})
    assert _versions(bureau, href) == [(1, "", False), (2, "一", True), (3, "一\n二", False)]
    assert "这是旧版" in auditor.get(f"{href}?version=2").text


def test_two_windows_lose_nothing(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    href = _write(auditor, "底稿乙")
    auditor.post(href, {"title": "底稿乙", "body": "先写的", "_version": "1"})
    late = auditor.post(href, {"title": "底稿乙", "body": "后写的", "_version": "1"})
    assert late.status_code == 409
    assert "后写的" in late.text
    assert "先写的" in late.text
    found = re.search(r'name="_version" value="(\d+)"', late.text)
    assert found
    auditor.post(href, {"title": "底稿乙", "body": "两份合写", "_version": found[1]})
    assert [body for _, body, _ in _versions(bureau, href)] == ["", "先写的", "两份合写"]


def test_a_text_that_is_too_long_comes_back(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    href = _write(auditor, "底稿丙")
    answer = auditor.post(href, {"title": "底稿丙", "body": "长" * 50_001, "_version": "1"})
    assert answer.status_code == 422
    assert "内容最长 50000 个字，现在是 50001 个字" in answer.text.replace(",", "")
    assert "长" * 50_001 in answer.text


def test_a_paper_on_a_case_of_a_sample_leaves_the_case_alone(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    href = _draw(auditor, seed="3")
    page = auditor.get(href).text
    case_id, sample_id = re.findall(r'name="(?:case|sample)" value="(\d+)"', page)[:2]

    def stream() -> int:
        with bureau.database.reading() as session:
            of_case = RecordEvent.stream == f"case:{case_id}"
            return session.scalar(select(func.count(RecordEvent.id)).where(of_case)) or 0

    before = stream()
    made = auditor.post("/audit/papers", {"case": case_id, "sample": sample_id, "title": "抽查"})
    assert made.status_code == 303
    assert stream() == before
    assert "已写底稿 1 / 1" in auditor.get(href).text
    other = auditor.post("/audit/papers", {"case": case_id, "sample": "99999", "title": "抽查"})
    assert other.status_code == 404


def test_nobody_else_reads_or_writes_working_papers(bureau: Bureau) -> None:
    href = _write(bureau.visitor("auditor"), "底稿丁")
    chief = bureau.visitor("chief")
    assert chief.get(href).status_code == 403
    assert chief.post(href, {"title": "改", "body": "改", "_version": "1"}).status_code == 403
    assert chief.post("/audit/samples", {"name": "x", "seed": "1", "size": "1"}).status_code == 403
