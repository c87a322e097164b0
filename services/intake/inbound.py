"""The door over the edge broker: what portals append to their own streams."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

import orjson
import structlog
from faststream.redis import RedisBroker
from faststream.redis.subscriber.usecases import StreamBatchSubscriber
from pydantic import ValidationError
from redis.asyncio import Redis

from shared import edge, groups, streams
from shared.clock import new_id, now
from shared.contracts import SubmissionPosted, SubmissionRejected
from shared.contracts.vocabulary import RejectionFault
from shared.db import Database
from shared.letters import Fields, pack
from shared.loops import every
from shared.objects import Objects, digest
from shared.patience import patiently
from shared.problems import Problem

from .handing import Upload, hand_in
from .portals import restore_accounts
from .settings import IntakeSettings
from .submissions import receive

log = structlog.get_logger()

GROUP = "intake"

PORTALS = "SELECT id FROM shared.officer WHERE active AND 'portal' = ANY(roles)"

REJECT = """
    INSERT INTO rejection (id, portal, posted_id, faults, raw, rejected_at)
    VALUES (:id, :portal, :posted_id, CAST(:faults AS jsonb), :raw, :at) ON CONFLICT DO NOTHING
"""


class Inbound:
    """Reads the inbound stream of every portal; each entry becomes a receipt or a rejection, once."""

    def __init__(self, settings: IntakeSettings, database: Database, objects: Objects) -> None:
        self.settings = settings
        self.database = database
        self.objects = objects
        self.read: set[str] = set()
        self._run_id = ""

    async def run(self) -> None:
        """Read for ever; a portal that is registered later is read a few seconds later."""
        broker = streams.broker(self.settings.edge_url)
        await broker.connect()
        try:
            await every(2.0, partial(self.follow_portals, broker), "inbound")
        finally:
            await broker.stop()

    async def follow_portals(self, broker: RedisBroker) -> None:
        """Subscribe to what is new, and again to what stopped because the edge lost its streams."""
        async with self.database.transaction() as unit:
            portals = {row.id for row in await unit.run(PORTALS)}
        client = await broker.connect()
        if (run_id := str((await client.info("server"))["run_id"])) != self._run_id:
            await restore_accounts(client, self.database)
            self._run_id = run_id
        for portal in portals:
            await groups.ensure(client, edge.inbound(portal), [GROUP])
            await self._take_over(client, portal)
        for portal in portals - self.read:
            consume = partial(self._deal_with, client, portal)
            subscriber = streams.subscribe(broker, edge.inbound(portal), GROUP, self.settings, consume)
            await subscriber.start()
            self.read.add(portal)
        for stopped in cast(list[StreamBatchSubscriber], broker.subscribers):
            if not stopped.running:
                await streams.from_the_beginning(stopped).start()

    async def _take_over(self, client: Redis, portal: str) -> None:
        """What a killed process left unacknowledged; what was accepted already is answered, not repeated."""
        key, idle = edge.inbound(portal), int(self.settings.reclaim_idle * 1000)
        reply = await client.xautoclaim(key, GROUP, streams.consumer_name(), idle, count=100)
        entries = cast(list[tuple[bytes, Fields]], reply[1])
        if entries:
            await self._deal_with(client, portal, entries)
            await client.xack(key, GROUP, *[entry_id for entry_id, _ in entries])

    async def _deal_with(self, client: Redis, portal: str, entries: Sequence[tuple[bytes, Fields]]) -> None:
        """Then forget them: what was posted may be what this system must not keep."""
        await self.consume(portal, entries)
        await client.xdel(edge.inbound(portal), *[entry_id for entry_id, _ in entries])

    async def consume(self, portal: str, entries: Sequence[tuple[bytes, Fields]]) -> None:
        """Each entry in its own transaction: one that is wrong is rejected alone."""
        for entry_id, fields in entries:
            posted_id = fields.get(b"id", entry_id).decode(errors="replace").replace("\0", "?")[:200]
            try:
                await patiently(partial(self._accept, portal, posted_id, fields), "inbound")
            except Refused as refused:
                await patiently(partial(self._reject, portal, posted_id, fields, refused), "inbound")

    async def _accept(self, portal: str, posted_id: str, fields: Fields) -> None:
        posted = _posted(fields)
        metadata = posted.model_dump(exclude={"files"})
        uploads = [Upload(file.name, file.content) for file in posted.files]
        try:
            source = f"portal:{portal}"
            handed = await hand_in(self.database, self.objects, source, posted_id, metadata, uploads)
            async with self.database.transaction() as unit:
                receipt = await receive(unit, handed)
        except Problem as problem:
            raise Refused(_fault(problem), str(problem), problem.members) from None
        log.info("inbound.accepted", portal=portal, posted_id=posted_id, receipt=receipt.receipt_no)

    async def _reject(self, portal: str, posted_id: str, fields: Fields, refused: "Refused") -> None:
        rejection = {
            "id": new_id(),
            "portal": portal,
            "posted_id": posted_id,
            "faults": orjson.dumps({"message": str(refused), **refused.members}, default=str).decode(),
            "raw": pack({name: value[:1_000] for name, value in fields.items() if name != b"data"}),
            "at": now(),
        }
        async with self.database.transaction() as unit:
            if (await unit.run(REJECT, rejection)).rowcount:
                unit.announce(
                    SubmissionRejected(
                        rejection_id=rejection["id"],
                        portal=portal,
                        posted_id=_named(posted_id),
                        faults=(refused.fault,),
                    )
                )
        log.warning("inbound.rejected", portal=portal, posted_id=posted_id, fault=refused.fault)


class Refused(Exception):
    """What was posted cannot be accepted."""

    def __init__(self, fault: RejectionFault, message: str, members: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.fault = fault
        self.members = members


def _posted(fields: Fields) -> SubmissionPosted:
    """What was posted, from an entry of any client: only its type and its data are needed."""
    if fields.get(b"type", b"").decode(errors="replace") != SubmissionPosted.type:
        raise Refused(RejectionFault.UNKNOWN_TYPE, "not a submission", {})
    try:
        return SubmissionPosted.model_validate_json(fields.get(b"data", b""), extra="ignore")
    except ValidationError as wrong:
        faults = wrong.errors(include_input=False, include_url=False, include_context=False)
        unreadable = any(fault["type"] == "json_invalid" for fault in faults)
        fault = RejectionFault.NOT_JSON if unreadable else RejectionFault.INVALID
        raise Refused(fault, "the data is not as it must be", {"faults": faults}) from None


def _named(posted_id: str) -> str:
    """The portal's own id where it is one; no text of a stranger goes into an event."""
    return (
        posted_id
        if re.fullmatch(r"[0-9A-Za-z._:-]{1,100}", posted_id)
        else f"sha256:{digest(posted_id.encode())}"
    )


def _fault(problem: Problem) -> RejectionFault:
    """The word that the rejection's event has for it."""
    words = {
        "key-reused": RejectionFault.KEY_REUSED,
        "already-submitted": RejectionFault.ALREADY_SUBMITTED,
        "unknown-body": RejectionFault.UNKNOWN_BODY,
        "unknown-document": RejectionFault.UNKNOWN_DOCUMENT,
        "not-your-document": RejectionFault.NOT_ALLOWED,
    }
    if any("files" in fault["at"] for fault in problem.members.get("faults", ())):
        return RejectionFault.UNACCEPTABLE_FILE
    return words.get(problem.code, RejectionFault.INVALID)
