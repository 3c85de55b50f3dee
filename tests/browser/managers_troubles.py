"""The rest of a manager's day: what is refused, what goes wrong, another language, every file."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from playwright.sync_api import expect

from daemon.console.site import FOLDER

from . import managers_day as work
from .managers_day import COLLEAGUE, MANAGER, NUMBER, Day
from .served import PASSWORD


def is_refused(day: Day) -> None:
    """Pages and answers that are not hers, each in words."""
    page = day.page
    for path in ("/control", "/reports", "/admin", "/first-hour", "/nothing/here"):
        expect(day.go(path).get_by_role("heading", name="There is no such page")).to_be_visible()
    for client in (day.secret, str(uuid4())):
        day.go(f"/clients/{client}")
        expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    asked: tuple[tuple[str, str, Any], ...] = (
        ("POST", "exports", {"format": "csv"}),
        ("GET", "exports", None),
        ("GET", "system", None),
        ("GET", "settings", None),
        ("GET", "reports/people?since=2026-01-01", None),
        ("GET", "control/missed", None),
        ("GET", f"clients/{day.client}/as/{COLLEAGUE}", None),
        ("POST", f"clients/{day.client}/phones", {"number": NUMBER}),
    )
    with day.witness.types(NUMBER):
        for method, path, body in asked:
            status, said = day.fetch(method, f"/api/v1/{path}", body)
            assert status in {400, 403, 404, 405}, (path, status, said)
    for path in (
        "audit",
        "alerts",
        "notices",
        "calls",
        "clients",
        f"clients/{day.client}/timeline",
        "tasks",
        "live",
        "callbacks",
    ):
        day.fetch("GET", f"/api/v1/{path}", None, Accept="text/csv")


def signs_in_again(day: Day) -> None:
    """Her session ended while she wrote; nothing is lost."""
    page = day.go(f"/clients/{day.client}")
    note = page.get_by_role("textbox", name="Note")
    note.fill("A long thought")
    day.context.clear_cookies()
    note.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="A long thought")).to_be_visible()


def is_without_callward(day: Day) -> None:
    """It is stopped under the open page, set up for a CRM, and started again."""
    page, daemon = day.page, day.office.daemon
    banner = page.get_by_role("status").filter(has_text="Callward does not answer")
    daemon.stop()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Client, short code or page").fill("Irene")
    expect(banner).to_be_visible()
    text = daemon.config.read_text()
    daemon.config.write_text(
        text.replace("[http]\n", f'[http]\nembed_origins = ["{day.site.origin}"]\n')
    )
    daemon.start()
    expect(banner).to_be_hidden()


def calls_from_elsewhere(day: Day) -> None:
    """The button in another site's page."""
    day.site.html = f"""<!doctype html><html lang="en"><title>CRM</title>
      <link rel="icon" href="data:,"><main><script src="{day.url}/embed/button.js"></script>
      <callward-call code="{day.code}">Call Irene</callward-call></main>"""
    day.page.goto(f"{day.site.origin}/orders/12")
    desk = day.office.desk()
    with day.page.expect_popup() as coming:
        day.page.get_by_role("button", name="Call Irene").click()
    dial = coming.value
    dial.get_by_role("checkbox", name="Call at once").check()
    dial.get_by_role("button", name=f"Call the client with code {day.code}").click()
    call = desk.wait_for("rang").call
    dial.get_by_role("button", name="Cancel").click()
    desk.wait_for("hung_up", call=call)
    day.witness.look()
    dial.close()


def reads_it_in_russian(day: Day) -> None:
    """And in the dark: every page of hers once more."""
    page = day.go("/home")
    page.get_by_role("button", name=f"{MANAGER}: account").click()
    page.get_by_role("menuitem", name="Dark").click()
    page.get_by_role("button", name=f"{MANAGER}: account").click()
    page.get_by_role("menuitem", name="Русский").click()
    for name in ("Сегодня", "Сейчас", "Клиенты", "Задачи", "Звонки"):
        page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    day.go(f"/clients/{day.client}")
    expect(page.get_by_role("dialog").get_by_role("listitem").first).to_be_visible()


def takes_the_files(day: Day) -> None:
    """Whatever the console is made of, and the maps of its sources, which nobody ships."""
    for file in sorted(FOLDER.rglob("*")):
        path = f"/{file.relative_to(FOLDER).as_posix()}"
        if file.suffix == ".js" and path.startswith("/assets/"):
            found = day.context.request.get(day.url + path)
            assert found.ok
            assert b"sourceMappingURL" not in found.body()
            assert day.context.request.get(f"{day.url}{path}.map").status == 404
        elif file.is_file() and file.suffix != ".html":
            day.context.request.get(day.url + path)


def signs_out(day: Day) -> None:
    """Nothing of the day stays behind."""
    page = day.go("/home")
    page.get_by_role("button", name=f"{MANAGER}: учётная запись").click()
    page.get_by_role("menuitem", name="Выйти").click()
    expect(page.get_by_role("heading", name="Вход")).to_be_visible()


ACTS: Final = (
    work.signs_in,
    work.is_called,
    work.misses_one,
    work.is_given_a_private_call,
    work.works_on_the_card,
    work.searches,
    work.looks_at_the_call,
    work.does_her_tasks,
    work.calls_by_the_button,
    work.dials_by_code,
    is_refused,
    signs_in_again,
    is_without_callward,
    calls_from_elsewhere,
    reads_it_in_russian,
    takes_the_files,
    signs_out,
)
"""In their order: later ones find what earlier ones made."""
