"""How the demonstration is told: calm lines, a table at the end."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import screen
from ..words import KINDS, LEVELS, STATES, both, columns, word

STYLES = {"published": "green", "withdrawn": "yellow", "quarantined": "bold red", "returned": "magenta"}
TITLE = 44
"""Columns for a title at most: the whole of it stands in the catalogue."""
HEADS = columns(
    "信息\n索引号|机关\n类别|审批|状态|已确认收到|发布\n送达用时",
    "Document\nIndex no.|Body\nKind|Approved by|State|Confirmed by|Published\nDelivered in",
)


class Narrator:
    """Tells it on one console, so that nothing is torn."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.acts = 0
        self.titles: dict[str, str] = {}
        """The documents' titles, so that what arrives can be called by its name."""

    def opening(self, data: Any) -> None:
        self.console.print()
        self.console.print(
            Text.assemble((both("公开 · 演示", "Gongkai · demonstration"), "bold"), (f"   {data}", "dim"))
        )

    def act(self, words: str) -> None:
        """A new part of the story."""
        self.acts += 1
        self.console.print()
        self.console.print(Text.assemble((f"{self.acts:>2}  ", "cyan"), (words, "bold")))

    def did(self, who: str, what: str, *, mark: str = "✓", style: str = "green") -> None:
        self.console.print(
            Text.assemble(f"    {mark} ", (f"{who}  ", style), what), overflow="ellipsis", no_wrap=True
        )

    def noted(self, words: str) -> None:
        self.console.print(Text(f"      {words}", style="dim"))

    def received(self, department: str, event: dict[str, Any]) -> None:
        """A line that a department's own programme has printed."""
        title = self.titles.get(event["document_id"], event["document_id"])
        what = word(STATES, event["what"])
        line = Text.assemble(("      ← ", "blue"), (department, "blue"), both(" 收到  ", " received  "))
        line.append(f"{what}  ", style=STYLES.get(event["what"], ""))
        line.append(f"{event['index_no'] or ''}  {title}", style="dim")
        self.console.print(line, overflow="ellipsis", no_wrap=True)

    @contextmanager
    def waiting(self, words: str) -> Iterator[None]:
        """A spinner on a terminal, and nothing in a file."""
        began = time.monotonic()
        if self.console.is_terminal:
            with self.console.status(Text(f"{words} …", style="dim"), spinner="dots", spinner_style="cyan"):
                yield
        else:
            yield
        self.noted(f"{words}  {screen.duration(time.monotonic() - began)}")

    def outcome(self, rows: Sequence[dict[str, Any]]) -> None:
        """Every document, and what became of it."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", padding=(0, 1, 0, 1))
        table.add_column(HEADS[0], no_wrap=True, overflow="ellipsis", min_width=29, max_width=TITLE)
        for head in HEADS[1:]:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(*_cells(row))
        self.console.print()
        self.console.print(table)

    def addresses(self, services: dict[str, str]) -> None:
        public = services["publish"]
        listed = [
            (both("公开目录", "Catalogue"), f"{public}/documents"),
            (both("订阅源", "Feed"), f"{public}/feed.atom"),
            (both("检索", "Search"), f"{services['search']}/search?q="),
            *((f"{both('接口', 'API')} {name}", f"{url}/docs") for name, url in services.items()),
        ]
        for name, url in listed:
            self.console.print(Text.assemble(f"    {name}", " " * (16 - cell_len(name)), (url, "underline")))


def _cells(row: dict[str, Any]) -> list[Text]:
    """Two lines a document, so that it fits a terminal."""
    took = screen.duration(row["delivered_in"]) if row["delivered_in"] is not None else "—"
    return [
        _over(row["title"], row["index_no"] or "—"),
        _over(row["body"], word(KINDS, row["kind"])),
        _over(row["approved_by"] or "—", word(LEVELS, row["level"])),
        Text(word(STATES, row["state"]), style=STYLES.get(row["state"], "")),
        Text("\n".join(row["confirmed_by"]) or "—"),
        _over(screen.moment(row["published_at"]), took),
    ]


def _over(first: str, second: str) -> Text:
    return Text.assemble(first, "\n", (second, "dim"))
