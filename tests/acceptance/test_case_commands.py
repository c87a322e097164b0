"""Every act of review by commands alone, on the running platform."""

import json
import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from gongkai.__main__ import app
from gongkai.up import Platform


class Terminal:
    """Where the commands are typed."""

    def __init__(self, up: Platform, folder: Path) -> None:
        self.environment = {**os.environ, "GONGKAI_DATA": str(up.data), "NO_COLOR": "1"}
        self.folder = folder

    def type(self, *words: str) -> tuple[int, str]:
        """The exit code, and everything that was said."""
        answer = CliRunner().invoke(app, list(words), env=self.environment)
        return answer.exit_code, answer.output

    def done(self, *words: str) -> str:
        code, said = self.type(*words)
        assert code == 0, said
        return said

    def json(self, *words: str) -> Any:
        return json.loads(self.done(*words, "--json"))

    def submitted(self, *more: str, author: str = "song.jia") -> str:
        """A new document of the library, in review."""
        file = self.folder / f"{uuid4()}.txt"
        letters = uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
        file.write_text(f"关于图书馆服务的方案\n正文 {letters}\n", encoding="utf-8")
        words = ("submit", str(file), "--department", "library", "--as", author, *more)
        document = str(self.json(*words)["document_id"])
        self.until(document, "reviewing")
        return document

    def until(self, document: str, state: str) -> None:
        for _ in range(100):
            if self.json("case", "list", "--document", document, "--state", state):
                return
            time.sleep(0.2)
        raise AssertionError(f"{document} does not come to be {state}")


@pytest.fixture
def terminal(up: Platform, tmp_path: Path) -> Terminal:
    return Terminal(up, tmp_path)


def test_a_sensitive_plan_goes_its_whole_way_through_confirmation_and_referral(terminal: Terminal) -> None:
    document = terminal.submitted("--kind", "plan", "--sensitive", "--confirm-with", "water")
    terminal.done("case", "approve", document, "--as", "peng.bo")
    assert terminal.type("case", "approve", document, "--as", "peng.bo")[0] == 1
    terminal.done("case", "ask", document, "archive", "--as", "gao.mingyuan")
    code, said = terminal.type("case", "confirm", document, "--as", "jiang.hai")
    assert (code, "archive, water" in said) == (1, True)
    terminal.done("case", "confirm", document, "--for", "archive", "--as", "cao.zhiyuan")
    terminal.done("case", "object", document, "--note", "水价有误", "--as", "jiang.hai")
    for officer in ("han.mei", "lu.ning"):
        terminal.done("approve", document, "--as", officer)
    terminal.done("case", "refer", document, "--to", "competent-department", "--as", "xu.jing")
    words = ("--answer", "disclose", "--no", "滨复〔2026〕1号", "--as", "xu.jing")
    terminal.done("case", "answer", document, *words)
    terminal.done("approve", document, "--as", "gao.mingyuan")
    code, said = terminal.type("approve", document, "--as", "liang.guodong")
    assert (code, "水价" in said) == (1, False)
    terminal.done("case", "settle", document, "--note", "已按新水价修改", "--as", "gao.mingyuan")
    terminal.done("approve", document, "--note", "可以公开", "--as", "liang.guodong")
    terminal.until(document, "published")
    page = terminal.done("case", "show", document)
    for words_ in ("彭博", "韩梅", "梁国栋", "水价有误", "已按新水价修改", "滨复〔2026〕1号", "可以公开"):
        assert words_ in page


def test_what_may_be_secret_is_protected_handed_over_and_determined(terminal: Terminal) -> None:
    document = terminal.submitted()
    protected = terminal.json("case", "protect", document, "--level", "secret", "--as", "han.mei")
    assert protected["state"] == "quarantined"
    words = ("--level", "secret", "--to", "省保密行政管理部门", "--as", "han.mei")
    terminal.done("case", "hand-over", document, *words)
    assert "省保密行政管理部门" in terminal.done("case", "show", document)
    words = ("--answer", "not-secret", "--no", "国保定〔2026〕8号", "--as", "han.mei")
    assert terminal.json("case", "determine", document, *words)["state"] == "returned"


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (("return", "--ground", "inaccurate", "--note", "请核对"), "returned"),
        (("reject", "--ground", "art-16-internal-matter", "--note", "内部事务"), "rejected"),
    ],
    ids=["return", "reject"],
)
def test_the_group_knows_the_short_commands_too(
    terminal: Terminal, words: tuple[str, ...], state: str
) -> None:
    document = terminal.submitted()
    answer = terminal.json("case", words[0], document, *words[1:], "--as", "peng.bo")
    assert answer["state"] == state
    code, said = terminal.type("case", "uphold", document, "--note", "x", "--as", "peng.bo")
    assert (code, len(said.splitlines())) == (1, 2)


def test_a_case_is_simulated_from_where_it_stands(terminal: Terminal) -> None:
    document = terminal.submitted("--kind", "regulation")
    terminal.done("approve", document, "--as", "gao.mingyuan")
    found = terminal.json("policy", "simulate", document)
    assert (found["policy"], found["tier"]) == ("development-zone/2026.1", "major")
    assert [(step["step"], step["people"]) for step in found["steps"]] == [
        ("secrecy", 2),
        ("vice", 1),
        ("principal", 1),
    ]
    assert found["steps"][1]["takers"] == ["xu.jing"]
    assert found["dead_ends"] == found["warnings"] == []
    elsewhere = terminal.json("policy", "simulate", document, "--policy", "four-levels")
    assert [step["step"] for step in elsewhere["steps"]] == ["division", "secrecy", "principal"]
    assert terminal.json("policy", "show")["name"] == "development-zone"


def test_a_keyword_list_is_loaded_listed_and_removed_and_its_words_are_never_shown(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "words.txt"
    file.write_text("滨海样词\n\n第二个样词\n滨海样词\n", encoding="gb18030")
    about = ("--name", "work", "--owner", "保密工作部门", "--version", "2026.1", "--basis", "保密法第64条")
    assert "2 词" in terminal.done("keywords", "add", str(file), *about, "--as", "han.mei")
    assert terminal.json("keywords", "list")[0]["words"] == 2
    assert "样词" not in terminal.done("keywords", "list")
    assert terminal.type("keywords", "list", "--as", "song.jia")[0] == 1
    terminal.done("keywords", "remove", "work")
    assert terminal.json("keywords", "list") == []


def test_how_far_the_screening_again_is_can_be_watched(terminal: Terminal) -> None:
    found = terminal.json("case", "rescreening", "--watch")
    assert found["examined"] == found["public"]
