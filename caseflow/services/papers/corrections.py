"""What the sheet of a data correction says: the corrected values as the request was checked."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.lake import fields
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, PaperKind
from caseflow.vocabulary.choices.data_correction import DcErrorKind


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with source, values and kinds of error; other cases: unchanged."""
    if work.case.kind != CaseKind.DC or kind is not PaperKind.DATA_CORRECTION:
        return arguments
    facts = work.case.facts
    errors = dict.fromkeys(DcErrorKind(line["kind"]).zh for line in facts["lines"])
    return {
        **arguments,
        "source": fields.shipped().sources[facts["source"]].zh,
        "corrections": facts["corrections"],
        "error_kind": "、".join(errors),
    }
