"""python -m bench hop|chain [--json]"""

import json
from collections.abc import Callable
from typing import Any

import typer

from . import chain as chain_programme
from . import hop as hop_programme

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)

Json = typer.Option(False, "--json", help="Only the last line: one JSON object.")


@app.command()
def hop(events: int = 20_000, json_only: bool = Json) -> None:
    """One hop: outbox, relay, stream, consumer with inbox and state, outbox."""
    _print(lambda say: hop_programme.measure(events, say), json_only)


@app.command()
def chain(documents: int = 5_000, seconds: int = 20, json_only: bool = Json) -> None:
    """The whole chain: from intake's commit to a department's mailbox, approved by an automaton."""
    _print(lambda say: chain_programme.measure(documents, seconds, say), json_only)


def _print(measure: Callable[[Callable[[str], None]], dict[str, Any]], json_only: bool) -> None:
    def say(words: str) -> None:
        if not json_only:
            print(words, flush=True)

    print(json.dumps(measure(say)))


if __name__ == "__main__":
    app()
