"""The auditor's workplace: replays, chain checks, conduct, powers, evidence, samples, papers."""

from caseflow.web.audits import conduct, power_changes, replays

PAGES = (replays, conduct, power_changes)
