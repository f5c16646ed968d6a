"""Objection 异议 (7): who reviews it and closes the case, and what the review finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow import policy
from caseflow.engine.drawings import split
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed, refuse
from caseflow.vocabulary import TaskStatus
from caseflow.vocabulary.choices.evaluation import TaObjectionOpinion


def name_reviewer(desk: Desk, answers: Json) -> Handed:
    """7, 9: the leader names somebody who did nothing in the case that bars the review."""
    reviewer = int(answers["reviewer"])
    known = desk.history
    officers = {desk.case.main_officer_id, desk.case.second_officer_id}
    if reviewer in officers | set(known.recused):
        refuse("reviewer", "not_eligible")
    if not all(policy.may_be_given(known, step, reviewer) for step in _reviews(desk)):
        refuse("reviewer", "acted_before")
    return Handed(payload={"reviewer": reviewer})


def review(desk: Desk, answers: Json) -> Handed:
    """7: the reviewer's opinion goes to a new determination, which the panel decides."""
    del desk
    opinion = TaObjectionOpinion(answers["objection_opinion"])
    return Handed(
        payload={"opinion": opinion.value},
        returned=f"{opinion.zh}：{answers.get('investigate') or answers['points']}"[:500],
    )


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ta_named_reviewer": name_reviewer,
    "ta_objection_review": review,
}


def _reviews(desk: Desk) -> list[policy.StepThen]:
    """The review that the naming leads to, before it is anybody's."""
    is_closing = desk.element == "name_reviewer"
    wanted = "ta_closing_review" if is_closing else "ta_objection_review"
    return [
        policy.StepThen(
            id=0,
            element=element.id,
            name=element.name,
            name_en=element.name,
            form_key=element.form_key,
            roles=(),
            unit_id=desk.case.district_id,
            relation="named_reviewer",
            separation=tuple(split(element.properties.get("separation", ""))),
            status=TaskStatus.OPEN,
        )
        for element in desk.process.elements.values()
        if element.form_key == wanted
    ]
