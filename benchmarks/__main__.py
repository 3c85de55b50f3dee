"""All benchmarks, one after the other; exit status 1 when one misses its bound."""

from __future__ import annotations

import sys

from benchmarks import callback, capture, card, parse, routing


def main() -> int:
    """Each prints what it measured."""
    missed = 0
    for benchmark in (parse, card, routing, callback, capture):
        print(f"── {benchmark.__name__}", flush=True)
        missed |= benchmark.main()
    return missed


if __name__ == "__main__":
    sys.exit(main())
