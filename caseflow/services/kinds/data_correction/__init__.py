"""Data corrections 数据更正: the law of their forms, by the form that each step fills in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.models.base import Json
from caseflow.services.kinds.data_correction import deciding, following, request
from caseflow.services.kinds.desk import Desk, Handed

HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    **request.HAND_IN,
    **deciding.HAND_IN,
    **following.HAND_IN,
}
