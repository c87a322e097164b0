"""`python -m gongkai_kit failed` lists what could not be handled; `retry` has it tried again at once."""

import argparse
import os
import sys
from pathlib import Path

from .store import Store


def main(arguments: list[str]) -> int:
    chosen = _parser().parse_args(arguments)
    if not Path(chosen.store or "").is_file():
        print("There is no such store: give --store, or set GONGKAI_MAILBOX_STORE.", file=sys.stderr)
        return 2
    store = Store(chosen.store)
    try:
        return _retry(store, chosen.entry) if chosen.command == "retry" else _list(store)
    finally:
        store.close()


def _list(store: Store) -> int:
    for failure in store.failures():
        print(f"{failure.entry}  {failure.type}  {failure.subject}  since {failure.since}")
        print(f"    {failure.attempts} attempts, the last: {failure.error}")
    return 0


def _retry(store: Store, entries: list[str]) -> int:
    asked = sum(map(store.ask_again, entries)) if entries else store.ask_again()
    print(f"{asked} will be tried again, by the process that hears the mailbox.")
    return 0 if asked or not entries else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gongkai_kit", description=__doc__)
    parser.add_argument("--store", default=os.environ.get("GONGKAI_MAILBOX_STORE"), help="the SQLite file")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("failed", help="list what failed")
    retry = commands.add_parser("retry", help="try again what failed")
    retry.add_argument("entry", nargs="*", help="its number in the mailbox, such as 1-42; all when left out")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
