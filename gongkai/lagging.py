"""How far everybody has come: every consumer in every stream, every department in its mailbox."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from redis import Redis

from . import home
from .record import SERVICES, Connection, ask, reading

STREAM = """
    SELECT (SELECT position FROM {stream}.head) AS head,
           (SELECT count(*) FROM {stream}.announcement) AS unsequenced
"""

CONSUMERS = (
    "SELECT consumer, low_water, seen_at FROM shared.progress WHERE stream = %(stream)s ORDER BY consumer"
)

# Exactly what has no row in the inbox; the low-water mark only says where to begin to look.
UNSEEN = """
    SELECT count(*) AS behind, min(time) AS oldest FROM {stream}.outbox
    WHERE position > %(low_water)s AND NOT EXISTS (
        SELECT FROM {consumer}.inbox WHERE inbox.consumer = %(consumer)s AND inbox.event_id = outbox.event_id)
"""

SET_ASIDE = """
    SELECT count(*) FILTER (WHERE status = 'retry') AS retry,
           count(*) FILTER (WHERE status = 'parked') AS parked,
           count(*) FILTER (WHERE status = 'dead') AS dead, min(first_seen) AS oldest
    FROM {consumer}.inbox
    WHERE consumer = %(consumer)s AND stream = %(stream)s AND status IN ('retry', 'parked', 'dead')
"""

MAILBOXES = """
    SELECT mailbox.department, mailbox.head AS sent,
        count(delivery.no) FILTER (WHERE delivery.received_at IS NULL) AS not_received,
        count(delivery.no) AS not_confirmed, min(delivery.queued_at) AS oldest
    FROM notify.mailbox LEFT JOIN notify.delivery
        ON delivery.department = mailbox.department AND delivery.confirmed_at IS NULL
    GROUP BY mailbox.department ORDER BY mailbox.department
"""


@dataclass(frozen=True)
class Reading:
    """One consumer of one stream."""

    stream: str
    consumer: str
    head: int
    low_water: int
    behind: int
    pending: int
    retry: int
    parked: int
    dead: int
    oldest: datetime | None

    @property
    def waiting(self) -> int:
        return self.behind + self.retry + self.parked


@dataclass(frozen=True)
class Carrying:
    """One relay: fenced where the broker is ahead of the record, as after a restore."""

    stream: str
    head: int
    top: int
    unsequenced: int
    handled: int
    """What every consumer has dealt with: on a new or a lost stream the relay begins after it."""

    @property
    def waiting(self) -> int:
        return self.head - max(self.top, self.handled) + self.unsequenced

    @property
    def fenced(self) -> bool:
        return self.top > self.head


@dataclass(frozen=True)
class Lag:
    consumers: Sequence[Reading]
    relays: Sequence[Carrying]
    mailboxes: Sequence[dict[str, Any]]

    def code(self, warn: int | None, crit: int | None) -> int:
        """0, 1 or 2, as monitoring asks; a fenced relay is always critical, a dead letter a warning."""
        if warn is None and crit is None:
            return 0
        waiting = max((one.waiting for one in self.consumers), default=0)
        waiting = max(waiting, *(one.waiting for one in self.relays))
        if any(one.fenced for one in self.relays) or (crit is not None and waiting >= crit):
            return 2
        return int(any(one.dead for one in self.consumers) or (warn is not None and waiting >= warn))

    def as_json(self) -> dict[str, Any]:
        return {
            "consumers": [asdict(one) for one in self.consumers],
            "relays": [asdict(one) | {"waiting": one.waiting, "fenced": one.fenced} for one in self.relays],
            "mailboxes": list(self.mailboxes),
        }


def measure(data: Path) -> Lag:
    """How it stands now."""
    found = home.read(data)
    with reading(data) as record, _client(found.broker_url) as broker:
        timeline = ask(record, "SELECT number FROM shared.timeline")[0]["number"]
        relays, consumers = [], []
        for stream in SERVICES:
            key = f"gongkai:{stream}:t{timeline}"
            row = ask(record, STREAM.format(stream=stream))[0]
            found_here = _readings(record, stream, row["head"], _pending(broker, key))
            handled = min((one.low_water for one in found_here), default=0)
            relays.append(Carrying(stream, row["head"], _top(broker, key), row["unsequenced"], handled))
            consumers += found_here
        return Lag(consumers, relays, ask(record, MAILBOXES))


def _readings(record: Connection, stream: str, head: int, pending: dict[str, int]) -> list[Reading]:
    found = []
    for row in ask(record, CONSUMERS, {"stream": stream}):
        names = {"stream": stream, "consumer": row["consumer"]}
        unseen = ask(record, UNSEEN.format(**names), names | {"low_water": row["low_water"]})[0]
        aside = ask(record, SET_ASIDE.format(**names), names)[0]
        oldest = min(filter(None, (unseen["oldest"], aside.pop("oldest"))), default=None)
        found.append(
            Reading(
                **names,
                head=head,
                low_water=row["low_water"],
                behind=unseen["behind"],
                pending=pending.get(row["consumer"], 0),
                **aside,
                oldest=oldest,
            )
        )
    return found


def _top(broker: Redis, key: str) -> int:
    """Where the stream ends; 0 where there is none."""
    if not broker.exists(key):
        return 0
    information = broker.xinfo_stream(key)
    return int(str(information["last-generated-id"]).partition("-")[0])


def _pending(broker: Redis, key: str) -> dict[str, int]:
    """What each group has read and not acknowledged."""
    groups = broker.xinfo_groups(key) if broker.exists(key) else []
    return {str(group["name"]): int(group["pending"]) for group in groups}


def _client(url: str) -> Redis:
    return Redis.from_url(url, decode_responses=True, socket_timeout=5, socket_connect_timeout=3)
