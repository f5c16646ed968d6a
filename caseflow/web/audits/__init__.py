"""The auditor's workplace: replays, chain checks, conduct, powers, evidence, samples, papers."""

from caseflow.web.audits import conduct, power_changes, replays, samples, working_papers

PAGES = (replays, conduct, power_changes, samples, working_papers)
