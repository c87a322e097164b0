"""A client that costs as little as it can: kept connections, nothing looked at but status and length."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import uvloop

CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """What came of it."""

    rate: float
    """Answers a second."""
    p50_ms: float
    p99_ms: float
    size: float
    """Bytes of an answer, on average."""


def load(port: int, paths: Iterator[str], seconds: float) -> Load:
    """Ask for one path after the other on every connection, for so long."""
    return uvloop.run(_load(port, paths, seconds))


async def _load(port: int, paths: Iterator[str], seconds: float) -> Load:
    took: list[float] = []
    sizes: list[int] = []
    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(*(_keep_asking(port, paths, until, took, sizes) for _ in range(CONNECTIONS)))
    rate = len(took) / (time.perf_counter() - began)
    took.sort()
    half, most = took[len(took) // 2], took[int(len(took) * 0.99)]
    return Load(rate, 1000 * half, 1000 * most, sum(sizes) / len(sizes))


async def _keep_asking(
    port: int, paths: Iterator[str], until: float, took: list[float], sizes: list[int]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (began := time.perf_counter()) < until:
        path = next(paths)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(f"{path}: {head[:200]!r}")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - began)
        sizes.append(length)
    writer.close()
