"""Long work on the screen: a bar that fills and is gone when done; plain lines in a log file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

Tell = Callable[[str, int, int], None]
_TENTHS = 10


@contextmanager
def shown(label: str) -> Iterator[Tell]:
    """Give the function that work tells its stage, what is done and how much there is."""
    console = Console()
    if not console.is_terminal:
        yield _lines(label)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True, console=console) as bars:
        bar = bars.add_task(label)

        def tell(stage: str, done: int, of_all: int) -> None:
            bars.update(bar, description=f"{label} {stage}", completed=done, total=of_all)

        yield tell


def _lines(label: str) -> Tell:
    """Tell a stage when it begins and at each tenth of it."""
    told: set[tuple[str, int]] = set()

    def tell(stage: str, done: int, of_all: int) -> None:
        tenth = _TENTHS * done // max(of_all, 1)
        if (stage, tenth) not in told:
            told.add((stage, tenth))
            click.echo(f"{label} {stage} {done}/{of_all}")

    return tell
