"""What a verification of the record may find, each with its place and its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from caseflow.vocabulary import Term

Language = Literal["zh", "en"]


class Code(Enum):
    """One kind of thing that does not fit, with its sentence in Chinese and English."""

    GAP = ("序号不连续：应为 {wanted}", "the numbers have a gap: {wanted} was due")
    FIRST = ("首条留痕的前一哈希不是零", "the first event does not begin the chain")
    PREV = ("与上一条的哈希不衔接", "it does not follow from the event before")
    HASH = ("内容与其哈希不符", "what it says does not fit its hash")
    TIME = ("时间早于上一条", "it is dated before the event before")
    SIGNATURE = ("签名不是已登记密钥所签", "no key on record signed it")
    NO_KEY = ("未登记任何签名公钥", "no public key is on record")
    FOREIGN_KEY = ("登记的公钥 {key} 未经认可", "the recorded key {key} is not vouched for")
    PAYLOAD = ("内容无法读取", "what it says cannot be read")
    NO_CASE = ("留痕所指的任务不存在", "the case it tells of does not exist")
    NO_EVENTS = ("任务没有任何留痕", "the case has no event at all")
    REVISION = (
        "任务修订号为 {found}，留痕止于 {wanted}",
        "the case row is at revision {found}, its record ends at {wanted}",
    )
    STATUS = (
        "任务状态为 {found}，留痕为 {wanted}",
        "the case row says {found}, the record says {wanted}",
    )
    OUTCOME = (
        "任务结论为 {found}，留痕为 {wanted}",
        "the case row concludes {found}, the record {wanted}",
    )
    NO_ANSWERS = ("该办理的表单内容缺失", "the answers of this act are missing")
    ANSWERS = ("表单内容与留痕中的哈希不符", "the answers do not fit the hash on record")
    STRAY_ANSWERS = ("表单内容没有对应的留痕", "these answers belong to no act on record")
    NO_PAPER = ("留痕中的文书 {subject} 缺失", "the paper {subject} on record is missing")
    STRAY_PAPER = ("文书 {subject} 没有对应的留痕", "the paper {subject} is not on record")
    STRAY_FILE = ("附件 {subject} 没有对应的留痕", "the file {subject} is not on record")
    NO_FILE = ("留痕中的附件 {subject} 缺失", "the file {subject} on record is missing")
    DEFINITION = (
        "流程 {subject} 的文件已被改动",
        "the files of the process {subject} have been changed",
    )
    NO_DEFINITION = ("留痕中的流程 {subject} 缺失", "the process {subject} on record is missing")
    STRAY_DEFINITION = (
        "流程 {subject} 没有发布的留痕",
        "the deployment of the process {subject} is not on record",
    )
    NO_BYTES = ("{subject} 的文件不在存储中", "the bytes of {subject} are not in the store")
    BYTES = ("{subject} 的文件内容已被改动", "the bytes of {subject} have been changed")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not fit: in which stream, at which event (None: the whole stream)."""

    code: Code
    stream: str
    seq: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def say(self, language: Language) -> str:
        """The place and what differs, as one line."""
        words = {name: _word(value, language) for name, value in self.values.items()}
        text = self.code.value[0 if language == "zh" else 1].format(**words)
        place = self.stream if self.seq is None else f"{self.stream} #{self.seq}"
        return f"{place}: {text}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification went through and what it found."""

    events: int
    streams: int
    cases: int
    files: int
    problems: tuple[Problem, ...]
    keys: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether everything is as it was written."""
        return not self.problems


def _word(value: object, language: Language) -> object:
    """A term in words, nothing as a dash, anything else as it is."""
    if isinstance(value, Term):
        return value.zh if language == "zh" else value.en
    return "—" if value is None else value
