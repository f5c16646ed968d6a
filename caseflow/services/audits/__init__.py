"""What an auditor does: looks, which is noted; draws samples; writes working papers.

Nothing here touches a case: the verbs write to tables of the auditor's own and to the record.
"""
