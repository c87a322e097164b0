"""Kills real processes under load, and proves that nothing is lost; the last line is the figure."""

import argparse
import asyncio
import json
import signal
import sys
from dataclasses import asdict, replace

from . import plants
from .bugs import BUGS
from .trial import Outcome, Plan, run

LONG = 600.0


def main() -> None:
    """The exit code is 1 when anything was found, or a planted bug was not."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(asyncio.run(_planted(asked) if asked.plant else _honest(asked)))
    except KeyboardInterrupt:
        sys.exit(130)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long misfortunes go on")
    parser.add_argument("--seed", type=int, default=1, help="chooses the misfortunes")
    parser.add_argument("--long", action="store_true", help="ten minutes; every crash point must be reached")
    parser.add_argument(
        "--plant",
        choices=[*BUGS, "all", "none"],
        help="a bug that must be caught; none: each bug's misfortune without it",
    )
    parser.add_argument("--json", action="store_true", help="the whole outcome as JSON")
    parser.add_argument("--keep", action="store_true", help="keep the data folder with its logs")
    return parser.parse_args()


async def _honest(asked: argparse.Namespace) -> int:
    """The platform as it is."""
    outcome = await run(Plan(LONG if asked.long else asked.seconds, asked.seed, keep=asked.keep), _say)
    missed = outcome.never_hit() if asked.long else []
    if asked.json:
        print(json.dumps(_whole(outcome), ensure_ascii=False, indent=1))
    else:
        _tell(outcome)
        print(*(f"no process ever died at {place}" for place in missed), sep="\n", end="\n" if missed else "")
        print(outcome.line)
    return 0 if outcome.clean and not missed else 1


async def _planted(asked: argparse.Namespace) -> int:
    """One bug at a time: one that goes unnoticed is a fault of the checker; so is a finding without a bug."""
    wrong = []
    for bug in BUGS if asked.plant in ("all", "none") else [asked.plant]:
        plan = plants.plan(bug, asked.seed)
        honest = replace(plan, bug="", settle_within=60.0) if asked.plant == "none" else plan
        outcome = await run(replace(honest, keep=asked.keep))
        print(f"{bug:26} caught={outcome.caught or 'nothing'}  {outcome.line}", flush=True)
        if asked.json:
            print(json.dumps(_whole(outcome), ensure_ascii=False, indent=1))
        if outcome.clean == bool(honest.bug):
            wrong.append(bug)
    print(f"wrong={len(wrong)} {' '.join(wrong)}".strip())
    return 1 if wrong else 0


def _tell(outcome: Outcome) -> None:
    for name, found in outcome.findings.items():
        for finding in found[:20]:
            print(f"{name}: {finding}")
    for strange in outcome.strange[:10]:
        print(f"strange: {strange}")
    if outcome.still_open:
        print(f"not settled in time: {outcome.still_open}")
    print("misfortunes", _listed(outcome.happened))
    print("died at", _listed(outcome.crashed))
    print("reached", _listed(outcome.reached))
    if never := [state for state, times in outcome.reached.items() if not times]:
        print("suspicious: never reached", ", ".join(never))
    if not outcome.clean:
        print(f"the evidence is in {outcome.data}")


def _whole(outcome: Outcome) -> dict[str, object]:
    plan = {"seconds": outcome.plan.seconds, "seed": outcome.plan.seed, "bug": outcome.plan.bug}
    return {**asdict(replace(outcome, plan=Plan(0, 0))), "plan": plan, "line": outcome.line}


def _listed(counts: dict[str, int]) -> str:
    return " ".join(f"{name.replace(' ', '-')}={number}" for name, number in sorted(counts.items()))


def _say(words: str) -> None:
    print(f"{words} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
