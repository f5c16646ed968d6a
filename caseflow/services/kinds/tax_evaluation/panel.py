"""Collective review 集体审议 (6d): the members, the motion, the vote, minutes that all sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from caseflow import policy
from caseflow.models import Answer, Post, Recusal, Task, User
from caseflow.models.base import Json
from caseflow.services import signers
from caseflow.services.kinds import warning_verification
from caseflow.services.kinds.conclusions import period_of
from caseflow.services.kinds.desk import Desk, Handed, refuse
from caseflow.services.kinds.tax_evaluation import approving, city_copies, determination, sums
from caseflow.vocabulary import Role
from caseflow.vocabulary.choices.evaluation import TaOutcome, TaVote

# Rows 7 to 9 of the decision table of outcomes: what they say is the sums. Rows 10 to 14 hold only
# where there are none; the others go elsewhere, with what was determined.
_OF_SUMS = frozenset({TaOutcome.SELF_CORRECTED, TaOutcome.ADJUSTED, TaOutcome.DETERMINED})
_WITHOUT_SUMS = frozenset(
    {
        TaOutcome.OPENED_OC,
        TaOutcome.GUIDED,
        TaOutcome.DATA_ERROR,
        TaOutcome.NOT_VERIFIABLE,
        TaOutcome.CLEARED,
    }
)


def convene(desk: Desk, answers: Json) -> Handed:
    """6d: the chair calls an odd number of members, itself among them, at least the quorum."""
    members = [int(member) for member in answers["members"]]
    chair = desk.actor.acting_for or desk.actor.user_id
    quorum = int(desk.times.value("collective_quorum"))
    if chair not in members:
        refuse("members", "chair_is_member")
    if len(members) < quorum:
        refuse("members", "below_quorum", quorum=quorum)
    warning_verification.require_members(desk, members)
    if approving.is_for_the_director(desk) and _directors(desk) & set(members):
        refuse("members", "director_approves")
    desk.case.facts = {
        **desk.case.facts,
        "chair_id": chair,
        "members": members,
        "ballots": {},
        "failed_motions": desk.case.facts.get("failed_motions", []),
    }
    return Handed(variables={"members": [str(member) for member in members]})


def put_motion(desk: Desk, answers: Json) -> Handed:
    """6d: the chair puts a motion; one that failed is not put again unchanged."""
    _require_chair(desk, "motion")
    facts = desk.case.facts
    motion = _motion(answers)
    if motion in facts.get("failed_motions", []):
        refuse("motion", "motion_failed_before")
    if motion["motion"] == "changed":
        _require_sums(motion)
        sums.require_lines(desk, motion["amounts"])
    desk.case.facts = {**facts, "put": motion, "ballots": {}}
    return Handed(payload={"motion": motion["motion"]})


def vote(desk: Desk, answers: Json) -> Handed:
    """6d: a member declares ties and votes; the last vote decides by more than half."""
    facts = desk.case.facts
    voter = desk.actor.user_id
    if answers["tie"] != "none":
        _recuse(desk, answers["tie"])
        return Handed(variables={"member_recused": True, "motion_carried": False})
    ballots = {**facts.get("ballots", {}), str(voter): answers["vote"]}
    members = facts["members"]
    is_carried = sum(each == "for" for each in ballots.values()) * 2 > len(members)
    facts = {**facts, "ballots": ballots}
    if len(ballots) == len(members) and not is_carried:
        facts["failed_motions"] = [*facts.get("failed_motions", []), facts["put"]]
    desk.case.facts = facts
    return Handed(
        variables={"member_recused": False, "motion_carried": is_carried},
        payload={"vote": answers["vote"]},
    )


def minute(desk: Desk, answers: Json) -> Handed:
    """6d: the chair writes the minutes; a changed motion that was carried changes the sums."""
    _require_chair(desk, "decision_text")
    facts = desk.case.facts
    put = facts["put"]
    changed = _changed_sums(desk, put) if put["motion"] == "changed" else {}
    desk.case.facts = {**facts, "panel": {"motion": put["motion"]}, **_votes_told(desk)}
    signers = [str(each) for each in facts["members"] if each != facts["chair_id"]]
    return Handed(
        variables={"signers": signers, **changed},
        payload={"decision": answers["decision_text"], "ballots": facts["ballots"]},
    )


def sign_minutes(desk: Desk, answers: Json) -> Handed:
    """6d: a member signs or objects; what the panel sends back comes back with its directions."""
    if answers["minutes_signature"] == "object":
        return Handed(returned=answers["objection"])
    put = desk.case.facts["put"]
    if put["motion"] == "send_back":
        return Handed(returned=put["directions"])
    told = city_copies.of_the_last_signature(desk)
    return Handed(payload={"copied_to": told} if told else {})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ta_convene": convene,
    "ta_motion": put_motion,
    "ta_vote": vote,
    "ta_minutes": minute,
    "ta_minutes_signature": sign_minutes,
}


def _directors(desk: Desk) -> set[int]:
    held = select(Post.user_id).where(
        Post.role == Role.DISTRICT_DIRECTOR,
        Post.unit_id == desk.case.district_id,
        policy.held_today(),
    )
    return set(desk.session.scalars(held))


def _votes_told(desk: Desk) -> Json:
    """The votes and minority opinions of this round, as the minutes write them."""
    ballots = desk.case.facts["ballots"]
    names = dict(
        desk.session.execute(
            select(User.id, User.name).where(User.id.in_([int(each) for each in ballots]))
        ).all()
    )
    said = desk.session.execute(
        select(Answer.user_id, Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == desk.case.id, Task.form_key == "ta_vote")
        .order_by(Answer.id)
    )
    opinions = {row.user_id: str(row.content["opinion"]) for row in said}
    votes = [
        {
            "member": names[int(member)],
            "post": signers.post_zh(desk.session, int(member), (), desk.times.today),
            "vote": TaVote(ballot).zh,
            "opinion": opinions.get(int(member), ""),
        }
        for member, ballot in ballots.items()
    ]
    minority = [
        f"{names[int(member)]}：{opinions.get(int(member), '')}"
        for member, ballot in ballots.items()
        if ballot == TaVote.AGAINST
    ]
    return {
        "votes": votes,
        "minority_opinion": "\n".join(minority) or "无",
        "chair": names.get(desk.case.facts["chair_id"], ""),
    }


def _motion(answers: Json) -> Json:
    """What is put to the vote, so that the same can be told again."""
    return {
        "motion": answers["motion"],
        "outcome": answers.get("motion_outcome"),
        "amounts": answers.get("amounts") or [],
        "to": answers.get("next_step"),
        "directions": answers.get("directions") or "",
    }


def _require_sums(motion: Json) -> None:
    """A changed outcome that lies in its sums names them, one without sums names none."""
    if motion["outcome"] in _OF_SUMS and not motion["amounts"]:
        refuse("amounts", "motion_needs_sums")
    if motion["outcome"] in _WITHOUT_SUMS and motion["amounts"]:
        refuse("amounts", "motion_without_sums")


def _changed_sums(desk: Desk, put: Json) -> Json:
    """Put the sums of a carried motion in place; what they do not name stays as determined.

    An outcome without sums leaves none.
    """
    lines: dict[tuple[str, int], Json] = {}
    if put["outcome"] not in _WITHOUT_SUMS:
        for line in (*_determined(desk), *put["amounts"]):
            key = (line["tax"], period_of(line["period"]))
            lines[key] = {**lines.get(key, {}), **line}
    return determination.of_sums(desk, sums.replace_by(desk, list(lines.values())))


def _determined(desk: Desk) -> Sequence[Json]:
    """The lines of the newest determination that was submitted."""
    said = desk.session.scalar(
        select(Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(
            Answer.case_id == desk.case.id,
            Task.form_key == "ta_determination",
            Answer.content["determination_next"].astext == "submit",
        )
        .order_by(Answer.id.desc())
        .limit(1)
    )
    lines: Sequence[Json] = (said or {}).get("amounts") or []
    return lines


def _require_chair(desk: Desk, place: str) -> None:
    if (desk.actor.acting_for or desk.actor.user_id) != desk.case.facts.get("chair_id"):
        refuse(place, "not_the_chair")


def _recuse(desk: Desk, tie: str) -> None:
    """A member with a tie is out of the case; the chair calls another one."""
    desk.session.add(
        Recusal(
            case_id=desk.case.id,
            user_id=desk.actor.user_id or 0,
            declaration=tie,
            decided_by=desk.case.facts["chair_id"],
            at=desk.times.now,
        )
    )
