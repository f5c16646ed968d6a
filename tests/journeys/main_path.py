"""The main path of a warning verification, leg by leg, as its officers walk it in the browser."""

from dataclasses import dataclass
from datetime import date

from playwright.sync_api import expect
from sqlalchemy import func, select

from caseflow import amounts
from caseflow.models import AssessedAmount, Case, Task, TaxWarning, User
from caseflow.vocabulary import TaskStatus
from tests.desk import own_names
from tests.journeys.conftest import MONDAY, Bureau
from tests.journeys.people import Company, pdf, photograph

REASONS = "经核对进项凭证与购销合同，海关凭证占比明显偏离同行业，企业未能提供合理解释。"
QUESTIONS = "贵单位2009年12月海关进口增值税专用缴款书抵扣税额大幅增长的原因是什么？"
SENT_BACK = "请补充第四季度进口报关单，逐票核对后再提交。"
TAX = 20_000
FILED_LATE = date(2010, 1, 18)


@dataclass(frozen=True)
class Path:
    """One case on its way through the bureau."""

    bureau: Bureau
    company: Company
    taxpayer: str

    @property
    def case_id(self) -> int:
        """The case, by its number in the address."""
        with self.bureau.database.reading() as session:
            return session.scalars(select(Case.id)).one()

    def number_of(self, login: str) -> str:
        """The number by which a form names a person."""
        with self.bureau.database.reading() as session:
            return str(session.scalars(select(User.id).where(User.login == login)).one())

    def task(self, element: str) -> Task:
        """The newest step of that element."""
        with self.bureau.database.reading() as session:
            steps = select(Task).where(Task.case_id == self.case_id, own_names() == element)
            task = session.scalars(steps.order_by(Task.id.desc()).limit(1)).one()
            session.expunge(task)
            return task

    def open_steps(self) -> set[str]:
        """The elements of all open steps."""
        with self.bureau.database.reading() as session:
            steps = select(own_names()).where(Task.status == TaskStatus.OPEN)
            return set(session.scalars(steps))

    def doubts(self) -> list[str]:
        """The doubts of the case, as forms name their rows."""
        with self.bureau.database.reading() as session:
            found = select(TaxWarning.id).where(TaxWarning.case_id.is_not(None))
            return [str(each) for each in session.scalars(found.order_by(TaxWarning.id))]

    def today(self) -> str:
        """The bureau's day."""
        with self.bureau.database.reading() as session:
            now = session.execute(select(func.bureau_now())).scalar_one()
            return f"{now.astimezone(MONDAY.tzinfo):%Y-%m-%d}"

    def hand_down(self) -> None:
        """Leader and chief hand the case down; both officers accept it."""
        self.company.leader.do(
            self.taxpayer,
            {
                "dispatch_decision": "assign",
                "priority": "urgent",
                "requirement": "请重点核实海关凭证的真实性。",
            },
        )
        self.company.chief.do(
            self.taxpayer,
            {
                "assign_decision": "assign",
                "main_officer": self.number_of("officer"),
                "second_officer": self.number_of("partner"),
            },
        )
        accepted = {"recusal": "none", "accept_decision": "accept"}
        self.company.officer.do(self.taxpayer, accepted)
        self.company.partner.do(self.taxpayer, accepted)

    def check_at_the_desk(self, *, result: str, then: str) -> None:
        """The main officer goes through the prescribed steps and decides how to go on."""
        officer = self.company.officer
        officer.begin(self.taxpayer)
        for place in range(officer.form.locator("[name$='-row'][name^='steps-']").count()):
            officer.fill({f"steps-{place}-state": "done"})
        for place in range(len(self.doubts())):
            officer.fill({f"doubts-{place}-result": result, f"doubts-{place}-text": REASONS})
            if result == "confirmed":
                officer.fill({f"doubts-{place}-estimated_tax": f"{TAX:,}.00"})
            officer.fill({f"doubts-{place}-evidence": pdf("一户式资料.pdf")})
        officer.fill({"next_step": then})
        officer.hand_in()

    def write_and_serve_the_letter(self) -> None:
        """A letter signed by the chief, served with its receipt, answered by the taxpayer."""
        officer = self.company.officer
        officer.do(self.taxpayer, {"inquiry_method": "letter", "questions": QUESTIONS})
        signed = {"letter_signature": "sign", "opinion": "同意发函。"}
        self.company.chief.do(self.taxpayer, signed)
        officer.do(
            self.taxpayer,
            {
                "letter_service": "served",
                "method": "direct",
                "served_on": self.today(),
                "receiver": "王会计",
                "receipt": pdf("送达回证.pdf"),
            },
        )
        answered = {"contact_result": "answered", "answer": "系集中进口所致，报关单另行提供。"}
        officer.do(self.taxpayer, {**answered, "files": pdf("情况说明.pdf")})

    def visit(self) -> None:
        """A visit applied for, agreed, and carried out by two officers a day later."""
        officer = self.company.officer
        officer.begin(self.taxpayer)
        officer.fill(
            {"reason": "书面答复不足以说明库存变动，需实地核对。", "doubts": self.doubts()}
        )
        officer.fill({"place": "warehouse", "visit_from": self.today(), "visit_to": "2010-01-29"})
        for place, number in enumerate(("辽国税检0008", "辽国税检0009")):
            officer.fill({f"officers-{place}-certificate_number": number})
        officer.fill({"notify_in_advance": "yes", "examine_books": "no"})
        officer.hand_in()
        self.company.chief.do(self.taxpayer, {"onsite_approval": "agree"})
        officer.do(self.taxpayer, {**self._served(), "receipt": pdf("通知回证.pdf")})
        self.company.sysadmin.page.get_by_role("button", name="时钟前进 1 天").click()
        officer.do(
            self.taxpayer,
            {
                "started_at": f"{self.today()}T09:30",
                "ended_at": f"{self.today()}T10:40",
                "onsite_found": "trading",
                "facts": "现场清点进口货物，与账面存货不符，短少三批。",
                "photographs": photograph("库房.png"),
                "finance_signature": "signed",
                "next_step": "conclude",
            },
        )
        self.company.partner.do(self.taxpayer, {"confirmation": "confirm"})

    def conclude(self, *, again: bool = False) -> None:
        """The main officer concludes; a second time the form goes on from the first answers."""
        officer = self.company.officer
        officer.begin(self.taxpayer)
        if again:
            expect(officer.form).to_contain_text(SENT_BACK)
            officer.fill({"files": pdf("进口报关单.pdf"), "doubts-0-reasons": f"{REASONS}已补证。"})
        else:
            self._conclude_each_doubt()
        officer.hand_in()

    def review(self, decision: str) -> None:
        """The chief agrees, or sends the conclusion back."""
        answers = {"review_decision": decision, "opinion": "已复核。"}
        back = {"next_step": "conclude", "return_reason": "evidence", "return_text": SENT_BACK}
        sent_back = back if decision == "send_back" else {}
        self.company.chief.do(self.taxpayer, {**answers, **sent_back})

    def approve(self) -> None:
        """The leader agrees."""
        agreed = {"approval_decision": "agree", "invoice_stop": "no", "opinion": "同意。"}
        self.company.leader.do(self.taxpayer, agreed)

    def carry_out(self) -> None:
        """The taxpayer is told, corrects its return and pays tax and surcharge."""
        officer = self.company.officer
        today = self.today()
        officer.do(self.taxpayer, {**self._served(), "receipt": pdf("送达回证.pdf")})
        paid_on = date.fromisoformat(today)
        with self.bureau.database.reading() as session:
            row = session.scalars(select(AssessedAmount)).one()
            surcharge = amounts.surcharge(row.recomputed - row.declared, FILED_LATE, paid_on)
        officer.do(
            self.taxpayer,
            {
                "return_number": "更正201001260001",
                "filed_on": today,
                "payments-0-tax_paid": f"{TAX}.00",
                "payments-0-surcharge_paid": str(surcharge),
                "payments-0-paid_on": today,
            },
        )

    def close(self) -> None:
        """Nothing is missing: the main officer signs the case off."""
        self.company.officer.do(self.taxpayer, {"sign_off": "y"})

    def _served(self) -> dict[str, str]:
        return {"method": "direct", "served_on": self.today(), "receiver": "王会计"}

    def _conclude_each_doubt(self) -> None:
        officer = self.company.officer
        for place in range(len(self.doubts())):
            officer.fill(
                {
                    f"doubts-{place}-finding": "confirmed",
                    f"doubts-{place}-cause": "calc_or_form_error",
                    f"doubts-{place}-reasons": REASONS,
                    f"doubts-{place}-indicator_verdict": "right",
                }
            )
            officer.form.get_by_role("checkbox", name="一户式资料.pdf").first.check()
        officer.form.get_by_role("button", name="增加一行").click()
        expect(officer.form.locator("[name=amounts-0-tax]")).to_be_visible()
        officer.fill(
            {
                "amounts-0-tax": "vat",
                "amounts-0-period": "2009-12",
                "amounts-0-declared": "4,200.00",
                "amounts-0-recomputed": f"{4200 + TAX:,}.00",
                "amounts-0-due_on": f"{FILED_LATE}",
                "signs": "none",
                "tax_computable": "yes",
                "zero_returns_trading": "no",
                "duty_not_met": "none",
                "invoice_stop": "no",
                "status_change": "no",
            }
        )
