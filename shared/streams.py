"""FastStream on our streams: entries are CloudEvents, read in batches, acknowledged after the commit."""

import logging
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from faststream import AckPolicy
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.subscriber.usecases import StreamBatchSubscriber
from redis.asyncio import Redis

from .letters import Fields
from .settings import Settings

Consume = Callable[[Sequence[tuple[bytes, Fields]]], Awaitable[None]]

_ENVELOPE = [{b"__data__": b"{}"}]


def client(url: str) -> Redis:
    """A client for appends and look-ups: its errors are handled by loops of ours, so it retries nothing."""
    return Redis.from_url(
        url, socket_timeout=5, socket_connect_timeout=3, health_check_interval=15, retry=None
    )


def broker(url: str) -> RedisBroker:
    """FastStream's broker for subscriptions; nothing is ever published through it."""
    return RedisBroker(
        url,
        parser=_entries,
        decoder=_as_they_are,
        apply_types=False,
        graceful_timeout=15.0,
        socket_timeout=5,
        log_level=logging.DEBUG,
    )


def consumer_name() -> str:
    """One for each process: two that shared a name would share what is pending."""
    return f"{socket.gethostname()}-{os.getpid()}"


def subscribe(
    to: RedisBroker, key: str, group: str, settings: Settings, consume: Consume
) -> StreamBatchSubscriber:
    """Read the stream for the group; an error in `consume` leaves the entries pending for the reaper."""
    subscriber = to.subscriber(
        stream=StreamSub(
            key,
            group=group,
            consumer=consumer_name(),
            batch=True,
            max_records=settings.read_batch,
            polling_interval=int(settings.read_block * 1000),
        ),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
        title=f"{key}:{group}",
    )

    @subscriber
    async def on_entries(entries: Any) -> None:
        await consume(entries)

    return from_the_beginning(subscriber)


def from_the_beginning(subscriber: StreamBatchSubscriber) -> StreamBatchSubscriber:
    """Before each start: should the group be gone, the framework makes it at `last_id`, and `$` loses events.

    What it then reads is told by another attribute, and stays "what is new to the group".
    """
    subscriber.last_id = "0"
    return subscriber


async def _entries(message: dict[str, Any], original: Callable[[Any], Awaitable[Any]]) -> Any:
    """Leave the entries as they are, fields and ids; the framework only binds what acknowledges them."""
    parsed = await original({**message, "data": _ENVELOPE})
    parsed.body = list(zip(message["message_ids"], message["data"], strict=True))
    return parsed


async def _as_they_are(message: Any, original: Any) -> Any:  # noqa: ARG001 the framework's signature.
    return message.body
