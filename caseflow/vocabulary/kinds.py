"""Kinds of case and the processes they run on."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.vocabulary.terms import CaseKind

# A kind is worked as soon as its process is deployed; until then what calls for it is a referral.
PROCESSES: Mapping[CaseKind, str] = {
    CaseKind.WV: "warning_verification",
    CaseKind.TA: "tax_evaluation",
    CaseKind.AB: "abnormal_household",
    CaseKind.TP: "third_party_verification",
    CaseKind.ZF: "zero_filing",
    CaseKind.OC: "order_to_correct",
    CaseKind.PN: "simple_penalty",
    CaseKind.TI: "inspection_transfer",
    CaseKind.DC: "data_correction",
    CaseKind.DR: "directive",
    CaseKind.RQ: "data_request",
    CaseKind.EP: "evaluation_plan",
    CaseKind.ZB: "zero_filing_batch",
    CaseKind.CP: "campaign",
    CaseKind.TB: "third_party_batch",
}

# Batches are cases of the procedure that they are of, without a taxpayer: numbered with them.
NUMBERED_AS: Mapping[CaseKind, CaseKind] = {
    CaseKind.ZB: CaseKind.ZF,
    CaseKind.TB: CaseKind.TP,
}
