"""An embedded PostgreSQL: the record."""

import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

from gongkai.servers import remembered, unprivileged
from gongkai.servers.child import Child, ServerDidNotStart
from gongkai.servers.unprivileged import Account

NAME = "gongkai"
ATTEMPTS = 50

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# The system's C.UTF-8 where there is one: pg_trgm sees no Chinese letters under the bundled rules.
LOCALES = (
    ["--locale=C.UTF-8"],
    ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
)


class ClusterNotMade(Exception):
    """initdb could not make the database cluster."""

    def __init__(self, said: str) -> None:
        super().__init__(f"{self.__doc__}\n{said}")


class Postgres:
    def __init__(self, home: Path, *, durable: bool = True) -> None:
        home.mkdir(exist_ok=True)
        home.chmod(0o711)
        self.home = home
        self.cluster = unprivileged.cluster(home, unprivileged.account())
        self._settings = SETTINGS if durable else {**SETTINGS, "fsync": "off"}
        self._child = Child(home / "log", self.cluster / "postmaster.pid", self.cluster, signal.SIGINT)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{NAME}:{self._password}@127.0.0.1:{self._port}/{NAME}"

    def start(self, *, empty: bool = False) -> None:
        """Start, or start again; `empty` as after the loss of the disk."""
        self.stop()
        if empty and self.cluster.exists():
            shutil.rmtree(self.cluster)
        self._password = remembered.password(self.home)
        if not self.cluster.exists():
            self._make_cluster()
        self._serve()
        self._make_database()

    def stop(self) -> None:
        self._child.stop()

    def kill(self) -> None:
        self._child.kill()

    def _make_cluster(self) -> None:
        """Beside its place and then moved there: what is in its place is whole."""
        account = unprivileged.account()
        new = self.cluster.with_name("cluster.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        unprivileged.give(new, account)
        self._initdb(new, account)
        new.rename(self.cluster)

    def _initdb(self, folder: Path, account: Account) -> None:
        for locale in LOCALES:
            made = self._try_initdb(folder, account, locale)
            if made.returncode == 0:
                return
        raise ClusterNotMade(made.stderr.decode(errors="replace"))

    def _try_initdb(
        self, folder: Path, account: Account, locale: list[str]
    ) -> subprocess.CompletedProcess[bytes]:
        command = [str(unprivileged.programmes(account) / "initdb"), "-D", str(folder), "-U", NAME]
        command += [*locale, "--encoding=UTF8", "--auth=scram-sha-256", "--pwfile=/dev/stdin"]
        with tempfile.TemporaryFile() as password:
            password.write(self._password.encode())
            password.seek(0)
            unprivileged.give(password.fileno(), account)  # initdb opens it anew.
            return unprivileged.run(command, account, stdin=password)

    def _serve(self) -> None:
        account = unprivileged.owner(self.cluster)
        command = [str(unprivileged.programmes(account) / "postgres"), "-D", str(self.cluster)]
        self._port = remembered.port(self.home)
        for name, value in {**self._settings, "port": self._port}.items():
            command += ["-c", f"{name}={value}"]
        # A stale one: the process it names is a stranger, but PostgreSQL would respect it.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        self._start_when_the_killed_are_gone(command, account)

    def _start_when_the_killed_are_gone(self, command: list[str], account: Account) -> None:
        """The children of a killed PostgreSQL notice its death one by one."""
        for attempts_left in reversed(range(ATTEMPTS)):
            try:
                return self._child.start(command, self._answers, folder=self.cluster, account=account)
            except ServerDidNotStart as error:
                if "shared memory block" not in str(error) or not attempts_left:
                    raise
            time.sleep(0.2)
        return None

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        address = f"host=127.0.0.1 port={self._port} dbname=postgres user={NAME} connect_timeout=2"
        return psycopg.connect(address, password=self._password, autocommit=True)

    def _make_database(self) -> None:
        with self._connect() as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).fetchall():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
