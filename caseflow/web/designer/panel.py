"""The panel beside the drawing: which settings each kind of element has, in the page's language.

The script draws what stands here; ``place`` says where a setting lives in the file (see
``frontend/src/js/designer/values.js``), so that Camunda Modeler edits the same things.
"""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from caseflow import engine
from caseflow.documents import PaperKind
from caseflow.engine import drawings
from caseflow.engine.decisions import editing
from caseflow.engine.safe_xml import BadXml
from caseflow.reads import parameters
from caseflow.services import drafts, effects
from caseflow.vocabulary import CaseStatus, Role
from caseflow.vocabulary.drawings import OPEN_STATUSES, STAGES
from caseflow.web.designer.place import Place
from caseflow.web.languages import say
from caseflow.web.speech import _
from caseflow.web.stages import stage_name
from caseflow.web.words import joined

Field = dict[str, Any]
Choices = list[tuple[str, ...]]


def setup(session: Session, place: Place, file: str) -> dict[str, Any]:
    """Everything the modeller needs to know: addresses, words, settings and their choices."""
    return {
        "drawing": url_for("designer.drawing_file", draft_id=place.id, name=file),
        "check": url_for("designer.check_drawing", draft_id=place.id, name=file),
        "save": url_for("designer.save_drawing", draft_id=place.id, name=file),
        "file": file,
        "seen": drafts.digest(place.draft, file),
        "readonly": not place.may_edit,
        "token": generate_csrf(),
        "words": _words(),
        "kinds": _kinds(),
        "groups": _groups(session, place),
    }


def _words() -> dict[str, str]:
    return {
        "unnamed": _("（未命名）"),
        "changed": _("有改动，尚未保存"),
        "saving": _("正在保存…"),
        "saved": _("已保存 %(time)s", time="{time}"),
        "failed": _("没有保存成功，改动仍在这里，请再按一次保存"),
        "offline": _("连接不上，改动仍在这里，请稍后再按保存"),
        "signedOut": _("登录已过期，改动仍在这里：请在另一页登录后再按保存"),
        "wrong": _("有填错的办理设置没有保存，请按红字改好"),
        "conflict": _("没有保存：草稿已被改过"),
        "found": _("%(n)s 处待改", n="{n}"),
        "following": _("另有 %(n)s 处应由此而来，先改这一处", n="{n}"),
        "clean": _("检查通过"),
        "unchecked": _("没有检查成功"),
    }


def _kinds() -> dict[str, str]:
    return {
        "process": _("流程"),
        "lane": _("泳道"),
        "flow": _("连线"),
        "userTask": _("人工环节"),
        "manualTask": _("线下环节"),
        "serviceTask": _("系统环节"),
        "businessRuleTask": _("决策表环节"),
        "sendTask": _("发送环节"),
        "receiveTask": _("等候环节"),
        "callActivity": _("调用流程"),
        "subProcess": _("子流程"),
        "startEvent": _("开始"),
        "endEvent": _("结束"),
        "event": _("事件"),
        "gateway": _("网关"),
        "other": _("其他"),
    }


def _groups(session: Session, place: Place) -> dict[str, dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {
        "general": {"fields": _general()},
        "process": {"title": _("流程"), "fields": _process()},
        "lane": {"title": _("泳道"), "fields": _lane()},
        "userTask": {"title": _("办理设置"), "fields": _task(session, place)},
        "manualTask": {"title": _("办理设置"), "fields": _task(session, place)},
        "serviceTask": {"title": _("办理设置"), "fields": _service()},
        "businessRuleTask": {"title": _("办理设置"), "fields": _rule(place)},
        "callActivity": {"title": _("办理设置"), "fields": _call(place)},
        "flow": {"title": _("走这条线的条件"), "fields": _flow()},
        "endEvent": {"title": _("结束"), "fields": _end()},
        "timer": {"title": _("时间"), "fields": [_timer()]},
        "message": {"title": _("消息"), "fields": [_named("message", _("消息名称"))]},
        "signal": {"title": _("信号"), "fields": [_named("signal", _("信号名称"))]},
        "error": {"title": _("差错"), "fields": [_named("error", _("差错代码"))]},
        "escalation": {"title": _("上报"), "fields": [_named("escalation", _("上报代码"))]},
        "repeat": {"title": _("每项各办一次"), "fields": _repeat()},
    }
    for name, group in groups.items():
        for field in group["fields"]:
            field.setdefault("kind", "text")
            field["key"] = f"{name}-{field.get('name') or field['place']}".replace(":", "-")
    return groups


def _property(name: str, label: str, **more: object) -> Field:
    return {"place": "property", "name": name, "label": label, **more}


def _attribute(name: str, label: str, **more: object) -> Field:
    return {"place": "attribute", "name": name, "label": label, **more}


def _named(kind: str, label: str) -> Field:
    return {"place": "event", "name": kind, "label": label}


def _general() -> list[Field]:
    return [
        _attribute("name", _("名称")),
        _property("name_en", _("英文名称")),
        _attribute(
            "id",
            _("标识"),
            mono=True,
            hint=_("英文小写和下划线；在办任务按标识认环节，用过的不要改"),
        ),
    ]


def _process() -> list[Field]:
    return [
        _property(
            "variables",
            _("流转变量"),
            kind="long",
            mono=True,
            on="process",
            hint=_("用分号隔开，如 score: number; ti_flag: boolean"),
        )
    ]


def _lane() -> list[Field]:
    return [
        _attribute(
            "id",
            _("岗位"),
            kind="select",
            choices=_roles(),
            renames=True,
            hint=_("泳道里的环节由这个岗位办理"),
        )
    ]


def _task(session: Session, place: Place) -> list[Field]:
    return [
        _attribute(
            "camunda:candidateGroups",
            _("岗位"),
            kind="select",
            any=_("按所在泳道"),
            choices=_roles(),
        ),
        _attribute(
            "camunda:formKey", _("表单"), kind="select", any=_("（无）"), choices=_forms(place)
        ),
        _due(session, "camunda:dueDate", _("办理期限")),
        {
            "kind": "words",
            "place": "words",
            "label": _("期限过半、过八成时提醒办理人，逾期后逐级上报：全局统一，不必在这里设"),
        },
        _property("stage", _("阶段"), kind="select", any=_("（无）"), choices=_stages()),
        _property(
            "status",
            _("任务状态"),
            kind="select",
            any=say(CaseStatus.IN_PROGRESS),
            choices=[(str(each), say(each)) for each in OPEN_STATUSES],
        ),
        _property(
            "relation", _("由谁办理"), kind="select", any=_("本岗位任何人"), choices=_relations()
        ),
        _property(
            "separation",
            _("不得由谁办理"),
            mono=True,
            hint=_("写环节标识或 main_officer、second_officer，用逗号隔开"),
        ),
        _property(
            "opinion",
            _("意见"),
            kind="select",
            any=_("不要求"),
            choices=[("required", _("必须写明"))],
        ),
        _property("signs", _("签发文书"), kind="select", any=_("（无）"), choices=_papers()),
    ]


def _service() -> list[Field]:
    return [
        _attribute(
            "camunda:topic",
            _("做什么"),
            kind="select",
            choices=_verbs(),
            **{"with": {"camunda:type": "external"}},
        ),
        _property(
            "kind", _("参数 kind"), mono=True, hint=_('FEEL，文字加引号，如 "inquiry_letter"')
        ),
        _property("clock", _("参数 clock"), mono=True),
        _property("until", _("参数 until"), mono=True),
        _property("stage", _("阶段"), kind="select", any=_("（无）"), choices=_stages()),
    ]


def _rule(place: Place) -> list[Field]:
    return [
        _attribute("camunda:decisionRef", _("决策表"), kind="select", choices=_decisions(place)),
        _attribute("camunda:resultVariable", _("结果记入变量"), mono=True),
        _attribute(
            "camunda:mapDecisionResult",
            _("结果形式"),
            kind="select",
            any=_("按列数自动"),
            choices=[
                ("singleEntry", _("一个值")),
                ("singleResult", _("一行")),
                ("collectEntries", _("一列值")),
                ("resultList", _("多行")),
            ],
        ),
    ]


def _call(place: Place) -> list[Field]:
    return [
        _attribute("calledElement", _("被调用的流程"), kind="select", choices=_processes(place)),
        _property("stage", _("阶段"), kind="select", any=_("（无）"), choices=_stages()),
    ]


def _flow() -> list[Field]:
    return [
        {
            "place": "condition",
            "label": _("条件"),
            "kind": "long",
            "mono": True,
            "hint": _('FEEL，如 decision = "assign"；默认连线不写条件'),
        },
        {"place": "default", "label": _("默认连线：其余都不成立时走这条"), "kind": "check"},
    ]


def _end() -> list[Field]:
    return [
        _property(
            "case_status",
            _("任务结束为"),
            kind="select",
            any=_("（不结束任务）"),
            choices=[(str(each), say(each)) for each in (CaseStatus.CLOSED, CaseStatus.VOIDED)],
        )
    ]


def _timer() -> Field:
    return {
        "place": "timer",
        "label": _("到什么时候"),
        "kind": "timer",
        "choices": [
            ("timeDuration", _("经过")),
            ("timeDate", _("到日期")),
            ("timeCycle", _("反复")),
        ],
        "hint": _("如 working_days(3)、days(15)、P3D；反复写 R3/PT1H"),
    }


def _repeat() -> list[Field]:
    return [
        {
            "place": "repeat",
            "name": "camunda:collection",
            "label": _("对哪个列表"),
            "mono": True,
        },
        {
            "place": "repeat",
            "name": "camunda:elementVariable",
            "label": _("每一项叫做"),
            "mono": True,
        },
        {
            "place": "repeat-text",
            "name": "completionCondition",
            "label": _("提前结束的条件"),
            "kind": "long",
            "mono": True,
            "hint": _("如 nrOfCompletedInstances >= 2；不写则全部办完"),
        },
    ]


def _due(session: Session, name: str, label: str) -> Field:
    counted = {"wd": "working_days", "d": "days"}
    return _attribute(
        name,
        label,
        kind="due",
        units=[
            ("", _("不设")),
            ("working_days", _("工作日")),
            ("days", _("日")),
            ("named", _("规定期限")),
            ("expression", _("表达式")),
        ],
        wrong={
            "days": _("没有保存：请填 0 到 9999 的整数，如 5；不要期限的选“不设”。"),
            "named": _("没有保存：请选一项规定期限；不要期限的选“不设”。"),
            "expression": _("没有保存：请写出表达式；不要期限的选“不设”。"),
        },
        limits=[
            (
                f'{counted[limit.unit]}("{limit.name}")',
                _("%(name)s（%(days)s）", name=_limit_name(limit.name), days=_days(limit)),
            )
            for limit in parameters.day_limits(session)
        ],
    )


def _days(limit: parameters.Limit) -> str:
    if limit.unit == "wd":
        return _("%(n)s 个工作日", n=limit.value)
    return _("%(n)s 日", n=limit.value)


def _limit_name(name: str) -> str:
    names = {
        "assign_district": _("区局分派"),
        "assign_section": _("科（所）分派"),
        "accept": _("接收"),
        "wv_desk": _("案头核查"),
        "wv_reply": _("纳税人答复"),
        "wv_onsite": _("实地核查"),
        "wv_total": _("预警核查总时限"),
        "opinion": _("签署意见"),
        "wv_collective": _("集体审议"),
        "wv_execute": _("执行"),
        "archive": _("归档"),
    }
    return names.get(name, name)


def _roles() -> Choices:
    """Posts as value, words, and the English that a lane keeps."""
    seats = [
        ("system", _("系统"), "System"),
        ("district_leader", _("基层局领导"), "District leader"),
    ]
    return [*seats, *((str(role), say(role), role.en) for role in Role)]


def _forms(place: Place) -> Choices:
    keys = [name.removesuffix(".form") for name in place.of_kind(".form")]
    return [(key, title(place, key)) for key in keys]


def title(place: Place, key: str) -> str:
    """A form with the steps that use it, by which people know it."""
    steps = place.steps_of_forms.get(key)
    return _("%(steps)s（%(form)s）", steps=joined(steps), form=key) if steps else key


def _processes(place: Place) -> Choices:
    """The processes of the draft that another may call."""
    read = [
        each for name in place.of_kind(".bpmn") for each in drawings.read(name, place.files[name])
    ]
    return [(each.key, each.name or each.key) for each in read if each.key != place.draft.process]


def _decisions(place: Place) -> Choices:
    found: Choices = []
    for name in place.of_kind(".dmn"):
        try:
            sheets = editing.sheets(place.files[name])
        except (BadXml, engine.EngineError):
            continue
        found += [(sheet.key, sheet.name) for sheet in sheets]
    return found


def _stages() -> Choices:
    return [(stage, stage_name(stage)) for stage in STAGES]


def _papers() -> Choices:
    return [(str(kind), say(kind)) for kind in PaperKind]


def _relations() -> Choices:
    return [
        ("main_officer", _("主办")),
        ("second_officer", _("协办")),
        ("collective_member", _("集体审议成员")),
        ("named_reviewer", _("指定的复核人")),
    ]


def _verbs() -> Choices:
    words = {
        "start_clock": _("起算时限"),
        "pause_clock": _("中止时限"),
        "resume_clock": _("恢复时限"),
        "issue_paper": _("出具文书"),
        "issue_closing_paper": _("出具结案文书"),
        "refer": _("转办"),
        "conclude_doubts": _("疑点办结"),
    }
    return [(verb, words.get(verb, verb)) for verb in sorted(effects.VERBS)]
