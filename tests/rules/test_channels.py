"""The register of channels, when they are tried again, and a channel that another package brings."""

import re
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from services.publish.channels import Around, Never, Outgoing
from services.publish.channels.kinds.municipal import BadSecret, _secret
from services.publish.channels.kinds.portal import NoAddress
from services.publish.channels.outside import Answer, Later, Outside, judge, retry_after
from services.publish.channels.register import BadRegister, load, offered, read
from services.publish.channels.schedule import RECALLS, RELEASES, wait

from .outgoing import outgoing, store

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "add-a-channel.md"


def around(folder: Path, public_url: str = "https://www.example.gov.cn") -> Around:
    async def news(_since: date) -> Sequence[Outgoing]:
        return []

    return Around(public_url, folder, news)


def faults(folder: Path, text: str) -> list[tuple[int, str]]:
    path = folder / "channels.yaml"
    path.write_text(text)
    with pytest.raises(BadRegister) as refused:
        read(path)
    return [(fault.line, fault.where) for fault in refused.value.faults]


def test_what_comes_with_the_platform_needs_nothing_outside() -> None:
    assert set(load("default").channels) == {"bulletin", "screen", "press"}
    assert load("default").rooms == ("archive", "library", "service")
    assert load("none").channels == {}
    assert {"portal", "municipal", "bulletin", "screen", "press", "websub"} <= set(offered())


def test_every_fault_of_the_register_is_named_with_its_line(tmp_path: Path) -> None:
    text = """channels:
  portal:
  radio: {frequency: 97}
  municipal:
    secret: 1
    urls: x
  screen:
    days: 0
  websub: {hub: "ftp://hub"}
"""
    assert faults(tmp_path, text) == [
        (3, "channels.radio.kind"),
        (4, "channels.municipal.url"),
        (5, "channels.municipal.secret"),
        (6, "channels.municipal.urls"),
        (8, "channels.screen.days"),
        (9, "channels.websub.hub"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("channels: {Bad_Name: {}}", 1),
        ("channels:\n  press: {only: {kinds: [gossip]}}", 2),
        ("channels:\n  press:\n  press:\n", 3),
        ("- press", 1),
        ("rooms: [archive]", 1),
        ("channels: {}\nrooms: archive\n", 2),
        ("channels: {press: [}", 1),
    ],
)
def test_what_is_no_register_is_refused(tmp_path: Path, text: str, line: int) -> None:
    assert faults(tmp_path, text)[0][0] == line


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(BadRegister, match="cannot be read"):
        load("/nowhere/channels.yaml")


@pytest.mark.parametrize(
    ("schedule", "attempts", "asked", "seconds"),
    [
        (RELEASES, 1, None, 5),
        (RELEASES, 2, None, 300),
        (RELEASES, 2, 400.0, 400),
        (RELEASES, 2, 10.0, 300),
        (RELEASES, 2, 1e12, 600),
        (RELEASES, 9, None, 86_400),
        (RECALLS, 1, None, 5),
        (RECALLS, 100, None, 1_800),
    ],
)
def test_the_wait_is_the_schedules_unless_the_other_side_wants_more(
    schedule: tuple[timedelta, ...], attempts: int, asked: float | None, seconds: float
) -> None:
    assert wait(schedule, attempts, asked, chance=0.5) == timedelta(seconds=seconds)


def test_a_crowd_does_not_return_at_once_and_nobody_tries_for_ever() -> None:
    spread = [wait(RELEASES, 2, None, chance) for chance in (0.0, 1.0)]
    assert spread == [timedelta(seconds=240), timedelta(seconds=360)]
    assert wait(RELEASES, 10) is None
    assert wait(RECALLS, len(RECALLS)) is not None
    assert wait(RECALLS, len(RECALLS) + 1) is None


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("-3", None),
        ("soon", None),
        ("", None),
        ("9" * 40, 999999999),
    ],
)
def test_retry_after_is_a_number_or_a_date(said: str, seconds: float | None) -> None:
    assert retry_after(said) == seconds


@pytest.mark.parametrize("status", [200, 201, 204])
def test_what_was_taken_is_fine(status: int) -> None:
    judge(Answer(status, {}, b""))


@pytest.mark.parametrize("status", [401, 408, 425, 429, 500, 503, 599])
def test_what_passes_is_tried_later(status: int) -> None:
    with pytest.raises(Later):
        judge(Answer(status, {}, b""))


@pytest.mark.parametrize("status", [302, 307, 400, 404, 409, 410, 422])
def test_what_does_not_pass_is_not_tried_again(status: int) -> None:
    with pytest.raises(Never):
        judge(Answer(status, {}, b""))
    if status in (404, 410):
        judge(Answer(status, {}, b""), 404, 410)


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/x",
        "http://site.example/x",
        "https://site.example:444/x",
        "https://site.example@169.254.169.254/x",
    ],
)
async def test_no_other_origin_is_asked(url: str) -> None:
    with pytest.raises((Never, ValueError)):
        await Outside("https://site.example/documents").ask("GET", url)


def test_a_portal_or_hub_without_a_public_address_is_told_at_start(tmp_path: Path) -> None:
    path = tmp_path / "channels.yaml"
    path.write_text("channels:\n  portal:\n  websub: {hub: 'https://hub.example/'}\n")
    for one in read(path).channels.values():
        with pytest.raises(NoAddress):
            one.open(around(tmp_path, ""))


@pytest.mark.parametrize(
    "written", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_***", "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="]
)
def test_a_secret_that_is_none_is_refused(tmp_path: Path, written: str) -> None:
    path = tmp_path / "secret"
    path.write_text(written)
    with pytest.raises(BadSecret):
        _secret(path)


async def test_the_channel_of_the_guide_works_as_the_guide_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its code, its entry point and its register are taken from the page."""
    blocks = dict(
        re.findall(r"```(python|toml|yaml)\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    )
    package = tmp_path / "package"
    information = package / "county_board-1.dist-info"
    information.mkdir(parents=True)
    (package / "county_board.py").write_text(blocks["python"])
    points = (
        blocks["toml"]
        .replace('[project.entry-points."gongkai.channels"]', "[gongkai.channels]")
        .replace('"', "")
    )
    (information / "entry_points.txt").write_text(points)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: county-board\nVersion: 1\n")
    monkeypatch.syspath_prepend(package)
    offered.cache_clear()
    board = tmp_path / "board"
    file = tmp_path / "channels.yaml"
    file.write_text(blocks["yaml"].replace("/srv/board", str(board)))
    try:
        [registered] = read(file).channels.values()
        assert registered.row()["themes"] == ["02"]
        channel = registered.open(around(tmp_path))
        edition = await outgoing(store(tmp_path), ("通知.txt", "text/plain", "正文".encode()))
        with pytest.raises(Later):
            await channel.release(edition)
        board.mkdir()
        for _ in range(2):
            proof = await channel.release(edition)
        assert proof.said == {"files": [edition.files[0].sha256]}
        assert [path.read_text() for path in board.rglob("*") if path.is_file()] == ["正文"]
        for _ in range(2):
            assert (await channel.recall(edition, proof.said)).said["there"] is False
        assert list(board.iterdir()) == []
    finally:
        offered.cache_clear()
        sys.modules.pop("county_board", None)
