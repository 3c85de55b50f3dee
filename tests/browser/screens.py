"""``make screens``: every page of the console in both languages, themes and widths.

They are written to ``docs/screens``, from a made-up company; no number in them can be dialled.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from .conftest import FLAGS
from .made_up import begin, furnish_more
from .served import ServedHouse, serve_house
from .visitors import NARROW, WIDE, Visitor, Visitors

OUTPUT: Final = Path("docs") / "screens"
QUALITY: Final = 78
_STILL: Final = "*, *::before, *::after { animation: none !important; caret-color: transparent; }"
# Nothing is being loaded any more.
_SETTLED: Final = """() => document.querySelector("h1") !== null
  && !document.querySelector(
    "[class*='Loader-root'], [class*='Skeleton-root'], [aria-busy=true]")"""

# Name of the picture, who looks, address.
PAGES: Final = (
    ("sign-in", None, "/"),
    ("home", "anna", "/home"),
    ("live", "olga", "/live"),
    ("clients", "anna", "/clients"),
    ("card", "anna", "/clients/{client}"),
    ("tasks", "anna", "/tasks"),
    ("calls", "olga", "/calls"),
    ("call", "olga", "/calls/{call}"),
    ("control", "olga", "/control"),
    ("control-missed", "olga", "/control/missed"),
    ("control-reading", "olga", "/control/reading"),
    ("reports", "olga", "/reports"),
    ("account", "anna", "/account"),
    ("people", "olga", "/admin/people"),
    ("fields", "olga", "/admin/fields"),
    ("routing", "olga", "/admin/routing"),
    ("call-rules", "olga", "/admin/call-rules"),
    ("machine", "olga", "/admin/machine"),
    ("health", "olga", "/admin/health"),
    ("first-hour", "olga", "/first-hour"),
)


def main() -> int:
    """Exit status 1 where nothing can be taken here."""
    parser = argparse.ArgumentParser(prog="make screens", description=__doc__)
    parser.add_argument("--only", help="pictures whose names begin so")
    parser.add_argument("--to", type=Path, default=OUTPUT)
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("No chromium here: do make setup as root.", file=sys.stderr)
        return 1
    wanted = [page for page in PAGES if page[0].startswith(asked.only or "")]
    asked.to.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve_house(Path(folder), begin) as served,
        sync_playwright() as playwright,
    ):
        found = {"client": str(furnish_more(served)), "call": recorded(served)}
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        visitors = Visitors(browser)
        entered: dict[str, Any] = {}
        for language in ("en", "ru"):
            for dark in (False, True):
                for size in (WIDE, NARROW):
                    take(served, visitors, entered, wanted, found, asked.to, language, dark, size)
        browser.close()
    total = sum(path.stat().st_size for path in asked.to.glob("*.webp"))
    print(f"{len(list(asked.to.glob('*.webp')))} pictures, {total / 1e6:.1f} MB, in {asked.to}")
    return 0


def recorded(served: ServedHouse) -> str:
    """The call that has everything in it."""
    call: str = served.ask("GET", "calls?recorded=true&limit=1")["items"][0]["id"]
    return call


def take(
    served: ServedHouse,
    visitors: Visitors,
    entered: dict[str, Any],
    wanted: list[Any],
    found: dict[str, str],
    folder: Path,
    language: str,
    dark: bool,
    size: tuple[int, int],
) -> None:
    """All pages, as they look so. ``entered``: the cookies of each person's one session."""
    look = "-".join((language, "dark" if dark else "light", "wide" if size == WIDE else "narrow"))
    people: dict[str | None, Visitor] = {}
    for name, person, address in wanted:
        if person not in people:
            role = "administrator" if person == "olga" else "manager"
            known = entered.get(person or "")
            people[person] = visitors.come(
                served,
                None if known else person,
                role=role,
                language=language,
                dark=dark,
                size=size,
                storage_state=known,
            )
            if person is not None:
                # Signed in anew for each look, they would fill the page of unusual reading.
                entered[person] = {"cookies": people[person].context.cookies(), "origins": []}
        page = people[person].go(address.format(**found))
        page.wait_for_load_state("networkidle")
        page.wait_for_function(_SETTLED)
        page.add_style_tag(content=_STILL)
        picture(page, folder / f"{name}-{look}.webp")
    for wrong in visitors.close():
        print(f"{look}: {wrong}", file=sys.stderr)


def picture(page: Page, target: Path) -> None:
    """Chromium's own WebP: a tenth of a PNG."""
    page.wait_for_timeout(300)
    session = page.context.new_cdp_session(page)
    options = {"format": "webp", "quality": QUALITY, "optimizeForSpeed": False}
    taken = session.send("Page.captureScreenshot", options)
    target.write_bytes(base64.b64decode(taken["data"]))
    session.detach()


if __name__ == "__main__":
    # Whatever the machine's zone is, the pictures show one.
    os.environ["TZ"] = "Europe/London"
    sys.exit(main())
