"""One who holds no key of the house: lies at random, signed anew with keys of his own."""

import copy
import json
import shutil
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from caseflow.record_format import canonical, signed_text
from caseflow.tlog import notes, tree
from caseflow.tlog.checkpoints import Checkpoint
from caseflow.tlog.notes import Kind, Note
from caseflow.verifier import packing
from tests.support import exports
from tests.support.exports import ORIGIN, ZERO, Event, Log

WRITER, SEALER = exports.key_of(98), exports.key_of(99)
OWN = notes.verifier_key(SEALER, ORIGIN, Kind.COSIGNATURE)
PUBLIC = WRITER.public_key().public_bytes_raw().hex()

Lie = Callable[[list[Event], Random], None]


def _sign(event: Event) -> None:
    """Sign what an event says with his own writer's key."""
    said = signed_text(
        stream=event.stream,
        actor=event.actor,
        action=event.action,
        idem=uuid.UUID(event.idem),
        payload=event.payload,
    )
    event.sig = WRITER.sign(said).hex()


def _change(events: list[Event], random: Random) -> None:
    """An event says something else."""
    event = random.choice(events)
    name, value = random.choice(
        [
            ("payload", canonical({"note": "改过", "turn": random.randrange(99)})),
            ("actor", f"user:{random.randrange(50, 99)}"),
            ("action", "case.approved"),
            ("at", event.at - random.randrange(1, 9) * 86_400_000_000),
        ]
    )
    setattr(event, name, value)
    if random.random() < 0.7:
        _sign(event)


def _drop(events: list[Event], random: Random) -> None:
    """An event is gone."""
    del events[random.randrange(len(events))]


def _cut(events: list[Event], random: Random) -> None:
    """The end is gone."""
    del events[random.randrange(1, len(events)) :]


def _swap(events: list[Event], random: Random) -> None:
    """Two events have changed places."""
    one, other = random.sample(range(len(events)), 2)
    events[one], events[other] = events[other], events[one]


def _append(events: list[Event], random: Random) -> None:
    """There are more acts at the end."""
    for _ in range(random.randrange(1, 4)):
        like = copy.copy(random.choice(events))
        like.idem = str(uuid.UUID(int=random.getrandbits(128), version=4))
        like.at = events[-1].at + 1
        like.payload = canonical({"turn": random.randrange(99)})
        _sign(like)
        _follow(events, like)


def _own_key(events: list[Event], random: Random) -> None:
    """His key is put on record, and he acts with it."""
    told = canonical({"algorithm": "Ed25519", "public": PUBLIC})
    like = copy.copy(events[0])
    like.stream, like.action, like.actor, like.payload = (
        *("sys:keys", "key.recorded", "system:caseflow"),
        told,
    )
    like.idem, like.at = str(uuid.UUID(int=random.getrandbits(128), version=4)), events[-1].at + 1
    _sign(like)
    _follow(events, like)
    _append(events, random)


def _follow(events: list[Event], event: Event) -> None:
    """Tie an event to the end of its stream; it is not sealed."""
    before = [each for each in events if each.stream == event.stream]
    event.seq = before[-1].seq + 1 if before else 1
    event.prev = before[-1].hash if before else ZERO
    event.index = None
    events.append(event.seal())


def _nothing(_events: list[Event], _random: Random) -> None:
    """Not one event is another."""


LIES: tuple[Lie, ...] = (_change, _drop, _cut, _swap, _append, _own_key, _nothing)


def _chain(events: Sequence[Event]) -> None:
    """Compute every number, link, hash and place anew."""
    heads: dict[str, Event] = {}
    for place, event in enumerate(events):
        before = heads.get(event.stream)
        event.seq = before.seq + 1 if before else 1
        event.prev = before.hash if before else ZERO
        event.index = place
        heads[event.stream] = event.seal()


def _signed(log: Log, events: Sequence[Event], random: Random) -> list[Note]:
    """Checkpoints: the house's, those that still fit in size, his own, his under its name."""
    leaves = [bytes.fromhex(event.hash) for event in events if event.index is not None]
    text = Checkpoint(ORIGIN, len(leaves), tree.root(tree.nodes_of(leaves), len(leaves))).text
    second = max((event.at for event in events), default=0) // 1_000_000
    fitting = [note for note in log.signed if int(note.text.split("\n")[1]) <= len(leaves)]
    own = Note(text, (notes.sign(SEALER, OWN, text, second=second),))
    claimed = Note(text, (notes.sign(SEALER, log.key, text, second=second),))
    both = Note(text, (*claimed.signatures, *own.signatures))
    return random.choice(
        [list(log.signed), fitting, [own], [claimed], [both], [*fitting, own], [*fitting, claimed]]
    )


def export(log: Log, honest: Path, folder: Path, random: Random) -> str:
    """Forge an export out of an honest one; what kind of lie it tells."""
    shutil.copytree(honest, folder)
    events = copy.deepcopy(log.events)
    lies = [random.choice(LIES) for _ in range(random.choice([1, 1, 2]))]
    for lie in lies:
        lie(events, random)
    if random.random() < 0.6:
        _chain(events)
    if random.random() < 0.3:
        for event in events:
            _sign(event)
        _chain(events)
    lines = "".join(f"{event.line}\n" for event in events)
    (folder / "events.jsonl").write_text(lines, encoding="utf-8")
    text = "\n".join(map(str, _signed(log, events, random)))
    (folder / "checkpoints.txt").write_text(text, encoding="utf-8")
    _name_keys(log, folder, random)
    exports.by_outsider(folder, WRITER)
    return lies[0].__name__.strip("_")


def _name_keys(log: Log, folder: Path, random: Random) -> None:
    """Name the keys: of the log his or the house's, of the writers his beside or instead."""
    told = {
        "log": str(random.choice([log.key, OWN])),
        "witnesses": [],
        "writers": random.choice([[log.public], []]),
    }
    (folder / "keys.json").write_text(json.dumps(told), encoding="utf-8")


def dossier(log: Log, honest: Path, folder: Path, random: Random) -> str:
    """Forge a dossier out of an honest one, of the log that ends with its export; which kind."""
    shutil.copytree(honest, folder)
    events = copy.deepcopy(log.events)
    stream = json.loads((folder / packing.MANIFEST).read_text(encoding="utf-8"))["stream"]
    acts = [event for event in events if event.stream == stream]
    rest = [event for event in events if event.stream != stream]
    lie = random.choice(LIES)
    lie(acts, random)
    changed = _change_a_file(folder, random) if random.random() < 0.5 else "no_file"
    act = next(event for event in rest if event.action == "dossier.exported")
    if random.random() < 0.7:
        _forge_end(act, acts, folder, random)
    everything = rest[:-1] + acts + [act]
    if random.random() < 0.5:
        _chain(everything)
    _write(log, folder, [*acts, *_keys(rest), act], everything, random)
    exports.by_outsider(folder, WRITER)
    return f"{lie.__name__.strip('_')}_{changed}"


def _keys(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.stream == "sys:keys"]


def _change_a_file(folder: Path, random: Random) -> str:
    """A paper or file is another, gone, or one more."""
    path = random.choice(
        [each for part in ("papers", "files") for each in (folder / part).iterdir()]
    )
    kind = random.choice(["swapped", "gone", "added"])
    if kind == "gone":
        path.unlink()
    else:
        target = path if kind == "swapped" else path.with_name(f"99-{path.name}")
        target.write_bytes(random.randbytes(20))
    return kind


def _forge_end(act: Event, acts: Sequence[Event], folder: Path, random: Random) -> None:
    """Let the act of export say what lies there now; perhaps that the rest was withheld."""
    files = {
        each.relative_to(folder).as_posix(): packing.sha256_of(each)
        for each in folder.rglob("*")
        if each.is_file() and each.name not in (packing.MANIFEST, packing.SIGNATURE)
    }
    told = {
        **json.loads(act.payload),
        "length": len(acts),
        "last": acts[-1].hash if acts else ZERO,
        "content": packing.content_digest(files),
    }
    if random.random() < 0.5:
        named = [json.loads(event.payload).get("sha256") for event in acts]
        told["withheld"] = [sha256 for sha256 in named if sha256 is not None]
    act.payload = canonical(told)
    _sign(act)
    act.seal()


def _write(
    log: Log, folder: Path, shown: Sequence[Event], everything: Sequence[Event], random: Random
) -> None:
    """Write events, a checkpoint, and proofs of his own tree or those that the house gave."""
    note = random.choice([log.signed[-1], *_signed(log, everything, random)[-1:]])
    (folder / "checkpoint.txt").write_text(str(note), encoding="utf-8")
    lines = "".join(f"{event.line}\n" for event in shown)
    (folder / "events.jsonl").write_text(lines, encoding="utf-8")
    if random.random() < 0.5:
        leaves = [bytes.fromhex(event.hash) for event in everything if event.index is not None]
        nodes, size = tree.nodes_of(leaves), len(leaves)
        places = [event.index for event in shown if event.index is not None and event.index < size]
        paths = {at: [each.hex() for each in tree.inclusion(nodes, at, size)] for at in places}
        told = (json.dumps({"index": at, "path": path}) for at, path in paths.items())
        (folder / "proofs.jsonl").write_text("".join(f"{line}\n" for line in told))
    _name_keys(log, folder, random)
