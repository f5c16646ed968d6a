"""Differences in Chinese and English: what each change says, for reviewers and approvers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow.engine.differences.changes import Change, Detail, RowChange
from caseflow.vocabulary import CaseStatus, Role

_KINDS = {
    "added": ("新增", "added"),
    "removed": ("删去", "removed"),
    "changed": ("修改", "changed"),
    "moved": ("只动位置", "only moved"),
}
_SUBJECTS = {
    "file": ("文件", "file"),
    "process": ("流程", "process"),
    "element": ("环节", "element"),
    "flow": ("连线", "flow"),
    "lane": ("泳道", "lane"),
    "decision": ("决策表", "decision"),
    "field": ("表单栏目", "field"),
    "form": ("表单", "form"),
}
_TYPES = {
    "startEvent": ("开始事件", "start event"),
    "endEvent": ("结束事件", "end event"),
    "userTask": ("人工环节", "user task"),
    "manualTask": ("线下环节", "manual task"),
    "serviceTask": ("系统环节", "service task"),
    "businessRuleTask": ("决策环节", "decision task"),
    "sendTask": ("发送环节", "send task"),
    "receiveTask": ("接收环节", "receive task"),
    "callActivity": ("调用流程", "call activity"),
    "exclusiveGateway": ("条件分支", "exclusive gateway"),
    "parallelGateway": ("并行分支", "parallel gateway"),
    "inclusiveGateway": ("多选分支", "inclusive gateway"),
    "eventBasedGateway": ("等待分支", "event-based gateway"),
    "subProcess": ("子流程", "sub-process"),
    "boundaryEvent": ("边界事件", "boundary event"),
    "intermediateCatchEvent": ("等待事件", "catching event"),
    "intermediateThrowEvent": ("发出事件", "throwing event"),
}
_ATTRIBUTES = {
    "key": ("标识", "id"),
    "type": ("类型", "type"),
    "name": ("名称", "name"),
    "name_en": ("英文名称", "English name"),
    "scope": ("所在子流程", "sub-process around it"),
    "lane": ("岗位", "post"),
    "groups": ("可办岗位", "posts that may do it"),
    "form_key": ("表单", "form"),
    "due": ("办理期限", "due"),
    "default": ("默认走向", "default flow"),
    "attached_to": ("所附环节", "attached to"),
    "is_interrupting": ("是否中断环节", "interrupts"),
    "event": ("事件类型", "kind of event"),
    "event_name": ("事件名称", "name of the event"),
    "timer": ("定时", "timer"),
    "topic": ("系统动作", "verb"),
    "decision": ("决策表", "decision"),
    "result": ("结果变量", "result variable"),
    "mapping": ("结果取法", "how the result is taken"),
    "multi.sequential": ("逐个办理", "one by one"),
    "multi.collection": ("按名单办理", "for each of"),
    "multi.cardinality": ("办理次数", "number of times"),
    "multi.variable": ("每项的变量", "variable of each"),
    "multi.until": ("提前结束条件", "ends early when"),
    "call.process": ("调用的流程", "called process"),
    "call.takes": ("带入变量", "variables in"),
    "call.gives": ("带回变量", "variables out"),
    "call.takes_all": ("带入全部变量", "all variables in"),
    "call.gives_all": ("带回全部变量", "all variables out"),
    "is_cycle": ("重复定时", "repeats"),
    "properties.stage": ("阶段", "stage"),
    "properties.status": ("任务状态", "status of the case"),
    "properties.relation": ("指定人员", "named person"),
    "properties.separation": ("不相容岗位", "separated from"),
    "properties.routes": ("决定走向的栏目", "fields that route"),
    "source": ("起点", "from"),
    "target": ("终点", "to"),
    "condition": ("条件", "condition"),
    "is_default": ("默认走向", "default flow"),
    "order": ("先后次序", "order"),
    "other": ("说明文字或流程不用的属性", "notes, or attributes that processes do not use"),
    "unreadable": ("文件有误，不能逐项比较", "the file is broken and cannot be compared in detail"),
    "policy": ("命中规则", "hit policy"),
    "aggregate": ("汇总方式", "aggregation"),
    "column": ("列", "column"),
    "column.label": ("列名", "name of a column"),
    "column.text": ("列的表达式", "expression of a column"),
    "column.type": ("列的类型", "type of a column"),
    "column.values": ("列的可选值", "values of a column"),
    "logic": ("内容", "content"),
    "label": ("名称", "label"),
    "properties.label_en": ("英文名称", "English label"),
    "properties.name_en": ("英文名称", "English name"),
    "description": ("提示", "hint"),
    "properties.description_en": ("英文提示", "English hint"),
    "validate.required": ("必填", "required"),
    "validate.minLength": ("最少字数", "shortest"),
    "validate.maxLength": ("最多字数", "longest"),
    "validate.min": ("最小值", "smallest"),
    "validate.max": ("最大值", "largest"),
    "validate.pattern": ("格式", "pattern"),
    "values": ("选项", "choices"),
    "valuesKey": ("选项来源", "where choices come from"),
    "properties.vocabulary": ("选项词表", "list of terms"),
    "properties.validator": ("检查规则", "validator"),
    "properties.routing": ("决定走向", "routes"),
    "conditional.hide": ("何时不显示", "hidden when"),
    "decimalDigits": ("小数位数", "decimal places"),
    "defaultValue": ("默认值", "default"),
    "subtype": ("日期或时间", "date or time"),
}
_NOTHING = ("（空）", "(empty)")
_TRUTH = {"true": ("是", "yes"), "false": ("否", "no")}


def title(change: Change, lang: str) -> str:
    """What was changed: ``修改 人工环节「科长复核」``."""
    kind = _choose(_KINDS[change.kind], lang)
    subject = _choose(_TYPES.get(change.type) or _SUBJECTS[change.subject], lang)
    name = change.name_en if lang == "en" and change.name_en else change.name or change.id
    if lang == "en":
        return f"{kind} {subject} “{name}”"
    return f"{kind} {subject}「{name}」"


def say(change: Change, lang: str) -> Iterator[str]:
    """A change as sentences: first what, then each detail and each rule."""
    yield title(change, lang)
    if change.kind in ("added", "removed") and change.subject != "decision":
        side = [d for d in change.details if d.attribute not in ("name", "type", "label")]
        for detail in side:
            value = detail.new if change.kind == "added" else detail.old
            mark = ": " if lang == "en" else "："
            yield f"{label(detail.attribute, lang)}{mark}{value_of(detail.attribute, value, lang)}"
        return
    for detail in change.details:
        yield say_detail(detail, lang)
    for row in change.rows:
        yield from _row(change, row, lang)


def say_detail(detail: Detail, lang: str) -> str:
    """One detail: ``办理期限：days(5) → days(10)``."""
    named = label(detail.attribute, lang)
    if detail.attribute in ("other", "unreadable"):
        return named
    old, new = (value_of(detail.attribute, text, lang) for text in (detail.old, detail.new))
    return f"{named}{': ' if lang == 'en' else '：'}{old} → {new}"


def label(attribute: str, lang: str) -> str:
    """The name of what a detail speaks of."""
    known = _ATTRIBUTES.get(attribute)
    return _choose(known, lang) if known else attribute.removeprefix("properties.")


def value_of(attribute: str, text: str, lang: str) -> str:
    """A value in words where it is an identifier, else as it is written."""
    if not text:
        return _choose(_NOTHING, lang)
    if attribute in ("lane", "groups"):
        return ", ".join(_role(each.strip(), lang) for each in text.split(","))
    if attribute == "properties.status" and text in _STATUSES:
        return _choose(_STATUSES[text], lang)
    if attribute == "type":
        return _choose(_TYPES.get(text, (text, text)), lang)
    return _choose(_TRUTH.get(text, (text, text)), lang)


def _row(change: Change, row: RowChange, lang: str) -> Iterator[str]:
    if row.kind == "same":
        return
    number = row.new_number if row.new_number is not None else row.old_number
    kind = _choose(_KINDS[row.kind], lang)
    begin = f"{kind} rule {number}: " if lang == "en" else f"{kind}第 {number} 条规则："
    if row.kind == "changed":
        named = (*change.columns, "注" if lang == "zh" else "note")
        pairs = zip(named, (*row.cells, row.note), strict=True)
        said = [f"{n} {_cell(a, lang)} → {_cell(b, lang)}" for n, (a, b) in pairs if a != b]
    else:
        side = 1 if row.kind == "added" else 0
        pairs = zip(change.columns, row.cells, strict=True)
        said = [f"{name} {cell[side]}" for name, cell in pairs if cell[side]]
    yield begin + ("; " if lang == "en" else "；").join(said)


def _cell(text: str, lang: str) -> str:
    return text or ("any" if lang == "en" else "不限")


def _role(text: str, lang: str) -> str:
    return _choose(_ROLES.get(text, (text, text)), lang)


def _choose(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]


_ROLES: Mapping[str, tuple[str, str]] = {
    **{role.value: (role.zh, role.en) for role in Role},
    "district_leader": ("基层局领导", "district leader"),
    "system": ("系统", "system"),
}
_STATUSES = {status.value: (status.zh, status.en) for status in CaseStatus}
