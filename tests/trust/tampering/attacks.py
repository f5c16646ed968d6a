"""Forty and more attacks on the record, each with what catches it.

``FILE`` is the export with the log's public key and nothing else. The others need what was kept
outside (a checkpoint, receipts) or the database itself (reconciling rows with the record).
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

from caseflow.models.record import Checkpoint
from caseflow.record_format import leaf_hash
from caseflow.services import record
from caseflow.vocabulary import SYSTEM
from tests.trust.tampering.hands import Hands, foreign_key, swap


class Evidence(Enum):
    """What an attack is caught by."""

    FILE = "export and public key"
    OUTSIDE = "checkpoint kept outside"
    RECEIPTS = "receipts of the shipped log"
    ROWS = "rows held against the record"


@dataclass(frozen=True)
class Attack:
    """One attack, and what must be found of it."""

    name: str
    act: Callable[[Hands], None]
    caught_by: Evidence
    code: str


ATTACKS: list[Attack] = []


def attack(
    caught_by: Evidence, code: str
) -> Callable[[Callable[[Hands], None]], Callable[[Hands], None]]:
    """Put an attack on the list, by the name of its function."""

    def keep(act: Callable[[Hands], None]) -> Callable[[Hands], None]:
        ATTACKS.append(Attack(act.__name__.replace("_", " "), act, caught_by, code))
        return act

    return keep


def _changed(hands: Hands) -> None:
    event = hands.event(3)
    event.payload = event.payload.replace("assign", "dispatch")


# ------------------------------------------------------------------ what one event says


@attack(Evidence.FILE, "hash")
def edit_a_payload(hands: Hands) -> None:
    _changed(hands)


@attack(Evidence.FILE, "prev")
def edit_a_payload_and_its_hash(hands: Hands) -> None:
    _changed(hands)
    event = hands.event(3)
    event.hash = leaf_hash(event)


@attack(Evidence.FILE, "root")
def edit_a_payload_and_the_whole_chain(hands: Hands) -> None:
    _changed(hands)
    hands.rechain()


@attack(Evidence.FILE, "root")
def edit_a_payload_the_chain_and_the_tree(hands: Hands) -> None:
    _changed(hands)
    hands.rechain()
    hands.rebuild_tree()


@attack(Evidence.FILE, "unsigned")
def edit_tree_leaves_and_checkpoints_together(hands: Hands) -> None:
    _changed(hands)
    hands.rechain()
    hands.resign(foreign_key(hands.house.sealer.key.origin))


@attack(Evidence.FILE, "root")
def add_a_blank_to_a_payload(hands: Hands) -> None:
    hands.event(3).payload += " "
    hands.rechain()


@attack(Evidence.FILE, "hash")
def break_a_payload_into_two_lines(hands: Hands) -> None:
    hands.event(3).payload = '{\n"note":"two lines"}'
    hands.rechain()


@attack(Evidence.FILE, "root")
def let_somebody_else_have_done_it(hands: Hands) -> None:
    hands.event(3).actor = "user:1"
    hands.rechain()


@attack(Evidence.FILE, "root")
def write_an_actor_with_digits_that_look_alike(hands: Hands) -> None:
    hands.sql("ALTER TABLE record_events DROP CONSTRAINT ck_record_events_actor")
    event = hands.event(3)
    event.actor = event.actor.replace("user", "uѕer")  # noqa: RUF001 - a Cyrillic letter
    hands.rechain()


@attack(Evidence.FILE, "root")
def call_the_act_something_else(hands: Hands) -> None:
    hands.event(3).action = "task.released"
    hands.rechain()


@attack(Evidence.FILE, "root")
def give_an_act_another_key(hands: Hands) -> None:
    hands.event(3).idem = uuid.uuid4()
    hands.rechain()


@attack(Evidence.FILE, "root")
def replace_the_writers_signature(hands: Hands) -> None:
    hands.event(3).sig = bytes(64)
    hands.rechain()


@attack(Evidence.FILE, "hash")
def replace_a_hash_alone(hands: Hands) -> None:
    hands.event(3).hash = bytes(32)


@attack(Evidence.FILE, "early")
def date_a_sealed_act_back(hands: Hands) -> None:
    for event in hands.events(hands.house.other):
        event.at = hands.later(hours=3)
    hands.rechain(hands.house.other)


@attack(Evidence.FILE, "late")
def date_a_sealed_act_forward(hands: Hands) -> None:
    hands.events()[-1].at = hands.later(hours=-3)
    hands.rechain()


# --------------------------------------------------------------- which events there are


@attack(Evidence.FILE, "gap")
def delete_one_act(hands: Hands) -> None:
    hands.drop(hands.event(3))


@attack(Evidence.FILE, "root")
def delete_one_act_and_number_the_rest_anew(hands: Hands) -> None:
    hands.drop(hands.event(3))
    hands.rechain()
    hands.rebuild_tree()


@attack(Evidence.FILE, "index")
def cut_off_the_end_of_a_case(hands: Hands) -> None:
    for event in hands.events()[-3:]:
        hands.drop(event)


@attack(Evidence.FILE, "short")
def delete_a_whole_case(hands: Hands) -> None:
    for event in hands.events(hands.house.other):
        hands.drop(event)
    hands.rebuild_tree()


@attack(Evidence.FILE, "short")
def delete_the_newest_events_of_the_log(hands: Hands) -> None:
    hands.sql("DELETE FROM record_events WHERE id > (SELECT max(id) - 2 FROM record_events)")


@attack(Evidence.FILE, "root")
def slip_an_act_into_the_past(hands: Hands) -> None:
    event = hands.forge(hands.stream, "task.completed", {}, key=Ed25519PrivateKey.generate())
    event.seq = -1
    hands.session.flush()
    hands.sql(
        "UPDATE record_events SET seq = seq + 1000 WHERE stream = :s AND seq >= 4", s=hands.stream
    )
    hands.sql("UPDATE record_events SET seq = 500 WHERE stream = :s AND seq = -1", s=hands.stream)
    hands.rechain()
    hands.lay(hands.event(4), 6)


@attack(Evidence.FILE, "replayed")
def play_an_old_act_again(hands: Hands) -> None:
    hands.sql("ALTER TABLE record_events DROP CONSTRAINT uq_record_events_idem")
    old = hands.event(3)
    again = hands.forge(hands.stream, old.action, {}, key=Ed25519PrivateKey.generate())
    again.idem, again.sig, again.payload, again.actor = old.idem, old.sig, old.payload, old.actor
    again.hash = leaf_hash(again)
    hands.lay(again)
    hands.checkpoint(hands.house.sealer.key)  # as the honest sealer would: chain and writer fit


@attack(Evidence.FILE, "signature")
def forge_an_act_dated_now(hands: Hands) -> None:
    hands.forge(hands.stream, "task.completed", {}, key=Ed25519PrivateKey.generate())


@attack(Evidence.FILE, "signature")
def forge_an_act_and_seal_it_with_the_stolen_key(hands: Hands) -> None:
    event = hands.forge(hands.stream, "task.completed", {}, key=Ed25519PrivateKey.generate())
    hands.lay(event)
    hands.checkpoint(hands.house.sealer.key)


@attack(Evidence.FILE, "writer")
def record_a_writers_key_of_ones_own(hands: Hands) -> None:
    key = Ed25519PrivateKey.generate()
    public = {"algorithm": "Ed25519", "public": key.public_key().public_bytes_raw().hex()}
    for stream, action, payload in (
        ("sys:keys", "key.recorded", public),
        (hands.stream, "task.completed", {}),
    ):
        hands.lay(hands.forge(stream, action, payload, key=key))
    hands.checkpoint(hands.house.sealer.key)


@attack(Evidence.FILE, "signature")
def insert_with_the_triggers_dropped(hands: Hands) -> None:
    hands.sql("DROP TRIGGER record_chain ON record_events")
    hands.forge("case:4711", "case.opened", {}, key=Ed25519PrivateKey.generate())
    hands.sql(
        "CREATE TRIGGER record_chain BEFORE INSERT ON record_events"
        " FOR EACH ROW EXECUTE FUNCTION record_chain()"
    )


@attack(Evidence.FILE, "overdue")
def hold_an_act_back_from_the_sealer(hands: Hands) -> None:
    hands.guards_on()
    record.append(hands.session, SYSTEM, "sys:attack", action="act.held_back", payload={})
    hands.sql("DELETE FROM record_pending")
    record.append(hands.session, SYSTEM, "sys:other", action="act.done", payload={})
    for event in hands.events("sys:other"):
        hands.lay(event)
    hands.checkpoint(hands.house.sealer.key, at=hands.later(minutes=-5))


# ------------------------------------------------------------------- where events stand


@attack(Evidence.FILE, "root")
def exchange_two_leaves(hands: Hands) -> None:
    hands.sql(
        "UPDATE record_leaves SET index = CASE index WHEN 4 THEN -6 ELSE -5 END"
        " WHERE index IN (4, 5)"
    )
    hands.sql("UPDATE record_leaves SET index = -index - 1 WHERE index < 0")


@attack(Evidence.FILE, "root")
def exchange_what_two_acts_say(hands: Hands) -> None:
    swap(hands.event(5), hands.event(6), ("payload", "actor", "action", "sig"))
    hands.rechain()


@attack(Evidence.FILE, "root")
def move_an_act_to_another_case(hands: Hands) -> None:
    event = hands.events()[-1]
    event.stream, event.seq = hands.house.other, 99
    hands.session.flush()
    hands.rechain(hands.house.other)


@attack(Evidence.FILE, "root")
def give_a_case_the_record_of_another(hands: Hands) -> None:
    hands.sql("UPDATE record_events SET stream = 'case:swap' WHERE stream = :s", s=hands.stream)
    hands.sql(
        "UPDATE record_events SET stream = :s WHERE stream = :o",
        s=hands.stream,
        o=hands.house.other,
    )
    hands.sql(
        "UPDATE record_events SET stream = :o WHERE stream = 'case:swap'", o=hands.house.other
    )
    hands.rechain()
    hands.rechain(hands.house.other)


@attack(Evidence.FILE, "root")
def rename_a_stream(hands: Hands) -> None:
    hands.sql("UPDATE record_events SET stream = 'case:4711' WHERE stream = :s", s=hands.stream)
    hands.rechain("case:4711")


@attack(Evidence.FILE, "gap")
def leave_a_number_out(hands: Hands) -> None:
    last = hands.events()[-1]
    last.seq += 1
    last.hash = leaf_hash(last)


# -------------------------------------------------------------------------- checkpoints


def _newest(hands: Hands) -> Checkpoint:
    return hands.session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc())).first() or (
        Checkpoint()
    )


@attack(Evidence.FILE, "beyond")
def drop_the_newest_checkpoints(hands: Hands) -> None:
    hands.sql("DELETE FROM checkpoints WHERE size > :size", size=hands.house.backup)


@attack(Evidence.FILE, "no_checkpoint")
def drop_every_checkpoint(hands: Hands) -> None:
    hands.sql("DELETE FROM checkpoints")


@attack(Evidence.FILE, "unsigned")
def sign_checkpoints_with_another_key(hands: Hands) -> None:
    hands.resign(foreign_key(hands.house.sealer.key.origin))


@attack(Evidence.FILE, "origin")
def sign_checkpoints_for_another_log(hands: Hands) -> None:
    hands.resign(foreign_key("caseflow/another"))


@attack(Evidence.FILE, "unsigned")
def write_another_root_into_a_checkpoint(hands: Hands) -> None:
    row = _newest(hands)
    lines = row.note.split("\n")
    lines[2] = "A" * 43 + "="
    row.note = "\n".join(lines)


@attack(Evidence.FILE, "unsigned")
def write_another_size_into_a_checkpoint(hands: Hands) -> None:
    row = _newest(hands)
    row.note = row.note.replace(f"\n{row.size}\n", f"\n{row.size - 1}\n")


@attack(Evidence.FILE, "beyond")
def put_an_old_checkpoint_in_place_of_the_newest(hands: Hands) -> None:
    old = hands.session.get(Checkpoint, hands.house.backup)
    assert old is not None
    _newest(hands).note = old.note


@attack(Evidence.FILE, "early")
def date_an_act_back_before_it_is_sealed(hands: Hands) -> None:
    hands.guards_on()
    record.append(hands.session, SYSTEM, "sys:attack", action="act.late", payload={})
    hands.sql("ALTER TABLE record_events DISABLE TRIGGER USER")
    hands.event(1, "sys:attack").at = hands.later(hours=2)
    hands.rechain("sys:attack")
    hands.seal_honestly()


@attack(Evidence.FILE, "early")
def set_the_clock_back_for_an_act(hands: Hands) -> None:
    hands.guards_on()
    hands.sql("ALTER TABLE bureau_clock DROP CONSTRAINT ck_bureau_clock_locked")
    hands.sql("UPDATE bureau_clock SET offset_us = offset_us - 7200000000")
    record.append(hands.session, SYSTEM, "sys:attack", action="act.late", payload={})
    hands.sql("UPDATE bureau_clock SET offset_us = offset_us + 7200000000")
    hands.seal_honestly()


# ------------------------------------------------- caught by what was kept outside alone


@attack(Evidence.OUTSIDE, "truncated")
def roll_everything_back_to_an_old_backup(hands: Hands) -> None:
    hands.roll_back_to(hands.house.backup)


@attack(Evidence.OUTSIDE, "forked")
def go_on_from_an_old_backup_with_the_honest_sealer(hands: Hands) -> None:
    hands.roll_back_to(hands.house.backup)
    hands.guards_on()
    for _ in range(12):
        record.append(hands.session, SYSTEM, "sys:attack", action="act.done", payload={})
    hands.seal_honestly()


@attack(Evidence.OUTSIDE, "truncated")
def delete_a_case_and_sign_anew_with_the_stolen_key(hands: Hands) -> None:
    for event in hands.events(hands.house.other):
        hands.drop(event)
    hands.resign(hands.house.sealer.key)


@attack(Evidence.RECEIPTS, "receipt_lost")
def delete_an_act_before_it_is_sealed(hands: Hands) -> None:
    hands.guards_on()
    told = record.append(hands.session, SYSTEM, "sys:attack", action="act.done", payload={})
    hands.house.ship(told)
    hands.sql("ALTER TABLE record_events DISABLE TRIGGER USER")
    hands.sql("DELETE FROM record_events WHERE stream = 'sys:attack'")
    hands.sql("DELETE FROM record_pending")


# ---------------------------------------------- caught by the rows against the record


@attack(Evidence.ROWS, "OUTCOME")
def change_the_row_of_a_case(hands: Hands) -> None:
    hands.sql("UPDATE cases SET outcome = 'penalty_only' WHERE outcome IS NOT NULL")


@attack(Evidence.ROWS, "ANSWERS")
def exchange_the_answers_of_two_acts(hands: Hands) -> None:
    one, other = hands.session.scalars(
        text("SELECT id FROM answers ORDER BY revision LIMIT 2")
    ).all()
    hands.sql(
        "UPDATE answers SET content = told.content, sha256 = told.sha256 FROM answers AS told"
        " WHERE answers.id IN (:one, :other) AND told.id IN (:one, :other)"
        " AND told.id <> answers.id",
        one=one,
        other=other,
    )


@attack(Evidence.ROWS, "NO_PAPER")
def move_a_paper_to_another_case(hands: Hands) -> None:
    hands.sql(
        "UPDATE documents SET case_id = CAST(:other AS bigint) WHERE sha256 IS NOT NULL",
        other=hands.house.other.partition(":")[2],
    )


@attack(Evidence.ROWS, "DEFINITION")
def change_a_form_that_cases_run_by(hands: Hands) -> None:
    hands.sql("UPDATE definitions SET files = jsonb_set(files, '{wv_review.form}', '\"{}\"')")
