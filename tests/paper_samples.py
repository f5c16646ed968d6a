"""What officers of an invented bureau would fill in on each kind of paper of the catalogue."""

from collections.abc import Mapping

from caseflow.documents import Paper
from caseflow.documents.catalogue.shapes import Grid, Say, Talk

_LONG = (
    "2009年7月至10月，该单位发出商品三批，合计不含税金额585,000.00元，货物已由购货方验收，"
    "合同约定的收款日期为发货当月，但未在发货当月确认销售收入并申报增值税。\n"
    "上述事实有购销合同、出库单、购货方验收单、库存商品明细账和该单位财务负责人的说明为证。"
)
_FIELDS: Mapping[str, str] = {
    "advice": "建议对采用分期收款方式的纳税人按季核对合同约定的收款日期与申报时间。",
    "agent": "周立新",
    "agent_unit": "大连诚信税务师事务所有限公司",
    "applicant": "赵国栋（法定代表人），居民身份证核对无误",
    "area": "中山区港湾街、人民路一带",
    "article": "《中华人民共和国税收征收管理法》第六十二条",
    "attendance": "市局领导，各处处长，各区局局长（名单附后）",
    "award": "年度优秀纳税评估案例",
    "bank": "中国工商银行大连市分行中山支行",
    "base": "当地同类行业的毛利率18%，耗用原材料成本3,200,000.00元",
    "basic": "该单位成立于1998年，从事泵及真空设备制造，2009年有职工126人，生产厂房两处。",
    "basis": "《中华人民共和国税收征收管理法》第五十四条、第五十六条",
    "books": "否",
    "candidate": "大连恒瑞精密机械有限公司发出商品未申报案",
    "carrier": "李强",
    "cause": "企业财务人员对分期收款销售的纳税义务发生时间理解有误。",
    "cause_text": "筹建期，厂房尚未竣工",
    "causes": "部分纳税人对发出商品的纳税义务发生时间理解不一致。",
    "certificate": "税务登记证正副本、发票领购簿已收缴",
    "chair": "刘振华（区局副局长）",
    "chairman": "宋玉梅",
    "changes": "原认定的2009年3月应补税额中，有一批货物于当月退回，应予扣减。",
    "cleared": "各期申报已补办，税款、滞纳金、罚款均已缴清，结存发票已全部缴销。",
    "conclusion": "疑点成立，该单位已补正申报并缴清税款和滞纳金。",
    "consequence": "逾期未办理的，我局将依法作进一步核实处理。",
    "content": "核对申报表、财务报表与发票开具数据，比对生产用电量。",
    "decision": "同意延期",
    "decision_numbers": "大国税稽处〔2010〕5号、大国税稽罚〔2010〕7号",
    "decision_text": "由企业补缴增值税55,000.00元，按日加收滞纳税款万分之五的滞纳金。",
    "decisions": "一、对发出商品开展专项核对。\n二、责任单位于下季度会议前报告结果。",
    "defence": "你单位提出系首次违法并已主动补报，经复核予以采纳。",
    "definitions": "销售额取自申报表主表第1栏；不含当月更正申报。",
    "destroyed": "下载副本两份，已于到期日删除，经质检岗核实。",
    "discussion": "事实清楚，证据充分，应按销售收入实现的时间计算。",
    "district": "大连市中山区国家税务局",
    "districts": "中山区局、西岗区局、甘井子区局",
    "evidence": "购销合同、出库单、验收单复印件各三份；企业说明一份",
    "facts": _LONG,
    "fields": "纳税人识别号、名称、销售额、应纳税额、进项税额",
    "findings": "三季度制造业用电量同比上升12%，申报销售额同比下降5%，涉及112户。",
    "form": "保证",
    "found": "查无下落",
    "from_person": "王丽",
    "gap": "对分期收款销售没有按合同约定的收款日期进行管理，申报审核时未调取合同。",
    "grade": "良好",
    "grain": "按户",
    "ground": "涉嫌偷税（税收征收管理法第六十三条）",
    "guarantor": "大连宏达机电设备有限公司",
    "guarantor_address": "大连市西岗区黄河路56号",
    "hash": "9f2c4b7d1e0a5c3b8d6f4e2a1c0b9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c",
    "hearing": "yes",
    "identification_text": _LONG,
    "instruction": "同意所提意见。由增值税处牵头，各区局于三十个工作日内办结。",
    "invoices": "增值税专用发票12份未缴销",
    "judicial": "否",
    "kind": "申报数据",
    "leading_division": "货物和劳务税处",
    "licence": "辽税师字0102031",
    "materials": "2009年7月至10月库存商品明细账复印件\n2009年9月运输合同及付款凭证复印件",
    "matter": "请报送2009年7月至10月的购销合同和出库单\n请说明同期生产用电量上升的原因",
    "matters": "2009年3月发出商品585,000.00元，应申报未申报销售额\n2009年4月上期留抵税额相应调整",
    "measure": "调取合同逐户核对，纳入下一季度的日常管理。",
    "measures": "冻结存款账户并扣缴税款",
    "medium": "大连市国家税务局网站",
    "method": "参照当地同类行业相近纳税人的税负水平核定",
    "minority": "一名成员认为其中一批货物应作委托代销处理。",
    "month": "2009年12月",
    "nature": "偷税",
    "objection": "认为其中一批货物属于委托代销，尚未收到代销清单。",
    "office": "大连市中山区工商行政管理局",
    "origin": "预警核查转入",
    "other_person": "仓库主管，经财务部门安排",
    "outcome": "自行补正",
    "party": "赵国栋",
    "party_post": "法定代表人",
    "period": "2009年3月",
    "periods": "2009年7月至10月",
    "person": "孙梅",
    "persons": "财务负责人、办税人员",
    "place": "大连市中山区国家税务局305室",
    "population": "全市增值税一般纳税人中的制造业",
    "problems": "部分纳税人未按时提供合同，影响核对进度。",
    "process": _LONG,
    "property": "未发现可供执行的财产",
    "purpose": "核查",
    "questions": "请提供该单位2009年度注册资本变动情况\n请提供该单位股东及法定代表人变更情况",
    "reason": "发出商品的纳税义务发生时间应当按照合同约定的收款日期确定，现有资料不足以确认。",
    "reasons": _LONG,
    "receiver": "征收管理处",
    "recorder": "李强",
    "refusal": "所列字段超出数据目录，建议改按行业汇总。",
    "report": "关于制造业用电量与销售额背离情况的分析报告",
    "requests": "请核实该单位的营业执照状态\n请依法吊销其营业执照",
    "requirement": "补报2009年7月至9月增值税纳税申报表，并报送同期财务会计报表。",
    "responsibility": "主办人员核对退货资料不细，责令改进。",
    "responsible_leader": "分管副局长",
    "result": "疑点成立，应补增值税55,000.00元。",
    "scope": "代为办理约谈、陈述申辩和资料报送",
    "script": "三季度用电比对，第2版",
    "secrecy": "内部",
    "selection_number": "稽选2010-017",
    "source": "供电公司",
    "statement": "我单位因财务人员更换未能按时申报，已于责令改正期限内补报，请求从轻处理。",
    "summary": "本区局112户已全部分派，已办结108户，补税1,260,000.00元。",
    "text": "上述事项请予知悉，如有疑问可与联系人联系。",
    "title": "制造业用电量与销售额背离情况核查",
    "to_person": "陈晓东",
    "totals": "户数112，用电量合计38,620,000千瓦时",
    "unit": "税源管理二科",
    "used": "发现疑点32户，已立任务18件。",
    "users": "王丽、李强",
    "violation": "截至本通知书签发之日，你单位仍未办理下列申报。",
    "what_for": "与申报销售额比对，确定三季度重点核查对象。",
    "year": "2009年",
    "years": "2008年度",
}
_BY_SAY: Mapping[Say, str] = {
    Say.DATE: "2009-12-18",
    Say.MOMENT: "2009-11-24T09:30:00+08:00",
    Say.MONEY: "55000.00",
    Say.NUMBER: "12",
}
_CELLS: Mapping[str, tuple[str, str, str]] = {
    "name": ("大连恒瑞精密机械有限公司", "大连海晟水产食品有限公司", "大连金州宏远商贸有限公司"),
    "taxpayer": (
        "大连恒瑞精密机械有限公司",
        "大连海晟水产食品有限公司",
        "大连金州宏远商贸有限公司",
    ),
    "household": (
        "大连恒瑞精密机械有限公司",
        "大连海晟水产食品有限公司",
        "大连金州宏远商贸有限公司",
    ),
    "tin": ("210202736401253", "210202744368120", "210213118542976"),
    "tax": ("vat", "vat", "cit"),
    "period": ("200907", "200908", "200909"),
    "paper": ("责令限期改正通知书", "税务事项通知书", "税务行政处罚决定书"),
    "number": ("大中国税限改〔2009〕31号", "大中国税税通〔2009〕8号", "大中国税罚〔2009〕2号"),
    "duty": ("纳税申报", "纳税申报", "报送财务会计报表"),
    "requirement": ("补报增值税申报表", "补报增值税申报表", "补报三季度财务会计报表"),
    "result": ("已改正", "已改正", "逾期未改正"),
    "section": ("税源管理一科", "税源管理二科", "税源管理三科"),
    "district": ("中山区局", "西岗区局", "甘井子区局"),
    "member": ("刘振华", "宋玉梅", "陈建国"),
    "vote": ("同意", "同意", "不同意"),
    "post": ("副局长", "法规科长", "征管科长"),
    "code": ("2100091140", "2100091140", "2100094170"),
    "from": ("00331207", "00331301", "00712650"),
    "to": ("00331218", "00331306", "00712653"),
    "address": ("大连市中山区港湾街18号", "大连市中山区人民路9号", "大连市金州区斯大林路7号"),
    "legal_rep": ("赵国栋", "孙海波", "于庆丰"),
    "identity_number": ("210202********1234", "210204********0056", "210213********7812"),
    "facts": (
        "2009年7月增值税申报逾期40日",
        "2009年8月增值税申报逾期12日",
        "未报送三季度财务会计报表",
    ),
    "article": ("第六十二条", "第六十二条", "第六十二条"),
    "place": ("注册地址", "经营地址", "房屋出租人"),
    "answer": ("已由其他单位使用", "大门紧锁，无人应答", "称该单位两个月前搬走"),
    "indicators": ("VAT-001、ELE-003", "VAT-002", "CIT-004"),
    "field": ("销售额", "进项税额", "用电量"),
    "before": ("1,250,000.00", "88,000.00", "38,000"),
    "after": ("1,835,000.00", "86,500.00", "41,200"),
    "own": ("1,250,000.00", "88,000.00", "38,000"),
    "other": ("1,835,000.00", "86,500.00", "41,200"),
    "item": ("齿轮泵 CB-B25", "真空泵 2X-15", "机械密封件"),
    "opinion": ("事实清楚，同意拟办意见", "同意", "其中一批货物应再核实"),
}
_DATES = ("2009-08-15", "2009-09-15", "2009-10-22")
_AMOUNTS = ("30000.00", "1250000.55", "500.00")
_NUMBERS = ("12", "6", "4")


def arguments(paper: Paper) -> dict[str, object]:
    """Every field and list of a paper, filled in."""
    told: dict[str, object] = {
        field.key: _FIELDS.get(field.key) or _BY_SAY.get(field.say, "样例")
        for field in paper.fields
    }
    for part in paper.parts:
        if isinstance(part, Grid):
            told[part.key] = [_row(part, at) for at in range(3)]
        elif isinstance(part, Talk):
            told[part.key] = [
                {
                    "question": "你对拟作出的处罚有什么意见？",
                    "answer": "希望考虑我单位系首次违法。",
                },
                {"question": "是否要求听证？", "answer": "不要求。"},
            ]
    return told


def _row(part: Grid, at: int) -> dict[str, object]:
    row: dict[str, object] = {}
    for column in part.columns:
        if column.say is Say.MONEY:
            row[column.key] = _AMOUNTS[at]
        elif column.say is Say.NUMBER:
            row[column.key] = _NUMBERS[at]
        elif column.say is Say.DATE:
            row[column.key] = _DATES[at]
        else:
            known = _CELLS.get(column.key)
            row[column.key] = known[at] if known else ("经核对无误", "待补充", "—")[at]
    return row
