"""Papers of penalty and enforcement, separate acts that a case may start."""

from datetime import date
from decimal import Decimal

from caseflow.documents.catalogue.kinds import (
    AMOUNTS,
    APPEAL_OR_SUIT,
    CHIEF,
    DIRECTOR,
    INSPECTION,
    LEADER,
    LEGAL,
    PAY_THEN_APPEAL,
    Paper,
    column,
    counted,
    day,
    days,
    facts,
    figures,
    grid,
    law,
    moment,
    money,
    needed,
    number,
    says,
    talk,
    text,
    typed,
)
from caseflow.documents.catalogue.shapes import Shape, Text
from caseflow.vocabulary import PaperKind

# The penalty law by the date of the act: calculations.md, section 4.
_LAST_OF_1996 = date(2021, 7, 14)
_FROM_2021 = date(2021, 7, 15)

# A tax office decides fines of up to 2,000 in its own name [L 74].
_OFFICE_LIMIT = ("fine", Decimal(2000))

_ACT = (
    column("facts", "违法事实", "act", width=3),
    days("act_on", "行为日期"),
    column("article", "依据", width=1.5),
)
_ACTS = grid(
    "违法事实和罚款",
    "acts",
    *_ACT,
    figures("fine", "罚款（元）", "amount"),
    also=("lines",),
    sums=("fine",),
)
_ACT_FACTS = (
    text("facts", "违法事实", "violation"),
    text("evidence", "证据", "evidence_text"),
    text(
        "article",
        "处罚依据",
        "basis",
        default="《中华人民共和国税收征收管理法》第六十条、第六十二条",
    ),
    money("fine", "罚款金额（元）", "total_fine", "fine_total", "amount"),
    day("act_on", "行为日期", "date_of_act"),
)

PAPERS = (
    Paper(
        kind=PaperKind.PENALTY_NOTICE,
        kind_word="罚告",
        retention_years=15,
        is_outward=True,
        is_sealed=True,
        signs=(*CHIEF, *LEADER),
        office_limit=_OFFICE_LIMIT,
        shape=Shape.NOTICE,
        law_of="act_on",
        fields=(
            *_ACT_FACTS,
            number("defence_days", "陈述申辩期限", limit="pn_defence"),
            text("hearing", "是否可以要求听证", "hearing_offered"),
        ),
        opening=(
            law(
                "根据《中华人民共和国行政处罚法》第三十一条的规定，现将我局拟对你单位作出税务行政处罚的事实、理由、依据以及你单位依法享有的权利告知如下：",
                until=_LAST_OF_1996,
            ),
            law(
                "根据《中华人民共和国行政处罚法》第四十四条的规定，现将我局拟对你单位作出的税务行政处罚的内容及事实、理由、依据和你单位依法享有的权利告知如下：",
                since=_FROM_2021,
            ),
        ),
        parts=(
            typed("违法事实", "facts"),
            _ACTS,
            typed("证据", "evidence"),
            says(
                "拟作出的处罚",
                "根据{article}的规定，拟对你单位处以罚款人民币{words.fine}（{fine}元）。",
            ),
            says(
                "陈述和申辩的权利",
                law(
                    "根据《中华人民共和国行政处罚法》第三十二条的规定，你单位有权进行陈述和申辩，请自收到本告知书之日起{defence_days}日内提出；逾期不提出的，视为放弃。我局不会因你单位申辩而加重处罚。",
                    until=_LAST_OF_1996,
                ),
                law(
                    "根据《中华人民共和国行政处罚法》第四十五条的规定，你单位有权进行陈述和申辩，请自收到本告知书之日起五个工作日内提出；逾期不提出的，视为放弃。我局不会因你单位申辩而加重处罚。",
                    since=_FROM_2021,
                ),
            ),
            says(
                "要求听证的权利",
                law(
                    "{?hearing}根据《中华人民共和国行政处罚法》第四十二条的规定，你单位可以自收到本告知书之日起三日内书面要求听证；逾期不提出的，视为放弃听证。",
                    until=_LAST_OF_1996,
                ),
                law(
                    "{?hearing}根据《中华人民共和国行政处罚法》第六十三条、第六十四条的规定，你单位可以自收到本告知书之日起五个工作日内书面要求听证；逾期不提出的，视为放弃听证。",
                    since=_FROM_2021,
                ),
            ),
        ),
    ),
    Paper(
        kind=PaperKind.DEFENCE_RECORD,
        is_blank=True,
        retention_years=15,
        is_outward=True,
        signs=LEGAL,
        shape=Shape.RECORD,
        fields=(
            moment("started_at", "开始时间", "held_at", "received_at"),
            moment("ended_at", "结束时间"),
            text("place", "地点"),
            text("party", "陈述申辩人", "person", "interviewed"),
            text("party_post", "职务", "post"),
            text("statement", "陈述申辩内容", "text", "defence_text"),
        ),
        parts=(
            facts("记录", "started_at", "ended_at", "place", "party", "party_post"),
            says(
                "告知",
                "你单位就拟作出的税务行政处罚有陈述和申辩的权利；我局不会因申辩而加重处罚。",
            ),
            typed("陈述申辩内容", "statement"),
            talk("问答", "answers", "questions_answers"),
            says("核对", "以上笔录已交陈述申辩人阅读（或者向其宣读），与所述一致。"),
        ),
        signatures=("陈述申辩人（签名）", "记录人（签名）", "承办人（签名）"),
    ),
    Paper(
        kind=PaperKind.HEARING_NOTICE,
        kind_word="听",
        retention_years=15,
        is_outward=True,
        is_sealed=True,
        signs=LEGAL,
        shape=Shape.NOTICE,
        law_of="act_on",
        fields=(
            day("act_on", "行为日期", "date_of_act"),
            moment("hearing_at", "听证时间", "time"),
            text("place", "听证地点", "hearing_place"),
            text("chairman", "听证主持人", "chair"),
            day("requested_on", "要求听证日期", "hearing_requested_on", "request_on"),
        ),
        opening=(
            Text(text="你单位于{requested_on}提出的听证要求收悉。"),
            law(
                "根据《中华人民共和国行政处罚法》第四十二条的规定，决定举行听证，现通知如下：",
                until=_LAST_OF_1996,
            ),
            law(
                "根据《中华人民共和国行政处罚法》第六十三条、第六十四条的规定，决定举行听证，现通知如下：",
                since=_FROM_2021,
            ),
        ),
        parts=(
            facts("听证", "hearing_at", "place", "chairman"),
            says(
                "权利和要求",
                "你单位可以亲自参加听证，也可以委托一至二人代理；认为主持人与本案有直接利害关系的，有权申请回避。委托代理的，请提交授权委托书。",
                "无正当理由不按时参加的，视为放弃听证。",
            ),
        ),
    ),
    Paper(
        kind=PaperKind.PENALTY_DECISION,
        kind_word="罚",
        office_word="简罚",
        retention_years=15,
        is_outward=True,
        is_sealed=True,
        signs=(*CHIEF, *LEADER),
        office_limit=_OFFICE_LIMIT,
        shape=Shape.NOTICE,
        law_of="act_on",
        fields=(
            *_ACT_FACTS,
            text("defence", "陈述申辩及采纳情况", "defence_result", "accepted_reason"),
            text("bank", "缴款方式", "pay_at", default="税务机关指定的银行"),
        ),
        opening=(
            Text(
                text="我局已向你单位送达{paper.penalty_notice}，告知拟处罚的事实、理由、依据和你单位依法享有的权利。"
            ),
            Text(text="经我局调查，现作出处罚决定如下："),
        ),
        parts=(
            typed("违法事实", "facts"),
            _ACTS,
            typed("证据", "evidence"),
            typed("陈述申辩及采纳情况", "defence"),
            says(
                "处罚决定",
                "根据{article}的规定，决定对你单位处以罚款人民币{words.fine}（{fine}元）。",
            ),
            says(
                "缴款",
                law(
                    "根据《中华人民共和国行政处罚法》第四十六条的规定，限你单位自收到本决定书之日起十五日内到{bank}缴纳罚款；到期不缴纳的，依照该法第五十一条的规定，每日按罚款数额的百分之三加处罚款。",
                    until=_LAST_OF_1996,
                ),
                law(
                    "根据《中华人民共和国行政处罚法》第六十七条的规定，限你单位自收到本决定书之日起十五日内到{bank}缴纳罚款；到期不缴纳的，依照该法第七十二条的规定，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超过罚款的数额。",
                    since=_FROM_2021,
                ),
            ),
            says(
                "权利",
                *APPEAL_OR_SUIT,
                "逾期不申请行政复议也不起诉、又不履行本决定的，我局将依照《中华人民共和国税收征收管理法》第八十八条第三款的规定采取强制执行措施或者申请人民法院强制执行。",
            ),
        ),
    ),
    Paper(
        kind=PaperKind.NO_PENALTY_DECISION,
        kind_word="不罚",
        retention_years=15,
        is_outward=True,
        is_sealed=True,
        signs=(*CHIEF, *LEADER),
        shape=Shape.NOTICE,
        law_of="act_on",
        opening=(Text(text="经我局调查，现对你单位的违法行为作出不予行政处罚的决定如下："),),
        fields=(
            text("facts", "违法事实", "violation"),
            text("evidence", "证据", "evidence_text"),
            needed("reason", "不予处罚的理由", "reasons", "decision_text", "no_fine_reason"),
            day("act_on", "行为日期", "date_of_act"),
        ),
        parts=(
            typed("违法事实", "facts"),
            grid("违法行为", "acts", *_ACT, also=("lines",)),
            typed("证据", "evidence"),
            typed("不予处罚的理由", "reason"),
            says(
                "决定",
                law(
                    "根据《中华人民共和国行政处罚法》第二十七条的规定，决定对你单位不予行政处罚。",
                    until=_LAST_OF_1996,
                ),
                law(
                    "根据《中华人民共和国行政处罚法》第三十三条的规定，决定对你单位不予行政处罚。",
                    since=_FROM_2021,
                ),
                "请你单位今后按照规定履行纳税义务。",
            ),
            says("权利", *APPEAL_OR_SUIT),
        ),
    ),
    Paper(
        kind=PaperKind.TREATMENT_DECISION,
        kind_word="处",
        retention_years=None,
        is_outward=True,
        is_sealed=True,
        signs=INSPECTION,
        shape=Shape.NOTICE,
        fields=(
            needed("facts", "违法事实", "violation"),
            needed("decision_text", "处理决定", "decision"),
            text("basis", "依据", "legal_basis"),
            day("due_on", "缴款期限", "pay_by"),
        ),
        opening=(Text(text="经检查，你单位存在下列问题，现作出处理决定如下："),),
        parts=(
            typed("违法事实", "facts"),
            AMOUNTS,
            typed("处理决定", "decision_text", then=("处理依据：{basis}。",)),
            says("缴款", "限你单位于{due_on}前（含当日）将上述税款及滞纳金缴纳入库。"),
            says("权利", PAY_THEN_APPEAL),
        ),
    ),
    Paper(
        kind=PaperKind.TAX_GUARANTEE,
        retention_years=15,
        is_outward=True,
        shape=Shape.RECORD,
        is_blank=True,
        fields=(
            text("guarantor", "纳税担保人"),
            text("guarantor_address", "担保人地址"),
            text("form", "担保形式"),
            text("scope", "担保范围"),
            money("amount", "担保金额（元）"),
            text("period", "担保期限"),
        ),
        parts=(
            facts("担保", "guarantor", "guarantor_address", "form", "scope", "amount", "period"),
            grid(
                "担保财产",
                "property",
                column("item", "财产名称", "kind", width=2),
                counted("count", "数量", width=0.8),
                figures("value", "价值（元）"),
                column("place", "存放地点", width=1.6),
                also=("lines",),
                sums=("value",),
            ),
            says(
                "承诺",
                "纳税人在担保期限内未缴清税款及滞纳金的，担保人自愿依照《中华人民共和国税收征收管理法》第三十八条的规定承担纳税担保责任。",
            ),
        ),
        signatures=("纳税人（盖章）", "纳税担保人（盖章）", "税务机关（盖章）"),
    ),
    Paper(
        kind=PaperKind.PRESERVATION_DECISION,
        kind_word="保",
        retention_years=15,
        is_outward=True,
        is_sealed=True,
        signs=DIRECTOR,
        shape=Shape.NOTICE,
        fields=(
            text("facts", "事实", "reason", "reasons"),
            text("measures", "保全措施", "measure"),
            money("amount", "应纳税款（元）", "tax"),
            day("valid_from", "措施自"),
            day("due_on", "缴款期限", "pay_by"),
        ),
        opening=(
            Text(
                text="根据《中华人民共和国税收征收管理法》第三十七条、第三十八条的规定，经批准，决定对你单位采取下列税收保全措施："
            ),
        ),
        parts=(
            typed("事实", "facts"),
            facts("措施", "measures", "amount", "valid_from"),
            grid(
                "财产清单",
                "property",
                column("item", "财产名称", "kind", width=2),
                counted("count", "数量", width=0.8),
                figures("value", "价值（元）", "estimated", "estimate"),
                column("place", "所在地", "property_place", width=1.6),
                also=("lines",),
                sums=("value",),
            ),
            says(
                "缴款要求",
                "请于{due_on}前缴纳税款；缴清后，我局将立即解除税收保全措施。",
                "逾期未缴纳的，我局将依法以冻结的存款或者拍卖、变卖所扣押、查封的财产抵缴税款。",
            ),
            says("权利", *APPEAL_OR_SUIT),
        ),
    ),
    Paper(
        kind=PaperKind.ENFORCEMENT_DECISION,
        kind_word="强",
        retention_years=15,
        is_outward=True,
        is_sealed=True,
        signs=DIRECTOR,
        shape=Shape.NOTICE,
        fields=(
            text("facts", "事实", "reason", "reasons"),
            text("measures", "强制执行措施", "measure"),
            money("tax", "税款（元）", "amount", "arrears"),
            money("surcharge", "滞纳金（元）"),
            day("enforced_from", "执行日期", "valid_from"),
            text("property_text", "拟执行的财产"),
        ),
        opening=(
            Text(text="我局已向你单位送达{paper.payment_demand}，你单位逾期仍未缴纳。"),
            Text(
                text="根据《中华人民共和国税收征收管理法》第四十条的规定，经批准，决定对你单位采取下列强制执行措施："
            ),
        ),
        parts=(
            typed("事实", "facts"),
            facts("措施", "measures", "tax", "surcharge", "enforced_from"),
            typed("执行的财产", "property_text"),
            grid(
                "财产清单",
                "property",
                column("item", "财产名称", "kind", width=2),
                counted("count", "数量", width=0.8),
                figures("value", "价值（元）", "estimated", "estimate"),
                column("place", "所在地", "property_place", width=1.6),
                also=("lines",),
                sums=("value",),
            ),
            says(
                "说明",
                "个人及其所扶养家属维持生活必需的住房和用品，不在强制执行措施的范围之内。滞纳金同时强制执行。",
            ),
            says("权利", *APPEAL_OR_SUIT),
        ),
    ),
    Paper(
        kind=PaperKind.ARREARS_ANNOUNCEMENT,
        kind_word="欠公",
        is_outward=True,
        is_sealed=True,
        signs=LEADER,
        shape=Shape.PUBLIC,
        fields=(text("text", "公告内容"), day("as_of", "截止日期")),
        parts=(
            says(
                "",
                "根据《中华人民共和国税收征收管理法实施细则》第七十六条的规定，现将截至{as_of}的欠缴税款情况公告如下：",
            ),
            grid(
                "欠税名单",
                "households",
                column("name", "纳税人名称", width=2.2),
                column("tin", "纳税人识别号", width=1.7),
                column("legal_rep", "法定代表人"),
                column("tax", "欠税税种"),
                figures("amount", "欠税余额（元）", "arrears", width=1.4),
                also=("list", "lines"),
                sums=("amount",),
            ),
            typed("", "text"),
            says("", "请上述纳税人尽快缴清欠税及滞纳金。"),
        ),
    ),
)
