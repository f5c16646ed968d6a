"""When officers act: days after a step reached a desk, and the hour of the day."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zlib import crc32

from caseflow.clock import BUREAU_ZONE
from caseflow.demo.past.answers import abnormal, batches, campaigns, contacts, corrections
from caseflow.demo.past.scene import EVE, Scene
from caseflow.models import Task

# Working days from which to which a step waits on the desk.
_WAITS: Mapping[str, tuple[int, int]] = {
    "wv_dispatch": (0, 1),
    "wv_assign": (0, 1),
    "wv_acceptance": (0, 1),
    "wv_desk_check": (1, 5),
    "wv_inquiry": (0, 2),
    "wv_letter_service": (0, 2),
    "wv_reply": (2, 5),
    "wv_interview_application": (0, 1),
    "wv_notice_service": (0, 1),
    "wv_onsite_application": (0, 1),
    "wv_onsite_record": (1, 3),
    "wv_conclusion": (1, 4),
    "wv_review": (0, 2),
    "wv_approval": (0, 2),
    "wv_collective_convening": (1, 4),
    "wv_payment": (3, 8),
    "wv_guidance": (1, 4),
    "ab_reminder": (0, 2),
    "ab_limit": (2, 6),
    "ab_onsite_record": (1, 3),
    "ab_conclusion": (1, 3),
    "pn_investigation": (1, 3),
    "pn_defence": (0, 2),
    "pn_payment": (2, 8),
    "zf_desk": (1, 3),
    "zf_onsite_record": (1, 3),
    "zf_classification": (1, 3),
    "tp_verification": (2, 6),
    "tp_conclusion": (1, 3),
    "ta_desk_review": (2, 6),
    "ta_determination": (1, 4),
    "ta_convene": (1, 4),
    "ta_follow_up": (3, 9),
    "ta_report": (0, 2),
    "oc_assign": (0, 1),
    "oc_preparation": (0, 2),
    "oc_reminder": (0, 1),
    "oc_order_signature": (0, 1),
    "oc_demand_signature": (0, 1),
    "oc_service": (0, 2),
    "oc_compliance": (2, 7),
    "oc_conclusion": (0, 2),
    "ti_proposal": (1, 3),
    "ti_review": (0, 2),
    "ti_sorting": (1, 4),
    "ti_acceptance": (1, 4),
    "ti_feedback": (7, 14),
    "ti_registration": (1, 3),
    "dc_request": (1, 4),
    "dc_check": (1, 3),
    "dc_source_reply": (6, 14),
    "rq_receipt": (0, 2),
    "rq_answer": (1, 3),
    "rq_preparation": (2, 5),
    "rq_quality": (1, 3),
    "rq_use_report": (10, 24),
    "rq_destruction": (1, 4),
    "dr_report": (3, 7),
    "dr_countersign": (1, 2),
    "dr_instruction": (1, 3),
    "dr_simple_lines": (3, 9),
    "dr_district_answer": (1, 3),
    "dr_evaluation": (1, 4),
    "dr_result": (1, 3),
    "ep_draft": (1, 3),
    "zb_list": (0, 0),
    "zb_report": (1, 3),
    "cp_list": (0, 2),
    "tp_alignment": (1, 4),
    "tb_hand_match": (0, 2),
    "wv_hold": (99, 99),  # the timer of the drawing ends the hold
}
_OTHERS = (0, 1)
# Steps at which somebody lets a limit run out: who does, and its last day.
_IGNORED: Mapping[str, tuple[Callable[[Scene], bool], Callable[[Scene], date | None]]] = {
    "ab_limit": (abnormal.is_gone, abnormal.due_on),
    "oc_compliance": (corrections.ignores, corrections.due_on),
}
# The list of a batch is drawn up before the leader dispatches its households one by one.
_FIRST_THING = frozenset({"zb_list"})
# Hours at which officers sit down to act; what tells of the same day comes in the afternoon.
SLOTS = (time(8, 40), time(10, 0), time(11, 10), time(13, 40), time(15, 0), time(16, 20))
_AFTERNOON = 3
_TELLS_OF_TODAY = frozenset(
    {
        "wv_interview_outcome",
        "wv_interview_record",
        "wv_onsite_record",
        "wv_inquiry",
        "zf_onsite_record",
        "ab_onsite_record",
    }
)
_STALLED_FOR = 9
_STALLS_FOR_GOOD_FROM = date(2009, 12, 14)


def waits(task: Task, day: date, *, is_home: bool) -> int:
    """How many working days a step waits that came onto a desk on a day; always as long.

    On the last day the demo people's district works off what it can, so that each of them is
    left with work of the own kind; everybody else leaves what came that day for Monday.
    """
    if day >= EVE:
        return 0 if is_home else 1
    least, most = _WAITS.get(task.form_key, _OTHERS)
    return least + crc32(f"{task.case_id}:{task.element}:{day}".encode()) % (most - least + 1)


def slot_of(task: Task, day: date) -> int:
    """The hour of the day at which a step is handed in, on the last day as early as it can be."""
    if task.form_key in _FIRST_THING:
        return 0
    first = _AFTERNOON if task.form_key in _TELLS_OF_TODAY else 0
    if day >= EVE:
        return first
    return first + crc32(f"{task.element}:{task.case_id}".encode()) % (len(SLOTS) - first)


def not_before(scene: Scene) -> date | None:
    """The day before which this step cannot be done, or would be left lying; None: now.

    A taxpayer who does not answer is waited for until the answer is due; an interview takes
    place on its day; a step that this case stalls at is overdue first, or for good.
    """
    form_key = scene.task.form_key
    ignored = _IGNORED.get(form_key)
    if ignored is not None and ignored[0](scene):
        due_on = ignored[1](scene)
        return due_on + timedelta(days=1) if due_on else None
    awaited = _AWAITED.get(form_key)
    if awaited is not None and (until := awaited(scene)) is not None:
        return until
    if scene.fate.stalls_at == form_key and scene.times(form_key) == 0:
        opened = _day(scene.task.opened_at)
        if opened >= _STALLS_FOR_GOOD_FROM:
            return date.max
        return scene.calendar.add_working_days(opened, _STALLED_FOR).on
    return None


def _day(at: datetime) -> date:
    return at.astimezone(BUREAU_ZONE).date()


def _reply(scene: Scene) -> date | None:
    """A taxpayer who does not answer is waited for until the answer is due."""
    if not contacts.is_silent(scene):
        return None
    return scene.calendar.add_working_days(_day(scene.task.opened_at), 6).on


def _interview(scene: Scene) -> date | None:
    at = scene.case.facts.get("interview_at")
    return _day(datetime.fromisoformat(at)) if at else None


# Steps that wait for somebody or something: until which day; None: no longer.
_AWAITED: Mapping[str, Callable[[Scene], date | None]] = {
    "wv_dispatch": batches.wait_for_batch,
    "wv_reply": _reply,
    "wv_interview_outcome": _interview,
    "wv_interview_record": _interview,
    "zb_list": batches.wait_for_zero_filers,
    "zb_watch": batches.wait_for_households,
    "tb_feedback": batches.wait_for_cases,
    "cp_closing": campaigns.wait_for_households,
}
