"""Runs one part of one service with a bug planted in it: `python -m tests.faults.sabotaged BUG SERVICE PART`.

The production code is not touched: the bug is written over it in the process.
"""

import sys
from importlib import import_module

from shared.serve import main

from .bugs import BUGS


def run(bug: str, service: str, part: str) -> None:
    """As `python -m services.SERVICE PART` does, with the bugs that are named, a comma between them."""
    for name in filter(None, bug.split(",")):
        BUGS[name]()
    sys.argv = [f"services.{service}", part]
    settings = getattr(import_module(f"services.{service}.settings"), f"{service.title()}Settings")
    main(service, settings(), import_module(f"services.{service}.app").PARTS)


if __name__ == "__main__":
    run(*sys.argv[1:4])
