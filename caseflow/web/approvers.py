"""Who approves versions and migrations of a process, in words."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.reads import drafts
from caseflow.vocabulary import Verb
from caseflow.web.languages import say
from caseflow.web.speech import _, later
from caseflow.web.words import joined

# What the divisions are called that own procedures, by their line.
_DIVISIONS: Mapping[str, object] = {"admin_tech_division": later("征管和科技发展处")}


def of(session: Session, process: str) -> str:
    """The sentence that names who approves, or the post that somebody must be given first."""
    found = drafts.owners(session, process)
    if found:
        return _("由主管处室处长审批：%(names)s。", names=joined(found))
    line = policy.owner_of(process)
    return _(
        "须由主管处室（%(division)s）审批，尚无此人：请先登记岗位%(post)s，条线填 %(line)s。",
        division=_DIVISIONS.get(line, line),
        post=joined(say(role) for role in sorted(policy.VERBS[Verb.APPROVE_DEFINITION])),
        line=line,
    )
