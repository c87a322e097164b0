"""The programme: `scripts/faults --help`."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict

from .trial import Outcome, Plan, run


def main() -> None:
    """One run; the last line is the figure to publish, the exit code says whether it is clean."""
    asked = _arguments()
    try:
        sys.exit(asyncio.run(_one(asked)))
    except KeyboardInterrupt:
        sys.exit(130)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long misfortunes go on")
    parser.add_argument("--seed", type=int, default=1, help="the same seed brings the same misfortunes")
    parser.add_argument("--long", action="store_true", help="ten minutes; every crash point must be reached")
    parser.add_argument("--json", action="store_true", help="the whole outcome as JSON")
    parser.add_argument("--keep", action="store_true", help="keep the data folder and its logs")
    return parser.parse_args()


async def _one(asked: argparse.Namespace) -> int:
    plan = Plan(600 if asked.long else asked.seconds, asked.seed, keep=asked.keep)
    outcome = await run(plan, lambda words: print(f"{words} …", file=sys.stderr, flush=True))
    _report(outcome, asked.json)
    return 0 if outcome.clean else 1


def _report(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        told = {**asdict(outcome), "plan": {"seconds": outcome.plan.seconds, "seed": outcome.plan.seed}}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for name, found in outcome.findings.items():
        for finding in found[:20]:
            print(f"{name}: {finding}")
    for strange in outcome.strange[:10]:
        print(f"strange: {strange}")
    if outcome.still_open:
        print(f"not settled in time: {outcome.still_open}")
    print("misfortunes " + _listed(outcome.happened))
    print("crash points " + _listed(outcome.crashed))
    print("reached " + _listed(outcome.reached))
    for state, times in outcome.reached.items():
        if not times:
            print(f"suspicious: this run never reached “{state}”")
    if not outcome.clean:
        print(f"evidence in {outcome.data}")
    print(outcome.line)


def _listed(counts: dict[str, int]) -> str:
    return " ".join(f"{name.replace(' ', '-')}={number}" for name, number in sorted(counts.items()))


if __name__ == "__main__":
    main()
