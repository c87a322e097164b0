"""Real servers, a prepared database, and the workers that a programme asks for, each its own process."""

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
def stage(services: Sequence[str], **extra: str) -> Iterator[Stage]:
    """Servers that keep what they are given on disk, and one worker of each service named."""
    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as folder:
        Path(folder).chmod(0o711)
        data = Path(folder) / "data"
        with running(data) as servers:
            prepare(data, servers.database_url, ROOT / "samples" / "organisation.yaml")
            (data / "logs").mkdir()
            told = environment(data, servers) | extra
            processes = Processes(
                [
                    Process(service, "worker", port, data / "logs" / f"{service}.log", told)
                    for service, port in zip(services, free_ports(len(services)), strict=True)
                ]
            )
            try:
                yield Stage(data, servers, processes)
            finally:
                processes.stop()
