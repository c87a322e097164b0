"""The command line's language, sentences and titles, without a platform."""

import pytest

from gongkai import __main__ as commands
from gongkai import faults, titles
from gongkai.lagging import Carrying, Lag, Reading
from gongkai.submitting import File, key_of
from gongkai.words import language_of


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LC_ALL": "POSIX"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "de_DE.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"GONGKAI_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
    ],
)
def test_the_locale_decides_the_language_and_chinese_is_the_default(
    environment: dict[str, str], language: str
) -> None:
    assert language_of(environment) == language


def test_a_problem_is_told_with_its_title_its_detail_and_each_fault() -> None:
    said = str(
        faults.Refused(
            {
                "type": "urn:gongkai:problem:invalid",
                "title": "请求内容不符合要求",
                "status": 422,
                "detail": "两处",
                "code": "invalid",
                "faults": [{"at": "theme", "code": "x", "message": "没有这个主题"}],
                "receipt_no": "R2026-000001",
            }
        )
    )
    assert said.splitlines() == [
        "请求内容不符合要求 (两处)",
        "  - theme: 没有这个主题",
        "  receipt_no: R2026-000001",
    ]


def test_an_unforeseen_error_is_one_sentence_that_names_it() -> None:
    said = faults.sentence(RuntimeError("the\nsky fell"))
    assert "RuntimeError: the sky fell" in said
    assert "\n" not in said


def test_an_error_is_known_by_the_class_it_derives_from() -> None:
    class Subtle(FileNotFoundError):
        pass

    assert "nothing.txt" in faults.sentence(Subtle(2, "No such file", "nothing.txt"))


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.txt", "# 会计法\n\n第一条 …", "会计法"),
        ("a.txt", "000012\n滨开管发〔2026〕15号\n　　关于开放时间的通知\n正文", "关于开放时间的通知"),
        ("b.txt", "一" * 101 + "\n" + "二" * 200, "b"),
        (
            "c.html",
            "<!DOCTYPE html><html><head><title>甲</title></head><body><h1>乙公告</h1></body></html>",
            "乙公告",
        ),
        ("d.exe", "\x00\x01", "d"),
    ],
)
def test_a_document_names_itself_by_its_first_line_or_heading(name: str, content: str, title: str) -> None:
    assert titles.title_of(name, content.encode()) == title


def test_the_same_document_has_the_same_key_and_another_has_another() -> None:
    said = {"title": "通知", "department": "archive"}
    one = key_of("feng.xue", said, [File("a.txt", "甲".encode())])
    assert one == key_of("feng.xue", dict(reversed(said.items())), [File("a.txt", "甲".encode())])
    others = {
        key_of("song.jia", said, [File("a.txt", "甲".encode())]),
        key_of("feng.xue", {**said, "title": "公告"}, [File("a.txt", "甲".encode())]),
        key_of("feng.xue", said, [File("a.txt", "乙".encode())]),
        key_of("feng.xue", said, [File("b.txt", "甲".encode())]),
    }
    assert len(others | {one}) == 5


def test_every_command_shows_how_it_is_used() -> None:
    groups = [commands.app, *(group.typer_instance for group in commands.app.registered_groups)]
    found = [command for group in groups if group for command in group.registered_commands]
    assert len(found) > 20
    assert [command.name for command in found if "gongkai " not in (command.epilog or "")] == []


def reading(**counts: int) -> Reading:
    rest = dict.fromkeys(("low_water", "behind", "pending", "retry", "parked", "dead"), 0)
    return Reading("intake", "review", head=10, oldest=None, **{**rest, **counts})


@pytest.mark.parametrize(
    ("consumer", "relay", "code"),
    [
        (reading(), Carrying("intake", 10, 10, 0, 10), 0),
        (reading(behind=4), Carrying("intake", 10, 10, 0, 6), 0),
        (reading(behind=4, retry=1), Carrying("intake", 10, 10, 0, 6), 1),
        (reading(dead=1), Carrying("intake", 10, 10, 0, 10), 1),
        (reading(behind=10), Carrying("intake", 10, 10, 0, 0), 2),
        (reading(), Carrying("intake", 10, 11, 0, 10), 2),
        (reading(), Carrying("intake", 10, 3, 0, 3), 1),
        (reading(), Carrying("intake", 10, 0, 0, 10), 0),
    ],
    ids=["fine", "a-little", "enough", "dead", "too-many", "fenced", "not-carried", "a-new-stream"],
)
def test_lag_is_fine_a_warning_or_critical(consumer: Reading, relay: Carrying, code: int) -> None:
    assert Lag([consumer], [relay], []).code(warn=5, crit=10) == code
    assert Lag([consumer], [relay], []).code(warn=None, crit=None) == 0
