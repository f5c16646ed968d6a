"""Transfer to inspection 移送稽查: the rules of its steps that no form and no drawing can hold."""

from caseflow.services.kinds.inspection_transfer import approving, feedback, handing_over, proposal

HAND_IN = {
    **proposal.HAND_IN,
    **approving.HAND_IN,
    **handing_over.HAND_IN,
    **feedback.HAND_IN,
}

__all__ = ["HAND_IN"]
