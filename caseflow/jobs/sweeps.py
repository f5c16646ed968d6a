"""What the clockwork does by itself when its time has come. Each sweep may run twice."""

from collections.abc import Callable

from sqlalchemy.orm import Session

# Each takes a bounded share of what is due and gives how much it moved.
SWEEPS: tuple[Callable[[Session], int], ...] = ()
