"""Deputies in words: who acts for whom, in which posts, and why a grant is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from caseflow.reads.deputies import OutOfReach, Row, State
from caseflow.reads.frame import UnitName
from caseflow.reads.trace import Deputyship
from caseflow.vocabulary import Actor, PostHeld, Standing
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _, later
from caseflow.web.words import joined

SENTENCES = {
    "person": later("没有这个人员，请从名单中选择。"),
    "deputy": later("没有这条代理，或者不由您管理。"),
    "deputy_oneself": later("代理人和被代理人不能是同一人，请另选代理人。"),
    "deputy_by_deputy": later("代理人不能自己授予代理，须由被代理人本人或其上级安排。"),
    "deputy_not_yours": later("只有 %(name)s 本人或其上级可以安排代理。"),
    "deputy_past": later("开始日期不能早于今天（%(today)s）。"),
    "deputy_days": later("结束日期不能早于开始日期。"),
    "deputy_too_long": later("一次代理最长 %(days)s 天，请缩短期限，到期后再续。"),
    "deputy_reason": later("请写明代理事由，最多 %(longest)s 字。"),
    "deputy_roles": later("请选择 %(name)s 现任的岗位，至少一个。"),
    "deputy_no_work": later("%(name)s 的岗位没有可以代理的业务：审计和系统管理岗位不能代理。"),
    "deputy_other_duty": later(
        "不相容岗位：%(deputy)s 的岗位与%(role)s不能由一人承担，请另选代理人。"
    ),
    "deputy_elsewhere": later("%(deputy)s 不在同一个局，也不是市局领导，请另选代理人。"),
    "deputy_too_low": later("%(deputy)s 的职级低于%(role)s，代理人须为同级或者上级。"),
    "deputy_circle": later("这样代理会转回本人：%(chain)s。请另选代理人。"),
    "deputy_chain": later("代理最多连 %(most)s 环，这样会成为：%(chain)s。请另选代理人或者日期。"),
    "deputy_taken": later(
        "%(first)s 至 %(last)s 已由 %(deputy)s 代理 %(name)s，请先撤销或改日期。"
    ),
    "deputy_ended": later("这条代理已于 %(at)s 撤销。"),
    "deputy_over": later("这条代理已于 %(on)s 到期，不必撤销。"),
    "posts_exclude": later(
        "不相容岗位：%(name)s 不能同时任%(one)s和%(other)s，请先结束其中一个岗位。"
    ),
    "recusal": later("没有这条回避申报，请刷新后再看。"),
    "recusal_tie": later("请选择应回避的关系。"),
    "recusal_note": later("请写明具体情况，最多 %(longest)s 字。"),
    "recusal_reason": later("决定不回避的，请写明理由。"),
    "recusal_waiting": later("已有一份申报待上级决定，不必重复。"),
    "recusal_already": later("该人员已回避本任务。"),
    "recusal_decided": later("这份申报已于 %(at)s 决定。"),
    "recusal_not_yours": later("回避由该人员的上级决定，您不能决定。"),
    "recusal_needs_officer": later("该人员是本任务的办理人员，请指定接替人员。"),
    "recusal_same_officer": later("接替人员不能是已回避的人员或本任务的办理人员，请另选。"),
    "recusal_of_auditor": later(
        "审计员不办理任务，不在这里申报回避；与某户有利害关系的，请向派出您的机关申报。"
    ),
    "recusal_votes_already": later("该人员在本次集体审议中已有表决，一人一票，请另选。"),
    "recusal_decided_in_case": later("该人员在本任务中办理过复核、审批等步骤，不能接替，请另选。"),
    "recusal_unfit_officer": later("接替人员须为本科（所）的税收管理员，请另选。"),
    "recusal_needs_stand_in": later("%(role)s只有一人，请指定在本任务中代行职责的人员。"),
    "recusal_unfit_stand_in": later("代行%(role)s职责的须为本局同级或上级人员，请另选。"),
    "over_limit": later(
        "应补税额 %(amount)s 元，您的岗位只能决定低于 %(limit)s 元的任务，须由%(able)s决定。"
    ),
    "bad_day": later("请选择日期，例如 2010-01-25。"),
}


def signed(name: str, principal: str | None, through: str | None = None) -> str:
    """Who did something, and for whom: 张三 代 李四."""
    if not principal:
        return name
    if through:
        return _(
            "%(name)s 代 %(principal)s（经 %(through)s）",
            name=name,
            principal=principal,
            through=through,
        )
    return _("%(name)s 代 %(principal)s", name=name, principal=principal)


def post(held: PostHeld, units: Mapping[int, UnitName]) -> str:
    """A post with its unit: 税源管理一科科（所）长."""
    unit = units.get(held.unit_id)
    place = name_of(unit.name, unit.name_en) if unit else held.unit_name
    return _("%(unit)s %(role)s", unit=place, role=say(held.role))


def posts(held: Collection[PostHeld], units: Mapping[int, UnitName]) -> str:
    """Posts in a row."""
    return joined(post(each, units) for each in held)


def standing(each: Standing, actor: Actor, units: Mapping[int, UnitName]) -> str:
    """For whom somebody stands, in which posts: 刘志强（税源管理一科 科（所）长）."""
    words = _("%(name)s（%(posts)s）", name=each.principal_name, posts=posts(each.posts, units))
    if each.through is None:
        return words
    between = next(
        (x.principal_name for x in actor.stands_for if x.principal_id == each.through), ""
    )
    return _("%(words)s，经 %(name)s 转代理", words=words, name=between)


def state(row: Row) -> tuple[str, str]:
    """How a grant stands, with the colour of its tag."""
    return {
        State.COMING: (_("未开始"), "brand"),
        State.RUNNING: (_("代理中"), "ok"),
        State.OVER: (_("已到期"), ""),
        State.REVOKED: (_("已撤销"), ""),
    }[row.state]


def out_of_reach(kept: OutOfReach) -> str:
    """Which sensitive files the deputy will not come to, and what helps."""
    if len(kept.numbers) < kept.total:
        return _(
            "代理人不在涉密案卷 %(numbers)s 等 %(n)s 份的查阅名单上，"
            "看不到也办不了，请标记人列入名单。",
            numbers=joined(kept.numbers),
            n=kept.total,
        )
    return _(
        "代理人不在涉密案卷 %(numbers)s 的查阅名单上，看不到也办不了，请标记人列入名单。",
        numbers=joined(kept.numbers),
    )


def bounds(row: Row | Deputyship) -> str:
    """The roles and kinds of case meant."""
    roles = joined(say(role) for role in row.roles) if row.roles else _("全部岗位")
    kinds = joined(say(kind) for kind in row.kinds) if row.kinds else _("全部任务类型")
    return _("%(roles)s；%(kinds)s", roles=roles, kinds=kinds)
