"""What notify must be told besides what every process is."""

from shared.settings import Settings


class NotifySettings(Settings):
    """Read from the environment, each name with GONGKAI_ before it."""

    edge_public_url: str = ""
    """Where departments reach the edge broker: host and port are put into the address they are given."""
    mailbox_entries: int = 50_000
    """Entries that a mailbox holds unconfirmed, and as many confirmed ones; the rest is in the record."""
    mailbox_idle: float = 0.1
    confirm_every: float = 0.5
