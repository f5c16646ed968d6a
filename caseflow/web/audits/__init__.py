"""The auditor's workplace: replays, chain checks, conduct, powers, evidence, samples, papers."""

from caseflow.web.audits import (
    chain_checks,
    conduct,
    evidence_exports,
    power_changes,
    replays,
    samples,
    working_papers,
)

PAGES = (evidence_exports, replays, chain_checks, conduct, power_changes, samples, working_papers)
