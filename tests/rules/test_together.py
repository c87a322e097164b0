"""Those who ask at the same time are answered together, and nobody by what was read before the question."""

import asyncio
from collections.abc import Sequence

import pytest

from services.publish.reading.together import Shared, Together


async def test_what_is_asked_while_a_question_is_under_way_goes_with_the_next() -> None:
    questions: list[list[int]] = []
    gate = asyncio.Event()

    async def fetch(keys: Sequence[int]) -> dict[int, str]:
        questions.append(sorted(keys))
        await gate.wait()
        return {key: f"answer {len(questions)}" for key in keys if key != 9}

    together = Together(fetch)
    first = asyncio.create_task(together.get(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = [asyncio.create_task(together.get(key)) for key in (1, 2, 9)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(first, *rest) == ["answer 1", "answer 2", "answer 2", None]
    assert questions == [[1], [1, 2, 9]]


async def test_a_trouble_is_told_to_all_who_asked_and_does_not_last() -> None:
    troubles = [OSError("away"), None]

    async def fetch(keys: Sequence[int]) -> dict[int, int]:
        if trouble := troubles.pop(0):
            raise trouble
        return {key: key for key in keys}

    together = Together(fetch)
    found = await asyncio.gather(together.get(1), together.get(2), return_exceptions=True)
    assert [type(one) for one in found] == [OSError, OSError]
    assert await together.get(3) == 3


async def test_who_goes_away_takes_nobody_along() -> None:
    gate = asyncio.Event()

    async def fetch(key: str) -> str:
        await gate.wait()
        return key

    shared = Shared(fetch)
    going, staying = (asyncio.create_task(shared.get("list")) for _ in range(2))
    await asyncio.sleep(0)
    going.cancel()
    gate.set()
    assert await staying == "list"
    with pytest.raises(asyncio.CancelledError):
        await going


async def test_nobody_gets_a_list_whose_reading_began_before_the_question() -> None:
    record = "public"
    reading = asyncio.Event()

    async def fetch(_key: str) -> str:
        seen = record
        await reading.wait()
        return seen

    shared = Shared(fetch)
    before = asyncio.create_task(shared.get("list"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    record = "withdrawn"
    after = [asyncio.create_task(shared.get("list")) for _ in range(3)]
    await asyncio.sleep(0)
    reading.set()
    assert await before == "public"
    assert await asyncio.gather(*after) == ["withdrawn"] * 3
