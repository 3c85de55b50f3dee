"""``python -m lab.scenarios record NAME…|--all --out FOLDER``; ``list``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lab.messages import LabError
from lab.scenarios import SCENARIOS
from lab.scenarios.masked import MASKED_SCENARIOS
from lab.scenarios.recording import record


def main() -> int:
    """Record scenarios as journals. Exit status 1 if one failed, 2 for a wrong name."""
    parser = argparse.ArgumentParser(prog="python -m lab.scenarios")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="name all scenarios")
    recorder = commands.add_parser("record", help="play scenarios and keep their journals")
    recorder.add_argument("names", nargs="*", metavar="NAME")
    recorder.add_argument("--all", action="store_true", help="every scenario")
    recorder.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.command == "list":
        for plain in SCENARIOS.values():
            print(f"{plain.name}: {plain.description}")
        for masked in MASKED_SCENARIOS.values():
            print(f"{masked.name}: {masked.description}")
        return 0
    known = [*SCENARIOS, *MASKED_SCENARIOS]
    names = known if arguments.all else arguments.names
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        parser.error(
            f"no such scenario: {', '.join(unknown)}; python -m lab.scenarios list names them"
            if unknown
            else "name scenarios, or --all"
        )
    try:
        failed = record(names, arguments.out, _tell)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if failed else 0


def _tell(name: str, error: str | None) -> None:
    print(f"{name}: {error or 'recorded'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
