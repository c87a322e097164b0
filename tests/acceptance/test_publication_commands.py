"""Scheduling, withdrawing and recalling by commands, on the running platform."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gongkai.up import Platform

from .conftest import eventually
from .test_commands import approved, reviewable, submitted, typed


async def test_what_is_scheduled_is_listed_kept_back_and_called_off(up: Platform, tmp_path: Path) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=40)).isoformat()
    document = (await submitted(up, tmp_path, "--publish-at", soon))["document_id"]
    await reviewable(up, document)
    await approved(up, document)

    async def waiting() -> Any:
        found = (await typed(up, "schedule", "list", "--as", "jiang.hai", "--json")).json
        return [one for one in found if one["document_id"] == document]

    [mine] = await eventually(waiting)
    assert (mine["state"], mine["department"]) == ("waiting", "water")
    assert document in (await typed(up, "schedule", "list", "--as", "jiang.hai")).out
    sooner = datetime.now(UTC).isoformat()
    words = ("schedule", "delay", document, sooner, "--note", "早", "--as", "jiang.hai")
    refused = await typed(up, *words, language="en")
    assert (refused.code, "never earlier" in refused.err) == (1, True), refused.err
    words = ("schedule", "delay", document, mine["publish_at"], "--note", "按原定时间", "--as", "jiang.hai")
    assert (await typed(up, *words)).code == 0
    # Called off rather than waited for: that it comes by itself is tried in a service's own tests.
    words = ("withdraw", document, "--reason", "inaccurate", "--note", "改期", "--as", "jiang.hai", "--json")
    assert (await typed(up, *words)).json["withdrawn"] is True
    assert not await waiting()


async def test_a_recall_is_followed_to_its_end(up: Platform, tmp_path: Path) -> None:
    document = (await submitted(up, tmp_path))["document_id"]
    await reviewable(up, document)
    await approved(up, document)

    async def out() -> Any:
        rows = (await typed(up, "channel", "show", document, "--as", "jiang.hai", "--json")).json["releases"]
        return rows and all(row["state"] == "delivered" for row in rows)

    await eventually(out)
    words = ("withdraw", document, "--reason", "inaccurate", "--note", "改期", "--as", "jiang.hai", "--json")
    assert (await typed(up, *words)).json["withdrawn"] is True

    async def given_back() -> Any:
        """By the channels: whether departments listen is the business of other tests."""
        found = (await typed(up, "recall", "show", document, "--as", "jiang.hai", "--json")).json
        places = {one["code"]: one["confirmed_at"] for one in found["places"] if one["kind"] == "channel"}
        return places if all(places.values()) else None

    assert set(await eventually(given_back)) == {"bulletin", "screen", "press"}
    assert "bulletin" in (await typed(up, "recall", "show", document, "--as", "jiang.hai")).out
    done = (await typed(up, "recall", "list", "--completed", "--as", "jiang.hai", "--json")).json
    assert document in {one["document_id"] for one in done}
    words = ("recall", "confirm", document, "room", "library", "--as", "song.jia")
    assert (await typed(up, *words, language="en")).code == 1, "the library never had it"
