"""One filled-in specimen of every kind of paper, of one invented case."""

from datetime import date, datetime
from decimal import Decimal

from caseflow import documents as papers
from caseflow.clock import BUREAU_ZONE

AGENCY = "大连市中山区国家税务局"
CASE = "01WV2009000127"


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BUREAU_ZONE)


def head(on: date, number: str = "") -> papers.Head:
    return papers.Head(agency=AGENCY, dated_on=on, case_number=CASE, number=number)


ADDRESSEE = papers.Addressee(
    name="大连恒瑞精密机械有限公司", tin="210202736401253", address="大连市中山区港湾街 18 号"
)
CONTACT = papers.Contact(unit="税源管理二科", name="王丽", phone="0411-86650000")
OFFICERS = (
    papers.Officer(name="王丽", certificate="辽国税检字 0102031"),
    papers.Officer(name="李强", certificate="辽国税检字 0102044"),
)
TAXPAYER = papers.TaxpayerFacts(
    name=ADDRESSEE.name,
    tin=ADDRESSEE.tin,
    address=ADDRESSEE.address,
    industry="3541 泵及真空设备制造",
    kind="增值税一般纳税人",
    legal_rep="赵国栋",
    credit_grade="B",
    district=AGENCY,
    section="税源管理二科",
    administrator="王丽",
)
CHIEF = papers.Opinion(
    role="科（所）长",
    name="陈建国",
    post="税源管理二科科长",
    at=at(2009, 12, 2, 15, 40),
    decision="同意",
    opinion="事实清楚，计算正确，同意按自行补正办结。",
)

INQUIRY = papers.InquiryLetter(
    head=head(date(2009, 11, 9), "大中国税税函〔2009〕31号"),
    addressee=ADDRESSEE,
    contact=CONTACT,
    matter="2009年7月至10月增值税申报的有关情况",
    questions=(
        "2009年7月至10月销售额逐月下降、同期生产用电量上升的原因",
        "2009年9月申报抵扣的运输发票对应的货物、承运单位和付款情况",
        "2009年10月末库存商品的品种、数量、金额以及存放地点",
    ),
    material=("2009年7月至10月库存商品明细账复印件", "2009年9月运输合同及付款凭证复印件"),
    reply_days=5,
)
INTERVIEW = papers.InterviewNotice(
    head=head(date(2009, 11, 18), "大中国税评约〔2009〕12号"),
    addressee=ADDRESSEE,
    contact=CONTACT,
    matter="2009年7月至10月增值税申报的有关情况",
    interview_at=at(2009, 11, 24, 9, 30),
    place="大连市中山区国家税务局税源管理二科约谈室（鲁迅路 120 号 305 室）",
    persons=("财务负责人", "办税人员"),
    officers=OFFICERS,
    questions=("2009年7月至10月生产用电量上升而销售额下降的原因", "2009年9月运输发票的业务情况"),
    material=("库存商品明细账", "购销合同", "运费付款凭证"),
)
ONSITE = papers.OnsiteNotice(
    head=head(date(2009, 11, 25), "大中国税税通〔2009〕8号"),
    addressee=ADDRESSEE,
    contact=CONTACT,
    matter="2009年7月至10月存货和生产经营的有关情况",
    visit_from=date(2009, 11, 27),
    visit_to=date(2009, 11, 27),
    place="大连市中山区港湾街 18 号生产经营场所及仓库",
    officers=OFFICERS,
    material=("库存商品和原材料明细账", "2009年11月的出入库单据"),
)
INSPECTION = papers.InspectionNotice(
    head=head(date(2009, 11, 25), "大中国税检通〔2009〕3号"),
    addressee=ADDRESSEE,
    contact=CONTACT,
    officers=OFFICERS,
    inspection_from=date(2009, 11, 27),
    period_from=date(2009, 1, 1),
    period_to=date(2009, 10, 31),
)
INVOICE_STOP = papers.InvoiceStop(
    head=head(date(2009, 12, 3), "大中国税停票〔2009〕1号"),
    addressee=ADDRESSEE,
    contact=CONTACT,
    is_abnormal=False,
    scope="增值税专用发票和普通发票",
    stop_from=date(2009, 12, 4),
)
SELF_CHECK = papers.SelfCheckNotice(
    head=head(date(2009, 12, 3), "大中国税自查〔2009〕5号"),
    addressee=ADDRESSEE,
    contact=CONTACT,
    items=(
        papers.SelfCheckItem(
            tax="增值税", period="2009年3月", matter="已发出商品 585,000.00 元未申报销售"
        ),
        papers.SelfCheckItem(tax="增值税", period="2009年4月", matter="上期留抵税额相应调整"),
    ),
    report_on=date(2009, 12, 18),
    amounts=(
        papers.AdvisedAmount(
            tax="增值税",
            period="2009年3月",
            declared=Decimal("0.00"),
            recomputed=Decimal("55000.00"),
            difference=Decimal("55000.00"),
        ),
        papers.AdvisedAmount(
            tax="增值税",
            period="2009年4月",
            declared=Decimal("20000.00"),
            recomputed=Decimal("50000.00"),
            difference=Decimal("30000.00"),
        ),
    ),
)
RECEIPT = papers.ServiceReceipt(
    head=head(date(2009, 11, 9)),
    addressee=ADDRESSEE,
    paper_name="税务事项通知书（函询）",
    paper_number="大中国税税函〔2009〕31号",
    server=("王丽", "李强"),
)
INTERVIEW_RECORD = papers.InterviewRecord(
    head=head(date(2009, 11, 24)),
    addressee=ADDRESSEE,
    started_at=at(2009, 11, 24, 9, 30),
    ended_at=at(2009, 11, 24, 10, 45),
    place="大连市中山区国家税务局 305 室",
    officers=OFFICERS,
    recorder="李强",
    interviewees=(papers.Person(name="孙梅", post="财务负责人", phone="0411-82730000"),),
    answers=(
        papers.Answer(
            question="7月至10月生产用电量上升而销售额下降，原因是什么？",
            answer="8月起为东港项目备货，已发出的商品尚未开具发票，我们理解为未到纳税义务发生时间。",
        ),
        papers.Answer(
            question="已发出商品的合同约定何时收款？",
            answer="合同约定货到付款。3月发出的一批货款 585,000.00 元已经收到，没有申报销售。",
        ),
    ),
)
ONSITE_RECORD = papers.OnsiteRecord(
    head=head(date(2009, 11, 27)),
    addressee=ADDRESSEE,
    started_at=at(2009, 11, 27, 13, 30),
    ended_at=at(2009, 11, 27, 16, 0),
    place="大连市中山区港湾街 18 号车间及一号仓库",
    officers=OFFICERS,
    present=(papers.Person(name="孙梅", post="财务负责人"),),
    found="正常经营",
    facts="车间内三条装配线均在生产，现场工人 41 人。\n一号仓库存放泵体和成品，已与单据核对。",
    counts=(
        papers.Count(item="离心泵 ISG65", unit="台", booked=Decimal(120), counted=Decimal(86)),
        papers.Count(item="泵体铸件", unit="件", booked=Decimal(1450), counted=Decimal(1450)),
    ),
    photographs=("IMG-0341 车间全景", "IMG-0342 一号仓库货架"),
    statement="差异的 34 台离心泵已于11月发往东港项目。",
)
TASK = papers.WarningTask(
    head=head(date(2009, 11, 2), "大中国税预核〔2009〕127号"),
    taxpayer=TAXPAYER,
    doubts=(
        papers.DoubtFacts(
            indicator="VAT-001",
            version=1,
            name="增值税税负率偏低",
            period="2009年9月",
            value="1.00%",
            threshold="低于 1.16%",
            severity="高",
            steps=("V01 查阅一户式资料", "V03 核对存货与销售", "V07 核对能耗"),
            peers=papers.Peers(number=214, mean="1.65%", p25="1.31%", p75="2.04%"),
            estimated_tax=Decimal("85000.00"),
        ),
        papers.DoubtFacts(
            indicator="TIC-003",
            version=1,
            name="运输发票抵扣异常增长",
            period="2009年9月",
            value="3.8 倍",
            threshold="高于 2.5 倍",
            severity="中",
            steps=("V01 查阅一户式资料", "V05 核对运输合同和付款"),
        ),
    ),
    score=Decimal("14.5"),
    grade="高",
    opened_on=date(2009, 11, 2),
    due_on=date(2009, 11, 30),
    priority="普通",
    run="2009-10-20-01",
    batches=("6f1c0a9be2d47730", "c07b51ee9a3f2d18"),
    requirement="请先核对运输发票，再核对存货。",
    opinions=(
        papers.Opinion(
            role="基层局领导",
            name="刘志远",
            post="副局长",
            at=at(2009, 11, 2, 10, 20),
            decision="分派税源管理二科",
        ),
    ),
)
FEEDBACK = papers.WarningFeedback(
    head=head(date(2009, 12, 7), "大中国税预馈〔2009〕12号"),
    taxpayer=TAXPAYER,
    outcome="自行补正",
    opened_on=date(2009, 11, 2),
    closed_on=date(2009, 12, 7),
    doubts=(
        papers.DoubtOutcome(
            indicator="VAT-001",
            name="增值税税负率偏低",
            period="2009年9月",
            finding="属实",
            cause="时间性差异",
            reasons="3月已发出并收款的商品 585,000.00 元未申报销售，留抵税额在4月被多抵。",
            evidence=("E-01 约谈笔录", "E-02 存货盘点表", "E-03 银行收款凭证"),
            indicator_judged="正确",
            value="1.00%",
            threshold="低于 1.16%",
            severity="重",
            peers=papers.Peers(number=214, mean="1.65%", p25="1.31%", p75="2.04%"),
            estimated_tax=Decimal("85000.00"),
            steps=("V01 调阅一户式资料（已完成）", "V03 核对存货与销售（已完成）"),
        ),
        papers.DoubtOutcome(
            indicator="TIC-003",
            name="运输发票抵扣异常增长",
            period="2009年9月",
            finding="已说明",
            cause="季节性或经营原因",
            reasons="东港项目集中发货，合同、付款、承运单位与发票一致。",
            evidence=("E-04 运输合同",),
            indicator_judged="偏严",
            value="3.80",
            threshold="高于 2.50",
            severity="中",
            steps=("V01 调阅一户式资料（已完成）",),
        ),
    ),
    amounts=(
        papers.AmountLine(
            tax="增值税",
            period="2009年3月",
            declared=Decimal("0.00"),
            recomputed=Decimal("55000.00"),
            difference=Decimal("55000.00"),
            due_on=date(2009, 4, 20),
            surcharge=Decimal("6270.00"),
        ),
        papers.AmountLine(
            tax="增值税",
            period="2009年4月",
            declared=Decimal("20000.00"),
            recomputed=Decimal("50000.00"),
            difference=Decimal("30000.00"),
            due_on=date(2009, 5, 18),
            surcharge=Decimal("3000.00"),
            credit_reduced=Decimal("30000.00"),
        ),
    ),
    steps=(
        papers.StepDone(on=date(2009, 11, 2), step="分派", person="刘志远", result="税源管理二科"),
        papers.StepDone(on=date(2009, 11, 9), step="函询", person="王丽", result="已答复"),
        papers.StepDone(on=date(2009, 11, 24), step="约谈", person="王丽、李强", result="已约谈"),
        papers.StepDone(
            on=date(2009, 11, 27), step="实地核查", person="王丽、李强", result="正常经营"
        ),
        papers.StepDone(
            on=date(2009, 11, 30),
            step="复核",
            person="陈建国",
            result="退回；退回至案头核查；证据不足；请补充3月发货单",
            is_return=True,
        ),
    ),
    papers=(
        papers.IssuedPaper(
            name="税务事项通知书（函询）",
            number="大中国税税函〔2009〕31号",
            issued_on=date(2009, 11, 9),
            served_on=date(2009, 11, 10),
        ),
        papers.IssuedPaper(
            name="税务约谈通知书",
            number="大中国税评约〔2009〕12号",
            issued_on=date(2009, 11, 18),
            served_on=date(2009, 11, 18),
        ),
    ),
    main_officer="王丽",
    second_officer="李强",
    decided_by="基层局领导",
    returns=1,
    signs="无",
    execution="2009年12月4日更正申报，补缴税款 85,000.00 元、滞纳金 9,270.00 元，已入库。",
    opinions=(
        papers.Opinion(
            role="主办税收管理员",
            name="王丽",
            post="税源管理二科",
            at=at(2009, 12, 1, 11, 5),
            decision="提交结论",
        ),
        papers.Opinion(
            role="协办税收管理员",
            name="李强",
            post="税源管理二科",
            at=at(2009, 12, 1, 14, 20),
            decision="确认",
        ),
        CHIEF,
        papers.Opinion(
            role="基层局领导",
            name="刘志远",
            post="副局长",
            at=at(2009, 12, 3, 9, 15),
            decision="同意",
            opinion="同意。督促企业按时更正申报。",
        ),
    ),
)

ALL: dict[papers.PaperKind, papers.PaperData] = {
    papers.PaperKind.INQUIRY_LETTER: INQUIRY,
    papers.PaperKind.INTERVIEW_NOTICE: INTERVIEW,
    papers.PaperKind.ONSITE_NOTICE: ONSITE,
    papers.PaperKind.INSPECTION_NOTICE: INSPECTION,
    papers.PaperKind.SELF_CHECK_NOTICE: SELF_CHECK,
    papers.PaperKind.INVOICE_STOP: INVOICE_STOP,
    papers.PaperKind.SERVICE_RECEIPT: RECEIPT,
    papers.PaperKind.INTERVIEW_RECORD: INTERVIEW_RECORD,
    papers.PaperKind.ONSITE_RECORD: ONSITE_RECORD,
    papers.PaperKind.WARNING_TASK: TASK,
    papers.PaperKind.WARNING_FEEDBACK: FEEDBACK,
}
