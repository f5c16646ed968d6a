"""Sentences for the codes that the house refuses with. Below the doors there are no sentences."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from caseflow import clock
from caseflow.vocabulary import Refused, Term
from caseflow.web.languages import say

SENTENCES = {
    "account_locked": _l("连续输错密码，账户暂时锁定，%(until)s 之后再试。"),
    "account_disabled": _l("账户已停用，请与系统管理员联系。"),
    "no_demo_person": _l("这里不是演练环境，不能一键登录。"),
    "not_your_post": _l("您的岗位不能办理此事，需要的岗位：%(roles)s。"),
    "process_not_deployed": _l("流程 %(process)s 尚未发布。"),
    "password_length": _l("密码须为 %(shortest)s 至 %(longest)s 个字符。"),
    "unknown_parameter": _l("参数 %(name)s 尚未设置，请与系统管理员联系。"),
    "record_payload_too_long": _l("内容过长，无法留痕，请精简后再提交。"),
    "bad_page": _l("地址中的筛选条件不正确。"),
}


def sentence(refusal: Refused) -> str:
    """What a refusal says to the person, in the language of the page."""
    text = SENTENCES.get(refusal.code)
    if text is None:
        return _("这件事现在不能办理（%(code)s）。", code=refusal.code)
    values = {name: _shown(value) for name, value in refusal.values.items()}
    try:
        return str(text) % values
    except KeyError:
        return str(text)


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.BUREAU_ZONE):%Y-%m-%d %H:%M}"
    if isinstance(value, Term):
        return say(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(_shown(each) for each in value)
    return str(value)
