"""Publishing against withdrawing, with a pause before any statement: what is withdrawn stays withdrawn."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.publish import consumers
from services.publish.candidates import candidates
from services.publish.catalogue import publish
from services.publish.due import CalendarDesk
from shared import keys
from shared.clock import new_id, now
from shared.consumer import Consumer
from shared.contracts import DocumentApproved, DocumentPublished, DocumentWithdrawn, Event
from shared.db import Database, Transaction
from shared.objects import open_store
from shared.policy_file import load

from .desk import Desk

PAIRS = int(os.environ.get("GONGKAI_PAIRS", "120"))
AT_ONCE = 12

Act = Callable[[], Awaitable[Any]]

PUBLIC = """
    SELECT id, current_edition, withdrawn_upto FROM document
    WHERE current_edition IS NOT NULL AND id = ANY(:ids)
"""

ANNOUNCED = """
    SELECT subject, type, sequence, convert_from(data, 'UTF8')::jsonb AS data FROM announcement
    WHERE subject = ANY(:ids) AND type = ANY(:types) ORDER BY subject, sequence
"""

ENTERED = "SELECT document_id, edition FROM edition WHERE document_id = ANY(:ids)"


@dataclass
class Pair:
    """One document, one withdrawal, and everything that would publish it."""

    document: UUID
    withdrawn: int
    """Every edition up to this one is taken back."""
    approved: Sequence[DocumentApproved]
    scheduled: bool


@pytest.fixture
async def desk(database: Callable[[str], Database], made_keys: Path, tmp_path: Path) -> Desk:
    publish, objects = database("publish"), open_store("", tmp_path / "objects")
    table = consumers.table(objects, keys.pinned(made_keys, "review"), load("default"))
    consumer = Consumer(publish, "publish", "review", "gongkai:review:t1", table["review"])
    return Desk(publish, objects, tmp_path / "objects", keys.private(made_keys, "review"), consumer)


@pytest.fixture
def chance(monkeypatch: pytest.MonkeyPatch) -> random.Random:
    """Before every statement of every transaction there may be a pause, so that any step meets any other."""
    drawn = random.Random(os.environ.get("GONGKAI_SEED", "20261122"))
    plain = Transaction.run

    async def dawdling(unit: Transaction, *asked: Any, **more: Any) -> Any:
        if drawn.random() < 0.5:
            await asyncio.sleep(drawn.random() ** 3 * 0.02)
        return await plain(unit, *asked, **more)

    monkeypatch.setattr(Transaction, "run", dawdling)
    return drawn


async def test_what_is_withdrawn_is_never_public_again(
    desk: Desk, chance: random.Random, capsys: pytest.CaptureFixture[str]
) -> None:
    calendar = CalendarDesk(desk.publish, desk.objects, keys_of(desk), load("default"))
    wrong: list[str] = []
    overtaken = 0
    for _ in range(0, PAIRS, AT_ONCE):
        pairs = [await _pair(desk, chance) for _ in range(AT_ONCE)]
        acts = [act for pair in pairs for act in _acts(desk, calendar, pair)]
        chance.shuffle(acts)
        await asyncio.gather(*(_after(chance.random() * 0.2, act) for act in acts))
        await _again(desk, calendar, pairs)
        wrong += await _wrongly_public(desk, pairs)
        overtaken += await _overtaken(desk, pairs)
    with capsys.disabled():
        print(f"\npairs={PAIRS} published-after-withdrawal={len(wrong)} withdrawn-before-public={overtaken}")
    assert wrong == []
    assert 0 < overtaken < PAIRS, "the race was no race"


def keys_of(desk: Desk) -> Any:
    return {str(desk.key.kid): desk.key}


async def _pair(desk: Desk, chance: random.Random) -> Pair:
    document, scheduled = new_id(), chance.random() < 0.4
    more = {"publish_at": now() + timedelta(milliseconds=chance.randrange(5, 60))} if scheduled else {}
    editions = sorted(chance.sample(range(1, 5), chance.randrange(1, 3)))
    approved = [
        await desk.rightful(document_id=document, edition=edition, manifest=more) for edition in editions
    ]
    return Pair(document, chance.choice(editions), approved, scheduled)


def _acts(desk: Desk, calendar: CalendarDesk, pair: Pair) -> list[Act]:
    acts: list[Act] = [partial(_present, desk, one) for one in pair.approved]
    if pair.scheduled:
        acts += [calendar.work, calendar.work]
    return [*acts, partial(desk.withdraw, pair.document, pair.withdrawn)]


async def _present(desk: Desk, approved: DocumentApproved) -> None:
    """As a worker does that knows nothing of the others."""
    told = Event(new_id(), "urn:gongkai:test:review", approved.subject, 1, now(), approved)
    read = await candidates([told], objects=desk.objects)
    async with desk.publish.transaction() as unit:
        await publish(unit, read, pinned=keys_of(desk), policy=load("default"))


async def _after(seconds: float, act: Act) -> None:
    await asyncio.sleep(seconds)
    await act()


async def _again(desk: Desk, calendar: CalendarDesk, pairs: Sequence[Pair]) -> None:
    """Everything is replayed after the withdrawal: not one may come back by that."""
    for pair in pairs:
        for one in pair.approved:
            await _present(desk, one)
    await asyncio.sleep(0.06)
    await calendar.work()


async def _wrongly_public(desk: Desk, pairs: Sequence[Pair]) -> list[str]:
    ids = [pair.document for pair in pairs]
    rows = await desk.ask(PUBLIC, ids=ids)
    wrong = [f"public: {row.id}" for row in rows if row.current_edition <= row.withdrawn_upto]
    upto = {str(pair.document): pair.withdrawn for pair in pairs}
    types = [DocumentPublished.type, DocumentWithdrawn.type]
    buried: set[str] = set()
    for row in await desk.ask(ANNOUNCED, ids=[str(one) for one in ids], types=types):
        if row.type == DocumentWithdrawn.type:
            buried.add(row.subject)
        elif row.subject in buried and row.data["edition"] <= upto[row.subject]:
            wrong.append(f"announced: {row.subject}")
    return wrong


async def _overtaken(desk: Desk, pairs: Sequence[Pair]) -> int:
    """Documents of which no withdrawn edition was ever public: the withdrawal came first."""
    counts = {pair.document: pair.withdrawn for pair in pairs}
    rows = await desk.ask(ENTERED, ids=list(counts))
    shown = {row.document_id for row in rows if row.edition <= counts[row.document_id]}
    return len(set(counts) - shown)
