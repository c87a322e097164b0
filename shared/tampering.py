"""What can be wrong with a ledger and with what it seals."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from .ledger import NOTHING


class Wrong(StrEnum):
    """What can be wrong with a record."""

    ROW_ALTERED = "row-altered"
    ROW_REMOVED = "row-removed"
    ROW_UNSEALED = "row-unsealed"
    """Written past the ledger: neither sealed nor waiting for it."""
    SEAL_REMOVED = "seal-removed"
    SEAL_BROKEN = "seal-broken"
    """Changed, exchanged or inserted: it does not follow from the seal before it."""
    TREE_BROKEN = "tree-broken"
    """A node of the tree is not the hash over its children, or is not there."""
    STANDING_ALTERED = "standing-altered"
    """What is shown to the public does not follow from what was sealed."""
    TAIL_CUT = "tail-cut"
    REWRITTEN = "rewritten"
    """The chain is whole in itself, and not the one that was signed."""
    CHECKPOINT_FORGED = "checkpoint-forged"
    CHECKPOINT_CHANGED = "checkpoint-changed"
    CHECKPOINT_REMOVED = "checkpoint-removed"
    SEALING_STOPPED = "sealing-stopped"


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was; the positions from `position` to `until` where it is several."""

    wrong: Wrong
    position: int | None = None
    until: int | None = None
    record: UUID | None = None
    expected: str = ""
    found: str = ""
    where: str = ""


@dataclass
class Verified:
    """What was looked at, and what was found."""

    rows: int = 0
    position: int = 0
    head: str = NOTHING
    waiting: int = 0
    checkpoints: dict[str, int] = field(default_factory=dict)
    """How many were believed, by where they are kept."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.faults
