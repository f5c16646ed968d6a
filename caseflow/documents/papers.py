"""Every kind of paper by its name."""

from collections.abc import Mapping

from caseflow.documents.catalogue import (
    abnormal,
    directives,
    evaluation,
    general,
    inspection,
    penalty,
    third_party,
    verification,
)
from caseflow.documents.catalogue.kinds import Paper
from caseflow.vocabulary import PaperKind

PAPERS: Mapping[PaperKind, Paper] = {
    paper.kind: paper
    for group in (
        verification,
        general,
        evaluation,
        abnormal,
        penalty,
        inspection,
        third_party,
        directives,
    )
    for paper in group.PAPERS
}
"""Kind -> what is fixed about it."""
