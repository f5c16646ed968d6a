"""Cases: opening them, and the narrow gate through which every step of the engine goes.

A step gives rows (``rows``, pure), which are stored for one case (``gate.store``) or for many
(``many``). Start, hand-in, timer, message, withdrawal and migration all end there; do not build
a second gate.
"""

from caseflow.services.cases.acts import Act, AsBefore
from caseflow.services.cases.applying import apply
from caseflow.services.cases.gate import (
    Noted,
    Taken,
    begin,
    locked,
    note,
    note_each,
    put_on_record,
    standing,
    store_each,
)
from caseflow.services.cases.many import settle
from caseflow.services.cases.opening import (
    OPENED_AT_ONCE,
    Doubt,
    Opened,
    Wish,
    open_by_hand,
    open_case,
    open_many,
    open_titled,
)
from caseflow.services.cases.rows import Leading, as_drawn, status, waiting
from caseflow.services.cases.waking import WAKE_AT_ONCE, wake_due

__all__ = [
    "OPENED_AT_ONCE",
    "WAKE_AT_ONCE",
    "Act",
    "AsBefore",
    "Doubt",
    "Leading",
    "Noted",
    "Opened",
    "Taken",
    "Wish",
    "apply",
    "as_drawn",
    "begin",
    "locked",
    "note",
    "note_each",
    "open_by_hand",
    "open_case",
    "open_many",
    "open_titled",
    "put_on_record",
    "settle",
    "standing",
    "status",
    "store_each",
    "waiting",
    "wake_due",
]
