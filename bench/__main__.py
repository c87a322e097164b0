"""python -m bench hop|chain|screen|search|read [--json]"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

# Each command loads its own programme alone: screening needs no servers.
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)

Json = typer.Option(False, "--json", help="Only the last line: one JSON object.")


@app.command()
def hop(events: int = 20_000, json_only: bool = Json) -> None:
    """One hop: outbox, relay, stream, consumer with inbox and state, outbox."""
    from . import hop as hop_programme

    _print(lambda say: hop_programme.measure(events, say), json_only)


@app.command()
def chain(documents: int = 5_000, seconds: int = 20, json_only: bool = Json) -> None:
    """The whole chain: from intake's commit to a department's mailbox, approved by an automaton."""
    from . import chain as chain_programme

    _print(lambda say: chain_programme.measure(documents, seconds, say), json_only)


Text = typer.Option(None, help="A folder of texts instead of the samples.")
Corpus = typer.Option(None, help="Only say what the rules find in this folder's documents.")


@app.command()
def screen(text: Path | None = Text, corpus: Path | None = Corpus, json_only: bool = Json) -> None:
    """Screening with all rules and 5,000 keywords, on one core."""
    from . import screen as screen_programme

    if corpus:
        _print(lambda say: screen_programme.judge(corpus, say), json_only)
    else:
        _print(lambda say: screen_programme.measure(text, say), json_only)


Real = typer.Option(None, help="A folder of real documents besides, instead of the samples.")


@app.command()
def search(
    documents: int = 100_000, corpus: Path | None = Real, withdrawals: int = 200, json_only: bool = Json
) -> None:
    """Searching generated papers and real ones: recall, times, SQLite's FTS5 beside it, and withdrawals."""
    from . import search as search_programme

    _print(lambda say: search_programme.measure(documents, corpus, withdrawals, say), json_only)


@app.command()
def read(documents: int = 100_000, seconds: float = 5, json_only: bool = Json) -> None:
    """Reading documents and the list, beside a handler that does nothing; when a withdrawal is seen."""
    from . import read as read_programme

    _print(lambda say: read_programme.measure(documents, seconds, say), json_only)


def _print(measure: Callable[[Callable[[str], None]], dict[str, Any]], json_only: bool) -> None:
    def say(words: str) -> None:
        if not json_only:
            print(words, flush=True)

    print(json.dumps(measure(say)))


if __name__ == "__main__":
    app()
