"""Long work on the screen: one bar that fills while it goes on, gone when it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

Tell = Callable[[str, int, int], None]


@contextmanager
def shown(label: str) -> Iterator[Tell]:
    """Give the function that work tells its stage, what is done and how much there is."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True) as bars:
        bar = bars.add_task(label)

        def tell(stage: str, done: int, of_all: int) -> None:
            bars.update(bar, description=f"{label} {stage}", completed=done, total=of_all)

        yield tell
