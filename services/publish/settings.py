"""What publish must be told besides what every process is."""

from shared.settings import Settings


class PublishSettings(Settings):
    """Read from the environment, each name with GONGKAI_ before it."""

    public_url: str = ""
    """Where the public reaches this service; feeds need absolute addresses."""
    sealing_idle: float = 0.5
    checkpoint_rows: int = 1000
    checkpoint_every: float = 10.0
    """The ledger's head is signed after so many entries, or so many seconds after the last time: what was
    published can be proved no later."""
    calendar_every: float = 0.5
    """How often is looked what was scheduled for now, or has had its time."""
    remind_every: float = 10.0
    """How often is looked who must be reminded of a recall."""
