"""``python -m lab.masked [SCENE...]``: play scenes, and print what leaked. Needs root."""

from __future__ import annotations

import argparse
import sys

from lab.masked.performance import Performance
from lab.masked.scenes import SCENES, in_order


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab.masked", description=__doc__)
    names = [scene.name for scene in in_order()]
    parser.add_argument("scene", nargs="*", default=names, choices=[*names, []], metavar="SCENE")
    wanted: list[str] = parser.parse_args().scene
    good = True
    with Performance() as performance:
        for name in wanted:
            leaks, problem = performance.play(SCENES[name])
            good = good and not leaks and problem is None
            said = f"{len(leaks)} leaks" if leaks else "nothing leaked"
            sys.stdout.write(f"{name}: {said}{'' if problem is None else f'; {problem!r}'}\n")
            sys.stdout.writelines(f"    {leak}\n" for leak in leaks)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
