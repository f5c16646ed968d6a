"""A small log of our own making, written out as the product writes its exports."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from caseflow.record_format import canonical, signed_text
from caseflow.tlog import notes, tree
from caseflow.tlog.checkpoints import Checkpoint
from caseflow.tlog.notes import Kind, Note, VerifierKey
from caseflow.verifier import packing
from caseflow.verifier.packing import Folder, Package

ORIGIN = "caseflow/test"
START = 1_800_000_000
ZERO = "0" * 64
# What the house wrote in the case of a dossier.
PAPER = b"%PDF-1.7 a decision"


def key_of(seed: int) -> Ed25519PrivateKey:
    """A key that is the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(Random(seed).randbytes(32))


@dataclass
class Event:
    """What one line of ``events.jsonl`` tells; whoever forges may change any of it."""

    stream: str
    seq: int
    at: int
    actor: str
    action: str
    idem: str
    sig: str
    prev: str
    payload: str
    index: int | None
    hash: str = ""

    def seal(self) -> "Event":
        """Compute the hash anew."""
        self.hash = tree.leaf_hash(self.leaf).hex()
        return self

    @property
    def leaf(self) -> bytes:
        """What is hashed."""
        fields = (self.stream, self.seq, self.at, self.actor, self.action, self.idem)
        told = ("caseflow-record/v1", *map(str, fields), self.sig, self.prev, self.payload)
        return "\n".join(told).encode()

    @property
    def line(self) -> str:
        """The line, as PostgreSQL makes it."""
        index = "null" if self.index is None else self.index
        return (
            f'{{"index":{index},"hash":"{self.hash}","stream":"{self.stream}","seq":{self.seq},'
            f'"at":{self.at},"actor":"{self.actor}","action":"{self.action}",'
            f'"idem":"{self.idem}","sig":"{self.sig}","prev":"{self.prev}",'
            f'"payload":{self.payload}}}'
        )


@dataclass
class Log:
    """A log with its writer and its sealer; a checkpoint after every so many events."""

    writer: Ed25519PrivateKey = field(default_factory=lambda: key_of(1))
    sealer: Ed25519PrivateKey = field(default_factory=lambda: key_of(2))
    events: list[Event] = field(default_factory=list)
    heads: dict[str, Event] = field(default_factory=dict)
    signed: list[Note] = field(default_factory=list)
    second: int = START
    random: Random = field(default_factory=lambda: Random(3))

    @property
    def key(self) -> VerifierKey:
        """The log's verifier key."""
        return notes.verifier_key(self.sealer, ORIGIN, Kind.COSIGNATURE)

    @property
    def public(self) -> str:
        """The writer's public key, hex."""
        return self.writer.public_key().public_bytes_raw().hex()

    def attest(self, text: str) -> bytes:
        """Sign a manifest as its writer."""
        return self.writer.sign(text.encode())

    def append(self, stream: str, action: str, payload: object, *, actor: str = "user:7") -> Event:
        """Append an event to its chain, a second after the one before."""
        self.second += 1
        before = self.heads.get(stream)
        idem = uuid.UUID(int=self.random.getrandbits(128), version=4)
        text = canonical(payload)
        said = signed_text(stream=stream, actor=actor, action=action, idem=idem, payload=text)
        event = Event(
            stream=stream,
            seq=before.seq + 1 if before else 1,
            at=self.second * 1_000_000,
            actor=actor,
            action=action,
            idem=str(idem),
            sig=self.writer.sign(said).hex(),
            prev=before.hash if before else ZERO,
            payload=text,
            index=len(self.events),
        ).seal()
        self.events.append(event)
        self.heads[stream] = event
        return event

    def checkpoint(self, size: int | None = None, *, second: int | None = None) -> Note:
        """Sign the first ``size`` events."""
        told = self.events[:size]
        leaves = [bytes.fromhex(event.hash) for event in told]
        root = tree.root(tree.nodes_of(leaves), len(leaves))
        text = Checkpoint(ORIGIN, len(leaves), root).text
        at = second or told[-1].at // 1_000_000
        note = Note(text, (notes.sign(self.sealer, self.key, text, second=at),))
        self.signed.append(note)
        return note

    def fill(self, count: int, *, cases: int = 5, every: int = 10, note: str = "情况属实") -> "Log":
        """Introduce the writer, then let cases go on at random; a checkpoint now and then."""
        public = {"algorithm": "Ed25519", "public": self.public}
        self.append("sys:keys", "key.recorded", public, actor="system:caseflow")
        for number in range(1, count):
            stream = f"case:{self.random.randrange(cases) + 1}"
            told = {"answers": ZERO, "note": note, "opened": ["check"], "turn": number}
            self.append(stream, "task.completed", told)
            if number % every == 0:
                self.checkpoint()
        if not self.signed or f"\n{count}\n" not in self.signed[-1].text:
            self.checkpoint()
        return self


def write(
    log: Log, folder: Path, *, claimed: int | None = None, made_at: int | None = None
) -> Path:
    """Write the log as the product does; the writer signs the manifest."""
    package = Package(Folder(folder))
    package.add_text("events.jsonl", "".join(f"{event.line}\n" for event in log.events))
    package.add_text("checkpoints.txt", "\n".join(map(str, log.signed)))
    keys = {"log": str(log.key), "witnesses": [], "writers": [log.public]}
    package.add_json("keys.json", keys)
    package.add("verify.py", [packing.VERIFIER.read_bytes()])
    told: dict[str, object] = {"format": packing.EXPORT, "events": claimed or len(log.events)}
    if made_at is not None:
        told["made_at"] = datetime.fromtimestamp(made_at, UTC).isoformat()
    package.seal(told, lambda text: log.writer.sign(text.encode()))
    return folder


def write_dossier(
    log: Log,
    folder: Path,
    stream: str,
    *,
    unsealed: int = 0,
    evidence: Sequence[bytes] = (),
    withheld: Sequence[bytes] = (),
) -> Path:
    """Write the dossier of one case as the product does; the act of export is the log's last.

    The last ``unsealed`` events of the case wait for the sealer. Files of ``evidence`` go out; of
    those ``withheld`` the act of export says that they stay in, be it the case's only paper.
    """
    acts = [event for event in log.events if event.stream == stream]
    acts.append(log.append(stream, "document.sealed", {"sha256": sha256_of(PAPER)}))
    package = Package(Folder(folder))
    package.add("index.pdf", [b"%PDF-1.7 an index"])
    if PAPER not in withheld:
        package.add("papers/01.pdf", [PAPER])
    for number, each in enumerate(evidence, 1):
        package.add(f"files/{number:02}.txt", [each])
    package.add_json("case.json", {"case": {"revision": len(acts)}})
    content = {
        "content": packing.content_digest(package.files),
        "withheld": sorted(map(sha256_of, withheld)),
    }
    end = {"stream": stream, "length": len(acts), "last": acts[-1].hash, **content}
    act = log.append("sys:exports", "dossier.exported", {"case": "5", **end}, actor="user:9")
    log.checkpoint()
    keys = [event for event in log.events if event.stream == "sys:keys"]
    for event in acts[len(acts) - unsealed :]:
        event.index = None
    write_proofs(log, package, [*acts, *keys, act])
    package.seal({"format": packing.DOSSIER, "number": "5", "stream": stream}, log.attest)
    return folder


def sha256_of(content: bytes) -> str:
    """The SHA-256, hex."""
    return hashlib.sha256(content).hexdigest()


def write_proofs(log: Log, package: Package, events: Sequence[Event]) -> None:
    """Write the events of a dossier and why they are in the log."""
    leaves = [bytes.fromhex(event.hash) for event in log.events]
    nodes, size = tree.nodes_of(leaves), len(leaves)
    places = [event.index for event in events if event.index is not None]
    paths = {at: [each.hex() for each in tree.inclusion(nodes, at, size)] for at in places}
    package.add_text("events.jsonl", "".join(f"{event.line}\n" for event in events))
    lines = (json.dumps({"index": at, "path": path}) for at, path in paths.items())
    package.add_text("proofs.jsonl", "".join(f"{line}\n" for line in lines))
    package.add_text("checkpoint.txt", str(log.signed[-1]))
    keys = {"log": str(log.key), "witnesses": [], "writers": [log.public]}
    package.add_json("keys.json", keys)


def by_outsider(folder: Path, key: Ed25519PrivateKey) -> None:
    """Name one's own key in ``keys.json`` and sign the manifest of whatever lies there."""
    path = folder / "keys.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["writers"].append(key.public_key().public_bytes_raw().hex())
    path.write_text(json.dumps(told), encoding="utf-8")
    names = [each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()]
    outside = (packing.MANIFEST, packing.SIGNATURE)
    manifest = json.loads((folder / packing.MANIFEST).read_text(encoding="utf-8"))
    manifest["files"] = {}
    if "events" in manifest:
        manifest["events"] = (folder / "events.jsonl").read_bytes().count(b"\n")
    (folder / packing.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    sign_again(None, folder, [name for name in names if name not in outside], by=key)


def sign_again(
    log: Log | None, folder: Path, names: Sequence[str], *, by: Ed25519PrivateKey | None = None
) -> None:
    """Put new hashes of these files into the manifest and sign it: as the writer, or as another."""
    key = by or (log or Log()).writer
    path = folder / packing.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for name in names:
        manifest["files"][name] = packing.sha256_of(folder / name)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    told = packing.manifest_text(packing.sha256_of(path))
    signature = key.sign(told.encode())
    (folder / packing.SIGNATURE).write_text(f"{signature.hex()}\n")
