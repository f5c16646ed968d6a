"""The names of fields and of values that events tell by codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from caseflow.vocabulary import CaseKind, Role
from caseflow.vocabulary.choices import RecusalDeclaration
from caseflow.web import sum_words, words
from caseflow.web.languages import say
from caseflow.web.speech import _

# Fields that are days or moments wherever they are text.
_TIMES = frozenset({"from", "to", "since", "until", "ended_on", "valid_from", "valid_to", "at"})

_ENDS = {"from": "to", "since": "until", "valid_from": "valid_to"}


def term(key: str, text: str) -> str:
    """A post, a kind of case, a day, a parameter or a reason in words; all else as it stands."""
    if key in ("role", "roles") and text in set(Role):
        return say(Role(text))
    if key in ("kind", "kinds") and text in set(CaseKind):
        return say(CaseKind(text))
    if key == "tie" and text in set(RecusalDeclaration):
        return say(RecusalDeclaration(text))
    if key in _TIMES:
        return _time(text)
    known = {
        "name": {name: said for name, (said, _short) in sum_words.labels().items()},
        "unit": {"cases": _("件"), "yuan": _("元"), "wd": _("工作日"), "d": _("日")},
        "process": {kind.en.replace(" ", "_"): say(kind) for kind in CaseKind},
        "handed_over": {"main_officer": _("主办人员"), "second_officer": _("协办人员")},
        "why": {
            "address": _("网络地址改变"),
            "administrator": _("系统管理员结束"),
            "disabled": _("账户停用"),
            "factor": _("动态码变更"),
            "guessed": _("动态码多次不符"),
            "elsewhere": _("本人结束"),
            "password": _("密码变更"),
        },
    }
    return known.get(key, {}).get(text, text)


def name(key: str, action: str) -> str:
    """A field in words; one that has none keeps the name that the record gives it."""
    return _of_action(action).get(key) or _names().get(key, key)


def nothing(key: str, action: str) -> str:
    """What a field without a value says: a deputyship without bounds is for everything."""
    is_unbound = action.startswith("deputy.")
    all_of = {"roles": _("全部岗位"), "kinds": _("全部任务类别")} if is_unbound else {}
    return all_of.get(key, _("（空）"))


def in_order(keys: Iterable[str]) -> Iterator[str]:
    """The fields as the event has them, but each end right after its beginning."""
    found = list(keys)
    ends = {end for begin, end in _ENDS.items() if {begin, end} <= set(found)}
    for key in found:
        if key not in ends:
            yield key
            if _ENDS.get(key) in ends:
                yield _ENDS[key]


def _time(text: str) -> str:
    """A day in full, a moment to the second by the bureau's clock; else the text."""
    try:
        return words.day_long(date.fromisoformat(text))
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return words.stamp_exact(at) if at.tzinfo else text


def _of_action(action: str) -> dict[str, str]:
    """Fields that mean something of their own in some acts."""
    kind = {
        "migration": {"from": _("原版本"), "to": _("新版本"), "cases": _("任务数")},
        "recusal": {"user": _("拟回避人"), "reason": _("理由")},
        "session": {"from": _("原地址"), "to": _("新地址"), "count": _("结束的登录")},
    }.get(action.partition(".")[0], {})
    return {
        "account.locked": {"until": _("锁定至")},
        "case.recused": {"user": _("被回避人")},
        "limit.set": {"unit": _("计量单位"), "since": _("自何日起")},
        "sensitive.reader_allowed": {"user": _("可查阅人")},
        "sensitive.reader_ended": {"user": _("可查阅人")},
    }.get(action, kind)


def _names() -> dict[str, str]:
    return {
        "address": _("地址"),
        "algorithm": _("签名算法"),
        "based_on": _("原版本"),
        "case": _("任务"),
        "case_id": _("任务"),
        "changed": _("变更的人员和机构"),
        "count": _("数量"),
        "deputy": _("代理人"),
        "deputy_id": _("代理人"),
        "ended_on": _("止于"),
        "filters": _("筛选条件"),
        "for": _("被代理人"),
        "from": _("起于"),
        "handed_over": _("移交的步骤"),
        "kinds": _("任务类别"),
        "left": _("剩余恢复码"),
        "line": _("条线"),
        "list": _("清单"),
        "login": _("登录名"),
        "main_officer_id": _("主办人员"),
        "mapping": _("步骤对照"),
        "name": _("名称"),
        "note": _("说明"),
        "officer": _("接办人员"),
        "officers": _("人员数"),
        "posts": _("岗位数"),
        "principal": _("被代理人"),
        "principal_id": _("被代理人"),
        "process": _("流程"),
        "public": _("公钥"),
        "reader": _("可查阅人"),
        "reason": _("事由"),
        "released": _("退回待领取的步骤"),
        "revision": _("草稿修订号"),
        "role": _("岗位"),
        "roles": _("岗位"),
        "rows": _("行数"),
        "second_officer_id": _("协办人员"),
        "section": _("科（所）"),
        "section_id": _("科（所）"),
        "sha256": _("文件哈希"),
        "since": _("起于"),
        "stand_in": _("代行其岗位"),
        "taxpayer": _("纳税人"),
        "tie": _("应回避的关系"),
        "title": _("标题"),
        "to": _("止于"),
        "to_judge": _("待试算任务数"),
        "unit": _("单位"),
        "units": _("机构数"),
        "until": _("止于"),
        "user": _("人员"),
        "user_id": _("人员"),
        "valid_from": _("起于"),
        "valid_to": _("止于"),
        "value": _("数值"),
        "version": _("版本"),
        "why": _("原因"),
    }
