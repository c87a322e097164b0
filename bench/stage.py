"""Real servers, a prepared database, and the workers that a programme asks for, each its own process."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gongkai.processes import Process, Processes, free_ports
from gongkai.servers import Servers, running
from gongkai.up import environment, prepare
from shared.objects import Objects, open_store

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Stage:
    data: Path
    servers: Servers
    processes: Processes

    @property
    def objects(self) -> Objects:
        return open_store("", self.data / "objects")


@contextmanager
def stage(services: Sequence[str], relays: Sequence[str] = (), **extra: str) -> Iterator[Stage]:
    """Servers that keep what they are given on disk, a worker of each service named, and relays alone."""
    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as folder:
        Path(folder).chmod(0o711)
        data = Path(folder) / "data"
        with running(data) as servers:
            prepare(data, servers.database_url, ROOT / "samples" / "organisation.yaml")
            (data / "logs").mkdir()
            told = environment(data, servers) | extra
            commands: list[tuple[str, tuple[str, ...]]] = [(service, ()) for service in services]
            commands += [(service, (sys.executable, "-m", "bench.relay", service)) for service in relays]
            processes = Processes(
                [
                    Process(service, "worker", port, data / "logs" / f"{service}.log", told, command)
                    for (service, command), port in zip(commands, free_ports(len(commands)), strict=True)
                ]
            )
            try:
                yield Stage(data, servers, processes)
            finally:
                processes.stop()
