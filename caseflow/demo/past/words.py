"""What officers of the demonstration write: sentences with the figures of the case in them."""

from collections.abc import Sequence

from caseflow.demo.past.fates import Fate

# A doubt as sentences name it: its indicator and its period.
About = tuple[str, int]
_DESK = {
    "explained": (
        "经调阅一户式资料并比对申报表与财务报表，{indicator}异常系{reason}所致，数据勾稽相符，疑点排除。",
        "核对该户{period}申报资料及发票明细，{indicator}偏离同业水平有合理原因（{reason}），未发现少缴税款情形。",
    ),
    "confirmed": (
        "经比对{period}申报数据与第三方信息，{indicator}超出预警值，企业未能提供合理说明，疑点成立。",
        "核对发票开具明细与申报销售额，存在差异，{indicator}所反映的问题属实，应予补正。",
    ),
    "data_error": (
        "经核对原始资料，{indicator}取数有误，系来源系统录入差错，企业实际申报无误。",
        "调阅一户式资料发现采集数据与企业报送报表不一致，属数据差错，已记录更正前后数值。",
    ),
    "unclear": (
        "案头资料不足以说明{indicator}异常原因，需进一步向纳税人了解{period}经营情况。",
        "{indicator}异常，现有申报及发票资料无法判断，拟进一步核实后再作结论。",
    ),
}
_REASONS = (
    "季节性生产、当期集中备货",
    "新购设备进项税额较大",
    "主要客户结算周期变化",
    "产品结构调整、毛利率下降",
)
_ANSWERS = (
    "该户财务负责人答复：本期采购集中，进项税额增加，相关合同和入库单可供核对。",
    "纳税人书面说明了{period}销售及开票情况，并附送货单、银行回单复印件。",
    "办税人员说明系申报时填列差错，愿意自行更正并补缴税款。",
)
_QUESTIONS = (
    "请说明{period}{indicator}异常的原因，并提供相关合同、入库单、运输及付款凭证。",
    "请就{period}销售收入、开票金额与申报数据的差异作出书面说明，并附有关账簿资料复印件。",
)
# What is asked and answered face to face, as the record has it.
_ASKED = (
    "{period}{indicator}异常，请说明原因。",
    "{period}的销售收入、开票金额与申报数据有差异，差异从何而来？",
)
_REPLIED = (
    "本期采购集中，进项税额增加，相关合同和入库单可供核对。",
    "{period}的销售和开票情况我们已经核对，送货单、银行回单复印件今天一并带来。",
    "是申报时填列差错，我单位愿意自行更正并补缴税款。",
)
_NOT_VERIFIABLE = ("多次联系并实地核查，仍无法取得足以证明{indicator}异常原因的资料，无法核实。",)
_CONTACT = ("案头核查未能排除{indicator}疑点，需向纳税人核实{period}经营及核算情况。",)


class Words:
    """The sentences of one case: its leading indicator and period, worded by its fate."""

    def __init__(self, fate: Fate, indicator: str, period: int) -> None:
        self._fate = fate
        self._values = {
            "indicator": indicator,
            "period": _month(period),
            "reason": _REASONS[fate.chance(len(_REASONS))],
        }

    def desk(self, result: str, about: About | None = None) -> str:
        """Say what the desk check found for a doubt, else for the one that leads."""
        return self._say(_DESK[result], about)

    def desk_of_each(self, result: str, doubts: Sequence[About]) -> list[str]:
        """Say what the desk found, in one way for all doubts, of each by its name and period."""
        way = self._way(_DESK[result])
        return [way.format(**self._values_of(about)) for about in doubts]

    def answer(self) -> str:
        """Say what the taxpayer answered."""
        return self._say(_ANSWERS)

    def questions(self) -> str:
        """Ask the taxpayer."""
        return self._say(_QUESTIONS)

    def asked(self) -> str:
        """Ask the taxpayer face to face."""
        return self._say(_ASKED)

    def replied(self) -> str:
        """Say what the taxpayer replied there."""
        return self._say(_REPLIED)

    def finding(self, finding: str, about: About | None = None) -> str:
        """Give the reasons of a finding."""
        ways = _NOT_VERIFIABLE if finding == "not_verifiable" else _DESK[finding]
        return self._say(ways, about)

    def reason_of_contact(self) -> str:
        """Say why a letter, an interview or a visit is needed."""
        return self._say(_CONTACT)

    def _say(self, ways: tuple[str, ...], about: About | None = None) -> str:
        return self._way(ways).format(**self._values_of(about))

    def _way(self, ways: tuple[str, ...]) -> str:
        return ways[self._fate.chance(len(ways))]

    def _values_of(self, about: About | None) -> dict[str, str]:
        if about is None:
            return self._values
        name, period = about
        return {**self._values, "indicator": name, "period": _month(period)}


def _month(period: int) -> str:
    return f"{period // 100}年{period % 100}月"
