"""FastStream on a mailbox: entries as they are, read in batches for the group, acknowledged by us."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from faststream import AckPolicy
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.subscriber.usecases import StreamBatchSubscriber
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from .letters import Fields

log = logging.getLogger("gongkai_kit")

GROUP = "main"
"""The group whose acknowledgements the platform's delivery board shows."""

Entries = Sequence[tuple[bytes, Fields]]
Consume = Callable[[Entries], Awaitable[None]]

_ENVELOPE = [{b"__data__": b"{}"}]


def consumer_name() -> str:
    """Another one at every start: processes that share a name would share what is pending."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


def make_broker(url: str) -> RedisBroker:
    """FastStream's broker, for this one subscription; nothing is ever published."""
    return RedisBroker(
        url,
        parser=_entries,
        decoder=_as_they_are,
        apply_types=False,
        graceful_timeout=15.0,
        socket_timeout=5,
        socket_connect_timeout=3,
        logger=log,
        log_level=logging.DEBUG,
    )


def subscribe(
    broker: RedisBroker, key: str, consumer: str, batch: int, consume: Consume
) -> StreamBatchSubscriber:
    """Nothing is acknowledged by the framework: what failed has to stay unconfirmed beside what did not."""
    subscriber = broker.subscriber(
        stream=StreamSub(
            key, group=GROUP, consumer=consumer, batch=True, max_records=batch, polling_interval=1000
        ),
        ack_policy=AckPolicy.MANUAL,
        no_reply=True,
    )

    @subscriber
    async def on_entries(entries: Any) -> None:
        await consume(entries)

    return subscriber


async def connect(broker: RedisBroker) -> Redis:
    """The broker's own client, made to wait when the server refuses: FastStream repeats the read at once."""
    client = await broker.connect()
    read = client.xreadgroup

    async def patient_read(*args: Any, **options: Any) -> Any:
        try:
            return await read(*args, **options)
        except ResponseError as refusal:
            if "NOGROUP" not in str(refusal):
                await asyncio.sleep(5)
            raise

    client.xreadgroup = patient_read  # type: ignore[method-assign]
    return client


async def begin(client: Redis, key: str, subscriber: StreamBatchSubscriber) -> None:
    """Read, again if need be, for the group at 0: FastStream's own at `$` would miss what came before."""
    try:
        await client.xgroup_create(key, GROUP, id="0", mkstream=True)
    except ResponseError as refusal:
        if "BUSYGROUP" not in str(refusal):
            raise
    try:
        await subscriber.start()
    except BaseException:
        await subscriber.stop()
        raise


def reads(subscriber: StreamBatchSubscriber) -> bool:
    """False when FastStream has given up, as it does once the group is gone."""
    return subscriber.running and not all(task.done() for task in subscriber.tasks)


async def _entries(message: dict[str, Any], original: Callable[[Any], Awaitable[Any]]) -> Any:
    """Ids and fields, untouched: the framework's own reading of fields loses some of a CloudEvent's."""
    parsed = await original({**message, "data": _ENVELOPE})
    parsed.body = list(zip(message["message_ids"], message["data"], strict=True))
    return parsed


async def _as_they_are(message: Any, original: Any) -> Any:  # noqa: ARG001 the framework's signature.
    return message.body
