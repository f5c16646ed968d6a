"""Whatever is changed behind the application's back is reported with its place."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from caseflow.models import Attachment, Document
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.reads.record_problems import Code, Report
from caseflow.record_format import leaf_hash, signed_text
from caseflow.services import files
from caseflow.vocabulary import PaperKind
from tests.trust.conftest import Bureau


def _verify(session: Session) -> Report:
    session.flush()
    return record_check.verify(session, path_of=files.path_of)


def _found(report: Report) -> list[tuple[Code, str, int | None]]:
    return [(problem.code, problem.stream, problem.seq) for problem in report.problems]


def _event(session: Session, bureau: Bureau, seq: int) -> RecordEvent:
    return session.scalars(
        select(RecordEvent).where(RecordEvent.stream == bureau.stream, RecordEvent.seq == seq)
    ).one()


def test_an_untouched_record_is_sound(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        report = _verify(session)
    assert report.problems == ()
    assert report.cases == 1
    assert report.files == 3  # the task, the working paper, the closing paper
    assert report.events > 8


def test_one_case_is_verified_alone(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        report = record_check.verify_case(session, bureau.case_id)
    assert report.is_sound
    assert (report.streams, report.files) == (1, 0)


# Each attack: what is done to event 3 of the case (or to a row beside it) and what is reported.
_ONE_STATEMENT = [
    ("UPDATE record_events SET payload = payload || ' ' {here}", Code.HASH, 3),
    ("UPDATE record_events SET actor = 'user:1' {here}", Code.HASH, 3),
    ("UPDATE record_events SET action = 'task.released' {here}", Code.HASH, 3),
    ("UPDATE record_events SET at = at + interval '1 microsecond' {here}", Code.HASH, 3),
    (
        "UPDATE record_events SET sig = set_byte(sig, 5, 255 - get_byte(sig, 5)) {here}",
        Code.HASH,
        3,
    ),
    ("UPDATE record_events SET idem = gen_random_uuid() {here}", Code.HASH, 3),
    ("UPDATE record_events SET at = at - interval '1 day' {here}", Code.TIME, 3),
    ("UPDATE record_events SET hash = sha256('x') {here}", Code.HASH, 3),
    ("DELETE FROM record_events {here}", Code.GAP, 4),
    ("DELETE FROM record_events WHERE stream = '{stream}' AND seq = 1", Code.FIRST, 2),
    ("UPDATE cases SET status = 'in_progress', outcome = NULL, closed_at = NULL", Code.STATUS, 0),
    ("UPDATE cases SET outcome = 'penalty_only'", Code.OUTCOME, 0),
    ("UPDATE cases SET revision = revision + 1", Code.REVISION, 0),
    (
        'UPDATE answers SET content = content || \'{{"reason": "x"}}\' WHERE revision = 3',
        Code.ANSWERS,
        3,
    ),
    ("UPDATE answers SET sha256 = repeat('0', 64) WHERE revision = 3", Code.ANSWERS, 3),
    ("DELETE FROM answers WHERE revision = 3", Code.NO_ANSWERS, 3),
    ("UPDATE answers SET revision = 999 WHERE revision = 3", Code.STRAY_ANSWERS, 999),
    ("DELETE FROM documents", Code.NO_PAPER, 0),
    ("UPDATE documents SET sha256 = repeat('a', 64)", Code.STRAY_PAPER, None),
]


@pytest.mark.parametrize(("statement", "code", "seq"), _ONE_STATEMENT)
def test_a_change_is_reported_with_its_place(
    bureau: Bureau, tampering: Session, statement: str, code: Code, seq: int | None
) -> None:
    here = f"WHERE stream = '{bureau.stream}' AND seq = 3"
    tampering.execute(text(statement.format(here=here, stream=bureau.stream)))
    last = tampering.execute(
        text("SELECT max(seq) FROM record_events WHERE stream = :s"), {"s": bureau.stream}
    ).scalar_one()
    assert (code, bureau.stream, last if seq == 0 else seq) in _found(_verify(tampering))


def _rechain(session: Session, stream: str) -> None:
    """Compute every hash of a stream anew, as somebody without the writer's key can."""
    prev = bytes(32)
    events = session.scalars(
        select(RecordEvent).where(RecordEvent.stream == stream).order_by(RecordEvent.seq)
    ).all()
    for seq, event in enumerate(events, 1):
        event.seq, event.prev = seq, prev
        prev = event.hash = leaf_hash(event)
        session.flush()  # a number may move to a place that the row before has just left


def test_a_chain_made_anew_lacks_the_writers_signature(bureau: Bureau, tampering: Session) -> None:
    event = _event(tampering, bureau, 3)
    event.payload = event.payload.replace("assign", "dispatch")
    _rechain(tampering, bureau.stream)
    assert _found(_verify(tampering))[0] == (Code.SIGNATURE, bureau.stream, 3)


def test_an_event_taken_out_of_a_chain_made_anew_is_missed_by_the_case(
    bureau: Bureau, tampering: Session
) -> None:
    tampering.delete(_event(tampering, bureau, 3))
    tampering.flush()
    _rechain(tampering, bureau.stream)
    assert Code.REVISION in {problem.code for problem in _verify(tampering).problems}


def test_two_acts_that_changed_places_no_longer_fit_their_answers(
    bureau: Bureau, tampering: Session
) -> None:
    answered = tampering.scalars(
        text("SELECT revision FROM answers ORDER BY revision LIMIT 2")
    ).all()
    away = text("UPDATE record_events SET seq = -:to WHERE stream = :s AND seq = :seq")
    for seq, to in zip(answered, reversed(answered), strict=True):
        tampering.execute(away, {"s": bureau.stream, "seq": seq, "to": to})
    tampering.execute(text("UPDATE record_events SET seq = -seq WHERE seq < 0"))
    _rechain(tampering, bureau.stream)
    assert _found(_verify(tampering)) == [(Code.ANSWERS, bureau.stream, seq) for seq in answered]


def test_a_cut_tail_is_missed_by_the_case(bureau: Bureau, tampering: Session) -> None:
    tampering.execute(
        text("DELETE FROM record_events WHERE stream = :s AND seq > 5"), {"s": bureau.stream}
    )
    assert (Code.REVISION, bureau.stream, 5) in _found(_verify(tampering))


def test_a_case_without_its_stream_is_found(bureau: Bureau, tampering: Session) -> None:
    tampering.execute(text("DELETE FROM record_events WHERE stream = :s"), {"s": bureau.stream})
    assert (Code.NO_EVENTS, bureau.stream, None) in _found(_verify(tampering))
    alone = record_check.verify_case(tampering, bureau.case_id)
    assert (Code.NO_EVENTS, bureau.stream, None) in _found(alone)


def test_a_stream_moved_to_another_case_is_found(bureau: Bureau, tampering: Session) -> None:
    tampering.execute(
        text("UPDATE record_events SET stream = 'case:999' WHERE stream = :s"), {"s": bureau.stream}
    )
    found = _found(_verify(tampering))
    assert (Code.HASH, "case:999", 1) in found
    assert (Code.NO_CASE, "case:999", None) in found
    assert (Code.NO_EVENTS, bureau.stream, None) in found


def _forge(bureau: Bureau, session: Session, key: Ed25519PrivateKey, **changes: str) -> None:
    said = {"stream": bureau.stream, "actor": "user:1", "action": "task.completed", "payload": "{}"}
    said.update(changes)
    idem = uuid.uuid4()
    signature = key.sign(signed_text(idem=idem, **said))
    session.execute(text("ALTER TABLE record_events ENABLE ALWAYS TRIGGER record_chain"))
    session.execute(
        text(
            "INSERT INTO record_events (stream, actor, action, idem, sig, payload)"
            " VALUES (:stream, :actor, :action, :idem, :sig, :payload)"
        ),
        {**said, "idem": idem, "sig": signature},
    )


def test_a_forged_event_has_no_signature_of_the_writer(bureau: Bureau, tampering: Session) -> None:
    before = _verify(tampering).events
    _forge(bureau, tampering, Ed25519PrivateKey.generate())
    report = _verify(tampering)
    assert report.events == before + 1
    assert Code.SIGNATURE in {problem.code for problem in report.problems}


def test_a_forgers_own_key_is_not_vouched_for(bureau: Bureau, tampering: Session) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    payload = f'{{"algorithm":"Ed25519","public":"{public}"}}'
    _forge(bureau, tampering, key, stream="sys:keys", action="key.recorded", payload=payload)
    _forge(bureau, tampering, key)
    found = {problem.code for problem in _verify(tampering).problems}
    assert {Code.FOREIGN_KEY, Code.SIGNATURE} <= found


def test_a_key_known_from_elsewhere_refuses_a_record_signed_by_another(bureau: Bureau) -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    with bureau.database.reading() as session:
        report = record_check.verify(session, path_of=files.path_of, trusted=[other])
    codes = [problem.code for problem in report.problems]
    assert codes.count(Code.SIGNATURE) == report.events
    assert Code.FOREIGN_KEY in codes


def _on_bytes(bureau: Bureau, act: Callable[[Path], object]) -> list[tuple[Code, str, int | None]]:
    """Do something to the bytes of the closing paper, verify, and put them back."""
    with bureau.database.reading() as session:
        sha256 = session.scalars(
            select(Document.sha256).where(
                Document.case_id == bureau.case_id,
                Document.kind == PaperKind.WARNING_FEEDBACK.value,
            )
        ).one()
        path = files.path_of(str(sha256))
        kept = path.read_bytes()
        act(path)
        try:
            return _found(_verify(session))
        finally:
            path.unlink(missing_ok=True)
            path.write_bytes(kept)


def test_changed_bytes_of_a_paper_are_found(bureau: Bureau) -> None:
    def change(path: Path) -> None:
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content + b"\n")

    ((code, stream, seq),) = _on_bytes(bureau, change)
    assert (code, stream) == (Code.BYTES, bureau.stream)
    assert seq is not None


def test_a_paper_without_its_bytes_is_found(bureau: Bureau) -> None:
    ((code, stream, _),) = _on_bytes(bureau, Path.unlink)
    assert (code, stream) == (Code.NO_BYTES, bureau.stream)


_DEFINITIONS = "sys:definitions"


@pytest.mark.parametrize(
    ("statement", "code", "seq"),
    [
        (
            "UPDATE definitions SET files = jsonb_set(files, '{wv_review.form}', '\"{}\"')",
            Code.DEFINITION,
            1,
        ),
        ("UPDATE definitions SET sha256 = repeat('0', 64)", Code.DEFINITION, 1),
        ("UPDATE definitions SET version = 2", Code.NO_DEFINITION, 1),
        ("UPDATE definitions SET version = 2", Code.STRAY_DEFINITION, None),
    ],
)
def test_a_changed_drawing_table_or_form_is_found(
    tampering: Session, statement: str, code: Code, seq: int | None
) -> None:
    tampering.execute(text(statement))
    assert (code, _DEFINITIONS, seq) in _found(_verify(tampering))


def test_a_file_slipped_in_is_found(bureau: Bureau, tampering: Session) -> None:
    tampering.add(
        Attachment(
            case_id=bureau.case_id,
            task_id=None,
            field="evidence",
            name="补充.pdf",
            media_type="application/pdf",
            size=1,
            sha256="b" * 64,
            uploaded_at=tampering.execute(text("SELECT now()")).scalar_one(),
            uploaded_by=bureau.people.officer.user_id or 0,
            removed_at=None,
        )
    )
    found = _found(_verify(tampering))
    assert (Code.STRAY_FILE, bureau.stream, None) in found
    assert (Code.NO_BYTES, bureau.stream, None) in found


def test_the_sentence_names_place_and_difference_in_both_languages(
    bureau: Bureau, tampering: Session
) -> None:
    tampering.execute(
        update(RecordEvent)
        .where(RecordEvent.stream == bureau.stream, RecordEvent.seq == 3)
        .values(payload="{}")
    )
    problem = _verify(tampering).problems[0]
    assert problem.say("zh") == f"{bureau.stream} #3: 内容与其哈希不符"
    assert problem.say("en") == f"{bureau.stream} #3: what it says does not fit its hash"
