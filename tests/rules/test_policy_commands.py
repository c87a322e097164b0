"""`gongkai policy` and a case's page as they are read, in both languages, without a platform."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gongkai import case_page, words
from gongkai.__main__ import app
from shared.policy_file import SHIPPED, load

ROOT = Path(__file__).parents[2]
WITH = ("--organisation", str(ROOT / "samples/organisation.yaml"), "--policy", "default")


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(words, "LANGUAGE", request.param)
    return str(request.param)


def typed(*line: str) -> tuple[int, str]:
    answer = CliRunner().invoke(
        app, list(line), env={"GONGKAI_POLICY": "default", "GONGKAI_DATA": "/nonexistent"}
    )
    return answer.exit_code, answer.output


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A policy with two faults."""
    shipped = (SHIPPED / "default.yaml").read_text(encoding="utf-8")
    file = tmp_path / "bad.yaml"
    file.write_text(
        shipped.replace("joint: major", "joint: huge").replace("by: [own head]\n", "by: [author]\n")
    )
    return file


def test_check_names_every_fault_with_its_line_and_fails(bad: Path, language: str) -> None:
    code, said = typed("policy", "check", str(bad))
    lines = said.splitlines()
    assert (code, len(lines)) == (1, 2)
    assert lines[0].startswith(f"{bad}:102: raise.joint: ")
    assert lines[1].startswith(f"{bad}:108: confirmation.by: ")
    assert said.isascii() == (language == "en")


def test_check_tells_programmes_the_same(bad: Path) -> None:
    code, said = typed("policy", "check", str(bad), "--json")
    assert code == 1
    assert [(fault["line"], fault["where"]) for fault in json.loads(said)["faults"]] == [
        (102, "raise.joint"),
        (108, "confirmation.by"),
    ]


@pytest.mark.parametrize("name", ["default", "four-levels"])
def test_what_is_shipped_passes_the_check_and_can_be_read(name: str, language: str) -> None:
    assert typed("policy", "check", name)[0] == 0
    code, page = typed("policy", "show", name)
    assert code == 0
    policy = load(name)
    for tier in policy.tiers.values():
        assert (tier.name if language == "zh" else tier.name_en) in page
    for step in policy.steps.values():
        assert (step.name if language == "zh" else step.name_en) in page


@pytest.mark.parametrize("command", ["check", "show"])
def test_what_is_neither_a_file_nor_shipped_is_refused(command: str) -> None:
    code, said = typed("policy", command, "nothing")
    assert (code, "nothing" in said, len(said.splitlines())) == (1, True, 1)


def test_without_a_platform_the_policy_is_the_one_of_the_environment() -> None:
    assert json.loads(typed("policy", "show", "--json")[1]) == load("default").model_dump(
        mode="json", by_alias=True
    )


def simulated(*more: str) -> Any:
    file = str(ROOT / "samples/documents/library-screen.txt")
    code, said = typed("policy", "simulate", file, *WITH, *more, "--json")
    assert code == 0, said
    return json.loads(said)


def test_a_file_is_simulated_before_it_is_handed_in() -> None:
    found = simulated("--department", "library", "--kind", "plan", "--joint", "archive")
    assert found["demands"] == {"kind": "important", "joint": "major"}
    assert [step["step"] for step in found["steps"]] == ["department", "secrecy", "vice", "principal"]
    assert found["steps"][3]["takers"] == ["liang.guodong"]
    assert [(one["department"], one["by"]) for one in found["confirmations"]] == [
        ("archive", ["cao.zhiyuan"])
    ]
    assert found["warnings"] == []


def test_an_author_who_is_needed_makes_a_dead_end_that_is_told(language: str) -> None:
    about = ("--department", "library", "--kind", "regulation", "--author", "lu.ning")
    found = simulated(*about)
    [end] = found["dead_ends"]
    assert (end["steps"], end["people"], end["until_late"]) == (["secrecy"], ["han.mei"], True)
    file = str(ROOT / "samples/documents/library-screen.txt")
    code, page = typed("policy", "simulate", file, *WITH, *about)
    assert (code, found["warnings"][0] in page) == (0, True)


def test_a_file_with_a_secrecy_mark_would_be_locked_away(tmp_path: Path) -> None:
    file = tmp_path / "marked.txt"
    file.write_text("机密★20年\n关于某事的通知\n正文\n", encoding="utf-8")
    found = json.loads(typed("policy", "simulate", str(file), *WITH, "--department", "library", "--json")[1])
    assert [one["severity"] for one in found["findings"]] == ["stop"]
    assert len(found["warnings"]) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--department", "nowhere"),
        ("--department", "library", "--joint", "nowhere"),
        ("--department", "library", "--kind", "novel"),
        ("--department", "library", "--author", "nobody"),
        ("--department", "library", "--policy", "nothing"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_a_sentence(wrong: tuple[str, ...]) -> None:
    file = str(ROOT / "samples/documents/library-screen.txt")
    code, said = typed("policy", "simulate", file, *WITH, *wrong)
    assert (code, len(said.splitlines())) == (1, 1)
    assert "Error" not in said


CASE: dict[str, Any] = {
    "id": "01a2", "document_id": "01a1", "edition": 2, "department": "archive", "joint_with": ["library"],
    "kind": "plan", "sensitivity": "sensitive", "tier": "major", "state": "reviewing",
    "state_since": "2026-11-20T01:00:00+00:00", "due_on": "2026-11-27", "due_provisional": True,
    "index_no": None, "step": "secrecy", "step_due_on": "2026-11-24", "escalated": True,
    "about": {"title": "数字经济规划", "files": [{"name": "规划.docx", "size": 12345, "sha256": "ab" * 32}]},
    "steps": [
        {"step": "department", "name": "部门负责人审核", "name_en": "Review by the head", "by": ["own head"],
         "people": 1, "taken_by": ["cao.zhiyuan"], "due": False},
        {"step": "secrecy", "name": "保密审查机构审查", "name_en": "Review by the secrecy office",
         "by": ["secrecy", "leader"], "people": 2, "taken_by": ["han.mei"], "due": True},
    ],
    "findings": [
        {"rule": "personal.id18", "severity": "block", "file": 0, "place": "正文 text", "starts": 4,
         "ends": 22, "excerpt": "110*************31", "why": "条例第15条"},
    ],
    "confirmations": [
        {"department": "library", "why": "joint", "state": "objected", "due_on": "2026-11-25",
         "answered_by": "peng.bo", "reasons": "数字有误", "resolved_by": None, "resolution": ""},
    ],
    "referrals": [
        {"kind": "state-secret", "level": "secret", "authority": "provincial", "asked_by": "han.mei",
         "due_on": "2026-12-18", "answer": "", "answer_no": ""},
    ],
    "redactions": [{"file": 0, "officer": "feng.xue", "at": "2026-11-20T02:00:00+00:00"}],
    "opinions": [
        {"act": "agreed", "step": "department", "officer": "cao.zhiyuan", "name": "曹志远", "role": "head",
         "about": "", "grounds": [], "note": "同意", "at": "2026-11-20T01:00:00+00:00"},
        {"act": "agreed", "step": "secrecy", "officer": "han.mei", "name": "韩梅", "role": "secrecy",
         "about": "", "grounds": ["art-15-personal-privacy"], "note": "", "at": "2026-11-20T02:00:00+00:00"},
    ],
}  # fmt: skip

SHOWN = {
    "zh": ("第 2 版", "规划计划 (敏感)", "重大", "（暂定）", "▶ 待办", "2026-11-24（逾期，已上报）", "× 2",
           "本部门负责人", "联合发文", "不同意公开", "peng.bo 数字有误", "暂定秘密级", "待答复",
           "条例第15条：个人隐私", "严重"),
    "en": ("edition 2", "plan (sensitive)", "major", "(provisional)", "▶ due", "2026-11-24 (late, escalated)",
           "× 2", "head of the own department", "issued jointly", "objected", "peng.bo 数字有误",
           "provisionally secret", "open", "art. 15: personal privacy", "block"),
}  # fmt: skip


def test_a_cases_page_tells_everything_that_a_person_needs_to_decide(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case_page.show(CASE, load("default").model_dump(mode="json", by_alias=True))
    page = capsys.readouterr().out
    everywhere = (
        "数字经济规划",
        "规划.docx",
        "12,345",
        "110*************31",
        "曹志远",
        "韩梅",
        "同意",
        "feng.xue",
    )
    assert [words_ for words_ in (*everywhere, *SHOWN[language]) if words_ not in page] == []


def test_a_case_that_is_locked_away_shows_no_title_and_no_empty_part(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = dict.fromkeys(("findings", "confirmations", "referrals", "redactions", "opinions", "steps"), ())
    locked = {**CASE, **empty, "about": None, "state": "quarantined", "tier": "gone"}
    case_page.show(locked, load("default").model_dump(mode="json", by_alias=True))
    page = capsys.readouterr().out
    assert "gone" in page
    assert len(page.splitlines()) == 9
