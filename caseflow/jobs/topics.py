"""What each topic of the outbox does. A topic that is not listed here cannot run."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from caseflow.jobs import evidence, self_check, verifying
from caseflow.models.base import Json
from caseflow.services import (
    blobs,
    campaigns,
    case_migrations,
    corrections,
    data_requests,
    definitions,
    digests,
    directives,
    evaluation_plans,
    messages,
    referrals,
    repeated_answers,
    scans,
    selection,
    self_checks,
    third_party_batches,
    zero_filing_batches,
)
from caseflow.services.audits import evidence as asked_evidence
from caseflow.services.audits import verification
from caseflow.services.cases import mail
from caseflow.services.kinds import campaign, data_request, third_party_batch, zero_filing_batch
from caseflow.services.kinds.data_correction import applying
from caseflow.services.kinds.directive.calling import SETTLING
from caseflow.services.kinds.evaluation_plan import calling as plans
from caseflow.services.screening import OPENING

Effect = Callable[[Session, Json], None]

# Each effect runs in the transaction that marks its message done: both happen or neither.
EFFECTS: Mapping[str, Effect] = {
    blobs.SCANNING: scans.scan,
    OPENING: selection.open_and_go_on,
    mail.SENT: messages.arrive,
    mail.WANTED: messages.offer_wanted,
    messages.SPREADING: messages.spread,
    applying.LAYING: corrections.lay,
    corrections.MENDING: corrections.say_mended,
    SETTLING: directives.settle,
    evaluation_plans.BEGINNING: evaluation_plans.begin_some,
    plans.OPENING: evaluation_plans.open_share,
    data_request.DELIVERED: data_requests.hand_out,
    third_party_batch.RELEASING: third_party_batches.release,
    campaign.OPENING: campaigns.open_share,
    repeated_answers.REPEATING: repeated_answers.go_on,
    zero_filing_batch.DISPATCHING: zero_filing_batches.dispatch,
    definitions.REFERRED: referrals.open_waiting,
    case_migrations.JUDGING: case_migrations.judge_on,
    case_migrations.TOPIC: case_migrations.go_on,
    verification.TOPIC: verifying.go_on,
    asked_evidence.TOPIC: evidence.pack,
    self_checks.TOPIC: self_check.go_on,
    digests.TOPIC: digests.send,
}
