"""Data corrections in words: what is corrected, and what rests on it, beside each later step."""

from __future__ import annotations

from collections.abc import Iterator

from caseflow.models import Case
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.choices.data_correction import DcWay
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _

_Pairs = tuple[tuple[str, str], ...]


def basis(case: Case) -> tuple[tuple[str, _Pairs], ...]:
    """The values of a correction and its impact, once a request was handed in."""
    if case.kind != CaseKind.DC or "impact" not in case.facts:
        return ()
    return ((_("更正的数据"), tuple(_values(case))), (_("影响"), tuple(_impact(case))))


def _values(case: Case) -> Iterator[tuple[str, str]]:
    for line in case.facts["lines"]:
        period = f"{line['period'] // 100}-{line['period'] % 100:02d}"
        before = line["before"] or _("无")
        yield f"{name_of(line['zh'], line['en'])} {period}", f"{before} → {line['after']}"
    yield _("办理途径"), say(DcWay(case.facts["way"]))


def _impact(case: Case) -> Iterator[tuple[str, str]]:
    found = case.facts["impact"]
    effects = {"holds": _("仍越过预警值"), "falls": _("将恢复"), "unknown": _("须更正后重算")}
    for _id, indicator, period, severity, effect in found["warnings"]:
        told = _("%(level)s 级，%(effect)s", level=severity, effect=effects[effect])
        yield f"{indicator} {period}", told
    yield _("在办案件"), "、".join(found["open_cases"]) or _("无")
    yield _("已办结案件"), "、".join(number for _id, number in found["closed_cases"]) or _("无")
    yield _("派生字段"), "、".join(found["derived"]) or _("无")
    yield _("已发布的率"), _("有变动") if found["published"] else _("不变")
    yield _("曾经更正"), _("是") if found["corrected_before"] else _("否")
    yield _("金额差额合计（元）"), found["amount"]
    yield _("提出人近 12 个月的其他更正"), str(found["others_of_requester"])
