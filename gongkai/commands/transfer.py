"""`gongkai transfer list|make|fetch|receive`: monthly packages for archive, library and service centre."""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from .. import home, screen
from ..asking import desk, problem_of, with_role
from ..faults import Refused
from ..options import As, AsJson, Data, example
from ..words import LANGUAGE, both, columns

Place = Annotated[str, typer.Argument(metavar="PLACE", help=both("查阅场所。", "The reading room."))]
Month = Annotated[str, typer.Argument(metavar="YYYY-MM", help=both("月份。", "The month."))]
Package = Annotated[
    Path, typer.Argument(metavar="FILE", help=both("移送包（ZIP）。", "The package, a ZIP file."))
]

HELP = {
    "list": (
        "每月移送：各查阅场所的移送包、零报告与签收。",
        "The monthly transfers: packages, nil returns and receipts of every reading room.",
    ),
    "make": (
        "立即制作到期的移送包（平时自动制作）。在存放文件的机器上运行。",
        "Make now what is due, as happens by itself. Run it where the objects are.",
    ),
    "fetch": ("领取移送包，存为文件。", "Fetch a package and keep it as a file."),
    "receive": (
        "签收移送包：核对手中文件的校验值。由该场所人员办理。",
        "Sign for a package, by the hash of the file in your hands. For the reading room's own people.",
    ),
}
EXAMPLES = {
    "list": ("gongkai transfer list", "gongkai transfer list --place archive --json"),
    "make": ("gongkai transfer make",),
    "fetch": ("gongkai transfer fetch archive 2026-10 移送包.zip --as feng.xue",),
    "receive": ("gongkai transfer receive archive 2026-10 移送包.zip --as feng.xue",),
}


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both("向查阅场所每月移送。", "Monthly transfers to the reading rooms."), no_args_is_help=True
    )
    commands: dict[str, Callable[..., None]] = {
        "list": list_,
        "make": make,
        "fetch": fetch,
        "receive": receive,
    }
    for name, command in commands.items():
        group.command(name, help=both(*HELP[name]), epilog=example(*EXAMPLES[name]))(command)
    app.add_typer(group, name="transfer")


def list_(
    data: Data,
    place: Annotated[str | None, typer.Option(help=both("只看这一处。", "This one alone."))] = None,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    at = desk(data, officer or with_role(data, "operator"))
    found = at.ask("GET", "publish", "/transfers", params={"place": place} if place else {})
    if as_json:
        screen.show_json(found)
        return
    heads = columns("月份|场所|件数|制作|领取|签收|签收人", "Month|Place|Documents|Made|Fetched|Received|By")
    rows = [
        (
            one["month"],
            one["name"] or one["place"],
            both("零报告", "nil") if one["nil"] else one["documents"],
            screen.moment(one["made_at"]),
            screen.moment(one["taken_at"]),
            screen.moment(one["received_at"]),
            one["received_by"],
        )
        for one in found["transfers"]
    ]
    screen.table("", heads, rows, right=(2,))


def make(data: Data, as_json: AsJson = False) -> None:
    made = asyncio.run(_make(data))
    screen.show_json({"made": made}) if as_json else screen.out().print(
        both(f"已制作 {made} 个移送包。", f"{made} packages were made.")
    )


async def _make(data: Path) -> int:
    from services.publish.channels.register import load
    from services.publish.outgoing import Record
    from services.publish.settings import PublishSettings
    from services.publish.transfers import Transfers
    from shared import db, objects

    running = home.read(data)
    settings = PublishSettings(
        database_url=running.database_url, broker_url=running.broker_url, edge_url=running.edge_url, data=data
    )
    database = db.connect(settings.database_url, "publish", settings.source("publish"))
    store = objects.open_store(settings.store_url, data / "objects")
    record = Record(database, store, settings.public_url)
    try:
        return await Transfers(database, record, store, load(settings.channels).rooms).work()
    finally:
        await database.close()


def fetch(
    place: Place, month: Month, to: Package, data: Data, officer: As = None, as_json: AsJson = False
) -> None:
    import httpx

    at = desk(data, officer)
    headers = {"Authorization": f"Bearer {at.token}", "Accept-Language": LANGUAGE}
    url = f"{at.running.services['publish']}/transfers/{place}/{month}/package"
    response = httpx.get(url, headers=headers, timeout=at.patience)
    if response.is_error:
        raise Refused(problem_of(response))
    to.write_bytes(response.content)
    digest = sha256(response.content).hexdigest()
    said = {"file": str(to), "size": len(response.content), "package_sha256": digest}
    screen.show_json(said) if as_json else screen.out().print(
        both(f"已存为 {to}", f"Kept as {to}") + f"\n{digest}"
    )


def receive(
    place: Place, month: Month, package: Package, data: Data, officer: As = None, as_json: AsJson = False
) -> None:
    said = {"package_sha256": sha256(package.read_bytes()).hexdigest()}
    answer = desk(data, officer).ask("PUT", "publish", f"/transfers/{place}/{month}/receipt", json=said)
    screen.show_json(answer) if as_json else screen.out().print(
        both(f"已签收 {month} 的移送包。", f"The package of {month} is signed for.")
    )
