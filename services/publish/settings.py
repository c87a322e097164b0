"""What publish must be told besides what every process is."""

from shared.settings import Settings


class PublishSettings(Settings):
    """Read from the environment, each name with GONGKAI_ before it."""

    public_url: str = ""
    """Where the public reaches this service; feeds need absolute addresses."""
