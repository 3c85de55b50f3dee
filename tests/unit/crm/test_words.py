"""The words of a card, as they are and as a migration finds them."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text

import store.migrations
from crm.card_tables import client_word
from crm.client_words import word_rows
from crm.tables import client
from crm.words import marks_of, sort_name, words_of
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

WORDS = st.text(alphabet="aбc1", min_size=1, max_size=5)


@given(st.lists(WORDS, max_size=5), WORDS)
def test_a_card_without_the_marks_has_no_such_word(words: list[str], asked: str) -> None:
    lacks = marks_of([asked]) & ~marks_of(words)
    assert not (lacks and any(word.startswith(asked) for word in words))


def test_most_other_names_lack_them() -> None:
    of_card = marks_of(words_of("Anna Bell, Bell & Sons Trading Ltd"))
    others = words_of("Boris Carl Dina Emma Zed Иван Пётр Gregory Walter Xenia")
    assert sum((of_card & (one := marks_of([name]))) == one for name in others) <= 2


def test_they_fit_a_column() -> None:
    assert 0 <= marks_of(f"{n:03}" for n in range(1000)) < 1 << 63


@pytest.mark.sqlite
async def test_names_of_before_are_found_as_those_of_today(tmp_path: Path) -> None:
    names = ("Ёлкин  Пётр «младший»", "Al B. Bell", "?", None)
    (tmp_path / "callward.db").touch()
    database = Database(f"sqlite:///{tmp_path}/callward.db")

    def before(connection: Connection) -> None:
        config = Config()
        folder = Path(store.migrations.__file__).parent
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        for name in names:
            connection.execute(
                text(
                    "INSERT INTO client (id, name, source, created_at)"
                    " VALUES (:id, :name, 'call', 0)"
                ),
                {"id": uuid7().bytes, "name": name},
            )

    await database.write(before)
    await migrate(database)

    async with database.read() as connection:
        cards = (
            await connection.execute(select(client.c.id, client.c.name, client.c.sort_name))
        ).all()
        words = (await connection.execute(select(client_word))).mappings().all()
    await database.close()

    assert {card.name: card.sort_name for card in cards} == {one: sort_name(one) for one in names}
    expected = [row for card in cards for row in word_rows(card.id, card.name, None)]
    by = lambda row: (row["word"], row["client_id"])  # noqa: E731
    assert sorted(map(dict, words), key=by) == sorted(expected, key=by)
