"""
校验税务留痕的导出、任务案卷或取证包。 Verify an export of the record, a case dossier, evidence.

One file, Python 3.9 or newer, standard library only; reads a folder or a zip and keeps nothing.

    python3 verify.py                        the export in which this file lies
    python3 verify.py EXPORT.zip --key KEY   with the key of the log that you keep outside

Ends with 0 when everything holds, 1 when something is broken, 2 when it cannot be read.

What is checked of an export:
  1. MANIFEST.json is signed by a writer whose key is sealed, and names every file by its SHA-256;
  2. every event fits its hash, and every stream is one chain without a gap;
  3. the events, in their order, give the root of every checkpoint, which the log's key signed;
  4. every event is dated between its checkpoints; writers signed the events that were drawn;
  5. what you bring from outside (checkpoints, cosignatures, receipts) agrees.
Of a dossier, instead of 3: the keys, the act of export and the acts before it are proven to be in
the log, and that act says how many acts the case had, with which hash it ended and what else the
dossier held. Only acts at the end, as new as the checkpoint, may wait for the sealer.
Of evidence, a package of dossiers: every file by the manifest, every dossier as by itself, and that
a writer whose key a dossier proves to be in the log signed the manifest.
"""

from __future__ import annotations

import argparse
import base64
import errno
import gc
import hashlib
import json
import os
import re
import sys
import tempfile
import zipfile
import zlib
from binascii import unhexlify
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import IO, Any, NamedTuple

VERSION = "1"
EXPORT, DOSSIER = "caseflow-export/v1", "caseflow-dossier/v1"
EVIDENCE = "caseflow-evidence/v1"
MANIFEST, SIGNATURE = "MANIFEST.json", "MANIFEST.sig"
OK, BROKEN, UNREADABLE = 0, 1, 2

BLOCK = 1 << 18  # larger, and what is made of it no longer stays in the processor's cache
LONGEST_LINE = 1 << 18
LARGEST_TEXT = 64 << 20
LARGEST_DOSSIER = 4 << 30
# All that one run unpacks: true exports give 10 to 20 times their size, read thrice at most.
MOST_UNPACKED, LEAST_BUDGET = 200, 256 << 20
DEFLATED_MOST = 1032  # no deflated file gives more: two bits stand for 258 bytes at most
ZERO = b"0" * 64
MINUTE, GRACE = 60_000_000, 2_000_000
SHOWN = 12
# So many writer signatures are checked by themselves; of a longer record so many are drawn.
ALL_SIGNATURES, DRAWN, BATCH = 20_000, 5_000, 512

WORDS: dict[str, tuple[str, str]] = {
    # Files.
    "no_such": (
        "没有这个文件或文件夹，请核对路径",
        "there is no such file or folder; check the path",
    ),
    "not_zip": (
        "不是完整的 zip 文件（可能下载中断），请重新取得：{why}",
        "no complete zip file (a broken download?); get it again: {why}",
    ),
    "empty": (
        "里面没有任何文件，不是 Caseflow 的导出；请重新导出",
        "it holds no file at all and is no export of Caseflow; export it again",
    ),
    "foreign": (
        "缺 {name}，不是 Caseflow 的导出或案卷；请指向含有 MANIFEST.json 的文件夹或 zip",
        (
            "it lacks {name} and is no export or dossier of Caseflow; name the folder or zip"
            " that holds MANIFEST.json"
        ),
    ),
    "format": (
        "格式 {found} 不认识；请使用随该导出附带的 verify.py",
        "the format {found} is unknown here; use the verify.py that came with the export",
    ),
    "json": ("不是合法的 JSON：{why}", "it is no valid JSON: {why}"),
    "read": ("无法读取：{why}", "it cannot be read: {why}"),
    "too_large": (
        (
            "大于 {limit} GiB，超出本校验程序的限度，并不说明它有问题；请从取证包中取出这份案卷，"
            "解开后单独校验"
        ),
        (
            "larger than {limit} GiB, the limit of this verifier, which says nothing against it:"
            " take this dossier out of the package, unpack it and verify its folder"
        ),
    ),
    "inflates": (
        (
            "解压后超过 {limit} MiB，与压缩包的大小不成比例，本校验程序不再继续，真伪未知；"
            "若信得过来源，请解开后校验文件夹"
        ),
        (
            "unpacked it is more than {limit} MiB, out of all proportion to what was given; this"
            " verifier stops here and says neither true nor false: if you trust where it is from,"
            " unpack it and verify the folder"
        ),
    ),
    "packing": (
        "压缩方式不是 deflate，本校验程序不解，真伪未知；请解开后校验文件夹",
        (
            "it is packed otherwise than by deflate, which this verifier does not unpack, and says"
            " neither true nor false: unpack it and verify the folder"
        ),
    ),
    "disk": (
        "本机无法暂存案卷，与案卷真伪无关：{why}；请腾出空间，或用 TMPDIR 指定别的文件夹",
        (
            "this machine cannot hold the dossier while it is verified, which says nothing against"
            " it: {why}; make room, or name another folder in TMPDIR"
        ),
    ),
    "missing": ("清单所列的文件缺失", "the manifest names this file, and it is missing"),
    "stray": ("清单没有列出这个文件", "the manifest does not name this file"),
    "twice": ("同名文件出现两次", "this file is there twice"),
    "changed": (
        "内容已被改动：与清单中的 SHA-256 不符",
        "changed: its SHA-256 is not the manifest's",
    ),
    "manifest_unsigned": (
        "清单不是留痕中登记的密钥所签：清单已被改动或系伪造",
        "no writer on record signed the manifest: it was changed or forged",
    ),
    "signature_unchecked": (
        "清单的签名无法核对：没有一份案卷给出登记的密钥",
        "the manifest's signature could not be checked: no dossier gives a writer on record",
    ),
    "name": ("文件名含控制字符", "the name of this file has a control character"),
    "needed": ("缺少必需的文件", "a file that must be there is missing"),
    # Keys and checkpoints.
    "key": (
        "不是公钥（应形如 名称+8位十六进制+Base64）",
        "it is no verifier key (name+hex8+base64)",
    ),
    "log_key": (
        (
            "不是日志公钥。请给下列之一：公钥文件 keys.json 的路径（审计页面“公钥”所下载，取其 log"
            " 一项）；安装时打印的那一行，形如 caseflow/名称+8位十六进制+Base64；或其 64 位指纹"
        ),
        (
            "it is no key of the log; give one of these: the path of a keys.json (which the"
            " auditor's page gives; its item log counts), the line printed at set-up, of the form"
            " caseflow/name+hex8+base64, or its fingerprint of 64 hexadecimal digits"
        ),
    ),
    "key_inside": (
        "这是要校验的文件自带的公钥，不能证明它自己；请用另外保存的公钥，或不加 --key",
        (
            "this key came with what is to be verified, and cannot vouch for it; give one that was"
            " kept elsewhere, or leave --key out"
        ),
    ),
    "keys_differ": (
        "导出自带的日志公钥与您给的不同：这是另一个日志",
        "the key in the export is not the one you gave: this is another log",
    ),
    "note": ("第 {at} 份检查点无法解读", "checkpoint number {at} cannot be read"),
    "origin": ("检查点属于另一个日志：{found}", "the checkpoint is of another log: {found}"),
    "unsigned": (
        "检查点（{size} 条）没有日志密钥的有效签名",
        "the log's key did not sign the checkpoint of {size} events",
    ),
    "order": ("检查点（{size} 条）不按先后排列", "the checkpoint of {size} events is out of order"),
    "clock_back": (
        "检查点（{size} 条）的时间早于前一份",
        "the checkpoint of {size} events is dated back",
    ),
    "no_checkpoint": (
        "没有任何检查点：无法证明其中任何一条",
        "there is no checkpoint: nothing in it is proven",
    ),
    "short": (
        "检查点说有 {size} 条，导出只有 {found} 条：尾部被截去",
        "a checkpoint tells of {size} events, there are {found}: the end was cut off",
    ),
    "root": (
        "前 {size} 条算出的树根与检查点不符：该检查点之前有留痕被改、删、加或换位",
        (
            "the first {size} events do not give the root of their checkpoint: one of them was"
            " changed, taken out, put in or moved"
        ),
    ),
    "beyond": (
        "第 {index} 条标为已封存，却在最后一份检查点（{size} 条）之后",
        "event {index} is called sealed but lies beyond the last checkpoint ({size})",
    ),
    # Events.
    "line": ("第 {line} 行不是规范的留痕", "line {line} is no well-formed event"),
    "index": ("序位应为 {wanted}", "it should stand at place {wanted}"),
    "hash": ("内容与其哈希不符：已被改动", "changed: what it says does not fit its hash"),
    "first": ("该链缺开头：首条应为 1，实为 {found}", "the stream begins at {found} instead of 1"),
    "gap": (
        "序号应为 {wanted}：其间有留痕缺失或重复",
        "number {wanted} was due: events are missing or doubled",
    ),
    "prev": ("与上一条的哈希不衔接", "it does not follow from the event before it"),
    "back": ("时间早于上一条", "it is dated before the event before it"),
    "early": (
        "时间 {at} 早于前一份检查点（{bound}）：倒填日期",
        "dated {at}, before the checkpoint ahead of it ({bound}): back-dated",
    ),
    "overdue": (
        "时间 {at} 早于最后一份检查点（{bound}）却未封存：被从待封存中撤下",
        "dated {at}, before the last checkpoint ({bound}), and not sealed: it was held back",
    ),
    "replayed": (
        "幂等键与前面某条相同：重放了旧的留痕",
        "it has the key of an event before it: an old event was played again",
    ),
    "late": (
        "时间 {at} 晚于封存它的检查点（{bound}）",
        "dated {at}, after the checkpoint that sealed it ({bound})",
    ),
    "signature": ("不是任何登记密钥所签：系伪造", "no writer on record signed it: it is forged"),
    "no_writer": ("没有登记任何写入密钥（sys:keys）", "no writer's key is on record (sys:keys)"),
    "writer": (
        "登记的写入密钥 {key} 未经已有密钥认可",
        "no earlier key vouches for the writer's key {key}",
    ),
    "count": (
        "清单说 {wanted} 条，实有 {found} 条",
        "the manifest says {wanted} events, there are {found}",
    ),
    # From outside.
    "outside_note": (
        "外存检查点没有日志密钥的有效签名",
        "the log's key did not sign this outside checkpoint",
    ),
    "truncated": (
        "外存检查点有 {size} 条，导出只封存了 {found} 条：已被截短、回退或换成旧备份",
        (
            "the outside checkpoint has {size} events, only {found} are sealed here: cut, rolled"
            " back, or an old backup"
        ),
    ),
    "forked": (
        "前 {size} 条与外存检查点不符：历史已被改写（两个版本的日志）",
        "the first {size} events are not those of the outside checkpoint: history was rewritten",
    ),
    "cosignature": (
        "见证签名（{name}，{size} 条）无效",
        "the cosignature of {name} over {size} events is not valid",
    ),
    "no_witness": ("没有 {name} 的见证签名", "there is no cosignature of {name}"),
    "receipt_lost": (
        "外存回执所指的留痕不存在：已被删去",
        "a receipt tells of this event, and it is gone",
    ),
    "receipt_other": (
        "与外存回执的哈希不符：已被替换",
        "a receipt gives this event another hash: it was replaced",
    ),
    "receipt_short": (
        "回执第 {line} 行的哈希不足 12 位或不是十六进制",
        "line {line} of the receipts gives no hash of at least 12 hexadecimal digits",
    ),
    "receipt_line": ("回执第 {line} 行无法解读", "line {line} of the receipts cannot be read"),
    # Dossiers.
    "no_proof": ("没有列入日志的证明", "there is no proof that it is in the log"),
    "proof": ("列入日志的证明不成立", "the proof that it is in the log does not hold"),
    "no_export": (
        "没有本案卷的出具留痕（sys:exports）：无法证明案卷完整",
        "the act of exporting this dossier is missing (sys:exports): nothing shows it complete",
    ),
    "cut": (
        "任务留痕应有 {wanted} 条，案卷只有 {found} 条：末尾被截去",
        "the case had {wanted} acts, the dossier has {found}: its end was cut off",
    ),
    "last": ("末条不是出具案卷时的末条", "the last act is not the one the dossier was made at"),
    "content": (
        "内容与出具时登记的摘要不符：有文件在出具后被换",
        "the content does not fit the digest on record: a file was swapped after the export",
    ),
    "answers": ("表单内容不是留痕所记的内容", "the answers are not those on record"),
    "no_answers": ("缺这一步的表单内容", "the answers of this act are missing"),
    "unrecorded": ("没有任何留痕提到这个文件", "no act on record names this file"),
    "no_bytes": ("留痕所记的文件不在案卷中", "a file on record is not in the dossier"),
    # Evidence.
    "other_log": (
        "与前面的案卷不是同一个日志：{found}",
        "it is of another log than the dossiers before it: {found}",
    ),
    "cases": (
        "清单说有任务 {wanted}，案卷是 {found}",
        "the manifest tells of the cases {wanted}, the dossiers are of {found}",
    ),
    "row": ("{name} 为 {found}，留痕为 {wanted}", "{name} says {found}, the record says {wanted}"),
    "payload": ("内容无法读取", "what it says cannot be read"),
}


# ------------------------------------------------------------------------------- findings


class Problem(NamedTuple):
    """One thing that does not hold: where, and the code of its sentence."""

    where: str
    code: str
    values: dict[str, object]

    def say(self, language: str) -> str:
        """The place and what is wrong, as one line."""
        return f"{self.where}: {WORDS[self.code][language == 'en'].format(**self.values)}"


class UnreadableError(Exception):
    """What was given is no export at all, or cannot be read."""

    def __init__(self, where: str, code: str, **values: object) -> None:
        super().__init__(code)
        self.problem = Problem(where, code, values)


class HinderedError(UnreadableError):
    """What stops this verifier, and says nothing of whether what was given is true."""


END = 1 << 62
# Problems of what stands beside the events: those before the last good checkpoint stay proven.
BESIDE = {
    *("missing", "stray", "twice", "changed", "note", "unsigned", "order", "clock_back", "short"),
    *("beyond", "truncated", "outside_note", "cosignature", "no_witness", "receipt_line"),
    "receipt_short",
}
# Problems of the manifest and of other files; events that a key from outside proves stay proven.
OF_FILES = {
    *(
        "manifest_unsigned",
        "signature_unchecked",
        "count",
        "name",
        "keys_differ",
        "no_export",
        "cut",
        "content",
    ),
    *("answers", "no_answers", "unrecorded", "no_bytes", "row"),
}


class Findings:
    """All that was found, the remarks that go with it, and how far the record is trusted."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.remarks: list[tuple[str, str]] = []
        self.trusted: str | None = None
        self.is_outside = False  # the log's key came from outside

    def add(self, where: str, code: str, **values: object) -> None:
        """Note what does not hold."""
        self.problems.append(Problem(where, code, values))

    def event(self, row: Row, code: str, **values: object) -> None:
        """Note what does not hold of an event, and its place in the log."""
        place = END if row[INDEX] == b"null" else int(row[INDEX])
        self.add(where(row), code, place=place, **values)

    @property
    def sound(self) -> int:
        """So many events lie before the first problem that takes trust from any of them."""
        return min(map(self._place, self.problems), default=END)

    def is_beside(self, problem: Problem) -> bool:
        """Whether a problem takes no trust from the events before the last good checkpoint.

        With no key from outside all hangs on what the manifest and ``keys.json`` say.
        """
        if self.is_outside:
            return problem.code in BESIDE or problem.code in OF_FILES
        return problem.code in BESIDE and problem.where not in (MANIFEST, SIGNATURE, "keys.json")

    def _place(self, problem: Problem) -> int:
        """The place of the event that it is of; 0 when it takes the trust from all of them."""
        place = problem.values.get("place")
        if isinstance(place, int):
            return place
        return END if self.is_beside(problem) else 0

    def remark(self, chinese: str, english: str) -> None:
        """Note what the reader should know beside it."""
        self.remarks.append((chinese, english))


# -------------------------------------------------------------------------------- Ed25519

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[
    int, int, int, int
]  # (X, Y, Z, T) in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z
IDENTITY: Point = (0, 1, 1, 0)

Signed = tuple[bytes, bytes, bytes]  # public key, message, signature


def add(one: Point, other: Point) -> Point:
    """The sum of two points (RFC 8032, 5.1.4)."""
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    c, d = 2 * t1 * t2 % P * D, 2 * z1 * z2
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return (e * f % P, g * h % P, f * g % P, e * h % P)


@lru_cache(maxsize=64)
def decoded_key(encoded: bytes) -> Point | None:
    """The point of a public key, kept, since few keys sign much."""
    return decoded(encoded)


def decoded(encoded: bytes) -> Point | None:
    """The point that 32 bytes encode; None when they encode none (RFC 8032, 5.1.3)."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_ONE % P
        if v * x * x % P != u:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE: Point = decoded(bytes.fromhex("58" + "66" * 31)) or IDENTITY


def weighted(pairs: list[tuple[int, Point]]) -> Point:
    """The sum of all points, each as often as its number says (Pippenger's buckets)."""
    width = max(2, min(8, len(pairs).bit_length() - 2))
    longest = max(number.bit_length() for number, _ in pairs)
    total = IDENTITY
    for shift in range(longest // width * width, -1, -width):
        for _ in range(width):
            total = add(total, total)
        buckets: dict[int, Point] = {}
        for number, point in pairs:
            digit = number >> shift & ((1 << width) - 1)
            if digit:
                buckets[digit] = add(buckets[digit], point) if digit in buckets else point
        running = None
        for digit in range((1 << width) - 1, 0, -1) if buckets else ():
            if digit in buckets:
                running = buckets[digit] if running is None else add(running, buckets[digit])
            if running is not None:
                total = add(total, running)
    return total


def all_signed(items: list[Signed]) -> bool:
    """Whether every signature is right: one equation over all of them, with random weights."""
    by_key: dict[bytes, int] = {}
    pairs: list[tuple[int, Point]] = []
    base = 0
    for public, message, signature in items:
        scalar = int.from_bytes(signature[32:], "little")
        commitment = decoded(signature[:32])
        if len(signature) != 64 or scalar >= ORDER or commitment is None:
            return False
        told = hashlib.sha512(signature[:32] + public + message).digest()
        weight = int.from_bytes(os.urandom(16), "little") | 1
        challenge = int.from_bytes(told, "little") % ORDER
        by_key[public] = (by_key.get(public, 0) + weight * challenge) % ORDER
        base = (base + weight * scalar) % ORDER
        pairs.append((weight, commitment))
    for public, number in by_key.items():
        point = decoded_key(public)
        if point is None:
            return False
        pairs.append((number, point))
    pairs.append((-base % ORDER, BASE))
    total = weighted(pairs)
    for _ in range(3):  # times the cofactor, as RFC 8032 allows
        total = add(total, total)
    return total[0] == 0 and (total[1] - total[2]) % P == 0


def unsigned(items: list[Signed]) -> list[int]:
    """The places of the signatures that are wrong."""
    if not items or all_signed(items):
        return []
    if len(items) == 1:
        return [0]
    half = len(items) // 2
    return unsigned(items[:half]) + [half + at for at in unsigned(items[half:])]


def forged(keys: list[bytes], batch: list[tuple[bytes, bytes]]) -> tuple[list[int], list[bytes]]:
    """Of (message, signature) pairs those that none of the keys signed, and the keys that did."""
    for key in keys:
        if all_signed([(key, *pair) for pair in batch]):
            return [], [key]
    left, used = list(range(len(batch))), []
    for key in keys:
        wrong = unsigned([(key, *batch[at]) for at in left])
        if len(wrong) < len(left):
            used.append(key)
        left = [left[at] for at in wrong]
    return left, used


# ---------------------------------------------------------------- signed notes (C2SP formats)

PLAIN, COSIGNATURE = 1, 4
NOTE = re.compile(r"((?:[^\n]+\n){3,12})\n((?:— [^ \n]+ [A-Za-z0-9+/=]+\n)+)(\n?)")
KEY = re.compile(r"([^\s+]{1,128})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44})")
SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


class Key(NamedTuple):
    """A public key of a log or of a witness: its name, what it signs, its 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(told).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """What is printed at set-up and kept outside."""
        return hashlib.sha256(str(self).encode()).hexdigest()

    def __str__(self) -> str:
        told = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{told}"


class Checkpoint(NamedTuple):
    """What a log says of its first ``size`` events, and the signature lines under it."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def by(self, key: Key) -> list[tuple[int, Signed]]:
        """The signatures that claim to be of this key: when (seconds; 0: untold), and of what."""
        found = []
        for name, key_id, content in self.signatures:
            if (name, key_id) != (key.name, key.id):
                continue
            if key.kind == PLAIN:
                found.append((0, (key.public, self.text.encode(), content)))
            elif len(content) == 72:
                second = int.from_bytes(content[:8], "big")
                message = f"cosignature/v1\ntime {second}\n{self.text}".encode()
                found.append((second, (key.public, message, content[8:])))
        return found

    def signed_at(self, key: Key) -> int | None:
        """The second of the key's right signature (0: untold); None when it did not sign."""
        return next((at for at, item in self.by(key) if all_signed([item])), None)


def read_key(text: str, where: str, code: str = "key") -> Key:
    """Read a verifier key, ``name+hex8+base64``; ``code`` tells what else it is."""
    found = KEY.fullmatch(text.strip())
    if found:
        content = unbase64(found[3])
        if content and len(content) == 33 and content[0] in (PLAIN, COSIGNATURE):
            key = Key(found[1], content[0], content[1:])
            if str(key) == text.strip():
                return key
    raise UnreadableError(where, code)


def unbase64(text: str) -> bytes | None:
    """The bytes; None unless the text is their one right spelling."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return content if base64.b64encode(content).decode() == text else None


def read_notes(text: str, where: str, found: Findings) -> list[Checkpoint]:
    """Read checkpoints that stand one after the other, one blank line between them."""
    checkpoints: list[Checkpoint] = []
    at = 0
    while at < len(text):
        match = NOTE.match(text, at)
        checkpoint = match and read_checkpoint(match[1], match[2])
        if not match or not checkpoint or (match.end() == len(text)) == bool(match[3]):
            found.add(where, "note", at=len(checkpoints) + 1)
            break
        checkpoints.append(checkpoint)
        at = match.end()
    return checkpoints


def read_checkpoint(text: str, under: str) -> Checkpoint | None:
    """Read one checkpoint and its signature lines; None when it is none."""
    origin, size, root = text.split("\n")[:3]
    told = unbase64(root)
    if not SIZE.fullmatch(size) or told is None or len(told) != 32:
        return None
    signatures = []
    for line in under.splitlines():
        _, name, encoded = line.split(" ")
        content = unbase64(encoded)
        if content is None or len(content) < 68:
            return None
        signatures.append((name, content[:4], content[4:]))
    return Checkpoint(origin, int(size), told, text, tuple(signatures))


# ------------------------------------------------------------------- the tree of RFC 6962


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def over(hashes: list[bytes]) -> bytes:
    """The root over these hashes."""
    sha256, join = hashlib.sha256, b"".join
    while len(hashes) > 1:
        odd = [hashes[-1]] if len(hashes) & 1 else []
        pairs = map(join, zip(repeat(b"\x01"), hashes[::2], hashes[1::2]))
        hashes = [told.digest() for told in map(sha256, pairs)] + odd
    return hashes[0] if hashes else hashlib.sha256().digest()


class Tree:
    """A tree that grows at its right edge; keeps one hash a level and up to 255 leaves."""

    WIDTH = 256

    def __init__(self) -> None:
        self.size = 0
        self.edge: list[tuple[int, bytes]] = []
        self.leaves: list[bytes] = []

    def extend(self, hashes: list[bytes]) -> None:
        """Append leaf hashes."""
        self.size += len(hashes)
        self.leaves += hashes
        whole = len(self.leaves) // self.WIDTH * self.WIDTH
        for start in range(0, whole, self.WIDTH):
            level, told = 0, over(self.leaves[start : start + self.WIDTH])
            while self.edge and self.edge[-1][0] == level:
                level, told = level + 1, node(self.edge.pop()[1], told)
            self.edge.append((level, told))
        self.leaves = self.leaves[whole:]

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.edge:
            return over(self.leaves)
        parts = [told for _, told in self.edge] + ([over(self.leaves)] if self.leaves else [])
        root = parts.pop()
        while parts:
            root = node(parts.pop(), root)
        return root


def root_by_proof(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root to which an inclusion proof leads (RFC 9162, 2.1.3.2); None: it does not fit."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node(beside, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, beside)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


# ------------------------------------------------------------------------ folder or zip

# What desktops leave behind: beside the files, or beside the folder in which all of them lie.
NOT_OURS = re.compile(r"__MACOSX/([^/]+/)*\._[^/]+|(.*/)?(\.DS_Store|Thumbs\.db|desktop\.ini)")
FAULTS = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
# Those of the machine, which no file can bring about by what it says.
OF_MACHINE = {errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE}


def unread(name: str, error: Exception) -> UnreadableError:
    """That a file cannot be read, and whether the machine is to blame."""
    is_ours = isinstance(error, OSError) and error.errno in OF_MACHINE
    return (HinderedError if is_ours else UnreadableError)(name, "read", why=error)


class Budget:
    """How much one run may unpack, of all the zips in one another: a few bytes can name terabytes.

    What lies in a folder is read as it is, and is not counted.
    """

    def __init__(self, given: int) -> None:
        self.whole = self.left = max(LEAST_BUDGET, MOST_UNPACKED * given)

    def admit(self, entry: zipfile.ZipInfo) -> None:
        """Refuse a file of a zip by what is said of it, before it is read."""
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # Python unpacks those without a limit: some of their bytes can fill the memory.
            raise HinderedError(entry.filename, "packing")
        if entry.file_size > DEFLATED_MOST * entry.compress_size:
            why = f"{entry.compress_size} -> {entry.file_size}"
            raise UnreadableError(entry.filename, "not_zip", why=why)
        if entry.file_size > self.left:
            raise self._exceeded(entry.filename)

    def spend(self, name: str, size: int) -> None:
        """Count what was unpacked of a file."""
        self.left -= size
        if self.left < 0:
            raise self._exceeded(name)

    def _exceeded(self, name: str) -> HinderedError:
        return HinderedError(name, "inflates", limit=self.whole >> 20)


class Source:
    """The files of an export by name, in a folder or a zip.

    A zip may come as an open file, out of another one whose budget it shares.
    """

    def __init__(
        self, path: Path, file: IO[bytes] | None = None, budget: Budget | None = None
    ) -> None:
        self.shown = path.name or str(path)
        self.names: set[str] = set()
        self.zip: zipfile.ZipFile | None = None
        self.twice: list[str] = []
        if file is not None:
            self._open_zip(file)
        elif path.is_dir():
            self.base, self.names = path, set(self._walk(path))
        elif path.is_file():
            self._open_zip(path)
        else:
            raise UnreadableError(str(path), "no_such")
        self.names = {name for name in self.names if not NOT_OURS.fullmatch(name)}
        self._descend()
        if not self.names:
            raise UnreadableError(self.shown, "empty")
        self.budget = budget or Budget(self._size(path))

    def open(self, name: str) -> IO[bytes]:
        """Open one file."""
        try:
            if self.zip is not None:
                entry = self.zip.getinfo(self.prefix + name)
                self.budget.admit(entry)
                return self.zip.open(entry)
            return (self.base / name).open("rb")
        except (*FAULTS, KeyError) as error:
            raise unread(name, error) from None

    def refuse_own(self, key: str | None) -> None:
        """Refuse a key that lies in the folder which it is to vouch for."""
        path = Path(key or "")
        if (
            key
            and self.zip is None
            and is_file(path)
            and self.base.resolve() in (path.resolve().parents)
        ):
            raise UnreadableError("--key", "key_inside")

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of one file in portions."""
        with self.open(name) as file:
            try:
                while block := file.read(BLOCK):
                    self._count(name, block)
                    yield block
            except FAULTS as error:
                raise unread(name, error) from None

    def lines(self, name: str) -> Iterator[bytes]:
        """The bytes of one file in portions that end with a line, unless it is too long."""
        with self.open(name) as file:
            try:
                while block := file.read(BLOCK):
                    block += file.readline(LONGEST_LINE)
                    self._count(name, block)
                    yield block
            except FAULTS as error:
                raise unread(name, error) from None

    def read(self, name: str) -> bytes:
        """The bytes of a file that is small."""
        if name not in self.names:
            raise UnreadableError(name, "needed")
        content = bytearray()
        for block in self.blocks(name):
            content += block
            if len(content) > LARGEST_TEXT:
                raise UnreadableError(name, "read", why=f"> {LARGEST_TEXT >> 20} MiB")
        return bytes(content)

    def text(self, name: str) -> str:
        """The text of a small file."""
        try:
            return self.read(name).decode()
        except UnicodeDecodeError as error:
            raise UnreadableError(name, "read", why=error) from None

    def json(self, name: str) -> dict[str, Any]:
        """The object in a small file."""
        try:
            content = json.loads(self.text(name))
        except (ValueError, RecursionError) as error:
            raise UnreadableError(name, "json", why=error) from None
        if not isinstance(content, dict):
            raise UnreadableError(name, "json", why=type(content).__name__)
        return content

    def _count(self, name: str, block: bytes) -> None:
        if self.zip is not None:
            self.budget.spend(name, len(block))

    def _size(self, path: Path) -> int:
        """The bytes that were given, as they lie on the disk."""
        paths = [path] if self.zip is not None else [self.base / name for name in self.names]
        return sum(each.stat().st_size for each in paths if is_file(each))

    @staticmethod
    def _walk(path: Path) -> Iterator[str]:
        for folder, folders, files in os.walk(path):
            links = [each for each in folders if (Path(folder) / each).is_symlink()]
            for file in files + links:
                yield (Path(folder) / file).relative_to(path).as_posix()

    def _open_zip(self, file: Path | IO[bytes]) -> None:
        try:
            self.zip = zipfile.ZipFile(file)
        except FAULTS as error:
            raise UnreadableError(self.shown, "not_zip", why=error) from None
        self.prefix = ""
        entries = self.zip.infolist()
        first = min((told.header_offset for told in entries), default=0)
        if first:
            # Programs that read a zip from its beginning would find other files in it.
            raise UnreadableError(self.shown, "not_zip", why="data before its first file")
        for told in entries:
            if told.is_dir():
                continue
            if told.filename in self.names:
                self.twice.append(told.filename)
            self.names.add(told.filename)

    def _descend(self) -> None:
        """Go into the one folder in which everything lies, if it does."""
        if MANIFEST in self.names:
            return
        tops = {name.split("/", 1)[0] for name in self.names}
        if len(tops) != 1 or not all("/" in name for name in self.names):
            return
        top = tops.pop() + "/"
        self.names = {name[len(top) :] for name in self.names}
        if self.zip is not None:
            self.prefix = top
        else:
            self.base /= top


class Manifest:
    """What an export says it holds; signed by the writer."""

    def __init__(self, source: Source, formats: Iterable[str]) -> None:
        if MANIFEST not in source.names:
            raise UnreadableError(source.shown, "foreign", name=MANIFEST)
        self.bytes = source.read(MANIFEST)
        self.told = source.json(MANIFEST)
        self.format = str(self.told.get("format"))
        files = self.told.get("files")
        if self.format not in formats or not isinstance(files, dict):
            raise UnreadableError(MANIFEST, "format", found=repr(self.format)[:80])
        self.files: dict[str, str] = {str(name): str(told) for name, told in files.items()}

    @property
    def made_at(self) -> float:
        """When it was made, in seconds; never (infinity) when that cannot be read."""
        told = seconds(self.told.get("made_at"))
        return float("inf") if told is None else told

    def check_names(self, source: Source, found: Findings) -> None:
        """Hold the names that are there against those that should be."""
        for name in source.twice:
            found.add(name, "twice")
        listed = {*self.files, MANIFEST, SIGNATURE}
        for name in sorted(listed.difference(source.names)):
            found.add(name, "missing")
        for name in sorted(source.names - listed):
            found.add(name, "stray")
        for name in sorted(source.names | listed):
            if any(character < " " for character in name):
                found.add(repr(name), "name")

    def check_file(self, source: Source, name: str, found: Findings) -> None:
        """Hold one file against its SHA-256."""
        told = hashlib.sha256()
        for block in source.blocks(name):
            told.update(block)
        if told.hexdigest() != self.files[name]:
            found.add(name, "changed")

    def check_signature(self, source: Source, writers: list[bytes], found: Findings) -> None:
        """Ask for the signature of one of these keys."""
        told = source.read(SIGNATURE) if SIGNATURE in source.names else b""
        match = re.fullmatch(rb"([0-9a-f]{128})\n", told)
        message = f"{MANIFEST_SIGNED}\n{hashlib.sha256(self.bytes).hexdigest()}".encode()
        signature = unhexlify(match[1]) if match else b""
        if not match or forged(writers, [(message, signature)])[0]:
            found.add(MANIFEST, "manifest_unsigned")


MANIFEST_SIGNED = "caseflow-manifest/v1"


class Keys:
    """The keys that an export names, and those that came from outside."""

    def __init__(self, source: Source, given: Given, found: Findings) -> None:
        told = source.json("keys.json")
        self.log = read_key(str(told.get("log")), "keys.json")
        self.is_foreign = False  # of another log than that of the key from outside
        self.is_outside = given.key is not None and self._hold(given.key, found)
        found.is_outside = self.is_outside
        self.demanded, self.pinned = bool(given.witnesses), given.writers
        self.witnesses = given.witnesses or [
            read_key(key, "keys.json") for key in texts(told.get("witnesses"))
        ]
        listed = [unhexlify(key) for key in texts(told.get("writers")) if is_hex(key, 64)]
        # Those that may have signed; which of them count, the sealed stream sys:keys says.
        self.writers = list(dict.fromkeys(self.pinned + listed))

    def _hold(self, given: Key | str, found: Findings) -> bool:
        """Hold the log's key against the one from outside, or its fingerprint; then take that.

        False when only a fingerprint came, and it is of another key.
        """
        is_same = given == (self.log.fingerprint if isinstance(given, str) else self.log)
        if not is_same:
            self.is_foreign = True
            found.add("keys.json", "keys_differ")
        if isinstance(given, str):
            return is_same
        self.log = given
        return True

    def say(self, found: Findings) -> None:
        """Tell on what the trust rests."""
        if self.is_outside:
            found.remark(
                f"日志公钥（来自外部）：{self.log}", f"key of the log (from outside): {self.log}"
            )
        else:
            found.remark(
                f"未给出日志公钥，只能信到导出自带的公钥为止：{self.log}。"
                "请用安装时打印、保存在外的公钥再校验一次：--key",
                f"trusted only as far as the key inside the export: {self.log}. Verify again"
                " with the key that was printed at set-up and kept outside: --key",
            )


def argument(told: str) -> str:
    """The value of an option, or what stands in the file that it names."""
    path = Path(told)
    try:
        return path.read_text(encoding="utf-8").strip() if is_file(path) else told.strip()
    except (OSError, ValueError) as error:
        raise UnreadableError(told, "read", why=error) from None


def is_file(path: Path) -> bool:
    """Whether it is a file; what cannot be the name of one is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def log_key_in(given: str) -> str:
    """The log's key where a whole ``keys.json`` was given; else what was given."""
    if not given.startswith("{"):
        return given
    try:
        told = json.loads(given)
    except (ValueError, RecursionError):
        return given
    return str(told.get("log", "")) if isinstance(told, dict) else given


def seconds(value: object) -> float | None:
    """The Unix time of a moment as text; None when it is none."""
    text = re.sub("Z$", "+00:00", str(value))  # which Python reads from 3.11 on
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None


def texts(value: object) -> list[str]:
    """A list of texts; nothing of anything else."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def is_hex(text: str, length: int) -> bool:
    """Whether a text is this many lower-case hexadecimal digits."""
    return re.fullmatch(f"[0-9a-f]{{{length}}}", text) is not None


# ---------------------------------------------------------------------------------- events

LEAF = b"\x00caseflow-record/v1"
EVENT_SIGNED = b"caseflow-event/v1"
# Widths rather than classes of characters: what is between them is held against the hash anyway.
EVENT = re.compile(
    rb'^\{"index":([0-9]{1,18}|null),"hash":"(.{64})","stream":"([^"\n]+)",'
    rb'"seq":([0-9]{1,18}),"at":([0-9]{16}),"actor":"([^"\n]+)","action":"([^"\n]+)",'
    rb'"idem":"(.{36})","sig":"(.{128})","prev":"(.{64})","payload":(.*)\}$',
    re.MULTILINE,
)
# The same, but that the fields may hold anything: so it splits well-formed lines in less time, and
# what it lets through is looked at afterwards, for many events at once.
QUICK = re.compile(
    rb'\{"index":([0-9]{1,18}|null),"hash":"(.{64})","stream":"([^"]+)",'
    rb'"seq":([0-9]{1,18}),"at":(.{16}),"actor":"([^"]+)","action":"([^"]+)",'
    rb'"idem":"(.{36})","sig":"(.{128})","prev":"(.{64})","payload":([^\n]*)\}\n',
    re.DOTALL,
)
# Places in a row: index, hash, then the fields of the leaf in their order.
INDEX, HASH, STREAM, SEQ, AT, ACTOR, ACTION, IDEM, SIG, PREV, PAYLOAD = range(11)
Row = tuple[bytes, ...]


class Rows:
    """Some events, field by field: much is checked of a whole column at once."""

    def __init__(self, columns: Sequence[Sequence[bytes]]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[INDEX])

    def __getitem__(self, at: int) -> Row:
        return tuple([column[at] for column in self.columns])

    def __iter__(self) -> Iterator[Row]:
        return zip(*self.columns)

    @property
    def sealed(self) -> int:
        """How many come before those at the end that have no place."""
        told = self.columns[INDEX]
        return told.index(b"null") if told[-1] == b"null" else len(told)


def rows_in(block: bytes) -> Rows | None:
    """The events of whole lines; None when one of the lines is not well-formed."""
    parts = QUICK.split(block)
    if any(parts[:: PAYLOAD + 2]):
        return None
    columns = [parts[field :: PAYLOAD + 2] for field in range(1, PAYLOAD + 2)]
    # A hash or a link that holds a line feed fits nothing anyway.
    texts = [b"".join(columns[field]) for field in (STREAM, ACTOR, ACTION, IDEM, SIG)]
    is_straight = not any(b"\n" in text for text in texts)
    return Rows(columns) if is_straight and b"".join(columns[AT]).isdigit() else None


def where(row: Row) -> str:
    """An event, as people name it."""
    return f"{row[STREAM].decode(errors='replace')} #{int(row[SEQ])}"


def digests_of(rows: Rows) -> list[bytes]:
    """The hash of each event: link of its chain and leaf of the tree in one."""
    leaves = map(b"\n".join, zip(repeat(LEAF), *rows.columns[STREAM:]))
    return [told.digest() for told in map(hashlib.sha256, leaves)]


def said(row: Row) -> tuple[bytes, bytes]:
    """What the writer signed of an event, and the signature (none if it is no hexadecimal)."""
    fields = (EVENT_SIGNED, row[STREAM], row[ACTOR], row[ACTION], row[IDEM], row[PAYLOAD])
    told = row[SIG].decode(errors="replace")
    return b"\n".join(fields), unhexlify(told) if is_hex(told, 128) else b""


def payload_of(row: Row) -> dict[str, Any] | None:
    """What an event says; None when it cannot be read."""
    try:
        content = json.loads(row[PAYLOAD])
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def day(at: int) -> str:
    """A time in microseconds, as an hour of the bureau."""
    try:
        moment = datetime.fromtimestamp(at / 1e6, timezone(timedelta(hours=8)))
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError, OSError):
        return str(at)


class Following(dict[bytes, bytes]):
    """The number after a number, as text; what small numbers give is kept."""

    def __missing__(self, number: bytes) -> bytes:
        told = b"%d" % (int(number) + 1)
        if len(number) < 5:
            self[number] = told
        return told


# The end of a stream: the number that is due, then hash and time of its last event. One text, since
# of many streams none lies in the processor's cache: three things would be waited for thrice.
SINCE = 16
LAST = SINCE + len(ZERO)
BEGINNING = b"1" + ZERO + b"0" * SINCE


class Chains:
    """The end of every stream so far, to which the next event must be tied."""

    def __init__(self, found: Findings) -> None:
        self.found = found
        self.heads: dict[bytes, bytes] = {}
        self.following = Following()

    def tie(self, rows: Rows) -> None:
        """Tie events to their streams."""
        heads, get, following = self.heads, self.heads.get, self.following
        fields = [rows.columns[field] for field in (STREAM, SEQ, HASH, AT, PREV)]
        for at, stream, number, told, time, prev in zip(range(len(rows)), *fields):
            head = get(stream, BEGINNING)
            if number + prev != head[:-SINCE] or time < head[-SINCE:]:
                self._complain(rows[at], head[:-LAST], head[-LAST:-SINCE])
            heads[stream] = following[number] + told + time

    def _complain(self, row: Row, due: bytes, last: bytes) -> None:
        if last == ZERO:
            self.found.event(row, "first", found=int(row[SEQ]))
        elif row[SEQ] != due:
            self.found.event(row, "gap", wanted=int(due))
        elif row[PREV] != last:
            self.found.event(row, "prev")
        else:
            self.found.event(row, "back")


def compare(rows: Rows, digests: list[bytes], found: Findings) -> None:
    """Hold what was computed against the hashes that events carry."""
    if b"".join(digests).hex().encode() == b"".join(rows.columns[HASH]):
        return
    for row, digest in zip(rows, digests):
        if digest.hex().encode() != row[HASH]:
            found.event(row, "hash")


class Signatures:
    """Writers' signatures, checked in batches, by several processes when there is much to do."""

    MOST = 50

    def __init__(self, keys: Keys, jobs: int, found: Findings) -> None:
        self.keys, self.found = keys, found
        self.count, self.forged, self.used = 0, 0, set[bytes]()
        self.waiting: list[Row] = []
        self.pool = ProcessPoolExecutor(jobs) if jobs > 1 else None
        self.running: list[tuple[list[Row], Future[tuple[list[int], list[bytes]]]]] = []
        self.jobs = jobs

    def add(self, rows: Iterable[Row]) -> None:
        """Take the signatures of these events."""
        self.waiting += rows
        while len(self.waiting) >= BATCH:
            self._send(self.waiting[:BATCH])
            self.waiting = self.waiting[BATCH:]

    def settle(self) -> None:
        """Finish, and tell which events nobody on record signed."""
        if self.waiting:
            self._send(self.waiting)
        while self.running:
            self._receive()
        if self.pool is not None:
            self.pool.shutdown()
        for key in sorted(self.used - set(self.keys.pinned or self.used)):
            self.found.add("--writer", "writer", key=key.hex())

    def _send(self, rows: list[Row]) -> None:
        self.count += len(rows)
        if self.forged > self.MOST:
            return
        batch = [said(row) for row in rows]
        if self.pool is None:
            self._tell(rows, forged(self.keys.writers, batch))
            return
        self.running.append((rows, self.pool.submit(forged, self.keys.writers, batch)))
        if len(self.running) > 2 * self.jobs:
            self._receive()

    def _receive(self) -> None:
        rows, future = self.running.pop(0)
        self._tell(rows, future.result())

    def _tell(self, rows: list[Row], result: tuple[list[int], list[bytes]]) -> None:
        wrong, used = result
        self.used.update(used)
        self.forged += len(wrong)
        for at in wrong:
            self.found.event(rows[at], "signature")


def check_writers(
    key_events: list[Row], keys: Keys, used: set[bytes], found: Findings
) -> list[bytes]:
    """Hold the writers' keys against the stream ``sys:keys``; those that count.

    A key counts when it came from outside, or its event is sealed and a key before it signed that.
    """
    known: list[bytes] = list(keys.pinned)
    for row in key_events:
        if row[INDEX] == b"null":
            continue
        told = str((payload_of(row) or {}).get("public", ""))
        if row[ACTION] != b"key.recorded" or not is_hex(told, 64) or unhexlify(told) in known:
            continue
        if known and forged(known, [said(row)])[0]:
            found.add(where(row), "writer", key=told)
        else:
            known.append(unhexlify(told))
    if not known:
        found.add("sys:keys", "no_writer")
    for key in sorted(used - set(known)):
        found.add("keys.json", "writer", key=key.hex())
    return known


# --------------------------------------------------------------------------- from outside


RECEIPT = re.compile(r"([^#\s]+)#([0-9]{1,18}):([0-9a-fA-F]{12,64})")
Place = tuple[bytes, bytes]  # stream and number of an event


class Receipt(NamedTuple):
    """What was told outside of an event: the first digits of its hash, at least twelve."""

    digest: bytes
    size: int | None  # the log had so many events once this one was sealed
    second: float | None  # when that was told
    note: Checkpoint | None = None  # the checkpoint after it, which tells that of the sealer's


class Given:
    """What came from outside with the request, read and checked once: keys, checkpoints, receipts.

    ``made_at`` is when the export was made, in seconds: what was told later is counted as newer.
    """

    def __init__(self, options: argparse.Namespace, made_at: float, found: Findings) -> None:
        self.jobs, self.all_signatures = options.jobs, options.all_signatures
        self.key: Key | str | None = None  # or its fingerprint
        if options.key is not None:
            told = log_key_in(argument(options.key))
            self.key = told if is_hex(told, 64) else read_key(told, "--key", "log_key")
        self.witnesses = [read_key(argument(key), "--witness") for key in options.witness]
        self.writers = [unhexlify(key) for key in options.writer if is_hex(key, 64)]
        if len(self.writers) != len(options.writer):
            raise UnreadableError("--writer", "key")
        self.made_at, self.found, self.newer = made_at, found, 0
        self.is_kept = bool(options.outside or options.receipts)
        self.notes: list[tuple[str, Checkpoint]] = []  # with the place where each stood
        self.receipts: dict[bytes, dict[bytes, list[Receipt]]] = {}  # by stream and number
        self._waiting: list[tuple[Place, Receipt]] = []  # for the checkpoint after them
        self._log: Key | None = None
        self._signed: dict[Checkpoint, int] = {}
        for name in options.outside:
            if "\n" not in name and not is_file(Path(name)):  # a checkpoint itself has lines
                raise UnreadableError(name, "no_such")
            self._take_notes(argument(name) + "\n", name)
        for name in options.receipts:
            self._read_receipts(name)

    def signed(self, log: Key, found: Findings) -> dict[Checkpoint, int]:
        """The checkpoints that a log's key signed, and in which second; of a log found out once."""
        if self._log == log:
            return self._signed
        self._log, self._signed = log, {}
        for name, note in self.notes:
            second = note.signed_at(log)
            if second is None:
                found.add(f"{name} ({note.size})", "outside_note")
            else:
                self._signed[note] = second
        return self._signed

    def _read_receipts(self, name: str) -> None:
        try:
            with Path(name).open(encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    self._read_receipt(name, number, line.strip())
        except (OSError, ValueError) as error:
            raise UnreadableError(name, "read", why=error) from None
        self._date_waiting(None)

    def _read_receipt(self, name: str, number: int, line: str) -> None:
        """Read a line of a shipped log, or a receipt alone; what tells of no event is left."""
        if not line:
            return
        alone = RECEIPT.fullmatch(line)
        try:
            told = {"receipts": [line]} if alone else json.loads(line)
        except (ValueError, RecursionError):
            self.found.add(name, "receipt_line", line=number)
            return
        if not isinstance(told, dict):
            return
        stream, seq, digest = told.get("stream"), told.get("seq"), told.get("hash")
        if isinstance(stream, str) and isinstance(seq, int) and isinstance(digest, str):
            self._take_sealed(name, number, f"{stream}#{seq}:{digest}", told.get("size"))
        logged_at = seconds(told.get("at"))
        for each in texts(told.get("receipts")):
            match = RECEIPT.fullmatch(each)
            if not match:
                self.found.add(name, "receipt_short", line=number)
            elif logged_at is not None and logged_at > self.made_at:
                self.newer += 1
            else:
                self._keep(place_in(match), Receipt(digest_in(match), None, logged_at))
        if isinstance(told.get("note"), str):
            self._take_notes(told["note"], f"{name}:{number}")

    def _take_sealed(self, name: str, number: int, text: str, size: object) -> None:
        """Take a receipt of the sealer; when it was given, the checkpoint after it tells."""
        match = RECEIPT.fullmatch(text)
        if match:
            told = size if isinstance(size, int) else None
            self._waiting.append((place_in(match), Receipt(digest_in(match), told, None)))
        else:
            self.found.add(name, "receipt_short", line=number)

    def _date_waiting(self, note: Checkpoint | None) -> None:
        for place, receipt in self._waiting:
            self._keep(place, receipt._replace(note=note))
        self._waiting = []

    def _keep(self, place: Place, receipt: Receipt) -> None:
        """Keep every receipt that was given: one that contradicts another is the evidence."""
        kept = self.receipts.setdefault(place[0], {}).setdefault(place[1], [])
        if receipt not in kept:
            kept.append(receipt)

    def _take_notes(self, text: str, where: str) -> None:
        for note in read_notes(text, where, self.found):
            self._date_waiting(note)
            self.notes.append((where, note))


NO_RECEIPTS: dict[bytes, list[Receipt]] = {}


class Outside:
    """What was kept outside the house, held against one export or dossier.

    What is newer than the export (by the manifest's time, which the writer signed) cannot speak
    against it: it is left aside, and the reader is told of when the export is.
    """

    def __init__(self, given: Given, keys: Keys, found: Findings) -> None:
        self.found, self.given = found, given
        # How many receipts were held against their events; how many could not be.
        self.held, self.idle, self.newer = 0, given.newer, given.newer
        self.met: set[Place] = set()
        self.signed = given.signed(keys.log, found)
        notes = [note for _name, note in given.notes if note in self.signed]
        self.checkpoints = [note for note in notes if self.signed[note] <= given.made_at]
        self.notes_idle = len(notes) - len(self.checkpoints)
        self.newer += self.notes_idle
        self.notes_held: list[Checkpoint] = []  # which were held against the tree

    def hold(self, rows: Rows) -> None:
        """Hold events against the receipts given for them."""
        receipts = self.given.receipts
        for row in rows if receipts else ():
            kept = receipts.get(row[STREAM], NO_RECEIPTS).get(row[SEQ])
            if kept is None or (row[STREAM], row[SEQ]) in self.met:
                continue
            self.met.add((row[STREAM], row[SEQ]))
            for told in kept:
                self.held += 1
                if not row[HASH].startswith(told.digest):
                    values = {"size": told.size, "second": self._second(told)}
                    self.found.event(row, "receipt_other", **values)

    def compare(self, marks: list[Mark]) -> None:
        """Hold what was kept outside against the one checkpoint of a dossier."""
        for each in self.checkpoints:
            if not marks or each.size != marks[0].size:
                self.notes_idle += 1
                continue
            self.notes_held.append(each)
            if each.root != marks[0].root:
                self.found.add(f"--outside ({each.size})", "forked", size=each.size)

    def settle(self, sealed: int) -> None:
        """Tell of receipts whose events never came; of which the sealer's may be newer.

        A sealed event beyond the end is newer than the export: else a checkpoint that is older
        than the export, and longer, would have told of the cut.
        """
        self.notes_held = self.checkpoints
        for stream in self.given.receipts:
            for place, told in self._unmet(stream):
                if told.size is not None and told.size > sealed:
                    self.newer, self.idle = self.newer + 1, self.idle + 1
                else:
                    self._miss(place, told)
        self.say()

    def settle_case(self, stream: bytes, acts: int) -> None:
        """Find the receipts of a case whose acts never came; later acts are newer."""
        for place, told in self._unmet(stream):
            if int(place[1]) <= acts:
                self._miss(place, told)
                self.met.add(place)
            else:
                self.newer += 1

    def say_case(self, marks: list[Mark]) -> None:
        """Tell of a dossier that stands alone what could not be held against it."""
        inside = marks[0].size if marks else 0
        for each in self.checkpoints:
            if each in self.notes_held:
                continue
            self.found.remark(
                f"外存检查点有 {each.size} 条，案卷的检查点有 {inside} 条，两者无法对照",
                f"the outside checkpoint has {each.size} events, the dossier's has {inside}:"
                " they cannot be compared; hold it against an export of the whole record",
            )
        unmet = [told for stream in self.given.receipts for _place, told in self._unmet(stream)]
        self.idle += len(unmet)
        self.say()

    def _unmet(self, stream: bytes) -> Iterator[tuple[Place, Receipt]]:
        for number, kept in self.given.receipts.get(stream, NO_RECEIPTS).items():
            if (stream, number) not in self.met:
                yield from (((stream, number), told) for told in kept)

    def _miss(self, place: Place, told: Receipt) -> None:
        self.held += 1
        name = f"{place[0].decode()} #{place[1].decode()}"
        before = told.size - 1 if told.size else 0
        values = {"size": told.size, "second": self._second(told), "place": before}
        self.found.add(name, "receipt_lost", **values)

    def _second(self, told: Receipt) -> float | None:
        return told.second if told.note is None else self.signed.get(told.note)

    def say(self) -> None:
        """Tell how much of it could be used: what was not held against anything shows nothing."""
        if self.given.is_kept:
            held, idle = len(self.notes_held), self.notes_idle
            self.found.remark(
                f"外存材料：核对了检查点 {held} 份、回执 {self.held} 条；"
                f"无法核对的检查点 {idle} 份、回执 {self.idle} 条",
                f"from outside: {held} checkpoints and {self.held} receipts were held"
                f" against it; {idle} checkpoints and {self.idle} receipts could not be"
                " compared",
            )
        if self.newer:
            self.found.remark(
                f"外存材料中有 {self.newer} 项比本导出新，无法用来核对；要核对请重新导出",
                f"{self.newer} things kept outside are newer than this export and cannot speak of"
                " it: export again to hold them against it",
            )


def place_in(match: re.Match[str]) -> Place:
    """The event that a receipt is of."""
    return match[1].encode(), b"%d" % int(match[2])


def digest_in(match: re.Match[str]) -> bytes:
    """What a receipt gives of the hash; notices print it in capitals."""
    return match[3].lower().encode()


def check_witnesses(checkpoints: list[Checkpoint], keys: Keys, found: Findings) -> None:
    """Check the cosignatures under the checkpoints: all must be right, and none asked for lack."""
    for key in keys.witnesses:
        signed = [each for each in checkpoints if each.by(key)]
        for each in signed:
            if each.signed_at(key) is None:
                found.add("checkpoints.txt", "cosignature", name=key.name, size=each.size)
        if signed and not keys.demanded:
            found.remark(
                f"{key.name} 会签到第 {signed[-1].size} 条，但其公钥只列在导出里，不作数"
                "（--witness）",
                f"{key.name} cosigned up to {signed[-1].size} events by a key named inside the"
                " export, not counted: --witness",
            )
        elif signed:
            found.remark(
                f"见证人 {key.name} 会签到第 {signed[-1].size} 条",
                f"{key.name} cosigned up to {signed[-1].size} events",
            )
        elif keys.demanded:
            found.add("checkpoints.txt", "no_witness", name=key.name)


# -------------------------------------------------------------------------------- exports


class Mark(NamedTuple):
    """A size at which the tree must have a root, and the time that bounds its events."""

    size: int
    root: bytes
    at: int | None
    code: str
    where: str
    second: int = 0  # when it was signed, of one kept outside

    @property
    def values(self) -> dict[str, object]:
        """What a problem tells of it."""
        return {"size": self.size, "root": self.root.hex(), "second": self.second}


def marks_of(checkpoints: list[Checkpoint], keys: Keys, found: Findings) -> list[Mark]:
    """The checkpoints of the export as marks, their signatures and order checked."""
    firsts = [each.by(keys.log)[:1] for each in checkpoints]
    at_once = all(firsts) and all_signed([item for ((_, item),) in firsts])
    marks: list[Mark] = []
    for each in checkpoints:
        second = each.by(keys.log)[0][0] if at_once else each.signed_at(keys.log)
        if each.origin != keys.log.name:
            found.add("checkpoints.txt", "origin", found=each.origin[:100])
        if second is None:
            found.add("checkpoints.txt", "unsigned", size=each.size)
            continue
        at = second * 1_000_000 if second else None
        if marks and each.size <= marks[-1].size:
            found.add("checkpoints.txt", "order", size=each.size)
            continue
        if marks and at is not None and at < (marks[-1].at or 0):
            found.add("checkpoints.txt", "clock_back", size=each.size)
        marks.append(Mark(each.size, each.root, at, "root", "checkpoints.txt"))
    if not marks:
        found.add("checkpoints.txt", "no_checkpoint")
    return marks


# Streams that say who may sign, and what a restore took away.
WATCHED = frozenset({b"sys:keys", b"sys:restore"})


class Export:
    """The verification of an export, event by event in one pass; memory grows with streams."""

    def __init__(self, marks: list[Mark], chains: Chains, outside: Outside) -> None:
        self.found, self.chains, self.outside = chains.found, chains, outside
        self.marks = marks
        self.tree = Tree()
        self.events = self.unsealed = 0
        self.reached = 0  # marks passed
        self.bounds = (b"0" * 16, b"9" * 16)
        self.keys: set[int] = set()
        self.watched: dict[bytes, list[Row]] = {stream: [] for stream in WATCHED}
        self.is_rewritten = False
        self.good: list[tuple[int, str]] = []  # checkpoints that fit: size, last event
        while self.reached < len(marks) and not marks[self.reached].size:
            self._check_root(marks[self.reached], "")

    def take(self, rows: Rows) -> None:
        """Take the next events."""
        digests, sealed = digests_of(rows), rows.sealed
        compare(rows, digests, self.found)
        self.chains.tie(rows)
        self._check_keys(rows)
        self.outside.hold(rows)
        self._check_places(rows, sealed)
        if not WATCHED.isdisjoint(rows.columns[STREAM]):
            for row in rows:
                if row[STREAM] in WATCHED:
                    self.watched[row[STREAM]].append(row)
        self.events += len(rows)
        self.unsealed += len(rows) - sealed
        self._grow(rows, digests[:sealed])
        if sealed < len(rows):
            self._check_waiting([rows[at] for at in range(sealed, len(rows))])

    def _check_keys(self, rows: Rows) -> None:
        """No key of idempotency stands twice: then there are as many hashes of them as events.

        A writer's signature does not say where in its stream an event stands, its key does.
        """
        self.keys.update(map(hash, rows.columns[IDEM]))

    def _check_waiting(self, rows: list[Row]) -> None:
        """Whatever is older than the last checkpoint should have been sealed with it."""
        last = max((mark.at for mark in self.marks if mark.at), default=0)
        for row in rows:
            if int(row[AT]) < last - MINUTE:
                at = day(int(row[AT]))
                self.found.event(row, "overdue", at=at, bound=day(last))

    def _check_places(self, rows: Rows, sealed: int) -> None:
        """Sealed events stand at 0, 1, 2 …; those that wait for the sealer come after them."""
        told = rows.columns[INDEX]
        due = list(map(str, range(self.events, self.events + sealed)))
        due += ["null"] * (len(rows) - sealed)
        if self.unsealed:
            due = ["null"] * len(rows)
        if b" ".join(told).decode() != " ".join(due):
            at = next(at for at, place in enumerate(told) if place.decode() != due[at])
            place = self.events + at  # the one that it gives is not true
            self.found.add(where(rows[at]), "index", wanted=due[at], place=place)

    def _grow(self, rows: Rows, digests: list[bytes]) -> None:
        """Add leaves to the tree, from one mark to the next."""
        start = 0
        while start < len(digests):
            mark = self.marks[self.reached] if self.reached < len(self.marks) else None
            stop = len(digests) if mark is None else start + mark.size - self.tree.size
            stop = min(stop, len(digests))
            self.tree.extend(digests[start:stop])
            self._check_times(rows, start, stop)
            if mark is not None and self.tree.size == mark.size:
                self._check_root(mark, where(rows[stop - 1]))
            start = stop

    def _check_times(self, rows: Rows, start: int, stop: int) -> None:
        """Hold the times of these events against the checkpoints before and after them."""
        before = next((m.at for m in self.marks[: self.reached][::-1] if m.at), None)
        after = next((m.at for m in self.marks[self.reached :] if m.at), None)
        times = rows.columns[AT][start:stop]
        low = b"%016d" % max(0, (before or 0) - MINUTE)
        high = b"%016d" % (after + GRACE) if after else b"9" * 16
        if self.reached == len(self.marks) or (low <= min(times) and max(times) <= high):
            return
        for place, told in enumerate(times, start):
            at = int(told)
            if told < low:
                self.found.event(rows[place], "early", at=day(at), bound=day(before or 0))
            elif told > high:
                self.found.event(rows[place], "late", at=day(at), bound=day(after or 0))

    def _check_root(self, mark: Mark, last: str) -> None:
        """Hold the tree against every mark of this size."""
        root, is_good = self.tree.root(), True
        before = self.good[-1][0] if self.good else 0
        while self.reached < len(self.marks) and self.marks[self.reached].size == mark.size:
            told = self.marks[self.reached]
            self.reached += 1
            if root == told.root:
                continue
            is_good = is_good and told.code != "root"
            if told.code != "root" or not self.is_rewritten:
                self.is_rewritten = self.is_rewritten or told.code == "root"
                self.found.add(told.where, told.code, place=before, **told.values)
        if is_good and mark.size:
            self.good.append((mark.size, last))

    def tell_replayed(self, source: Source) -> None:
        """Read the events again for keys that stand twice, if there are fewer keys than events."""
        seen = set[bytes]()
        for rows in (
            Lines(source, "events.jsonl", Findings()) if len(self.keys) < self.events else ()
        ):
            for row in rows:
                if row[IDEM] in seen:
                    self.found.event(row, "replayed")
                seen.add(row[IDEM])

    def finish(self) -> None:
        """Tell of marks that were never reached, and of events beyond the last one."""
        inside = [mark for mark in self.marks if mark.code == "root"]
        for mark in self.marks[self.reached :]:
            code = "short" if mark.code == "root" else "truncated"
            told = self.tree.size if code == "short" else (inside[-1].size if inside else 0)
            self.found.add(mark.where, code, found=told, **mark.values)
        if inside and self.tree.size > inside[-1].size:
            self.found.add("events.jsonl", "beyond", index=inside[-1].size, size=inside[-1].size)


class Lines:
    """The events of a file in portions of rows; tells of lines that are none."""

    def __init__(self, source: Source, name: str, found: Findings) -> None:
        self.source, self.name, self.found = source, name, found
        self.whole = hashlib.sha256()
        self.count = 0

    def __iter__(self) -> Iterator[Rows]:
        for block in self.source.lines(self.name):
            self.whole.update(block)
            if block.endswith(b"\n"):
                yield from self._rows(block)
                continue
            yield from self._rows(block[: block.rfind(b"\n") + 1])
            if len(block) > LONGEST_LINE:
                raise UnreadableError(self.name, "line", line=self.count + 1)
            self.found.add(self.name, "line", line=self.count + 1, place=self.count)

    def _rows(self, block: bytes) -> Iterator[Rows]:
        rows, lines = rows_in(block), 0
        if rows is None:
            lines = block.count(b"\n")
            for at, line in enumerate(block.split(b"\n")[:-1], self.count + 1):
                if not EVENT.fullmatch(line):
                    self.found.add(self.name, "line", line=at, place=at - 1)
            well_formed = EVENT.findall(block)
            rows = Rows(list(zip(*well_formed))) if well_formed else None
        self.count += lines or len(rows or ())
        if rows:
            yield rows


class Drawing:
    """Which events have their writer's signature checked: all of them, or some at random."""

    def __init__(self, claimed: int, *, is_all: bool) -> None:
        self.step = 1 if is_all or claimed <= ALL_SIGNATURES else claimed // DRAWN
        self.next = self._leap() - 1 if self.step > 1 else 0

    def draw(self, rows: Rows, start: int) -> Iterator[Row]:
        """The drawn ones of these events, besides those of the system and those not sealed."""
        if self.step == 1:
            yield from rows
            return
        stop = start + len(rows)
        while self.next < stop:
            yield rows[self.next - start]
            self.next += self._leap()
        if rows.sealed < len(rows) or not WATCHED.isdisjoint(rows.columns[STREAM]):
            for row in rows:
                if row[INDEX] == b"null" or row[STREAM] in WATCHED:
                    yield row

    def _leap(self) -> int:
        return 1 + int.from_bytes(os.urandom(4), "little") % (2 * self.step - 1)


def verify_export(source: Source, manifest: Manifest, given: Given, found: Findings) -> None:
    """Verify an export of the whole record."""
    keys = Keys(source, given, found)
    outside = Outside(given, keys, found)
    checkpoints = read_notes(source.text("checkpoints.txt"), "checkpoints.txt", found)
    marks = marks_of(checkpoints, keys, found)
    check_witnesses(checkpoints, keys, found)
    for each in outside.checkpoints:
        told = f"--outside ({each.size})"
        second = each.signed_at(keys.log) or 0
        marks.append(Mark(each.size, each.root, None, "forked", told, second))
    marks.sort(key=lambda mark: (mark.size, mark.code))
    for name in manifest.files:
        if name in source.names and name != "events.jsonl":
            manifest.check_file(source, name, found)
    if "events.jsonl" not in source.names:
        raise UnreadableError("events.jsonl", "needed")
    export = Export(marks, Chains(found), outside)
    signatures = Signatures(keys, given.jobs, found)
    claimed = manifest.told.get("events")
    drawing = Drawing(claimed if isinstance(claimed, int) else 0, is_all=given.all_signatures)
    lines = Lines(source, "events.jsonl", found)
    for rows in lines:
        start = export.events
        export.take(rows)
        signatures.add(drawing.draw(rows, start))
        progress(export.events, claimed)
    export.finish()
    export.tell_replayed(source)
    signatures.settle()
    known = check_writers(export.watched[b"sys:keys"], keys, signatures.used, found)
    outside.settle(export.events - export.unsealed)
    if lines.whole.hexdigest() != manifest.files.get("events.jsonl"):
        found.add("events.jsonl", "changed")
    manifest.check_signature(source, known, found)
    if outside.newer and any(each.code == "manifest_unsigned" for each in found.problems):
        found.is_outside = False  # by a time that nobody signed it was left aside
    if claimed != export.events:
        found.add(MANIFEST, "count", wanted=claimed, found=export.events)
    excuse(export.watched[b"sys:restore"], marks, found)
    keys.say(found)
    if manifest.made_at != float("inf"):
        moment = day(int(manifest.made_at * 1e6))
        found.remark(f"导出时间 {moment}", f"exported at {moment}")
    tell_export(export, signatures, marks, found)


def tell_export(export: Export, signatures: Signatures, marks: list[Mark], found: Findings) -> None:
    """Tell what was gone through."""
    count, streams = export.events, len(export.chains.heads)
    checked = "全部" if signatures.count >= count else "抽查"
    found.remark(
        f"{count} 条留痕、{streams} 条链、{len(marks)} 份检查点；"
        f"写入签名{checked} {signatures.count} 条",
        f"{count} events, {streams} streams, {len(marks)} checkpoints; "
        f"{signatures.count} writers' signatures checked"
        + ("" if signatures.count >= count else " (drawn at random; --all-signatures for all)"),
    )
    if export.unsealed:
        found.remark(
            f"最后 {export.unsealed} 条尚未封存，只有链和写入签名可证",
            f"the last {export.unsealed} events are not sealed yet: chain and writer prove them",
        )
    if all(mark.at is None for mark in marks):
        found.remark(
            "检查点不带时间，未核对时间界限", "no checkpoint tells its time: dates unchecked"
        )
    good = [(size, last) for size, last in export.good if size <= found.sound]
    found.trusted = f"{good[-1][1]} ({good[-1][0]})" if good else None


class Ceremony(NamedTuple):
    """A restore that two people signed: what was lost, where the log stood, and when they signed.

    ``since`` is when the log was last sealed before what was lost, ``until`` when the checkpoint
    was signed that was lost: what was recorded after it waits for the sealer and is not lost.
    """

    lost: int
    lost_root: str
    kept: int
    since: float
    until: float
    at: float

    def excuses(self, problem: Problem) -> bool:
        """Whether a problem is nothing but what this restore lost, told before it was signed."""
        size, second = problem.values.get("size"), problem.values.get("second")
        if problem.code not in ("truncated", "forked", "receipt_lost", "receipt_other"):
            return False
        if not isinstance(second, (int, float)) or not 0 < second <= self.at:
            return False
        if size is None:  # the application's receipts do not tell a size
            return self.since <= second <= self.until
        is_other = (
            size == self.lost and problem.values.get("root", self.lost_root) != self.lost_root
        )
        return isinstance(size, int) and self.kept < size <= self.lost and not is_other


def excuse(acts: list[Row], marks: list[Mark], found: Findings) -> None:
    """Let a restore that two people signed account for what it lost, and nothing else.

    The sealed act names the checkpoint that was lost and where the log stood: what was kept
    outside of the part between them, and told before the act, is excused; the lost checkpoint
    itself by its root.
    """
    for row in acts:
        ceremony, told = ceremony_of(row, marks), payload_of(row) or {}
        if ceremony is None:
            continue
        found.problems = [each for each in found.problems if not ceremony.excuses(each)]
        lost, kept = ceremony.lost, ceremony.kept
        found.remark(
            f"{where(row)}：{told['auditor']} 与 {told['operator']} 共同签认恢复，"
            f"封存由 {lost} 条退回 {kept} 条",
            f"{where(row)}: {told['auditor']} and {told['operator']} signed that a restore"
            f" took the log from {lost} back to {kept} events",
        )


def ceremony_of(row: Row, marks: list[Mark]) -> Ceremony | None:
    """The ceremony that a sealed act tells of; None when it tells of none, or not of two people."""
    told = payload_of(row) or {}
    lost, kept, root = told.get("lost"), told.get("kept"), told.get("lost_root")
    people = {told.get("auditor"), told.get("operator")} if row[INDEX] != b"null" else set()
    is_by_two = len(people) == 2 and all(isinstance(each, str) and each for each in people)
    if row[ACTION] != b"restore.signed" or not is_by_two or not isinstance(root, str):
        return None
    if not isinstance(lost, int) or not isinstance(kept, int) or int(row[INDEX]) < kept:
        return None
    inside = [mark.at or 0 for mark in marks if mark.code == "root" and mark.size <= kept]
    since = max(inside, default=0) / 1e6 if kept else 0
    lost_at = told.get("lost_at")
    until = lost_at + GRACE / 1e6 if isinstance(lost_at, int) else 0
    return Ceremony(lost, root, kept, since, until, int(row[AT]) / 1e6)


# ------------------------------------------------------------------------------- dossiers


class Told(NamedTuple):
    """What the acts of a case tell: answers by name; of papers and files, by hash, which act."""

    answers: dict[str, str]
    named: dict[str, str]
    handed_in: dict[str, int]  # how often evidence was, less how often it was taken out again
    papers: set[str]  # what is no evidence
    locked: set[str]  # evidence in which a virus was found

    def take(self, action: bytes, sha256: str) -> None:
        """Take what one act does with a paper or file."""
        if not action.startswith(b"attachment."):
            self.papers.add(sha256)
        step = {b"attachment.added": 1, b"attachment.removed": -1}.get(action, 0)
        self.handed_in[sha256] = self.handed_in.get(sha256, 0) + step
        if action == b"attachment.locked":
            self.locked.add(sha256)

    def may_lack(self, withheld: Iterable[str]) -> set[str]:
        """What a whole dossier may lack: evidence taken out of its draft, locked or withheld.

        Never a paper: those the house wrote itself, and no scanner holds them back.
        """
        taken_out = {sha256 for sha256, left in self.handed_in.items() if left < 1}
        return taken_out.union(self.locked, withheld) - self.papers


class Proven(NamedTuple):
    """What a dossier was held against, and the writers that it proves to be on record."""

    keys: Keys
    writers: list[bytes]
    outside: Outside
    marks: list[Mark]


class Dossier:
    """The verification of one case's dossier."""

    def __init__(self, source: Source, manifest: Manifest, keys: Keys, found: Findings) -> None:
        self.source, self.manifest, self.keys, self.found = source, manifest, keys, found
        self.stream = str(manifest.told.get("stream")).encode()
        self.rows: dict[bytes, list[Row]] = {}
        self.act: Row | None = None  # the export itself, on record
        self.told = Told({}, {}, {}, set(), set())

    def take(self, rows: Rows) -> None:
        """Take events; chains begin anew with each stream, the act of export stands alone."""
        compare(rows, digests_of(rows), self.found)
        for row in rows:
            if row[STREAM] in (self.stream, b"sys:keys"):
                self.rows.setdefault(row[STREAM], []).append(row)
            elif row[STREAM] == b"sys:exports" and self.act is None:
                self.act = row
            else:
                self.found.add(where(row), "stray")

    @property
    def acts(self) -> list[Row]:
        """What was done in the case."""
        return self.rows.get(self.stream, [])

    @property
    def sealed(self) -> int:
        """How many of the acts come before those that wait for the sealer."""
        places = [at for at, row in enumerate(self.acts, 1) if row[INDEX] != b"null"]
        return places[-1] if places else 0

    @property
    def withheld(self) -> list[str]:
        """Files that stayed in the house, since the scanner had not passed them."""
        told = payload_of(self.act) if self.act is not None else None
        return texts((told or {}).get("withheld"))

    @property
    def missed(self) -> list[str]:
        """The withheld files that acts name: the act, and the beginning of the hash."""
        away = set(self.withheld) - set(self.manifest.files.values())
        named = self.told.named
        return [f"{named[sha256]} ({sha256[:16]}…)" for sha256 in named if sha256 in away]

    def check_chains(self) -> None:
        """Tie the case's acts and the keys to their beginnings."""
        chains = Chains(self.found)
        for rows in self.rows.values():
            chains.tie(Rows(list(zip(*rows))))

    def check_proofs(self, checkpoint: Checkpoint | None, sealed_at: int) -> None:
        """Prove every sealed event to be in the log; only the newest acts may not be sealed yet."""
        paths = self._paths()
        waiting = {row[SEQ] for row in self.acts[self.sealed :]}
        for row in [row for rows in self.rows.values() for row in rows] + [self.act]:
            if row is None:
                continue
            if row[INDEX] == b"null":
                # The keys and the act of export carry all the rest: they are never taken on trust.
                if row[STREAM] != self.stream or row[SEQ] not in waiting:
                    self.found.event(row, "no_proof")
                elif int(row[AT]) < sealed_at - MINUTE:
                    at = day(int(row[AT]))
                    self.found.event(row, "overdue", at=at, bound=day(sealed_at))
                continue
            path = paths.get(int(row[INDEX]))
            if path is None or checkpoint is None:
                self.found.event(row, "no_proof")
                continue
            (leaf,) = digests_of(Rows([[field] for field in row]))
            root = root_by_proof(leaf, int(row[INDEX]), checkpoint.size, path)
            if root != checkpoint.root:
                self.found.event(row, "proof")
            if sealed_at and int(row[AT]) > sealed_at + GRACE:
                self.found.event(row, "late", at=day(int(row[AT])), bound=day(sealed_at))

    def check_end(self) -> None:
        """Hold the case's acts against what the act of export says of them, and the content."""
        told = payload_of(self.act) if self.act is not None else None
        if told is None or self.act is None or self.act[ACTION] != b"dossier.exported":
            self.found.add(MANIFEST, "no_export")
            return
        acts = self.rows.get(self.stream, [])
        name, length = self.stream.decode(errors="replace"), told.get("length")
        if told.get("stream") != name:
            self.found.add(where(self.act), "no_export")
        elif length != len(acts):
            self.found.add(name, "cut", wanted=length, found=len(acts))
        elif acts and told.get("last") != acts[-1][HASH].decode(errors="replace"):
            self.found.add(where(acts[-1]), "last")
        if told.get("content") != content_digest(self.manifest.files):
            self.found.add(where(self.act), "content")

    def check_content(self) -> None:
        """Hold answers, papers and files against the acts that name them."""
        self._read_acts()
        files, told = self.manifest.files, self.told
        answers, named = dict(told.answers), told.named
        for name, sha256 in sorted(files.items()):
            if name.startswith("answers/") and answers.pop(name, None) != sha256:
                self.found.add(name, "answers")
            if name.startswith(("papers/", "files/")) and sha256 not in named:
                self.found.add(name, "unrecorded")
        for name in answers:
            self.found.add(name, "no_answers")
        for sha256 in named.keys() - set(files.values()) - told.may_lack(self.withheld):
            self.found.add(f"{named[sha256]} ({sha256[:16]}…)", "no_bytes")

    def _read_acts(self) -> None:
        """Gather what the acts tell of answers, papers and files."""
        for row in self.acts:
            payload = payload_of(row)
            if payload is None:
                self.found.add(where(row), "payload")
                continue
            if isinstance(payload.get("answers"), str):
                self.told.answers[f"answers/{int(row[SEQ])}.json"] = payload["answers"]
            for sha256 in tellings(payload):
                self.told.named.setdefault(sha256, where(row))
                self.told.take(row[ACTION], sha256)

    def check_row(self) -> None:
        """Hold the status and outcome in case.json against the last act that tells them."""
        shown = self.source.json("case.json").get("case")
        told: dict[str, object] = {"revision": len(self.rows.get(self.stream, []))}
        for row in self.rows.get(self.stream, []):
            said_now = payload_of(row) or {}
            told.update({k: said_now[k] for k in ("status", "outcome") if k in said_now})
        for name, wanted in told.items():
            value = shown.get(name) if isinstance(shown, dict) else None
            if value != wanted:
                self.found.add("case.json", "row", name=name, found=value, wanted=wanted)

    def _paths(self) -> dict[int, list[bytes]]:
        paths: dict[int, list[bytes]] = {}
        for number, line in enumerate(self.source.text("proofs.jsonl").splitlines(), 1):
            try:
                told = json.loads(line)
                hashes = [each for each in told["path"] if is_hex(each, 64)]
                paths[int(told["index"])] = [unhexlify(each) for each in hashes]
            except (ValueError, TypeError, KeyError, RecursionError):
                self.found.add("proofs.jsonl", "line", line=number)
        return paths


def tellings(payload: dict[str, Any]) -> Iterator[str]:
    """The hashes of papers and files that an act names: itself, or in the effects of its step."""
    effects = payload.get("effects")
    for part in [payload, *(effects if isinstance(effects, list) else [])]:
        if isinstance(part, dict) and isinstance(part.get("sha256"), str):
            yield part["sha256"]


# What proves the rest, and so is not in the digest that the act of export gives.
PROOFS = ("events.jsonl", "proofs.jsonl", "checkpoint.txt", "keys.json")


def content_digest(files: dict[str, str]) -> str:
    """One SHA-256 over the names and hashes of all files but the proofs."""
    lines = [f"{name}\n{told}\n" for name, told in sorted(files.items()) if name not in PROOFS]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def verify_alone(source: Source, manifest: Manifest, given: Given, found: Findings) -> None:
    """Verify a dossier that is in no package."""
    proven = verify_dossier(source, manifest, given, found)
    proven.outside.say_case(proven.marks)


def verify_dossier(source: Source, manifest: Manifest, given: Given, found: Findings) -> Proven:
    """Verify the dossier of one case; gives whose signatures it proves to count."""
    keys = Keys(source, given, found)
    outside = Outside(given, keys, found)
    dossier = Dossier(source, manifest, keys, found)
    for name in manifest.files:
        if name in source.names:
            manifest.check_file(source, name, found)
    lines = Lines(source, "events.jsonl", found)
    for rows in lines:
        dossier.take(rows)
        outside.hold(rows)
    dossier.check_chains()
    notes = read_notes(source.text("checkpoint.txt"), "checkpoint.txt", found)
    marks = marks_of(notes[:1], keys, found) if notes else []
    check_witnesses(notes[:1], keys, found)
    outside.compare(marks)
    sealed_at = (marks[0].at or 0) if marks else 0
    dossier.check_proofs(notes[0] if marks else None, sealed_at)
    dossier.check_end()
    dossier.check_content()
    dossier.check_row()
    signatures = Signatures(keys, 1, found)
    everything = [row for rows in dossier.rows.values() for row in rows]
    signatures.add(everything + ([dossier.act] if dossier.act else []))
    signatures.settle()
    known = check_writers(dossier.rows.get(b"sys:keys", []), keys, signatures.used, found)
    outside.settle_case(dossier.stream, len(dossier.acts))
    manifest.check_signature(source, known, found)
    keys.say(found)
    tell_dossier(dossier, found)
    return Proven(keys, known, outside, marks)


def tell_dossier(dossier: Dossier, found: Findings) -> None:
    """Tell what was gone through, and to which moment it speaks."""
    acts, unsealed = dossier.acts, len(dossier.acts) - dossier.sealed
    number = dossier.manifest.told.get("number")
    moment = day(int(dossier.act[AT])) if dossier.act is not None else "?"
    found.remark(
        f"任务 {number}：{len(acts)} 条留痕、{len(dossier.manifest.files)} 个文件；"
        f"案卷所示为 {moment} 时的情况，此后的办理不在其中",
        f"case {number}: {len(acts)} acts, {len(dossier.manifest.files)} files; it shows the"
        f" case as of {moment}, not what was done later",
    )
    if unsealed:
        found.remark(
            f"出具时有 {unsealed} 条尚未封存，只有链和写入签名可证；稍后重新出具即可",
            f"{unsealed} events were not sealed yet: chain and writer prove them; export it again",
        )
    if missed := dossier.missed:
        shown = ", ".join(missed[:SHOWN]) + (" …" if len(missed) > SHOWN else "")
        found.remark(
            f"有 {len(missed)} 个文件出具时未通过病毒扫描，留在局内，不在案卷中：{shown}",
            f"{len(missed)} files had not passed the scanner and stayed in the house: {shown}",
        )
    found.trusted = trusted_act(dossier, found)


def trusted_act(dossier: Dossier, found: Findings) -> str | None:
    """The last act of the case that is proven with all acts before it.

    With a key from outside, what is wrong with other files and with the act of export, which says
    how many acts there were, takes nothing from the acts that are proven to be in the log.
    """
    sealed = list(map(where, dossier.acts[: dossier.sealed]))
    broken = {problem.where for problem in found.problems if not found.is_beside(problem)}
    if found.is_outside:
        # An act that is missing leaves a gap, which is a problem of the act after it.
        lost = {problem.where for problem in found.problems if problem.code == "receipt_lost"}
        broken -= {"events.jsonl", "proofs.jsonl"} | lost
        broken -= {where(dossier.act)} if dossier.act is not None else set()
    if not broken <= set(map(where, dossier.acts)):
        return None
    first = min((sealed.index(each) for each in broken if each in sealed), default=END)
    return sealed[:first][-1] if sealed[:first] else None


# ------------------------------------------------------------------------------- evidence


def verify_evidence(source: Source, manifest: Manifest, given: Given, found: Findings) -> None:
    """Verify a package of dossiers: its files by the manifest, each dossier as by itself."""
    for name in manifest.files:
        if name in source.names:
            manifest.check_file(source, name, found)
    inside = Inside(given, found)
    for name in sorted(manifest.files.keys() & source.names):
        if name.endswith(".zip"):
            inside.take(source, name)
    if inside.writers:
        manifest.check_signature(source, inside.writers, found)
    else:
        found.add(MANIFEST, "signature_unchecked")
    told = texts(manifest.told.get("cases"))
    if sorted(told) != sorted(inside.numbers):
        found.add(MANIFEST, "cases", wanted=listed(told), found=listed(inside.numbers))
    inside.say()
    tell_evidence(manifest, len(inside.numbers), found)
    found.is_outside = inside.is_outside
    found.trusted = listed(inside.trusted) or None


class Inside:
    """The dossiers of a package, verified one after the other."""

    def __init__(self, given: Given, found: Findings) -> None:
        self.given, self.found = given, found
        self.numbers: list[str] = []
        self.writers: list[bytes] = []  # whose signatures under the manifest count
        self.is_outside = False
        self._trusted: list[str] = []
        self._log: Key | None = None
        self._is_mixed = False
        self._met: set[Place] = set()
        self._notes_held: set[Checkpoint] = set()

    @property
    def trusted(self) -> list[str]:
        """The last acts that are proven; of several logs only a key says which one is right."""
        return [] if self._is_mixed else self._trusted

    def take(self, source: Source, name: str) -> None:
        """Verify one dossier."""
        inner = Findings()
        try:
            number, proven = verify_inside(source, name, self.given, inner)
        except HinderedError as error:
            take_inside(name, inner, self.found)
            at = error.problem.where
            error.problem = error.problem._replace(where=name if at == name else f"{name}: {at}")
            raise
        take_inside(name, inner, self.found)
        self.numbers.append(number)
        if proven is None:
            return
        self._met |= proven.outside.met
        self._notes_held.update(proven.outside.notes_held)
        if self._is_foreign(name, proven.keys):
            return
        self.is_outside = proven.keys.is_outside
        self._trusted += [inner.trusted] if inner.trusted else []
        self.writers += [key for key in proven.writers if key not in self.writers]

    def _is_foreign(self, name: str, keys: Keys) -> bool:
        """Whether a dossier is not of the log by which the package is measured."""
        if self.given.key is not None:
            return keys.is_foreign  # of which its own findings tell
        self._log = self._log or keys.log
        if keys.log == self._log:
            return False
        self.found.add(name, "other_log", found=keys.log)
        self._is_mixed = True
        return True

    def say(self) -> None:
        """Tell once what was kept outside and met no dossier."""
        if not self.given.is_kept:
            return
        receipts = self.given.receipts
        places = {(stream, number) for stream, kept in receipts.items() for number in kept}
        notes = {note for _name, note in self.given.notes}
        unmet = [f"{at[0].decode()} #{at[1].decode()}" for at in sorted(places - self._met)]
        held, lone = len(notes & self._notes_held), len(notes - self._notes_held)
        acts = len(places) - len(unmet)
        shown = listed(unmet)
        self.found.remark(
            f"外存材料：核对了检查点 {held} 份、{acts} 条留痕的回执；没有对上任何案卷的检查点"
            f" {lone} 份、{len(unmet)} 条留痕的回执" + (f"：{shown}" if unmet else ""),
            f"from outside: {held} checkpoints and receipts of {acts} acts were held against the"
            f" dossiers; {lone} checkpoints and receipts of {len(unmet)} acts met none of them"
            + (f": {shown}" if unmet else ""),
        )


def verify_inside(
    source: Source, name: str, given: Given, found: Findings
) -> tuple[str, Proven | None]:
    """Verify a dossier in the package; its number, and what it proves.

    What hinders this verifier, and the disk on which it unpacks, says nothing of the dossier: that
    ends the whole run.
    """
    number = "?"
    try:
        # Read here and there: what is packed once more has to be unpacked for that.
        with tempfile.TemporaryFile() as file:
            copy(source, name, file)
            dossier = Source(Path(name), file, source.budget)
            manifest = Manifest(dossier, (DOSSIER,))
            number = str(manifest.told.get("number"))[:100]
            manifest.check_names(dossier, found)
            return number, verify_dossier(dossier, manifest, given, found)
    except HinderedError:
        raise
    except UnreadableError as error:
        found.problems.append(error.problem)
    except OSError as error:  # those of the package are told as such where it is read
        raise HinderedError(name, "disk", why=error) from None
    except MemoryError as error:
        raise HinderedError(name, "disk", why=type(error).__name__) from None
    except Exception as error:  # noqa: BLE001 - the other dossiers are to be verified too
        found.add(name, "read", why=f"{type(error).__name__}: {error}"[:200])
    return number, None


def copy(source: Source, name: str, file: IO[bytes]) -> None:
    """Write one file of the package into another that can be read here and there."""
    for block in source.blocks(name):
        file.write(block)
        if file.tell() > LARGEST_DOSSIER:
            raise HinderedError(name, "too_large", limit=LARGEST_DOSSIER >> 30)
    file.seek(0)


def take_inside(name: str, inner: Findings, found: Findings) -> None:
    """Take what was found in a dossier: problems with its name, remarks once."""
    for problem in inner.problems:
        place = problem.where if problem.where == name else f"{name}: {problem.where}"
        found.problems.append(problem._replace(where=place))
    found.remarks += [each for each in inner.remarks if each not in found.remarks]


def tell_evidence(manifest: Manifest, count: int, found: Findings) -> None:
    """Tell what the package is by, and what its verification does not show."""
    sha256 = hashlib.sha256(manifest.bytes).hexdigest()
    found.remark(
        f"取证包：{count} 份案卷；MANIFEST.json 的 SHA-256 是 {sha256}，"
        "留痕“取证包打好”（evidence.packed）应登记同一个值，请在办理留痕中核对",
        f"evidence: {count} dossiers; the SHA-256 of MANIFEST.json is {sha256}; the act"
        " evidence.packed on record must tell the same: compare them there",
    )
    if found.problems:
        return
    found.remark(
        "本校验证明包内文件是登记的写入密钥所签清单上的那些、一件不少，并逐一证明各案卷；"
        "不证明没有别的任务应当取证",
        "this shows that the files are those, and all those, of the manifest that a writer on"
        " record signed, and proves each dossier; not that no other case should be in it",
    )


def listed(names: Sequence[str]) -> str:
    """Names in a row, not too many."""
    return ", ".join(names[:SHOWN]) + (f" … ({len(names)})" if len(names) > SHOWN else "")


VERIFIERS = {EXPORT: verify_export, DOSSIER: verify_alone, EVIDENCE: verify_evidence}


# ------------------------------------------------------------------------------------ door


def progress(done: int, claimed: object) -> None:
    """Tell on a terminal how far it has come."""
    if sys.stderr.isatty():
        of_all = f"/{claimed}" if isinstance(claimed, int) else ""
        sys.stderr.write(f"\r{done}{of_all} ")
        sys.stderr.flush()


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        description="校验留痕的导出、任务案卷或取证包。 Verify an export, a dossier, evidence.",
        epilog="退出码 exit codes: 0 完好 sound, 1 有问题 broken, 2 无法读取 unreadable",
    )
    here = str(Path(__file__).resolve().parent)
    parser.add_argument("path", nargs="?", default=here, help="文件夹或 zip  folder or zip")
    parser.add_argument(
        "--key",
        help="局外保存的日志公钥、其指纹，或 keys.json 等文件"
        "  key of the log from outside, its fingerprint, or a file such as keys.json",
    )
    for name, meant, told in (
        ("--outside", "FILE", "外存检查点  checkpoints kept outside"),
        ("--witness", "KEY", "见证人公钥  the key of a witness"),
        ("--receipts", "FILE", "外存回执  receipts of the shipped log"),
        ("--writer", "HEX", "外存写入公钥  a writer's key that you know"),
    ):
        parser.add_argument(name, metavar=meant, action="append", default=[], help=told)
    parser.add_argument(
        "--all-signatures", action="store_true", help="校验每条写入签名  every writer's signature"
    )
    parser.add_argument("--jobs", type=int, default=1, help="进程数  processes for signatures")
    parser.add_argument("--lang", choices=("zh", "en"), help="只用一种语言  one language only")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> tuple[int, Findings]:
    """Verify what was asked for."""
    found = Findings()
    try:
        source = Source(Path(options.path))
        source.refuse_own(options.key)
        manifest = Manifest(source, VERIFIERS)
        manifest.check_names(source, found)
        # A dossier says by the number of its acts what is newer, and is sealed after it is made.
        made_at = manifest.made_at if manifest.format == EXPORT else float("inf")
        VERIFIERS[manifest.format](source, manifest, Given(options, made_at, found), found)
    except UnreadableError as error:
        found.problems.insert(0, error.problem)
        return UNREADABLE, found
    return (BROKEN if found.problems else OK), found


def report(status: int, found: Findings, language: str | None) -> Iterator[str]:
    """The lines that a person reads."""
    languages = (language,) if language else ("zh", "en")
    for problem in found.problems[:SHOWN]:
        for at, each in enumerate(languages):
            yield f"{'✗' if at == 0 else ' '} {problem.say(each)}"
    more = len(found.problems) - SHOWN
    if more > 0:
        yield f"  …… +{more}"
    for remark in found.remarks:
        for each in languages:
            yield f"· {remark[each == 'en']}"
    trusted = found.trusted or "—"
    # What is trusted of something broken.
    only = ("（仅留痕本身，不含其他文件）", " (the record alone, no other file)")
    only = only if found.trusted else ("", "")
    verdicts = {
        OK: (f"✓ 完好。可信至 {trusted}", f"✓ Sound. Trusted up to {trusted}"),
        BROKEN: (
            f"✗ 不可信：发现 {len(found.problems)} 处问题。最后可信的留痕：{trusted}" + only[0],
            f"✗ Not to be trusted: {len(found.problems)} problems. Last trusted event: {trusted}"
            + only[1],
        ),
        UNREADABLE: ("✗ 无法校验，见上。", "✗ It cannot be verified; see above."),
    }
    for each in languages:
        yield verdicts[status][each == "en"]


def main(arguments: list[str] | None = None) -> int:
    """Verify and tell; the exit code."""
    options = options_of(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace", encoding="utf-8")
    try:
        status, found = run(options)
    except Exception as error:  # noqa: BLE001 - a hostile file must get a sentence, not a traceback
        found = Findings()
        found.add(str(options.path), "read", why=f"{type(error).__name__}: {error}"[:200])
        status = UNREADABLE
    if sys.stderr.isatty():
        sys.stderr.write("\r")
    for line in report(status, found, options.lang):
        sys.stdout.write(line + "\n")
    return status


if __name__ == "__main__":
    gc.disable()  # rows by the million and no cycles: collecting costs a tenth
    sys.exit(main())
