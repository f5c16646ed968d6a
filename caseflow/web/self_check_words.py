"""The self-check in plain words: what each check is about, what a finding means, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseflow.vocabulary import Role
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _
from caseflow.web.words import joined


def names() -> dict[str, str]:
    """Each check by its name."""
    return {
        "record": _("留痕完好"),
        "seals": _("留痕及时封存"),
        "courses": _("待办与流程一致"),
        "closed_open": _("办结的任务没有遗留步骤"),
        "stuck": _("在办任务都有人管"),
        "holders": _("办理人都在岗"),
        "doers": _("每步待办都有人能办"),
        "timers": _("期限和催办都在走"),
        "separation": _("不相容岗位没有兼办"),
        "sums": _("税额合计与明细相符"),
        "numbers": _("编号连续，不缺不重"),
        "files": _("材料和文书都在"),
        "outbox": _("后台消息都办成"),
        "deputies": _("代理不超过两级"),
        "grants": _("临时授权按期失效"),
    }


def meanings() -> dict[str, str]:
    """What each check looks at, as one would tell somebody who is no engineer."""
    return {
        "record": _("逐条重算留痕，并与任务、填报内容、文书、材料核对：有人改过数据，这里会发现。"),
        "seals": _("每条留痕一分钟内封存签名。封存停了，事后改动就难以证明。"),
        "courses": _("流程停在哪一步，那一步就应在某人的待办里，不多也不少。"),
        "closed_open": _("任务办结后，不应再有待办留在谁的桌上。"),
        "stuck": _("在办任务要么有人正在办，要么在等期限或消息，不会无声地停住。"),
        "holders": _("手里有待办的人应在岗：没有停用，今天有岗位。"),
        "doers": _(
            "每一步待办，今天总有一个在岗、看得到、按规定可以办的人（含代理人）；"
            "涉密、回避、不相容岗位都算进去；申报的回避总有人能决定。"
        ),
        "timers": _("流程里的期限都登记在案，到期就动；催办提醒按时发出。"),
        "separation": _("同一件任务里，规定不得由一人承担的两步，没有由同一人（含代理）办理。"),
        "sums": _("留痕记下的评定税额，等于各税种、各所属期明细之和。"),
        "numbers": _(
            "任务编号和文书编号从一号起连续，与编号册一致：缺号说明有记录被删，重号说明有人另编。"
        ),
        "files": _("登记过的每份材料和文书，文件都还在，内容没有变。"),
        "outbox": _("随业务写下的后台消息都及时办成，没有等人处理的。"),
        "deputies": _("代理的代理可以办，再往下一级不可以。"),
        "grants": _("临时授权都有截止日；长过三个月的，请再看一次还要不要。"),
    }


def advice(check: str, code: str) -> str:
    """What to do about a finding."""
    told = {
        ("courses", "differs"): _(
            "系统管理员核对流程版本；必要时申请「调整环节」把任务放到正确的步骤。"
        ),
        ("courses", "unreadable"): _("流程状态读不出来：交系统管理员，必要时从备份恢复。"),
        ("closed_open", "open_steps"): _("不必再办这些步骤；交系统管理员查明原因。"),
        ("stuck", "nobody"): _("申请「调整环节」，把任务放到该办的步骤。"),
        ("holders", "gone"): _("放回待办，由同岗位的人领取。"),
        ("holders", "gone_named"): _("这一步指定了人员：请按改派办理，或先为他登记代理。"),
        ("doers", "vacant"): _("请系统管理员为这个岗位任命人员。"),
        ("doers", "withheld"): _(
            "标记涉密的人（区局局长），或市局局长、负责数据分析处室的处长，"
            "把该办的人列入查阅名单；或由市局解除涉密。"
        ),
        ("doers", "undecided"): _(
            "标记涉密的人，或市局局长、负责数据分析处室的处长，把其中一位上级列入查阅名单，由其决定。"
        ),
        ("doers", "unheaded"): _("请系统管理员核对任命：申报人的上级应有一位在岗、未回避。"),
        ("doers", "recused"): _(
            "系统管理员为这个岗位再任命一人；等不及的，由区局领导申请“调整环节”，改由别的岗位办。"
        ),
        ("doers", "separated"): _(
            "这一岗位的人都办过不相容的步骤：系统管理员为这个岗位再任命一人，或由区局领导申请“调整环节”。"
        ),
        ("doers", "held"): _("放回待办，由同岗位的其他人领取。"),
        ("doers", "held_named"): _(
            "在任务的“回避”页责令其回避，同时指定接替人员；已回避的，由区局领导申请“调整环节”。"
        ),
        ("timers", "overdue"): _("重新启动定时；再次出现，请系统管理员查看后台进程。"),
        ("timers", "lost"): _("重新登记定时，系统随后按流程继续。"),
        ("timers", "idle"): _("流程已不再等这个期限：重新启动定时，把它注销。"),
        ("timers", "set_aside"): _(
            "看这件任务的留痕「期限到，但流程没有继续」，补齐缺的内容后重新启动定时；"
            "仍不行的申请「调整环节」。"
        ),
        ("timers", "unreminded"): _("重新启动催办；再次出现，请系统管理员查看节拍进程。"),
        ("seals", "behind"): _("系统管理员查看封存进程；封存前不要停机。"),
        ("sums", "differs"): _("核对结论和明细；有误的退回重新填报，并报告督察内审。"),
        ("numbers", "gap"): _("查明缺号的去向；查不明的报告督察内审。"),
        ("numbers", "behind"): _(
            "不续号，下一份会与已有的重号而办不成：续到最后一号之后，并查明编号册为何落后。"
        ),
        ("numbers", "twice"): _("重号的文书不要再用：报告督察内审，由其核定哪一份有效。"),
        ("files", "missing"): _("从备份恢复这份文件（按指纹核对），恢复后重新自检。"),
        ("files", "damaged"): _("从备份换回原文件（按指纹核对），换回后重新自检。"),
        ("outbox", "dead"): _("看「运行状况」里的原因，修好后重试，不再需要的放弃。"),
        ("outbox", "late"): _("系统管理员查看后台进程和节拍进程是否在运行。"),
        ("deputies", "third_link"): _("由授权人撤销多出的一级代理。"),
        ("grants", "long"): _("由授权人缩短或撤销；确需长期的，应改为正式岗位。"),
    }
    if check in ("record", "separation") or code == "fault":
        return _("不要自行修改。报告督察内审，由其核查；数据从备份核对。")
    return told.get((check, code), _("交系统管理员查明原因。"))


def finding(check: str, code: str, values: Mapping[str, Any]) -> str:
    """What does not fit, in one sentence."""
    told = {
        ("courses", "differs"): _("待办与流程停留的步骤不一致"),
        ("courses", "unreadable"): _("流程状态读不出来"),
        ("closed_open", "open_steps"): _("已办结，仍有 %(n)s 步待办", n=values.get("n", "")),
        ("stuck", "nobody"): _("在办，但没有待办，也不在等期限或消息"),
        ("holders", "gone"): _("待办在已停用或无岗位的人手里"),
        ("holders", "gone_named"): _("指定的办理人已停用或无岗位"),
        ("doers", "vacant"): _(
            "%(unit)s没有在岗的%(roles)s，等这个岗位的待办无人可领",
            unit=place(values),
            roles=_roles(values),
        ),
        ("doers", "withheld"): _(
            "“%(step)s”等%(roles)s领取，但任务涉密，他们都不在查阅名单上", **_step(values)
        ),
        ("doers", "undecided"): _(
            "%(name)s 申报回避待决定，但任务涉密，能决定的上级都不在查阅名单上",
            name=values.get("name", ""),
        ),
        ("doers", "unheaded"): _(
            "%(name)s 申报回避待决定，但没有能决定的上级", name=values.get("name", "")
        ),
        ("doers", "recused"): _("“%(step)s”等%(roles)s领取，但能领的人已回避", **_step(values)),
        ("doers", "separated"): _(
            "“%(step)s”等%(roles)s领取，但他们都办过不相容的步骤", **_step(values)
        ),
        ("doers", "held"): _("“%(step)s”已被领取，但领取的人不能再办", **_step(values)),
        ("doers", "held_named"): _("“%(step)s”指定的办理人不能再办", **_step(values)),
        ("timers", "overdue"): _("期限已过，流程没有继续"),
        ("timers", "lost"): _("流程里有期限，系统没有登记"),
        ("timers", "idle"): _("登记了期限，流程却已不在等它"),
        ("timers", "set_aside"): _("期限到了，但流程走不下去，系统每小时再试一次"),
        ("timers", "unreminded"): _("该催办的步骤没有发出催办"),
        ("separation", "both_sides"): _("同一人办理了两个不相容的步骤"),
        ("sums", "differs"): _("留痕中的评定税额与明细合计不符"),
        ("sums", "unreadable"): _("留痕中的评定税额读不出来"),
        ("seals", "behind"): _(
            "%(n)s 条留痕未封存，最早的已等 %(seconds)s 秒",
            n=values.get("n", ""),
            seconds=values.get("seconds", ""),
        ),
        ("seals", "fault"): _("封存时发现留痕有误（%(fault)s）", fault=values.get("fault", "")),
        ("numbers", "gap"): _(
            "%(series)s：缺 %(missing)s 个号",
            series=_series(values),
            missing=values.get("missing", ""),
        ),
        ("numbers", "behind"): _(
            "%(series)s：已用到 %(newest)s 号，编号册只记到 %(last)s 号",
            series=_series(values),
            newest=values.get("newest", ""),
            last=values.get("last", ""),
        ),
        ("numbers", "twice"): _(
            "%(series)s：有重号，共 %(used)s 个，最后一号是 %(newest)s",
            series=_series(values),
            used=values.get("used", ""),
            newest=values.get("newest", ""),
        ),
        ("files", "missing"): _("登记过的文件不在存储中"),
        ("files", "damaged"): _("文件内容与指纹不符"),
        ("outbox", "dead"): _("后台消息试了十次没有办成"),
        ("outbox", "late"): _("后台消息已等 %(n)s 分钟", n=values.get("minutes", "")),
        ("deputies", "third_link"): _("代理已到第三级"),
        ("grants", "long"): _("临时授权长过三个月，到 %(until)s", until=values.get("until", "")),
    }
    if check == "record":
        return _("留痕与数据不符（%(code)s）", code=code)
    return told.get((check, code), code)


def place(values: Mapping[str, Any]) -> str:
    """The unit that a finding is about; often none."""
    return name_of(values.get("unit_name", ""), values.get("unit_name_en", ""))


def ways() -> dict[str, str]:
    """What can be done, as a button says it."""
    return {
        "rearm": _("重新启动定时"),
        "release": _("放回待办"),
        "retry": _("重试"),
        "advance": _("续号"),
        "allow": _("列入查阅名单"),
        "report": _("报告督察内审"),
        "explain": _("已查明，予以说明"),
    }


def done(what: str) -> str:
    """What somebody did."""
    return {
        "rearm": _("已重新启动定时"),
        "release": _("已放回待办"),
        "retry": _("已重试"),
        "advance": _("已续号"),
        "allow": _("已列入查阅名单"),
        "report": _("已报告督察内审"),
        "explain": _("已说明"),
    }.get(what, what)


def _step(values: Mapping[str, Any]) -> dict[str, str]:
    """The step that a finding is about, and the posts that it comes to."""
    step = name_of(values.get("step", ""), values.get("step_en", ""))
    return {"step": step, "roles": _roles(values)}


def _roles(values: Mapping[str, Any]) -> str:
    return joined(say(Role(role)) for role in values.get("roles", ()))


def _series(values: Mapping[str, Any]) -> str:
    """A series as people name it: the word of its papers, or the beginning of its cases."""
    kind, _colon, name = str(values.get("series", "")).partition(":")
    year = values.get("year", "")
    if kind == "paper":
        return _("文书「%(name)s」%(year)s 年", name=name, year=year)
    return _("任务编号 %(name)s%(year)s", name=name, year=year)
