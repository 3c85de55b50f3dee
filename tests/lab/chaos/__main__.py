"""``python -m tests.lab.chaos``: a long run, its table, and every difference."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import SystemRandom

from tests.lab.chaos.plan import ON_POSTGRESQL, ON_SQLITE, Kind, make_plan
from tests.lab.chaos.run import Result, perform

MOST_TOLD = 60


def main() -> int:
    """Exit status 1 where something is lost, doubled or wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="of a run that is to be repeated")
    parser.add_argument("--calls", type=int, default=1300, help="of each run (1300)")
    parser.add_argument("--sqlite", action="store_true", help="only one daemon, on SQLite")
    parser.add_argument("--postgresql", action="store_true", help="only two, on PostgreSQL")
    parser.add_argument(
        "--only", action="append", type=Kind, metavar="FAULT", help=", ".join(ON_POSTGRESQL)
    )
    parser.add_argument("--quiet", action="store_true", help="no faults: calls alone")
    parser.add_argument("--keep", type=Path, help="where a run that fails leaves its traces")
    given = parser.parse_args()
    # Whoever ends it so wants what it started and mounted to be gone too.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))
    seed = SystemRandom().randrange(10_000) if given.seed is None else given.seed
    clean = True
    for postgresql in (False, True):
        if (given.sqlite or given.postgresql) and not (
            given.postgresql if postgresql else given.sqlite
        ):
            continue
        clean &= _run(seed, given, postgresql=postgresql)
    return 0 if clean else 1


def _run(seed: int, given: argparse.Namespace, *, postgresql: bool) -> bool:
    """One run of the seed; whether it was clean."""
    name = "postgresql" if postgresql else "sqlite"
    possible = ON_POSTGRESQL if postgresql else ON_SQLITE
    kinds = [] if given.quiet else [one for one in possible if one in (given.only or possible)]
    plan = make_plan(seed, calls=given.calls, kinds=kinds)
    folder = given.keep or Path(tempfile.gettempdir())
    keep = folder / f"callward-chaos-{seed}-{name}"
    say(
        f"seed {seed} on {name}: {plan.calls} calls, {len(plan.faults)} faults, "
        f"{plan.seconds:.0f} s"
    )
    result = perform(plan, postgresql=postgresql, keep=keep, say=say)
    sys.stdout.write("\n".join(["", name, *table(result), ""]))
    if not result.clean:
        options = [f"--{name}", f"--calls {given.calls}"]
        options += [f"--only {kind}" for kind in given.only or ()]
        again = f'make chaos SEED={seed} CHAOS="{" ".join(options)}"'
        sys.stdout.write(f"kept: {keep}\nagain: {again}\n")
    sys.stdout.flush()
    return result.clean


def say(text: str) -> None:
    """What happens, as it happens."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def table(result: Result) -> list[str]:
    """The verdict, for people."""
    verdict, plan = result.verdict, result.plan
    lines = [
        f"seed {plan.seed}, {result.seconds:.0f} s",
        f"calls that reached the PBX   {result.seen:6d}",
        f"calls in the base            {result.stored:6d}",
        *(f"  {name:26} {number:6d}" for name, number in sorted(verdict.counts.items())),
        *(f"fault {kind:22} {number:6d}" for kind, number in _by_kind(result).items()),
        *(f"a daemon ended with {code:8} {number:6d}" for code, number in result.restarts.items()),
        *(f"left in the outbox: {topic:8} {number:6d}" for topic, number in result.left.items()),
        f"lost                         {verdict.found('lost'):6d}",
        f"doubled or unseen            {verdict.found('doubled') + verdict.found('unseen'):6d}",
        f"wrong disposition            {verdict.found('disposition'):6d}",
        f"all differences              {len(verdict.differences):6d}",
        f"seconds that a PBX was deaf  {result.deaf_seconds:6.1f}"
        + (" VOID" if result.void else ""),
    ]
    told = sorted(verdict.differences, key=lambda one: (one.kind, str(one.at)))
    lines += [one.told(result.happened) for one in told[:MOST_TOLD]]
    if len(told) > MOST_TOLD:
        lines.append(f"… and {len(told) - MOST_TOLD} more")
    return lines


def _by_kind(result: Result) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in result.happened:
        counted[one.kind] = counted.get(one.kind, 0) + 1
    return dict(sorted(counted.items()))


if __name__ == "__main__":
    sys.exit(main())
