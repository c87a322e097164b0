"""A row as a submission: every cell understood, or its fault named with what to write instead. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from services.intake.describing import NOT_PUBLISHED
from shared.contracts.intake import SubmissionMetadata
from shared.contracts.vocabulary import Openness, Validity
from shared.doc_numbers import NotADocNumber, parse
from shared.labels import AUDIENCES, GENRES, KINDS, OPENNESS, VALIDITIES, Label, said
from shared.themes import UnknownTheme, meant, path

from ..words import both
from .columns import BY_FIELD, COLUMNS
from .dates import NotADate, day
from .sheets import Row

LISTED = re.compile(r"[;；,，、|｜\n]+")
WORDS = re.compile(r"[;；,，、|｜\s]+")
NOTHING = {"无", "/", "-", "--", "—", "——", "n/a", "none", "暂无"}
"""What is written where there is nothing to write."""

DATES = ("created_on", "effective_on", "lapses_on", "published_on")
LISTS: Mapping[str, Mapping[Any, Label]] = {
    "genre": GENRES,
    "kind": KINDS,
    "openness": OPENNESS,
    "validity": VALIDITIES,
}
AS_WRITTEN = ("title", "summary", "doc_no", "former_index_no", "source", "office", "openness_reason")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a row, in which column, and what to write instead."""

    row: int
    column: str
    value: str
    message: str
    instead: str = ""


@dataclass(frozen=True)
class House:
    """For whom it is imported: the body, the organisation's names, and what holds where a cell is empty."""

    department: str
    author: str
    names: Mapping[str, str]
    """The code of each body by its code and its names."""
    kind: str = "notice"
    theme: str = ""


@dataclass
class Read:
    """A row as far as it was understood."""

    row: Row
    key: str
    meant: dict[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    wrong: list[Wrong] = field(default_factory=list)

    def fault(self, name: str, zh: str, en: str, instead: str = "") -> None:
        column = BY_FIELD[name].head if name in BY_FIELD else name
        value = self.row.said.get(name, "")[:100]
        self.wrong.append(Wrong(self.row.number, column, value, both(zh, en), instead))


def read(row: Row, house: House) -> Read:
    """What the row says, and all that is wrong with it."""
    known = {name: cell for name, cell in row.said.items() if cell.casefold() not in NOTHING}
    one = Read(row, key_of(house.department, known))
    one.meant = {"kind": house.kind, "department": house.department, "author": house.author}
    one.meant |= {name: known[name] for name in AS_WRITTEN if name in known}
    for name in DATES:
        _date(one, known, name)
    for name in LISTS:
        _listed(one, known, name)
    for understand in (_theme, _audience, _publisher, _keywords, _numbers, _ended):
        understand(one, known, house)
    one.files = tuple(part for cell in LISTED.split(known.get("files", "")) if (part := cell.strip()))
    _agree(one)
    return one


def key_of(department: str, known: Mapping[str, str]) -> str:
    """The same for the same row, wherever it stands and in whatever order its columns are."""
    hashed = sha256(json.dumps([department, known], sort_keys=True, ensure_ascii=False).encode())
    return f"catalogue-{hashed.hexdigest()[:40]}"


def _date(one: Read, known: Mapping[str, str], name: str) -> None:
    if name not in known:
        return
    try:
        one.meant[name] = day(known[name])
    except NotADate:
        one.fault(name, "看不懂这个日期。", "This is no date.", "2008-05-01")


def _listed(one: Read, known: Mapping[str, str], name: str) -> None:
    """A code, or what it is called."""
    if name not in known:
        return
    if (code := said(LISTS[name], known[name])) is None:
        names = "、".join(both(*label) for label in LISTS[name].values())
        one.fault(name, "没有这个选项。", "There is no such choice.", names)
    else:
        one.meant[name] = code


def _theme(one: Read, known: Mapping[str, str], house: House) -> None:
    words = known.get("theme", house.theme)
    if not words:
        return
    try:
        one.meant["theme"] = meant(words).code
    except UnknownTheme as unknown:
        near = "；".join(f"{theme.code} {path(theme.code)}" for theme in unknown.near)
        one.fault("theme", unknown.zh, str(unknown.__doc__), near)


def _audience(one: Read, known: Mapping[str, str], house: House) -> None:  # noqa: ARG001 as the others.
    parts = [part for part in LISTED.split(known.get("audience", "")) if part.strip()]
    codes = [said(AUDIENCES, part) for part in parts]
    if None in codes:
        names = "、".join(both(*label) for label in AUDIENCES.values())
        one.fault("audience", "没有这个选项。", "There is no such choice.", names)
    elif codes:
        one.meant["audience"] = tuple(dict.fromkeys(codes))


def _publisher(one: Read, known: Mapping[str, str], house: House) -> None:
    """This body, and with whom it issued the document; a name that nobody has now is a source."""
    names = [part.strip() for part in LISTED.split(known.get("publisher", "")) if part.strip()]
    codes = [house.names.get(name.casefold()) for name in names]
    if not names:
        return
    if None in codes:
        one.meant.setdefault("source", known["publisher"].replace("\n", "、"))
    elif house.department not in codes:
        one.fault("publisher", "这是其他机关的信息。", "It is another body's.", house.department)
    elif others := tuple(code for code in codes if code and code != house.department):
        one.meant["joint_with"] = others


def _keywords(one: Read, known: Mapping[str, str], house: House) -> None:  # noqa: ARG001 as the others.
    if words := [word for word in WORDS.split(known.get("keywords", "")) if word]:
        one.meant["keywords"] = tuple(dict.fromkeys(words))


def _numbers(one: Read, known: Mapping[str, str], house: House) -> None:  # noqa: ARG001 as the others.
    if "doc_no" not in known:
        return
    try:
        parse(known["doc_no"])
    except NotADocNumber as wrong:
        one.fault("doc_no", wrong.zh, str(wrong), "滨开档〔2008〕15号")


def _ended(one: Read, known: Mapping[str, str], house: House) -> None:  # noqa: ARG001 as the others.
    """What holds no more needs the day of its end, or it would be shown as in force."""
    stands = one.meant.pop("validity", None)
    one.meant.pop("published_on", None)
    if stands in (Validity.LAPSED, Validity.REPEALED) and "lapses_on" not in known:
        one.fault(
            "lapses_on", "已失效或废止的须写明日期。", "What ended needs the day of its end.", "2020-12-31"
        )
    if one.meant.get("openness") in NOT_PUBLISHED:
        one.fault(
            "openness",
            "不是主动公开的信息，不能提交。",
            "Only what is open is taken.",
            OPENNESS[Openness.OPEN].zh,
        )


def _agree(one: Read) -> None:
    """Then as intake would look at it; what is wrong already is not said twice."""
    named = {wrong.column for wrong in one.wrong}
    for column in COLUMNS:
        if column.needed and column.field not in ("files", *one.meant) and column.head not in named:
            one.fault(column.field, "必填，不能为空。", "This must not be empty.", column.zh)
            named.add(column.head)
    try:
        SubmissionMetadata.model_validate(one.meant)
    except ValidationError as wrong:
        for error in wrong.errors(include_input=False, include_url=False, include_context=False):
            at = str(error["loc"][0]) if error["loc"] else "行"
            if (column_of := BY_FIELD.get(at)) is None or column_of.head not in named:
                _object(one, at, error["type"], error["msg"])


OBJECTIONS: Mapping[str, tuple[str, str]] = {
    "string_too_long": ("太长了。", "It is too long."),
    "string_pattern_mismatch": ("写法不对。", "It is not in the right form."),
    "too_long": ("太多了。", "There are too many."),
}


def _object(one: Read, at: str, kind: str, message: str) -> None:
    text = message.removeprefix("Value error, ")
    zh, en = OBJECTIONS.get(kind, (text, text))
    one.fault(at, zh, en, BY_FIELD[at].zh if at in BY_FIELD else "")
