"""What search must be told besides what every process is."""

from shared.settings import Settings


class SearchSettings(Settings):
    """Read from the environment, each name with GONGKAI_ before it; times are in seconds."""

    opensearch_url: str = ""
    """An OpenSearch to keep the index in: https://user:password@host:9200; else a folder below `data`."""
    public_url: str = ""
    """Where the public reaches this platform; feeds need absolute addresses."""
    redate_every: float = 60.0
    """How often it is looked whether something took effect or lapsed by its own dates."""
    follow_every: float = 0.3
    """How often an index asks the record what changed: a withdrawal waits no longer than this."""
    follow_batch: int = 1000
    reading_limit: float = 30.0
    """How long a file may take to be read; what takes longer is found by what is said about it alone."""
