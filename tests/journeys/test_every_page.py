"""Every page as it is drawn: barriers, errors of its scripts, width; in both themes."""

from collections.abc import Iterator, Mapping
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.app import create_app
from caseflow.models import Case, Document, Payment, Recheck
from caseflow.reads import cases as case_reads
from caseflow.reads import patrols as patrol_reads
from caseflow.reads.audits import samples as sample_reads
from caseflow.services import (
    archiving,
    assignments,
    attachments,
    case_migrations,
    definitions,
    drafts,
    evaluation_plans,
    handover_plans,
    handovers,
    patrols,
    record,
    repeated_answers,
    responsibilities,
    screening,
    selection,
    tasks,
    work_logs,
)
from caseflow.services.audits import papers, samples
from caseflow.services.patrols import Visited
from caseflow.services.rechecks import spot
from caseflow.services.responsibilities import Managed
from caseflow.services.work_logs import Written
from caseflow.vocabulary import (
    SYSTEM,
    HandoverReason,
    PaidItem,
    PatrolFinding,
    ResponsibilityBasis,
    Role,
)
from caseflow.vocabulary.choices.plan import PlanKind
from tests import campaigns, data_requests, desk, evaluation, factories, mergers, orders, plans
from tests.cast import Cast
from tests.journeys import desks, source_files
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company
from tests.services import test_third_party_batch as delivery
from tests.services.test_separation import also

PROCESS = "warning_verification"
SCREEN: ViewportSize = {"width": 1366, "height": 768}
# What no person looks at: files, small answers for scripts, addresses that lead on.
NO_PAGES = {
    "cases.drawing",
    "cases.file",
    "chain_checks.keys",
    "chain_checks.progress",
    "chain_checks.verifier",
    "colleagues.offers",  # suggestions as one types; see tests/web/test_powers_pages.py
    "evidence_exports.take",
    "cases.paper",
    "papers.receipt",
    "papers.working_copy",
    "cases.step",
    "case_migrations.export",
    "definitions.file",
    "designer.bundle",
    "designer.drawing_file",
    "designer.file",
    "designer.pick_form",
    "powers.reason_page",  # shown to city leaders; see tests/web/test_powers.py
    "people.code",  # shown to who still owes a code; see tests/web/test_account.py
    "drafts.file",
    "archiving.sheets",  # a PDF
    "handovers.printed",  # a PDF
    "patrols.printed",  # a PDF
    "work_logs.printed",  # a PDF
    "patrols.photograph",  # a picture
    "health.alive",
    "health.metrics",
    "health.ready",
    "enforcement.register_file",
    "enforcement.results_file",
    "exports.cases",
    "exports.inbox",
    "exports.taxpayers",
    "exports.warnings",
    "imports.rejects",
    "inbox.counts",
    "insight.home",
    "insight.log",
    "people.home",
    "record.event",
    "record.file",
    "reckonings.home",
    "static",
}
# Who looks at which page; {…} is the case that waits at that step.
VISITS: Mapping[str, tuple[str, ...]] = {
    "leader": (
        "/inbox",
        "/cases/{screened}",
        "/cases/{dispatch}",
        "/cases/{approval}",
        "/cases/{dispatch}/move",
        "/cases/{merged}/merger",
        "/cases/{mixed}/split",
        "/dashboard",
        "/processes/1/insight",
        "/cases",
        "/taxpayers",
        "/taxpayers/1",
        "/warnings",
        "/search?q=大连",
        "/rechecks",
        "/deputies",
        "/deputies/new",
        "/recusals",
        "/cases/{approval}/recusal",
        "/seal-uses",
        "/enforcement",
        "/enforcement/results",
        "/enforcement/results/cases",
        "/papers/{letter}/about",
        "/cases/{approval}/calculation",
        "/reckon/due",
        "/time-measures",
        "/powers/grants",
        "/powers/sensitive",
        "/powers/trace",
    ),
    "chief": (
        "/inbox?tab=free",
        "/cases/{assign}",
        "/cases/{sign_letter}",
        "/cases/{review}",
        "/releases/new",
        "/tasks/{reviewing}/opinions",
        "/tasks/{reviewing}/send-back",
        "/tasks/{reviewing}/hand-over",
        "/tasks/{reviewing}/delegate",
        "/tasks/{reviewing}/extension",
        "/tasks/{reviewing}/deferral",
        "/cases/{evaluated}/extension",
        "/cases/{evaluated}/pause",
        "/handovers",
        "/handovers/new",
        "/handovers/{handover}",
        "/worklog",
        "/worklog/section",
        "/patrols",
        "/patrols/visits/{patrol}",
        "/assignments",
        "/at-risk",
        "/assignments/{assigned}",
        "/zero-filing-batches",
        "/payments",
        "/payments/{payment}",
        "/rechecks/plans/{spot_plan}",
        "/rechecks/{spot}",
    ),
    "officer": (
        "/steps/{alike}/alike",
        "/repeated/{repeated}",
        "/inbox",
        "/inbox?tab=overdue",
        "/cases/{desk_check}",
        "/cases/{make_inquiry}",
        "/cases/{make_inquiry}/ask",
        "/notices",
        "/cases/{apply_interview}",
        "/cases/{apply_onsite}",
        "/cases/{reply}",
        "/cases/{conclusion}",
        "/cases/{record_payment}",
        "/cases/{closing_check}",
        "/cases/{closed}",
        "/indicators/VAT-001",
        "/reminders",
        "/worklog",
        "/patrols",
        "/patrols/visits/new?household={patrolled}",
        "/taxpayers/{patrolled}/corrections/new",
        "/keys",
        "/files/{file}/custody",
        "/cases/999999",
    ),
    "info": (
        "/archive",
        "/archive/{to_archive}",
        "/archive/{archived}",
        "/cases/{archived}",
    ),
    "analyst": (
        "/runs",
        "/runs/1",
        "/imports",
        "/directives/new",
        "/third-party-batches",
        "/third-party-batches/{delivered}/records",
        "/plans/new",
        "/campaigns",
        "/campaigns/new",
        "/campaigns/{campaign}",
        "/plans/{plan_drafted}",
    ),
    "auditor": (
        "/record",
        "/record?part=acts",
        "/record?part=others",
        "/enforcement",
        "/cases/{closed}/record",
        "/cases/{closed}/record?filter=reads",
        "/cases/{closed}/replay?step=5",
        "/audit/checks",
        "/audit/conduct",
        "/audit/evidence",
        "/audit/samples",
        "/audit/samples/{sample}",
        "/audit/papers/{paper}",
        "/audit/papers",
        "/audit/powers",
        "/account",
        "/account/password",
        "/account/factor",
    ),
    "sysadmin": (
        "/processes",
        "/processes/1",
        "/processes/1/diff/2",
        "/processes/1/migrate/2",
        "/migrations/{plan}",
        "/processes/drafts/{draft}",
        "/processes/drafts/{draft}/drawing",
        "/processes/drafts/{draft}/tables/wv_decided_by.dmn",
        "/processes/drafts/{draft}/forms/wv_conclusion.form",
        "/processes/drafts/{draft}/upload",
        "/processes/drafts/{draft}/trial",
        "/jobs",
        "/operations",
        "/self-check",
        "/sign-ins",
    ),
}


@pytest.fixture
def addresses(fresh_bureau: Bureau, tmp_path: Path) -> dict[str, int]:
    """Cases at all steps; a screening run that was accepted, so that there are charts."""
    people = fresh_bureau.people
    with fresh_bureau.database.transaction() as session:
        found = desks.lay_out(session, people)
        run = source_files.screen(session, tmp_path)
        screening.accept(session, people.analyst, run.id)
    with fresh_bureau.database.transaction() as session:
        selection.open_share(session)
        screened = select(Case.id).where(Case.run_id == run.id).order_by(Case.id.desc()).limit(1)
        return {
            **found,
            **_next_version(session, people),
            **_sample(session, people),
            **_file(session, people, found["desk_check"]),
            **_reviewing(session, people, found["review"]),
            **_planned(session, people),
            **_delivered(session),
            **_evaluated(session, people),
            **_handed_over(session, people),
            **_patrolled(session, people),
            **_assigned(session, people, found["assign"]),
            "merged": mergers.merged(session, people, serial=9_001)[0].id,
            "mixed": mergers.mixed(session, serial=9_002)[0].id,
            **_spot_checked(session, people, found["assign"]),
            **_archived(session, people, found["closed"]),
            "payment": _paid(session, found["review"]),
            "screened": session.scalars(screened).one(),
            "letter": session.scalars(select(func.min(Document.id))).one(),
        }


def _next_version(session: Session, people: Cast) -> dict[str, int]:
    """A second version, a plan to carry the cases over to it, a draft of the third."""
    old = definitions.latest(session, PROCESS)
    files = {name: str(text).encode() for name, text in old.files.items()}
    drawing = f"{PROCESS}.bpmn"
    files[drawing] = files[drawing].replace('name="案头核查"'.encode(), 'name="案头审核"'.encode())
    new = definitions.deploy(session, SYSTEM, files)
    reason = "演练：换到新版本。"
    plan = case_migrations.plan(session, people.sysadmin, old.id, new.id, mapping={}, reason=reason)
    return {"plan": plan.id, "draft": drafts.begin(session, people.sysadmin, PROCESS).id}


def _delivered(session: Session) -> dict[str, int]:
    """A batch of a third party whose only record names nobody by a key."""
    people = data_requests.join(session)
    batch = delivery.begun(session, people)
    content = "纳税人识别号,纳税人名称,所属期,用电量\n,无此企业,2009-12,7\n".encode()
    file = delivery.attach(session, people.prepares, batch, content)
    said = delivery.receipt(file, 1, received_on=clock.today().isoformat())
    delivery.do(session, people.prepares, batch, "batch_receive", **said)
    return {"delivered": batch.id}


def _evaluated(session: Session, people: Cast) -> dict[str, int]:
    """A tax evaluation whose whole limit runs."""
    case = factories.evaluation(session, factories.taxpayer(session, serial=9_021))
    evaluation.assigned(session, people, case)
    return {"evaluated": case.id}


def _planned(session: Session, people: Cast) -> dict[str, int]:
    """A supplement to the plan of the month, with households to decide on."""
    orders.deploy(session, "evaluation_plan")
    for serial in range(9_011, 9_015):
        plans.pooled(session, factories.taxpayer(session, serial=serial))
    factories.tell(session, "sys:facts")
    plan = evaluation_plans.begin_by_hand(session, people.info, None, PlanKind.SUPPLEMENT, None)
    orders.deploy(session, "campaign")
    campaign = campaigns.begun(session, people.info)
    campaigns.listed(session, people.info, campaign, ["210202000009021", "210202123456788"])
    return {"plan_drafted": plan.id, "campaign": campaign.id, **_alike(session, people)}


def _alike(session: Session, people: Cast) -> dict[str, int]:
    """Cases of a campaign: one accepted, another done alike, a third that still may be."""
    orders.deploy(session, "third_party_verification")
    found = [factories.taxpayer(session, serial=serial) for serial in range(9_031, 9_034)]
    factories.tell(session, "sys:facts")
    case = campaigns.begun(session, people.info)
    campaigns.listed(session, people.info, case, [each.tin for each in found])
    campaigns.handed_in(session, people.info, case)
    campaigns.approved(session, people.leader, case)
    held = campaigns.of(session, case)
    named = {
        "assign_decision": "assign",
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    for each in held:
        desk.do(session, people.chief, each, "dispatching/assign", named)
    taken = {"recusal": "none", "accept_decision": "accept"}
    task = desk.do(session, people.officer, held[0], "dispatching/accept_main", taken)
    chosen = [desk.open_task(session, held[1], "dispatching/accept_main").id]
    row = repeated_answers.begin(session, people.officer, task.id, chosen)
    campaigns.work_off(session)
    return {"alike": task.id, "repeated": row.id}


def _reviewing(session: Session, people: Cast, case_id: int) -> dict[str, int]:
    """The review on the desk of the chief, who may ask, send back and hand over."""
    task = desk.open_task(session, session.get_one(Case, case_id), "review")
    if task.assignee_id is None:
        tasks.claim(session, people.chief, task.id)
    return {"reviewing": task.id}


def _assigned(session: Session, people: Cast, case_id: int) -> dict[str, int]:
    """What the chief tried to assign at once, without naming anybody."""
    task = desk.open_task(session, session.get_one(Case, case_id), "assign")
    order = assignments.Order(task.id, task.version)
    return {"assigned": assignments.carry_out(session, people.chief, [order]).id}


def _paid(session: Session, case_id: int) -> int:
    """A receipt of a household that has a case; it fits no sum exactly."""
    row = Payment(
        receipt="缴1",
        line=1,
        taxpayer_id=session.get_one(Case, case_id).taxpayer_id,
        item=PaidItem.TAX,
        tax="vat",
        period=200912,
        amount=Decimal("12.00"),
        paid_on=clock.today(),
        source="receipts.csv",
        taken_at=clock.now(),
    )
    session.add(row)
    record.append(session, SYSTEM, "sys:facts", action="facts.payments_taken", payload={})
    session.flush()
    return row.id


def _spot_checked(session: Session, people: Cast, case_id: int) -> dict[str, int]:
    """A case that the chief has chosen to look at."""
    number = session.get_one(Case, case_id).number
    plan = spot.choose(session, people.chief, number=number)
    chosen = select(Recheck.id).where(Recheck.plan_id == plan.id)
    return {"spot_plan": plan.id, "spot": session.scalars(chosen).one()}


def _archived(session: Session, people: Cast, case_id: int) -> dict[str, int]:
    """A closed case in the archive of the district, on loan, and one that waits for it."""
    waits = desks.case_at(session, people, "closed")
    info = also(session, people.info, Role.ARCHIVIST, people.leader)
    archiving.call_due(session)
    session.expire_all()
    archiving.archive(session, info, case_id, said=archiving.Filed("档案室 3 排 2 柜 5 盒"))
    borrower = people.officer.user_id or 0
    archiving.lend(session, info, case_id, borrower_id=borrower, purpose="同行业案件参考")
    return {"archived": case_id, "to_archive": waits.id}


def _patrolled(session: Session, people: Cast) -> dict[str, int]:
    """A household on the plan, another one that two officers have visited."""
    payers = [factories.taxpayer(session, serial=serial) for serial in (931, 932)]
    planned, seen = (each.id for each in payers)
    managed = [Managed(each.id, people.officer.user_id or 0, each.section_id) for each in payers]
    responsibilities.put(session, SYSTEM, managed, basis=ResponsibilityBasis.FILE)
    record.append(session, SYSTEM, "sys:facts", action="facts.taken_in", payload={})
    patrols.plan(session, people.chief, patrol_reads.this_month(), [planned])
    midnight = time(0, 0)
    work_logs.write(session, people.officer, Written(clock.today(), midnight, "接待来人咨询"))
    made = Visited(
        seen,
        clock.today(),
        midnight,
        second_id=people.partner.user_id or 0,
        finding=PatrolFinding.ORDERLY,
        content="正常经营，与登记相符",
    )
    return {"patrol": patrols.visit(session, people.officer, made).id, "patrolled": planned}


def _handed_over(session: Session, people: Cast) -> dict[str, int]:
    """Households of the officer that the chief has given to two colleagues."""
    takers = (people.third.user_id or 0, people.partner.user_id or 0)
    wish = handover_plans.Wish(people.officer.user_id or 0, takers, HandoverReason.LEAVE, "产假")
    seal = handover_plans.plan(session, people.chief, wish).seal
    return {"handover": handovers.carry_out(session, people.chief, wish, seal=seal).id}


def _file(session: Session, people: Cast, case_id: int) -> dict[str, int]:
    """A file that the officer hands in with the desk check."""
    task = desk.open_task(session, session.get_one(Case, case_id), "desk_check")
    content = [b"%PDF-1.4 evidence"]
    kept = attachments.add(
        session, people.officer, task.id, field="files", name="合同.pdf", chunks=content
    )
    session.flush()
    return {"file": kept.id}


def _sample(session: Session, people: Cast) -> dict[str, int]:
    """A sample of three cases and a working paper on the first."""
    drawn = sample_reads.draw(session, people.auditor, case_reads.Wish(), seed=7, size=3)
    draw = samples.Draw({}, drawn.population, drawn.population_sha256, drawn.case_ids)
    sample = samples.keep(session, people.auditor, draw, name="抽查", seed=7)
    session.flush()  # the paper asks for the items
    text = papers.Text("底稿", "程序：逐项核对。结论：相符。")
    first = {"case_id": drawn.case_ids[0], "sample_id": sample.id}
    paper = papers.begin(session, people.auditor, text, **first)
    return {"sample": sample.id, "paper": paper.id}


def visits(company: Company, addresses: Mapping[str, int]) -> Iterator[tuple[str, Page]]:
    """Each page in turn, in the browser of somebody who works with it."""
    stranger = company.newcomer("nobody")
    _prepare(stranger.page)
    stranger.page.goto(f"{company.address}/sign-in")
    yield "/sign-in", stranger.page
    stranger.context.close()
    for login, paths in VISITS.items():
        page = getattr(company, login).page
        _prepare(page)
        for path in paths:
            page.goto(f"{company.address}{path.format_map(addresses)}")
            yield path, page


def barriers(page: Page, *only: str) -> list[str]:
    """What axe-core finds on a page by all its rules or by some, each with the place."""
    options = {"resultTypes": ["violations"]}
    wanted = {"runOnly": list(only)} if only else {}
    found = Axe().run(page, options={**options, **wanted}).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary'][:200]}"
        for each in found
        for node in each["nodes"][:3]
    ]


def in_the_dark(page: Page) -> list[str]:
    """The page in the dark theme, where the colours alone are others."""
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    return [f"dark: {each}" for each in barriers(page, "color-contrast")]


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than the screen."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@pytest.mark.browser
def test_every_page_is_open_to_all_and_fits(
    addresses: dict[str, int], fresh_company: Company
) -> None:
    troubles: dict[str, list[str]] = {}
    for path, page in visits(fresh_company, addresses):
        heard = barriers(page)
        if (wide := overflow(page)) > 0:
            heard.append(f"{wide} px wider than the screen")
        troubles[path] = heard + in_the_dark(page)
    assert {path: found for path, found in troubles.items() if found} == {}


def test_every_page_is_visited(bureau: Bureau) -> None:
    rules = create_app(bureau.config, bureau.database).url_map.iter_rules()
    pages = {
        rule.endpoint: rule.rule
        for rule in rules
        if "GET" in (rule.methods or set()) and rule.endpoint not in NO_PAGES
    }
    seen = {"/sign-in", *(path.split("?")[0] for paths in VISITS.values() for path in paths)}
    assert [
        page for page, rule in pages.items() if not any(_fits(rule, path) for path in seen)
    ] == []


def _prepare(page: Page) -> None:
    page.set_viewport_size(SCREEN)
    page.emulate_media(reduced_motion="reduce")  # no colour is caught half-way


def _fits(rule: str, path: str) -> bool:
    parts, wanted = path.split("/"), rule.split("/")
    return len(parts) == len(wanted) and all(
        part == want or want.startswith("<") for part, want in zip(parts, wanted, strict=True)
    )
