"""The ``callward`` command."""

from __future__ import annotations


def main() -> None:
    """Run it with the arguments of this process."""
    from daemon.cli.app import app  # noqa: PLC0415 - so that `python -m daemon` has one import

    app(prog_name="callward")


if __name__ == "__main__":
    main()
