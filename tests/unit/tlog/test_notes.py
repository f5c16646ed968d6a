"""Signed notes, keys and checkpoints: what is well made is read back, whatever else is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from caseflow.tlog import checkpoints, notes, requests, tree
from caseflow.tlog.checkpoints import Checkpoint
from caseflow.tlog.notes import BadNote, Kind, Note
from caseflow.tlog.requests import Refusal, Request

_LOG = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_NAME = "caseflow/dalian"
_KEY = notes.verifier_key(_LOG, _NAME, Kind.COSIGNATURE)
_LEAVES = [tree.leaf_hash(bytes([number])) for number in range(40)]
_NODES = tree.nodes_of(_LEAVES)


def signed(size: int, *, key: notes.VerifierKey = _KEY, nodes: tree.Nodes = _NODES) -> Note:
    text = Checkpoint(_NAME, size, tree.root(nodes, size)).text
    return Note(text, (notes.sign(_LOG, key, text, second=1_679_315_147),))


def test_the_public_example_of_the_format_verifies() -> None:
    """The key and note that stand in the package documentation of Go's sumdb/note."""
    key = notes.read_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    line = (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
        "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    note = notes.read(f"{text}\n{line}\n")
    assert note.by(key) is not None
    assert note.text == text


@pytest.mark.parametrize("kind", list(Kind))
def test_a_note_is_read_back_and_its_signature_holds(kind: Kind) -> None:
    key = notes.verifier_key(_LOG, _NAME, kind)
    note = signed(7, key=key)
    again = notes.read(str(note))
    assert again == note
    assert notes.read_key(str(key)) == key
    assert again.by(key) is not None
    assert checkpoints.read(again) == Checkpoint(_NAME, 7, tree.root(_NODES, 7))


def test_the_second_of_signing_is_told_and_signed() -> None:
    note = signed(7)
    (signature,) = note.signatures
    assert signature.signed_at == 1_679_315_147
    later = signature.content[:7] + b"\xff" + signature.content[8:]
    assert not notes.is_by(_KEY, note.text, notes.Signature(_NAME, _KEY.key_id, later))


@given(st.data())
def test_a_note_with_one_bit_changed_does_not_verify(data: st.DataObject) -> None:
    whole = bytearray(str(signed(9)).encode())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        note = notes.read(whole.decode())
        assert note.by(_KEY) is None or note == signed(9)
    except (BadNote, UnicodeDecodeError):
        return


@given(st.text(max_size=300))
def test_whatever_is_no_note_is_refused_and_nothing_else_happens(text: str) -> None:
    for reader in (notes.read, notes.read_key, notes.read_signature, requests.read):
        with pytest.raises(BadNote):
            reader(text)


@pytest.mark.parametrize(
    "text",
    [
        "log\n7\n",
        "log\n07\nAAAA\n",
        "log\n-1\nAAAA\n",
        "log\n7\nAAAA\n",
        "\n7\n" + "A" * 43 + "=\n",
        "log\n7\n" + "A" * 42 + "B=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        checkpoints.read(Note(text, ()))


def request(old: int, size: int) -> Request:
    return Request(old, tuple(tree.consistency(_NODES, old, size)), signed(size))


@pytest.mark.parametrize(("old", "size"), [(1, 40), (7, 8), (32, 33), (33, 33)])
def test_a_witness_signs_what_is_proved_to_continue(old: int, size: int) -> None:
    asked = requests.read(str(request(old, size)))
    last = checkpoints.read(signed(old))
    assert requests.judge(asked, _KEY, last).size == size


def test_a_witness_refuses_a_rewritten_history() -> None:
    forged = tree.nodes_of([*_LEAVES[:3], tree.leaf_hash(b"forged"), *_LEAVES[4:]])
    proof = tuple(tree.consistency(forged, 7, 40))
    with pytest.raises(Refusal) as refused:
        requests.judge(
            Request(7, proof, signed(40, nodes=forged)), _KEY, checkpoints.read(signed(7))
        )
    assert refused.value.code == "not_proved"


def test_a_witness_refuses_a_shorter_log() -> None:
    with pytest.raises(Refusal, match="shorter"):
        requests.judge(request(7, 7), _KEY, checkpoints.read(signed(8)))


def test_a_witness_refuses_a_proof_from_another_beginning() -> None:
    with pytest.raises(Refusal, match="other_beginning"):
        requests.judge(request(6, 9), _KEY, checkpoints.read(signed(7)))


def test_a_witness_refuses_a_checkpoint_that_the_log_did_not_sign() -> None:
    stranger = Ed25519PrivateKey.generate()
    text = Checkpoint(_NAME, 9, tree.root(_NODES, 9)).text
    note = Note(text, (notes.sign(stranger, _KEY, text, second=1),))
    with pytest.raises(Refusal, match="not_signed"):
        requests.judge(Request(0, (), note), _KEY, None)
