"""The crew of a demonstration ends with its maker, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_MAKER = """
import os, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from caseflow.demo.past import crew
from caseflow.services.place import Place

if __name__ == "__main__":
    nowhere = Place(*[Path("/nonexistent")] * 6)
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=crew._enter, initargs=(url, nowhere, None)
    ) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        sys.stdin.read()
"""


@pytest.mark.crash
def test_the_crew_does_not_outlive_a_killed_maker(tmp_path: Path) -> None:
    script = tmp_path / "maker.py"
    script.write_text(_MAKER)
    with subprocess.Popen(  # noqa: S603 -- our own interpreter and script
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as maker:
        assert maker.stdout is not None
        member = Path("/proc") / str(int(maker.stdout.readline()))
        assert member.exists()
        maker.send_signal(signal.SIGKILL)
        maker.wait()
        deadline = time.monotonic() + 10
        while member.exists():
            assert time.monotonic() < deadline, "the crew goes on without its maker"
            time.sleep(0.05)
