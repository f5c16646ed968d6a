"""The acts and answers of a case in Chinese, as its dossier tells them to whoever opens it.

A dossier is read for decades and by people without Caseflow, so it speaks for itself: one
language, no catalogue, the words of the day on which it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from caseflow.engine.forms import FieldSpec, FormSpec
from caseflow.masking import masked
from caseflow.models import Case
from caseflow.policy import NUMBERS
from caseflow.reads import step_choices
from caseflow.reads.record import Event
from caseflow.vocabulary import choices as vocabularies
from caseflow.vocabulary import decisions

_ACTS: Mapping[str, str] = {
    "attachment.added": "上传 {name}",
    "attachment.described": "填写 {name} 的取证信息",
    "attachment.locked": "{name} 发现病毒，已隔离",
    "attachment.removed": "撤下 {name}",
    "case.called_for": "{from} 转来疑点",
    "record.matched": "人工匹配一条第三方记录",
    "batch.released": "批次记录放行为事实",
    "case.batched": "列入零申报批次",
    "batch.dispatched": "批次各户已分派",
    "case.doubts_joined": "新疑点并入本任务",
    "case.merged_in": "{from} 并入本任务",
    "case.merger_undone": "{of} 撤销并入",
    "case.taken_out": "撤销并入 {from}，恢复办理",
    "case.split": "疑点拆分到 {to}",
    "case.migrated": "迁移到流程第 {to} 版",
    "case.migrated_back": "退回到流程第 {to} 版",
    "case.move_asked": "申请行政调整到 {target_name}",
    "case.move_rejected": "不批准行政调整到 {target_name}",
    "case.move_withdrawn": "撤回行政调整到 {target_name} 的申请",
    "case.moved": "批准行政调整到 {target_name}",
    "case.opened": "立案",
    "case.referral_opened": "待立任务立案 {opened}",
    "message.heard": "收到消息 {message}",
    "paper.served": "送达文书 {number}",
    "signal.heard": "收到信号 {signal}",
    "task.claimed": "领取 {step}",
    "task.completed": "办理 {step}",
    "task.released": "放回 {step}",
    "task.reminded": "提醒办理 {step}",
    "payment.matched": "缴款入库",
    "payment.taken_back": "撤回匹配的缴款",
    "recheck.drawn": "抽中复查或抽查",
    "recheck.assigned": "派 {to_name} 复查",
    "recheck.reported": "提交复查结果",
    "recheck.sent_back": "退回复查结果",
    "recheck.signed": "签批复查报告",
    "recheck.reopened": "{from} 复查改变结论，另立评估",
    "recheck.spot_checked": "记录抽查结果",
    "case.commented": "留言",
    "case.copied": "抄送 {to_name}",
    "case.copy_read": "已阅",
    "case.help_asked": "请 {to_name} 协查",
    "case.help_given": "答复协查",
    "task.advised": "就 {step} 加签",
    "task.opinion_asked": "就 {step} 请 {to_name} 加签",
    "task.question_taken_away": "撤回请 {to_name} 的答复",
    "limit.extension_asked": "申请把期限 {from} 延至 {to}",
    "limit.extended": "批准期限由 {from} 延至 {to}",
    "limit.not_extended": "不批准延期，期限仍为 {from}",
    "payment.deferred": "登记延期缴纳：{number}，由 {from} 延至 {to}",
    "limit.paused": "中止计时至 {until}：{reason}，证据 {evidence}",
    "limit.pause_ended": "恢复计时：{from} 至 {to}中止，计 {paused_days} 个工作日",
    "task.delegated": "把 {step} 委派给 {to_name}",
    "task.given_back": "办完 {step} 交回",
    "task.delegation_ended": "收回委派给 {to_name} 的 {step}",
    "task.handed_over": "把 {step} 转办给 {to_name}",
    "task.nudged": "催办 {step}",
    "task.taken_back": "拿回 {step}",
    "task.sent_back": "从 {step} 退回到 {target_name}",
    "request.recurred": "所需数据到齐，立下一次需求 {opened}",
    "directive.lines_settled": "清册办结，转科（所）反馈",
    "timer.fired": "期限到，按流程继续",
}
_NOTHING = "—"


class _Told(dict[str, str]):
    """Values of a sentence; what an act does not tell is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def act(event: Event, steps: Mapping[str, str]) -> str:
    """What was done; ``steps`` are the names of the case's steps by element."""
    payload = event.payload
    element = str(payload.get("task", ""))
    values = {name: str(value) for name, value in payload.items()}
    told = _Told(values, step=steps.get(element, element))
    text = _ACTS.get(event.action, event.action).format_map(told).strip()
    return "".join((text, *_more(event, steps)))


def who(event: Event) -> str:
    """Who did it; the system itself where nobody did."""
    return event.name or "系统"


def post(event: Event) -> str:
    """The post and unit in which it was done."""
    return " ".join(each for each in (event.role.zh if event.role else "", event.unit) if each)


def answers(
    specs: Sequence[FieldSpec],
    content: Mapping[str, Any],
    shown: Mapping[str, str],
    above: str = "",
    *,
    covers: bool,
) -> Iterator[tuple[str, str]]:
    """Handed-in answers as label and value; ``shown`` says what ids and choices mean.

    ``covers``: telephone and identity numbers are masked.
    """
    for spec in specs:
        if spec.type == "group":
            yield from answers(spec.children, content, shown, above, covers=covers)
        elif spec.key in content and spec.type == "dynamiclist":
            for number, row in enumerate(content[spec.key] or [], 1):
                name = shown.get(str(row.get("row")), f"{spec.label} {number}")
                yield from answers(spec.children, row, shown, f"{above}{name} · ", covers=covers)
        elif spec.key in content:
            said = _value(spec, content[spec.key], shown)
            is_covered = covers and spec.validator in NUMBERS
            yield f"{above}{spec.label}", masked(said) if is_covered else said


def tells_numbers(specs: Sequence[FieldSpec], content: Mapping[str, Any]) -> bool:
    """Whether handed-in answers hold a telephone or identity number."""
    return any(_tells_number(spec, content) for spec in specs)


def offered(session: Session, case: Case, forms: Iterable[FormSpec]) -> dict[str, str]:
    """The words of what the forms of a case offer from the house: people, sections, doubts."""
    names = {name for form in forms for name in _sources(form.fields)}
    return {
        offer.key: offer.zh
        for name in sorted(names)
        for offer in step_choices.offers(session, case, name)
    }


def _more(event: Event, steps: Mapping[str, str]) -> Iterator[str]:
    payload = event.payload
    if event.action == "task.completed":
        decided = [term.zh for term in decisions.decided(payload.get("routing") or {})]
        yield f"：{'、'.join(decided)}" if decided else ""
    effects = payload.get("effects") or []
    numbers = [str(each["number"]) for each in effects if each.get("number")]
    yield f"，签发文书 {'、'.join(numbers)}" if numbers else ""
    opened = [steps.get(str(each), str(each)) for each in payload.get("opened") or []]
    if payload.get("ended"):
        yield "，任务办结"
    elif opened:
        yield f"，下一步：{'、'.join(opened)}"


def _value(spec: FieldSpec, value: object, shown: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return _NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_value(spec, each, shown) for each in value)
    terms = getattr(vocabularies, spec.vocabulary, None) if spec.vocabulary else None
    if terms is not None and value in [term.value for term in terms]:
        return str(terms(value).zh)
    is_named = spec.choices_key or spec.type == "filepicker"
    return shown.get(str(value), str(value)) if is_named else str(value)


def _tells_number(spec: FieldSpec, content: Mapping[str, Any]) -> bool:
    if spec.type == "group":
        return tells_numbers(spec.children, content)
    if spec.type == "dynamiclist":
        return any(tells_numbers(spec.children, row) for row in content.get(spec.key) or [])
    return spec.validator in NUMBERS and bool(content.get(spec.key))


def _sources(specs: Sequence[FieldSpec]) -> Iterator[str]:
    for spec in specs:
        yield from (name for name in (spec.choices_key, spec.rows_key) if name)
        yield from _sources(spec.children)
