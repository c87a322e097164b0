"""A frozen schema grows, or stays as it is."""

import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field, create_model

from shared.contracts import FACTS, Fact
from shared.contracts.__main__ import main
from shared.contracts.envelope import AboutDocument
from shared.contracts.frozen import BrokenPromise, check, freeze, frozen, schema_of

KIND = "cn.gongkai.notice.posted.v1"


class Size(StrEnum):
    SMALL = "small"


class LargerSize(StrEnum):
    SMALL = "small"
    LARGE = "large"


Code = Annotated[str, Field(pattern=r"^[a-z]+$")]


def notice(**fields: Any) -> dict[str, type[Fact]]:
    """The register with one event, of these fields."""
    made = create_model("NoticePosted", __base__=AboutDocument, **fields)
    made.type = KIND
    return {KIND: made}


FIRST: dict[str, Any] = {"board": (Code, ...), "size": (Size, ...), "count": (int | None, None)}


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    assert freeze(notice(**FIRST), tmp_path) == [KIND]
    return tmp_path


def test_freezing_twice_changes_nothing(schemas: Path) -> None:
    assert freeze(notice(**FIRST), schemas) == []


def test_a_new_field_that_may_be_absent_is_added(schemas: Path) -> None:
    assert freeze(notice(**FIRST, floor=(Code | None, None)), schemas) == [KIND]
    assert "floor" in str(frozen(KIND, schemas))


def test_a_note_may_change(schemas: Path) -> None:
    noted = {**FIRST, "board": (Annotated[str, Field(pattern=r"^[a-z]+$", description="Where.")], ...)}
    assert freeze(notice(**noted), schemas) == [KIND]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"board": None}, "board: a field must not be removed or renamed"),
        ({"floor": (Code, ...)}, "floor: a field must not become required"),
        ({"count": (int | None, ...)}, "count: a field must not become required"),
        ({"board": (Code, "hall")}, "board: a field must not become optional"),
        ({"board": (Annotated[str, Field(pattern=r"^[a-z]{3}$")], ...)}, "board (pattern): what a field"),
        ({"board": (str, ...)}, "board (pattern): what a field may hold must not change"),
        ({"size": (LargerSize, ...)}, "size (enum): what a field may hold must not change"),
        ({"count": (int | None, 1)}, "count (default): what a field may hold must not change"),
        ({"count": (str | None, None)}, "count (anyOf): what a field may hold must not change"),
    ],
)
def test_an_incompatible_change_is_refused_and_the_rule_named(
    schemas: Path, change: dict[str, Any], rule: str
) -> None:
    promised = (schemas / f"{KIND}.json").read_bytes()
    changed = {name: field for name, field in {**FIRST, **change}.items() if field}
    with pytest.raises(BrokenPromise, match=r"put a new version beside it") as refusal:
        freeze(notice(**changed), schemas)
    assert f"event.data.{rule}" in str(refusal.value)
    assert (schemas / f"{KIND}.json").read_bytes() == promised


def test_one_broken_promise_holds_back_all(schemas: Path) -> None:
    class NoticeRemoved(AboutDocument):
        type: ClassVar[str] = "cn.gongkai.notice.removed.v1"

    with pytest.raises(BrokenPromise):
        freeze({NoticeRemoved.type: NoticeRemoved, **notice()}, schemas)
    assert frozen(NoticeRemoved.type, schemas) is None


def test_check_names_what_is_missing(tmp_path: Path) -> None:
    assert list(check(notice(**FIRST), tmp_path, tmp_path)) == [
        f"{KIND} has no frozen schema: run `python -m shared.contracts freeze`.",
        f"{KIND} has no example: write examples/{KIND}.json.",
    ]


def test_check_names_what_has_grown_and_what_has_gone(schemas: Path, tmp_path: Path) -> None:
    grown, _ = check(notice(**FIRST, floor=(Code | None, None)), schemas, tmp_path / "none")
    assert "has grown since it was frozen" in grown
    (gone,) = check({}, schemas, tmp_path / "none")
    assert "belongs to no event" in gone


def test_the_schema_lets_consumers_pass_over_what_they_do_not_know() -> None:
    assert all("additionalProperties" not in str(schema_of(fact)) for fact in FACTS.values())


def test_check_says_nothing_when_all_is_well() -> None:
    done = subprocess.run([sys.executable, "-m", "shared.contracts", "check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_unknown_word_is_answered_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["thaw"]) == 2
    assert "freeze" in capsys.readouterr().err
