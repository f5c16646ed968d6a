"""Starting a process that cannot outlive us, and the lock that says who runs a ``var`` folder."""

import ctypes
import fcntl
import os
import pwd
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_LOG_LIMIT = 10 * 1024 * 1024


def spawn(
    argv: Sequence[str],
    *,
    log: Path | None,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    on_our_death: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """
    Start a process in a group of its own, so that Ctrl-C reaches us alone.

    The kernel sends it ``on_our_death`` when we end, however we end. Its output goes to the end
    of ``log``, or to ours when there is none. ``user`` is an account to run as (root only).
    """
    output = _open_log(log) if log else None
    try:
        return subprocess.Popen(  # noqa: S603 -- the callers are this package's, with fixed programs
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            # Runs in the child after the account is changed, which would clear the death signal.
            preexec_fn=_tie_to_parent(on_our_death),  # noqa: PLW1509 -- we have one thread
        )
    finally:
        if output is not None:
            os.close(output)


def stop(process: subprocess.Popen[bytes], how: signal.Signals, *, seconds: float) -> None:
    """Ask a process to end, and end its whole group when it has not within ``seconds``."""
    if process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def lock(path: Path) -> Iterator[bool]:
    """Hold the lock file; give False when another process holds it. The kernel releases it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield True


def _open_log(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".old.log"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _tie_to_parent(how: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def tie() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(how))
        if os.getppid() != parent:  # we died between the fork and the line above
            os._exit(1)

    return tie
