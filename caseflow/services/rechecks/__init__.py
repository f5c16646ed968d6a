"""Re-check 复查 and spot check 抽查 (procedures.md 0.6): drawn, given out, reported, signed.

They hang on the record of the case and move nothing of it: what is closed stays as it is. Only a
changed result that a leader has signed opens a case, a new evaluation with other officers.
"""
