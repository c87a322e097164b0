"""Rates, percentiles and processor time."""

import os
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def latencies_ms(seconds: Sequence[float]) -> dict[str, float]:
    return {f"p{share}_ms": round(1000 * percentile(seconds, share / 100), 2) for share in (50, 95, 99)}


def cpu_seconds() -> dict[str, float]:
    """Processor time that the children of this process have used, by what they are."""
    used: dict[str, float] = defaultdict(float)
    for pid in _with_descendants({os.getpid()}) - {os.getpid()}:
        used[_name(pid)] += _used(pid)
    return used


def since(before: Mapping[str, float]) -> dict[str, float]:
    """Processor time used since then."""
    return {name: used - before.get(name, 0.0) for name, used in cpu_seconds().items()}


def per_unit(cpu: Mapping[str, float], units: int) -> str:
    """In words: microseconds of processor for each unit, by what used them."""
    parts = ", ".join(
        f"{name} {1e6 * used / units:,.0f}"
        for name, used in sorted(cpu.items(), key=lambda one: -one[1])
        if used
    )
    return f"{1e6 * sum(cpu.values()) / units:,.0f} µs of processor each ({parts})"


def _name(pid: int) -> str:
    """A service by its name, a server by its programme."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").split()
    except OSError:
        return "ended"
    services = [word for word in words if word.startswith("services.")]
    if services:
        return services[0].removeprefix("services.")
    if "anyio.to_process" in words:
        return "screening"
    return words[0].rpartition("/")[2].rstrip(":") if words else "ended"


def _with_descendants(roots: Collection[int]) -> set[int]:
    parents = {int(path.name): _stat(path)[1] for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _used(pid: int) -> float:
    fields = _stat(Path(f"/proc/{pid}"))
    return sum(fields[11:15]) / TICKS if len(fields) > 15 else 0.0


def _stat(path: Path) -> list[int]:
    """The numbers after the name in /proc/PID/stat; the state letter counts as 0."""
    try:
        after = (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return [0, 0]
    return [0, *(int(word) for word in after[1:])]
