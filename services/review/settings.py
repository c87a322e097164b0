"""What review must be told besides what every process is."""

from pathlib import Path

from shared.settings import Settings


class ReviewSettings(Settings):
    """Read from the environment, each name with GONGKAI_ before it."""

    screening_batch: int = 100
    """Cases that one call of the reading process is given."""
    screening_idle: float = 0.5
    screening_lease: float = 300.0
    """Seconds after which another process may screen what one has begun: above the slowest batch."""
    reexamining_batch: int = 20
    reexamining_every: float = 2.0
    """What is public is screened again at most a batch in this time, when the rules have changed."""
    sealing_idle: float = 0.5
    checkpoint_rows: int = 1000
    checkpoint_every: float = 60.0
    """The ledger's head is signed after so many records, or so many seconds after the last time."""
    templates: Path | None = None
    """A folder with an office's own forms (DOCX) for the printed papers."""
    sweep_every: float = 60.0
    """How often it is looked for what is late."""
    working_days: int = 5
    """How long a case may take; the law's limit is 20 working days from the making (Regulations, art. 26)."""
