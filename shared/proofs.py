"""The proof that a document was published: what stands in it, and whether it convinces. Needs no database."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from joserfc.jwk import OKPKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from . import merkle
from .checkpoints import Checkpoint, NotACheckpoint, believed
from .contracts.vocabulary import Digest

SKEW = timedelta(minutes=5)
"""How far the clocks of the machine that publishes and of the one that signs may be apart."""


class Entry(BaseModel):
    """What the ledger says at a position; every value is text, a number or null, so its JSON is canonical."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    what: Literal["published", "amended", "withdrawn"]
    document_id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    index_no: str | None
    edition: Annotated[int, Field(ge=1)]
    """Of a withdrawal: this edition and every one before it."""
    content_sha256: Digest | None
    files: list[Digest]
    at: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]


class FirstHead(BaseModel):
    """The first signed head that has the entry: its time is the latest at which it can have been entered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    head: str
    path: list[Digest]


class Proved(BaseModel):
    """An entry with its way up to the root."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    position: Annotated[int, Field(ge=1)]
    entry: Entry
    path: list[Digest]
    first: FirstHead


class Consistency(BaseModel):
    """That the tree of `first` leaves is the beginning of this one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Annotated[int, Field(ge=1)]
    path: list[Digest]


class Asked(BaseModel):
    """What the proof is about: a document, or whatever has this hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str | None = None
    edition: int | None = None
    sha256: Digest | None = None


class Proof(BaseModel):
    """All that is said about a document, and that it stands in the ledger whose head is signed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["gongkai-publication-proof/1"] = "gongkai-publication-proof/1"
    asked: Asked
    head: str
    entries: list[Proved]
    consistency: Consistency | None = None


def leaf_hash(entry: Mapping[str, Any]) -> bytes:
    """The hash of an entry: over its JSON in UTF-8, names sorted, nothing between (RFC 8785)."""
    said = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return merkle.leaf(said.encode())


class Unproved(StrEnum):
    """What can be wrong with a proof."""

    HEAD_FORGED = "head-forged"
    ENTRY_ALTERED = "entry-altered"
    """What it says does not lead to the signed root: altered, moved, or never in the ledger."""
    NOTHING_PROVED = "nothing-proved"
    OUT_OF_ORDER = "out-of-order"
    OTHER_DOCUMENT = "other-document"
    OTHER_FILE = "other-file"
    FIRST_HEAD_WRONG = "first-head-wrong"
    AFTER_ITS_SEAL = "after-its-seal"
    """An entry says a later time than the one at which it was signed for."""
    HEAD_OLDER = "head-older"
    """The reader has seen a later head: something may have been left out."""
    HEAD_NOT_CONNECTED = "head-not-connected"
    REWRITTEN = "rewritten"
    """The ledger is not the one that the reader has seen before."""
    LOG_DIFFERS = "log-differs"
    ENTRY_HIDDEN = "entry-hidden"
    """The ledger says more about the document than the proof does."""


@dataclass(frozen=True)
class Flaw:
    wrong: Unproved
    position: int | None = None
    expected: str = ""
    found: str = ""


@dataclass
class Examined:
    """What was found; `head` is None where nobody we believe signed one."""

    head: Checkpoint | None = None
    signed_by: dict[int, Checkpoint] = field(default_factory=dict)
    """By position, the first head that has it."""
    whole: bool = False
    """Whether the whole ledger was read: only then is it certain that nothing was left out."""
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def convinces(self) -> bool:
        return not self.flaws


def examine(
    proof: Proof,
    pinned: Mapping[str, OKPKey],
    *,
    ledger: str = "publish",
    file_sha256: str = "",
    saved: Checkpoint | None = None,
    log: Sequence[Mapping[str, Any]] | None = None,
) -> Examined:
    """Whether the proof convinces one who believes these keys and nothing else.

    `saved` is a head seen before, `log` every entry of the ledger from the first on.
    """
    head = _head(proof.head, pinned, ledger)
    if head is None:
        return Examined(flaws=[Flaw(Unproved.HEAD_FORGED)])
    found = Examined(head)
    found.flaws += _are_included(proof, head)
    found.flaws += _are_about(proof, file_sha256)
    found.flaws += _were_signed_for(proof, pinned, found)
    if saved is not None:
        found.flaws += _follows(proof, head, saved)
    if log is not None:
        found.whole = True
        found.flaws += _is_all(proof, head, log)
    return found


def _head(token: str, pinned: Mapping[str, OKPKey], ledger: str) -> Checkpoint | None:
    try:
        head = believed(token, pinned)
    except NotACheckpoint:
        return None
    return head if head.ledger == ledger else None


def _are_included(proof: Proof, head: Checkpoint) -> Iterator[Flaw]:
    if not proof.entries:
        yield Flaw(Unproved.NOTHING_PROVED)
    positions = [one.position for one in proof.entries]
    if positions != sorted(set(positions)):
        yield Flaw(Unproved.OUT_OF_ORDER)
    for one in proof.entries:
        if not _is_in(one, one.path, head):
            yield Flaw(Unproved.ENTRY_ALTERED, one.position, expected=head.hash)


def _is_in(one: Proved, path: Sequence[str], head: Checkpoint) -> bool:
    steps = [bytes.fromhex(step) for step in path]
    value = leaf_hash(one.entry.model_dump())
    return merkle.included(value, one.position - 1, head.position, steps, bytes.fromhex(head.hash))


def _are_about(proof: Proof, file_sha256: str) -> Iterator[Flaw]:
    """What was asked for is what is proved; a file is one of those that were published."""
    asked = proof.asked
    for one in proof.entries:
        if asked.document and one.entry.document_id != asked.document:
            yield Flaw(Unproved.OTHER_DOCUMENT, one.position, asked.document, one.entry.document_id)
    for sha256 in filter(None, (asked.sha256, file_sha256)):
        if not any(has(one.entry, sha256) for one in proof.entries):
            yield Flaw(Unproved.OTHER_FILE, expected=sha256)


def has(entry: Entry, sha256: str) -> bool:
    """Whether an entry is the publication of what has this hash: the whole content, or one of its files."""
    return entry.what != "withdrawn" and sha256 in (entry.content_sha256, *entry.files)


MOMENT = TypeAdapter[AwareDatetime](AwareDatetime)


def _were_signed_for(proof: Proof, pinned: Mapping[str, OKPKey], found: Examined) -> Iterator[Flaw]:
    """The time of the first head that has it is all that proves since when an entry has been there."""
    assert found.head is not None
    for one in proof.entries:
        first = _head(one.first.head, pinned, found.head.ledger)
        if first is None or first.position > found.head.position or not _is_in(one, one.first.path, first):
            yield Flaw(Unproved.FIRST_HEAD_WRONG, one.position)
            continue
        found.signed_by[one.position] = first
        if MOMENT.validate_python(one.entry.at) > first.at + SKEW:
            yield Flaw(Unproved.AFTER_ITS_SEAL, one.position, first.at.isoformat(), one.entry.at)


def _follows(proof: Proof, head: Checkpoint, saved: Checkpoint) -> Iterator[Flaw]:
    """Whether the ledger is the one that the reader has seen before, and no older state of it."""
    shown = proof.consistency
    if saved.position > head.position:
        yield Flaw(Unproved.HEAD_OLDER, head.position, str(saved.position), str(head.position))
    elif saved.position < head.position and (shown is None or shown.first != saved.position):
        yield Flaw(Unproved.HEAD_NOT_CONNECTED, saved.position)
    else:
        path = [] if saved.position == head.position or shown is None else shown.path
        before, after, *steps = [bytes.fromhex(one) for one in (saved.hash, head.hash, *path)]
        if not merkle.extended(saved.position, head.position, before, after, steps):
            yield Flaw(Unproved.REWRITTEN, saved.position, saved.hash, head.hash)


def _is_all(proof: Proof, head: Checkpoint, log: Sequence[Mapping[str, Any]]) -> Iterator[Flaw]:
    """The whole ledger, hashed anew, is the one that is signed; and says no more about the document."""
    leaves = [leaf_hash(entry) for entry in log[: head.position]]
    known = dict(enumerate(leaves))
    nodes = {(0, index): leaf for index, leaf in known.items()} | merkle.grown({}, 0, leaves)
    root = merkle.root(nodes, 0, len(leaves)).hex()
    if (len(leaves), root) != (head.position, head.hash):
        yield Flaw(Unproved.LOG_DIFFERS, len(leaves), head.hash, root)
        return
    shown = {one.position for one in proof.entries}
    for position, entry in enumerate(log[: head.position], 1):
        if position not in shown and _concerns(entry, proof):
            yield Flaw(Unproved.ENTRY_HIDDEN, position, found=str(entry["what"]))


def _concerns(entry: Mapping[str, Any], proof: Proof) -> bool:
    documents = {one.entry.document_id for one in proof.entries} | {proof.asked.document}
    edition = proof.asked.edition
    if entry["document_id"] not in documents:
        return False
    withdrawn = entry["what"] == "withdrawn"
    return edition is None or entry["edition"] == edition or (withdrawn and entry["edition"] > edition)
