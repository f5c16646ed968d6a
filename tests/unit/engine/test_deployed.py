"""What was deployed once stays usable, whatever later checks say of it."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from caseflow import engine
from caseflow.engine import Moment
from caseflow.vocabulary import Invalid
from tests import factories

NOW = datetime(2010, 1, 25, 1, tzinfo=UTC)


def _remarked() -> dict[str, bytes]:
    """The shipped bundle with a form that a check refuses: a decision without its opinion."""
    bundle = factories.bundle()
    form = json.loads(bundle["wv_review.form"])
    form["components"] = [each for each in form["components"] if each.get("key") != "opinion"]
    return {**bundle, "wv_review.form": json.dumps(form).encode()}


def test_a_stricter_check_refuses_a_new_version_and_locks_out_no_running_case() -> None:
    bundle = _remarked()
    with pytest.raises(Invalid):
        engine.load(bundle)
    process = engine.deployed(bundle)
    at = Moment(
        now=NOW,
        working_days=lambda _limit: NOW + timedelta(days=1),
        days=lambda _limit: NOW + timedelta(days=1),
        day_of_month=lambda _limit: NOW + timedelta(days=1),
    )
    step = engine.start(process, {"score": Decimal(3), "ti_flag": False}, at=at)
    assert [task.element for task in step.opened] == ["dispatching/dispatch"]


def test_what_is_no_drawing_is_refused_even_when_it_lies_in_the_database() -> None:
    with pytest.raises(Invalid):
        engine.deployed({"x.bpmn": b"<nothing/>"})
