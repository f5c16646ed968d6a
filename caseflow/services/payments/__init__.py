"""Payments into the treasury: taken in from receipts, matched to what cases await, taken back."""
