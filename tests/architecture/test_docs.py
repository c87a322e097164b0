"""The papers are whole: every file is on the map, every link leads somewhere, what is quoted exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from gongkai.__main__ import app
from shared.backoff import SCHEDULE
from shared.contracts.vocabulary import GateFault

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGES = ("shared", "services", "gongkai")
PAPERS = sorted(
    [
        *DOCS.rglob("*.md"),
        *(ROOT / name for name in ("README.md", "CHANGELOG.md", "deploy/README.md", "kit/README.md")),
    ]
)
SECTIONS = ("Context", "Decision", "Consequences", "Alternatives", "Revisit when")

papers = pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def mapped() -> set[str]:
    """Every file that the map names, with its folder."""
    found = set()
    for section in re.split(r"(?m)^## ", read(DOCS / "map.md"))[1:]:
        folder, _, rows = section.partition("\n")
        found |= {f"{folder}/{name}" for name in re.findall(r"(?m)^\| `([^`]+)` \|", rows)}
    return found


def commands() -> set[str]:
    """Every command of the command line, as it is typed."""
    tree = typer.main.get_command(app)
    found = set()
    for name, command in tree.commands.items():  # type: ignore[attr-defined]
        found.add(name)
        found |= {f"{name} {part}" for part in getattr(command, "commands", {})}
    return found


def test_the_map_names_every_file_and_no_other() -> None:
    files = {
        path.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    }
    assert mapped() == files


@papers
def test_every_link_leads_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", read(paper))
    broken = [link for link in links if "://" not in link and not (paper.parent / link).exists()]
    assert broken == []


@papers
def test_every_file_of_ours_that_is_quoted_exists(paper: Path) -> None:
    quoted = re.findall(
        r"`((?:shared|services|gongkai|kit|tests|deploy|samples|scripts|docs)/[\w./-]*\w)`", read(paper)
    )
    assert [path for path in quoted if not (ROOT / path).exists()] == []


@papers
def test_every_command_that_is_quoted_exists(paper: Path) -> None:
    known = commands()
    quoted = re.findall(r"(?m)(?:^|`)gongkai ([a-z]+(?:-[a-z]+)*(?: [a-z]+(?:-[a-z]+)*)?)", read(paper))
    wrong = [words for words in quoted if not {words, words.split()[0]} & known]
    assert wrong == []


def test_every_crash_point_is_in_the_walkthrough() -> None:
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    points = {name for path in sources for name in re.findall(r'crashpoint\("([^"]+)"\)', read(path))}
    assert points
    assert points - set(re.findall(r"`([a-z]+\.[a-z-]+)`", read(DOCS / "walkthrough.md"))) == set()


def test_the_walkthrough_names_functions_that_exist() -> None:
    sources = "\n".join(
        read(path) for folder in (*PACKAGES, "kit/src") for path in (ROOT / folder).rglob("*.py")
    )
    story = read(DOCS / "walkthrough.md").partition("## What happens at each kill")[0]
    named = set(re.findall(r"`(?:\w+\.)?(_?[a-z]+(?:_[a-z]+)*_?|[A-Z]\w+)`", story))
    told = {
        "py",
        "urgent",
        "submitted",
        "approved",
        "opened",
        "completed",
        "confirmed",
        "posted",
        "rejected",
        "edition",
    }
    missing = {name for name in named - told if not re.search(rf"(?:def|class) {name}\b", sources)}
    assert missing == set()


def test_the_table_of_retries_is_the_schedule() -> None:
    rows = re.findall(r"(?m)^\| [1-7] \| (.+?) \| (.+?) \|$", read(DOCS / "delivery-guarantees.md"))
    waits = [wait.total_seconds() for wait in SCHEDULE]
    assert [_seconds(wait) for wait, _ in rows] == waits
    assert [_seconds(since) for _, since in rows] == [sum(waits[: n + 1]) for n in range(len(waits))]


def _seconds(words: str) -> int:
    units = {"h": 3600, "min": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+) (h|min|s)", words))


def test_every_fault_of_the_gate_is_explained() -> None:
    assert {fault.value for fault in GateFault} <= set(
        re.findall(r"`([a-z-]+)`", read(DOCS / "architecture/publish-gate.md"))
    )


def test_every_decision_has_its_five_parts() -> None:
    for path in _decisions():
        assert tuple(re.findall(r"(?m)^## (.+)$", read(path))) == SECTIONS, path.name


def test_every_decision_is_listed_once_and_numbered_in_order() -> None:
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", read(DOCS / "decisions/README.md"))
    assert listed == [path.name for path in _decisions()]
    assert [int(name[:4]) for name in listed] == list(range(1, len(listed) + 1))


def test_every_page_of_the_runbook_is_listed_and_says_how_it_ends() -> None:
    pages = sorted((DOCS / "runbook").glob("*.md"))
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", read(DOCS / "runbook/README.md")))
    assert {page.name for page in pages} == listed | {"README.md"}
    for page in pages:
        if page.name != "README.md":
            assert "**How it shows.**" in read(page) or page.name == "keys.md"
            assert "**How to see that it is over.**" in read(page), page.name


def _decisions() -> Iterator[Path]:
    return iter(sorted((DOCS / "decisions").glob("0*.md")))


def test_the_readme_is_short() -> None:
    assert len(read(ROOT / "README.md").splitlines()) <= 100


def test_the_readme_shows_the_consumer_that_is_tested() -> None:
    assert read(ROOT / "kit/examples/ten_lines.py").strip() in read(ROOT / "README.md")
