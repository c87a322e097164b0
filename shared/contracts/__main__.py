"""`python -m shared.contracts freeze` promises the events as they are; `check` says what breaks a promise."""

import sys

from . import FACTS, frozen


def main(arguments: list[str]) -> int:
    if arguments == ["freeze"]:
        return _freeze()
    if arguments == ["check"]:
        return _check()
    print(__doc__, file=sys.stderr)
    return 2


def _freeze() -> int:
    try:
        changed = frozen.freeze(FACTS)
    except frozen.BrokenPromise as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print("\n".join(f"frozen: {kind}" for kind in changed) or "nothing to freeze")
    return 0


def _check() -> int:
    faults = list(frozen.check(FACTS))
    print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
