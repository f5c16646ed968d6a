"""`python -m caseflow` is the same as the command `caseflow`."""

from caseflow.cli import main

main()
