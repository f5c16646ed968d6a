"""What leaves the house to be verified without it: the layout of an export, and its verifier."""
