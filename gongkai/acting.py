"""A case found by its number, and an act put to it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

import typer

from . import screen
from .asking import Desk, uuid
from .faults import Fault, Refused
from .options import example
from .words import STATES, both, word

Case = Annotated[
    str,
    typer.Argument(
        metavar="CASE",
        help=both("案件编号，或信息编号（取其最新案件）。", "A case, or a document: then its latest case."),
    ),
]
Note = Annotated[str, typer.Option(help=both("书面说明。", "What is to be said about it."))]

Command = tuple[str, Callable[..., None], str, str, str]
"""Its name, what it does, what it is for in Chinese and in English, and how it is used."""


def add(app: typer.Typer, prefix: str, commands: Iterable[Command]) -> None:
    for name, act, zh, en, how in commands:
        app.command(name, help=both(zh, en), epilog=example(f"{prefix} {how}"))(act)


def find(at: Desk, text: str) -> dict[str, Any]:
    """The case with this number, else the latest one of the document with it."""
    number = uuid(text)
    try:
        return dict(at.ask("GET", "review", f"/cases/{number}"))
    except Refused as refused:
        if refused.problem.get("status") != 404:
            raise
    of_document = at.ask("GET", "review", "/cases", params={"document": str(number), "limit": 1})["cases"]
    if not of_document:
        raise Fault(f"没有这个案件：{text}", f"There is no such case: {text}")
    return dict(at.ask("GET", "review", f"/cases/{of_document[0]['id']}"))


def act(at: Desk, case: str, what: str, said: Mapping[str, Any] | None, as_json: bool) -> None:
    """Put the act to the case, and tell how it stands now."""
    put(at, find(at, case), what, said, as_json)


def put(at: Desk, found: Mapping[str, Any], what: str, said: Mapping[str, Any] | None, as_json: bool) -> None:
    """The same for a case that was found already."""
    body = {} if said is None else {"json": said}
    answer = at.ask("PUT", "review", f"/cases/{found['id']}/{what}", **body)
    if as_json:
        screen.show_json(answer)
        return
    due = named(found, answer["step"])
    follows = both(f"  待办：{due}", f"  due: {due}") if answer["state"] == "reviewing" else ""
    screen.out().print(f"{word(STATES, answer['state'])}  {found['id']}{follows}")


def named(found: Mapping[str, Any], step: str) -> str:
    """A step of the case by its name."""
    names = {one["step"]: both(one["name"], one["name_en"]) for one in found["steps"]}
    return str(names.get(step, step))
