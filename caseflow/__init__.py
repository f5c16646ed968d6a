"""Caseflow: from tax data to action, on the record."""
