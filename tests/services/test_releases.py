"""What is published goes out on every channel once, with proof, and comes back from wherever it may be."""

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.publish.transfers import Transfers
from shared.db import Database
from shared.objects import digest, open_store
from tests.services.outward import Outward, Site, outward, register_file

ROOT = Path(__file__).parents[2]
RELEASE = Path(__file__).parent / "programmes" / "release.py"
Both = tuple[Outward, Site]


@pytest.fixture
async def both(database: Callable[[str], Database], tmp_path: Path) -> AsyncIterator[Both]:
    async with outward(database("publish"), open_store("", tmp_path / "data" / "objects"), tmp_path) as two:
        yield two


async def test_what_is_published_goes_out_with_a_proof(both: Both) -> None:
    town, site = both
    document = await town.publish()
    assert await town.releaser().work() == 1
    assert site.shown[str(document)]["title"] == "关于开放时间的通知"
    assert site.keys == [f'"{document}/1/municipal"']
    row = await town.row(document)
    assert (row.state, row.attempts, row.proof["release"]["status"]) == ("delivered", 1, 200)
    assert {"answer_sha256", "body_sha256", "answered_at"} <= set(row.proof["release"])
    assert "开放时间" not in str(row.proof)
    assert await town.announced("release.delivered") == 1
    assert await town.releaser().work() == 0, "it is out once"


async def test_every_channel_of_the_register_has_its_release_and_only_those_that_want_it(both: Both) -> None:
    town, _ = both
    document = await town.publish()
    states = [await town.state(document, 1, code) for code in ("municipal", "bulletin", "screen", "press")]
    assert states == ["due"] * 4
    choosy = town.folder / "choosy.yaml"
    choosy.write_text("channels:\n  bulletin: {only: {themes: ['02']}}\n  press: {only: {kinds: [budget]}}\n")
    from services.publish.channels.register import read

    town.register = read(choosy)
    other = await town.publish()
    found = await town.database.look("SELECT channel FROM release WHERE document_id = :id", {"id": other})
    assert [row.channel for row in found] == ["bulletin"]


@pytest.mark.parametrize("mood", ["busy", "500", "wrong", "dies", "429"])
async def test_what_fails_is_tried_again_when_its_time_comes(both: Both, mood: str) -> None:
    town, site = both
    document = await town.publish()
    site.moods = [mood] * (2 if mood == "dies" else 1)  # A lost connection is made again once.
    await town.releaser().work()
    row = await town.row(document)
    assert (row.state, row.attempts) == ("due", 1)
    assert row.error
    wanted = 7 if mood == "busy" else 4
    assert wanted - 0.5 < row.waits.total_seconds() < 10.5
    assert await town.releaser().work() == 0, "its time has not come"
    await town.hasten()
    await town.releaser().work()
    assert (await town.state(document), (await town.row(document)).error) == ("delivered", None)
    assert len(set(site.keys)) == 1, "the same key for every attempt"


@pytest.mark.parametrize("status", ["301", "400", "409", "410"])
async def test_what_the_site_refuses_is_given_up_and_announced(both: Both, status: str) -> None:
    town, site = both
    document = await town.publish()
    site.moods = [status]
    await town.releaser().work()
    row = await town.row(document)
    assert (row.state, row.error) == ("failed", f"HTTP {status}")
    assert await town.announced("release.failed") == 1
    assert len(site.keys) == 1, "no redirect is followed"


async def test_after_the_last_attempt_it_is_given_up(both: Both) -> None:
    town, site = both
    document = await town.publish()
    site.moods = ["500"] * 10
    for _ in range(10):
        assert await town.state(document) == "due"
        await town.hasten()
        await town.releaser().work()
    assert (await town.row(document)).attempts == 10
    assert await town.state(document) == "failed"
    assert await town.announced("release.failed") == 1


async def test_what_was_withdrawn_before_it_went_out_never_goes_out(both: Both) -> None:
    town, site = both
    document = await town.publish()
    await town.withdraw(document)
    assert await town.releaser().work() == 0
    assert (await town.state(document), site.keys) == ("passed-over", [])
    assert await town.open_places(document) == []


async def test_what_went_out_is_taken_back_and_that_confirms_the_recall(both: Both) -> None:
    town, site = both
    document = await town.publish()
    await town.releaser().work()
    await town.withdraw(document)
    assert await town.open_places(document) == ["municipal"]
    await town.releaser().work()
    assert (site.shown, site.gone) == ({}, {str(document): 1})
    row = await town.row(document)
    assert (row.state, row.proof["recall"]["status"]) == ("recalled", 204)
    assert await town.open_places(document) == []


async def test_a_withdrawal_between_the_claim_and_the_effect_stops_the_effect(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, site = both
    document = await town.publish()
    releaser = town.releaser()
    edition = town.record.edition

    async def withdraw_first(*which: Any) -> Any:
        await town.withdraw(document)
        return await edition(*which)

    monkeypatch.setattr(releaser.record, "edition", withdraw_first)
    await releaser.work()
    assert (site.keys, site.shown) == ([], {})
    monkeypatch.undo()
    await settle(town)
    assert await town.state(document) == "recalled", "there might have been a copy"
    assert await town.open_places(document) == []


async def test_what_was_in_flight_when_the_withdrawal_came_is_recalled_afterwards(both: Both) -> None:
    town, site = both
    document = await town.publish()
    site.moods = ["slow"]
    flying = asyncio.create_task(town.releaser().work())
    await site.busy.wait()
    await town.withdraw(document)
    assert await town.releaser().work() == 0, "nobody overtakes what is in flight"
    assert await town.open_places(document) == ["municipal"]
    site.go_on.set()
    await flying
    row = await town.row(document)
    assert (row.state, "release" in row.proof) == ("recall-due", True)
    assert await town.releaser().work() == 1
    assert (site.shown, await town.state(document), await town.open_places(document)) == ({}, "recalled", [])


async def test_an_effect_that_ends_after_its_lease_and_after_the_recall_is_recalled_again(both: Both) -> None:
    town, site = both
    document = await town.publish()
    site.moods = ["slow"]
    flying = asyncio.create_task(town.releaser().work())
    await site.busy.wait()
    await town.withdraw(document)
    await town.hasten()
    await town.releaser().work()
    assert await town.state(document) == "recalled"
    site.go_on.set()
    await flying
    assert await town.state(document) == "recall-due"
    await town.releaser().work()
    assert (await town.state(document), site.shown) == ("recalled", {})


async def test_a_recall_is_tried_every_half_hour_and_then_somebody_must_look(both: Both) -> None:
    town, site = both
    document = await town.publish()
    await town.releaser().work()
    await town.withdraw(document)
    site.moods = ["500"]
    await town.releaser().work()
    row = await town.row(document)
    assert (row.state, row.recall_attempts) == ("recall-due", 1)
    assert 3 < row.waits.total_seconds() < 7
    async with town.database.transaction() as unit:
        await unit.run("UPDATE release SET recall_attempts = 149, due_at = now()")
    site.moods = ["500"]
    await town.releaser().work()
    assert await town.state(document) == "recall-failed"
    assert await town.open_places(document) == ["municipal"], "not confirmed, and shown as open"


async def test_a_new_edition_takes_the_place_of_the_old_one(both: Both) -> None:
    town, site = both
    document = await town.publish()
    await settle(town)
    await town.publish(document, 2)
    assert await town.state(document) == "delivered", "until the new one is out"
    assert await town.state(document, 1, "bulletin") == "recall-due"
    await settle(town)
    assert site.shown[str(document)]["edition"] == 2
    for channel in ("municipal", "bulletin", "screen", "press"):
        assert await town.state(document, 1, channel) == "recalled", channel
        assert await town.state(document, 2, channel) == "delivered", channel
    assert (await town.row(document)).proof["recall"] == {"replaced_by": 2}
    await town.withdraw(document, 2)
    await settle(town)
    assert (site.shown, await town.open_places(document)) == ({}, [])


async def test_an_old_edition_that_waits_is_passed_over_for_the_new_one(both: Both) -> None:
    town, site = both
    document = await town.publish()
    await town.publish(document, 2)
    await town.releaser().work()
    assert site.keys == [f'"{document}/2/municipal"']
    assert await town.state(document) == "passed-over"


async def test_an_old_edition_in_flight_is_not_overtaken_by_the_new_one(both: Both) -> None:
    town, site = both
    document = await town.publish()
    site.moods = ["slow"]
    flying = asyncio.create_task(town.releaser().work())
    await site.busy.wait()
    await town.publish(document, 2)
    assert await town.releaser().work() == 0
    site.go_on.set()
    await flying
    await town.releaser().work()
    assert site.shown[str(document)]["edition"] == 2
    assert [await town.state(document, n) for n in (1, 2)] == ["recalled", "delivered"]


async def test_two_who_work_for_one_channel_do_nothing_twice(both: Both) -> None:
    town, site = both
    documents = [await town.publish() for _ in range(12)]
    tried = await asyncio.gather(*(town.releaser(batch=2).work() for _ in range(8)))
    assert sum(tried) == 12
    assert sorted(site.keys) == sorted(f'"{document}/1/municipal"' for document in documents)


async def test_a_sheet_that_nobody_fetched_comes_back_by_itself_and_one_that_was_fetched_by_a_person(
    both: Both,
) -> None:
    town, _ = both
    kept, fetched = await town.publish(), await town.publish()
    await settle(town)
    async with town.database.transaction() as unit:
        fetch = "UPDATE release SET taken_at = now() WHERE document_id = :id AND channel = 'bulletin'"
        await unit.run(fetch, {"id": fetched})
    paper = (await town.row(fetched, 1, "bulletin")).proof["release"]["papers"]["A4.pdf"]
    assert (await town.objects.get(paper["sha256"])).startswith(b"%PDF")
    for document in (kept, fetched):
        await town.withdraw(document)
    await settle(town)
    assert await town.open_places(kept) == []
    assert await town.open_places(fetched) == ["bulletin"]
    row = await town.row(fetched, 1, "bulletin")
    assert (row.state, list(row.proof["recall"]["papers"])) == ("recall-asked", ["已撤下.pdf"])
    from services.publish import recalls
    from shared.contracts import PlaceKind
    from shared.objects import ObjectMissing

    with pytest.raises(ObjectMissing):
        await town.objects.get(paper["sha256"])
    async with town.database.transaction() as unit:
        assert await recalls.confirm(unit, fetched, 1, PlaceKind.CHANNEL, "bulletin", "liu.fang")
    assert await town.state(fetched, 1, "bulletin") == "recalled"


async def settle(town: Outward) -> None:
    """Every channel works until nothing is due."""
    for channel in ("municipal", "bulletin", "screen", "press"):
        releaser = town.releaser(channel)
        while await releaser.work():
            pass


@pytest.fixture(scope="module")
def rounds() -> Iterator[subprocess.Popen[str]]:
    """What begins processes of their own, quickly."""
    with subprocess.Popen(
        [sys.executable, str(RELEASE)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture
def apart(
    both: Both, rounds: subprocess.Popen[str], database_url: str, tmp_path: Path
) -> Callable[[str], int]:
    """One round of a channel in a process of its own, to die where it is told; how it ended."""
    settings = {
        "DATABASE_URL": database_url,
        "BROKER_URL": "redis://unused",
        "EDGE_URL": "redis://unused",
        "DATA": str(tmp_path / "data"),
        "PUBLIC_URL": "https://www.example.gov.cn",
        "CHANNELS": str(register_file(tmp_path, both[1].url)),
    }
    told = {f"GONGKAI_{name}": value for name, value in settings.items()}

    def run(crash: str, channel: str = "municipal") -> int:
        assert rounds.stdin
        assert rounds.stdout
        print(json.dumps({"channel": channel, "crash": crash, "told": told}), file=rounds.stdin, flush=True)
        return int(rounds.stdout.readline())

    return run


PLACES = ("release.claimed", "release.before-effect", "release.after-effect", "release.written")


async def test_killed_anywhere_it_is_out_once_and_nothing_stays_out_after_a_withdrawal(
    both: Both, apart: Callable[[str], int]
) -> None:
    town, site = both
    for place, meanwhile in itertools.product(PLACES, (True, False)):
        document = await town.publish()
        assert await asyncio.to_thread(apart, place) == -signal.SIGKILL, place
        assert await town.releaser().work() == 0, "the dead one's lease still runs, or it was done"
        if meanwhile:
            await town.withdraw(document)
            assert await town.open_places(document) == ["municipal"]
        await town.hasten()
        await town.releaser().work()
        assert (str(document) in site.shown) is not meanwhile, place
        assert await town.state(document) == ("recalled" if meanwhile else "delivered"), place
        if not meanwhile:
            await town.withdraw(document)
            await town.releaser().work()
        assert (await town.state(document), site.shown) == ("recalled", {}), place
        assert await town.open_places(document) == [], place


async def test_killed_anywhere_while_it_is_taken_back_it_is_taken_back(
    both: Both, apart: Callable[[str], int]
) -> None:
    town, site = both
    for place in PLACES:
        document = await town.publish()
        await town.releaser().work()
        await town.withdraw(document)
        assert await asyncio.to_thread(apart, place) == -signal.SIGKILL, place
        await town.hasten()
        await town.releaser().work()
        assert (await town.state(document), site.shown, site.gone[str(document)]) == ("recalled", {}, 1), (
            place
        )
        assert await town.open_places(document) == [], place


@pytest.mark.parametrize("place", ["transfer.made", "transfer.written"])
async def test_killed_while_a_package_is_made_it_is_made_once_for_every_room(
    both: Both, apart: Callable[..., int], place: str
) -> None:
    town, _ = both
    await town.publish(at=datetime(2026, 10, 12, tzinfo=UTC))
    assert await asyncio.to_thread(apart, place, "transfers") == -signal.SIGKILL
    transfers = Transfers(town.database, town.record, town.objects, town.register.rooms)
    assert await transfers.hand_over(date(2026, 11, 3)) == (2 if place == "transfer.made" else 1)
    assert await town.announced("transfer.sent") == 2
    for row in await town.database.look("SELECT package_sha256 FROM transfer"):
        assert (await town.objects.get(row.package_sha256)).startswith(b"PK")


async def test_the_screen_shows_what_is_public_and_nothing_that_was_withdrawn(both: Both) -> None:
    import orjson

    town, _ = both
    first, second = await town.publish(title="第一件"), await town.publish(title="第二件")
    await settle(town)
    path = town.folder / "screen" / "playlist.json"
    shown = orjson.loads(path.read_bytes())
    assert [item["title"] for item in shown["items"]] == ["第二件", "第一件"]
    proof = (await town.row(second, 1, "screen")).proof["release"]
    assert proof["playlist_sha256"] == digest(path.read_bytes())
    await town.withdraw(second)
    await settle(town)
    assert [item["id"] for item in orjson.loads(path.read_bytes())["items"]] == [f"{first}/1"]
    assert await town.open_places(second) == []
