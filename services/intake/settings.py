"""What intake must be told besides what every process is."""

from shared.settings import Settings


class IntakeSettings(Settings):
    """Read from the environment, each name with GONGKAI_ before it."""

    max_request_bytes: int = 120_000_000
    """A request larger than this is refused while it arrives."""
    rest: float = 0.25
    """Seconds between two readings of what became of submissions: how late their state may be."""
