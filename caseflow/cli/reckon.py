"""`caseflow reckon`: deadlines, surcharge, tax and numbers, questions and answers as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import BinaryIO

import click

from caseflow import reckoning
from caseflow.cli.speech import lang_option, sentence
from caseflow.cli.workflows.files import ROOT
from caseflow.engine import decisions, plain
from caseflow.reckoning import Answer, BadQuestion
from caseflow.reckoning.penalty_law import Bands
from caseflow.working_days import published_calendar

_LONGEST_LINE = 1_000_000


@click.group()
def reckon() -> None:
    """Reckon deadlines, surcharge, tax and fines, each with its calculation sheet.

    Every command reads questions from FILE or the standard input, one JSON object a line, and
    prints one answer a line in the same order. Amounts are text with two decimals; they may be
    given as "12,345.67" and in full-width digits. A question may carry an "id", which its answer
    repeats. What cannot be answered becomes {"error": …} with what to do, and the command ends
    with code 1. Needs no database; days are counted by the published holiday plans.

    Example: echo '{"from": "2009-09-25", "days": 15}' | caseflow reckon due
    """


def _command(name: str, help_text: str) -> None:
    """Add the command of one reckoning."""

    @reckon.command(name, help=help_text)
    @click.argument("file", type=click.File("rb"), default="-")
    @lang_option
    def answer(file: BinaryIO) -> None:
        failed = False
        for line in _lines(file):
            answered = _answered(name, line)
            failed = failed or "error" in answered
            click.echo(_written(answered))
        if failed:
            sys.exit(1)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines that hold something."""
    return (line for line in file if line.strip(b"\xef\xbb\xbf \t\r\n"))


def _answered(name: str, line: bytes) -> dict[str, object]:
    """The answer to one line, or what to do about it."""
    try:
        question = _read(line)
    except plain.BadJson as error:
        told = sentence(
            f"不是一行 JSON，请改正：{error.say('zh')}", f"no JSON; mend it: {error.say('en')}"
        )
        return {"error": told}
    if not isinstance(question, dict):
        return {"error": sentence("应为一个 JSON 对象，如 {…}", "must be a JSON object, as {…}")}
    key = {"id": question.pop("id")} if "id" in question else {}
    try:
        bands = _bands() if name == "fine" else None
        found = reckoning.reckon(name, question, published_calendar(), bands)
    except BadQuestion as error:
        return {**key, "error": sentence(error.say("zh"), error.say("en"))}
    return {**key, **found.values, "explanation": _explained(found)}


@cache
def _bands() -> Bands:
    """The office's table of fines, as this version ships it in the drawing of simple penalties."""
    path = (ROOT / "workflows" / "pn_decided_by").with_suffix(".dmn")
    model, _findings = decisions.read_model(path.name, path.read_bytes())
    return partial(model.decisions["pn_band"].decide, mapping="singleResult")


def _read(line: bytes) -> object:
    if len(line) > _LONGEST_LINE:
        raise plain.BadJson(sentence("行太长，请分开计算", "the line is too long; reckon in parts"))
    return plain.read(line.removeprefix(b"\xef\xbb\xbf"))


def _explained(found: Answer) -> list[str]:
    both = zip(found.explain("zh"), found.explain("en"), strict=True)
    return [sentence(*each) for each in both]


def _written(answered: Mapping[str, object]) -> str:
    return plain.write(answered)


_HELP = {
    "due": """Give the last day of a limit in "days" (calendar days by article 109 of the
    Implementing Rules), "working_days", "full_working_days" (earliest day after a notice),
    "months" or "years".

    "pauses" [[from, to], …] stop a limit in working days on the days after "from" up to and with
    "to"; statutory limits never stand still.

    Example: echo '{"from": "2009-09-25", "days": 15}' | caseflow reckon due
    """,
    "filing": """Give the deadline to file and pay: of a tax month ("period") or of the yearly
    income tax settlement ("year").

    Example: echo '{"period": "2009-09"}' | caseflow reckon filing
    """,
    "surcharge": """Give the late-payment surcharge of a debt with its payments.

    "unpaid" with "until" adds what is not paid yet; "tax" instead lets the rest be reckoned.
    Several "periods" [{"due", "amount"}] are paid the oldest first. "deferred_to",
    "tax_office_fault" and "cap_ratio" change it.

    Example: echo '{"due": "2009-10-23", "payments": [{"on": "2009-11-30", "amount":
    "120,000.00"}]}' | caseflow reckon surcharge
    """,
    "loss-offset": """Give assessed tax and loss offset of found income.

    "declared" is the income before loss offset (negative for a loss), "carried" the losses of
    earlier years still valid. "found_income_absorbs_losses", or the day "on" which it is decided,
    says whether they may be used (since 2010-12-01, so too where no day is given).
    "small_low_profit" brings the small tariff, "relief" and "credit" lessen the tax of a year.
    Several "years" [{"year", "declared", "adjustment"}] carry losses forward.

    Example: echo '{"declared": "-300000", "carried": "0", "adjustment": "500000", "rate":
    "0.25"}' | caseflow reckon loss-offset
    """,
    "vat": """Recompute value-added tax period by period, the credit carried forward.

    Each of "periods" has "period", "output", "input", and where there is one "transfer_out",
    "credit_in" (of the first), "found_sales" with tax at "rate", "false_input". With "kind":
    "small_scale" it has "sales_incl_tax" and "declared"; "individual" brings the threshold,
    "trade" (industry, commerce) the rate before 2009. "until" adds the surcharge.

    Example: echo '{"periods": [{"period": "2009-03", "output": "170000", "input": "160000",
    "found_sales": "585000"}]}' | caseflow reckon vat
    """,
    "fine": """Give the range of a fine, who decides, hearing and days, with the articles by the
    day of the act.

    "act" is one of the acts of the tax law (evasion, late_return, …), "tax" what it is measured
    by, "party" who is fined, "amount" the intended fine; "days_late" and "offence" apply the
    table 罚款裁量表 that this version ships for cases of simple penalty. "act_on", "found_on",
    "notified_on", "received_on" and "paid_on" bring the days.

    Example: echo '{"act": "evasion", "tax": "85000.00", "act_on": "2009-03-31"}' | caseflow
    reckon fine
    """,
    "statute": """Give the last day on which tax can be recovered, by its "cause": tax_office,
    calculation_error (with "amount"), evasion, refusal, refund_fraud; "on" asks of a day.

    Example: echo '{"due": "2009-04-20", "cause": "calculation_error", "amount": "100000"}' |
    caseflow reckon statute
    """,
    "estimate": """Estimate tax from outside data, by "method": energy ("energy", "norm"),
    capacity ("capacity", "days"), both with "opening", "closing", "price" and "declared";
    local_tax ("turnover", "declared", "profit_rate"); card ("received", "declared").

    Example: echo '{"method": "energy", "energy": "48000", "norm": "12", "opening": "500",
    "closing": "300", "price": "80", "declared": "260000"}' | caseflow reckon estimate
    """,
    "ratio": """Give a ratio with two decimals, by "measure": vat_burden ("tax", "sales"),
    burden_difference ("own", "reference"), income_tax_contribution ("tax", "revenue"),
    income_tax_burden ("tax", "profit"), elasticity ("tax_growth", "base_growth"),
    on_time_filing ("on_time", "due"), on_time_payment ("on_time", "declared").

    Example: echo '{"measure": "vat_burden", "tax": "4200", "sales": "420000"}' | caseflow
    reckon ratio
    """,
    "check-number": """Say whether a taxpayer's number, organisation code or identity number is
    right and whose it can be; "?" as its last sign asks for the check character. "on" a day
    before 2015-10-01 there were no unified codes.

    Example: echo '{"number": "210202736401253"}' | caseflow reckon check-number
    """,
}

for _name, _help in _HELP.items():
    _command(_name, _help)
