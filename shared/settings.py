"""What every process must be told: where the servers are, and the times that delivery keeps."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment, each name with GONGKAI_ before it; times are in seconds."""

    model_config = SettingsConfigDict(env_prefix="GONGKAI_", frozen=True, extra="ignore")

    database_url: str
    """postgresql+psycopg://…; the same database for all services, each in its own schema and role."""
    broker_url: str
    """redis://…: the core broker, which no department ever reaches."""
    edge_url: str
    """redis://…: the edge broker with the departments' mailboxes and the portals' inbound streams."""
    data: Path = Path(".gongkai")
    """The folder for keys and, unless `store_url` says otherwise, objects."""
    store_url: str = ""
    """Where objects lie: empty for a folder under `data`, or s3://bucket/prefix."""
    organisation: str = Field(default="demo", pattern=r"^[a-z0-9-]{1,40}$")
    """The organisation's part of every event's source."""
    policy: str = "default"
    """The review policy: a shipped one by its name, or the path of a file; review and publish must agree."""
    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free port."""
    log_level: str = "info"
    log_json: bool = False

    relay_batch: int = 500
    relay_idle: float = 0.05
    """How long the relay sleeps when there is nothing new; a commit in the same process wakes it."""
    watch_every: float = 1.0
    """How often a loss in the broker is looked for while nothing is written."""
    read_batch: int = 500
    read_block: float = 1.0
    """How long one read waits for news; below the client's own time-out of 5 s."""
    retry_every: float = 0.5
    reclaim_every: float = 5.0
    reclaim_idle: float = 60.0
    """After this an entry that nobody acknowledged is taken over; above twice the slowest batch."""
    handler_timeout: float = 60.0
    keep_entries: int = 10_000
    """Entries left in a stream below what everybody has handled, for the eye."""

    def source(self, service: str) -> str:
        """Who says it: the CloudEvents source of a service's events."""
        return f"urn:gongkai:{self.organisation}:{service}"
