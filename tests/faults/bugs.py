"""The bugs that the checker must catch, each written over the production code in its process."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from faststream import AckPolicy
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from services.publish import catalogue
from services.search.in_tantivy import InTantivy
from shared import append, consumer, groups, inbox, relay, sequencer, streams
from shared.consumer import NotAsExpected
from shared.crash import crashpoint
from shared.db import Transaction
from shared.lanes import Verdict
from shared.letters import Letter, Status
from shared.policy import Matter, Policy, Stage


def acknowledge_before_commit() -> None:
    """The entry is acknowledged when it is read: who dies with it takes it along."""
    over(streams, AckPolicy=SimpleNamespace(NACK_ON_ERROR=AckPolicy.ACK_FIRST))


def no_inbox() -> None:
    """Nobody remembers what was handled."""

    async def everything(_unit: Any, _name: str, letters: Sequence[Letter]) -> list[Letter]:
        return list({letter.id: letter for letter in letters}.values())

    def again(sequence: int, handled: int, *, urgent: bool = False) -> Verdict:
        return Verdict.HANDLE if sequence <= handled + 1 or urgent else Verdict.PARK

    over(inbox, unsettled=everything)
    over(consumer, judge=again, _advance=_pass)
    over(consumer.Consumer, _settle_swiftly=_carefully)


def group_at_dollar() -> None:
    """What was in the stream before its group is never read: a framework's default."""

    async def at_the_end(client: Redis, key: str, names: Any) -> None:
        for name in names:
            try:
                await client.xgroup_create(key, name, id="$", mkstream=True)
            except ResponseError as refusal:
                if "BUSYGROUP" not in str(refusal):
                    raise

    over(groups, ensure=at_the_end)


def plain_ids() -> None:
    """Explicit ids and nothing compared; nor does anybody look whether the stream has a hole."""

    over(append, SCRIPT=append.SCRIPT.replace("if top ~= ARGV[1] then return top end", ""))
    over(relay.Relay, _lacks=_lacks_nothing)


def no_lane() -> None:
    """Every event is handled as it comes, whatever is missing before it."""
    over(consumer, judge=lambda *_, **__: Verdict.HANDLE, _advance=_pass)
    over(consumer.Consumer, _settle_swiftly=_carefully)


def gate_outside_transaction() -> None:
    """How the document stands is read beforehand, and believed a moment later."""

    async def beforehand(unit: Transaction, ids: Sequence[UUID]) -> dict[UUID, Any]:
        async with unit._connection.engine.begin() as connection:
            rows = await under_the_lock(Transaction(connection), ids)
        await asyncio.sleep(0.3)
        return rows

    under_the_lock = catalogue.lock
    over(catalogue, lock=beforehand)


def flag_published() -> None:
    """What was appended once is marked as published; nobody looks whether the broker still has it."""

    async def carry(self: relay.Relay) -> int:
        await sequencer.sequence(self.database, self.batch)
        await self.look()
        flag = Path(os.environ["GONGKAI_DATA"]) / f"published-{self.stream}"
        rows = await self._rows(int(flag.read_text()) if flag.exists() else 0)
        if rows and self.top:
            await append.append(self.compare, self.key, self.top, [relay._entry(row) for row in rows])
            flag.write_text(str(rows[-1].position))
        return len(rows)

    over(relay.Relay, carry=carry, _lacks=_lacks_nothing)


def naive_cursor() -> None:
    """The order is that of an identity column, which is drawn before the commit."""
    by_identity = sequencer.GIVE_POSITIONS.replace(":head + row_number() OVER (ORDER BY id)", "id").replace(
        ":head + (SELECT count(*) FROM given)", "(SELECT greatest(:head, max(position)) FROM given)"
    )
    over(sequencer, GIVE_POSITIONS=by_identity)


def skipped_step() -> None:
    """The secrecy check is forgotten, by review and by the gate: both read the same policy."""

    def forgetful(self: Policy, stage: Stage) -> int:
        return 0 if stage.step in ("check", "secrecy") else honestly(self, stage)

    honestly = Policy._needed
    over(Policy, _needed=forgetful)


def two_steps_by_one() -> None:
    """Who took which step before is forgotten, by review and by the gate."""

    def forgetful(self: Policy, person: Any, step: str, matter: Matter, _given: Any, **more: bool) -> Any:
        return honestly(self, person, step, matter, (), **more)

    honestly = Policy.hindrance
    over(Policy, hindrance=forgetful)


MARKED = "search.marked"


def mark_before_entries() -> None:
    """The index says how far it has come before it has what came: who dies between loses it."""

    def marked_first(self: InTantivy, entries: Any, removed: Any, mark: Any) -> None:
        honestly(self, [], [], mark)
        crashpoint(MARKED)
        honestly(self, entries, removed, mark)

    honestly = InTantivy.apply
    over(InTantivy, apply=marked_first)


def over(original: Any, **bugs: Any) -> None:
    """Write the bugs over what has these names; a name that is no more would plant nothing."""
    for name, bug in bugs.items():
        assert getattr(original, name) != bug, name
        setattr(original, name, bug)


async def _lacks_nothing(*_: Any) -> bool:
    return False


async def _carefully(*_: Any) -> None:
    raise NotAsExpected


def _pass(letter: Letter, lanes: dict[str, int], verdict: Verdict) -> None:
    lanes[letter.subject] = max(letter.sequence, lanes[letter.subject])
    letter.status = Status.DONE if verdict is Verdict.HANDLE and letter.status is None else letter.status


BUGS: Mapping[str, Callable[[], None]] = {
    "acknowledge-before-commit": acknowledge_before_commit,
    "no-inbox": no_inbox,
    "group-at-dollar": group_at_dollar,
    "plain-ids": plain_ids,
    "no-lane": no_lane,
    "gate-outside-transaction": gate_outside_transaction,
    "flag-published": flag_published,
    "naive-cursor": naive_cursor,
    "skipped-step": skipped_step,
    "two-steps-by-one": two_steps_by_one,
    "mark-before-entries": mark_before_entries,
}
