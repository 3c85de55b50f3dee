"""The local folder, and URLs that name none."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordings.storage import LocalFolder, StorageUrlError, open_storage

KEY = "2024/12/03/x.flac"


def put(storage: LocalFolder, data: bytes) -> None:
    draft = storage.spool() / "x.part"
    draft.write_bytes(data)
    storage.put(KEY, draft)
    storage.sync()


def test_put_open_get_delete(tmp_path: Path) -> None:
    storage = LocalFolder(tmp_path / "a" / "b")
    put(storage, b"one")
    put(storage, b"two")
    with storage.open(KEY) as file:
        assert file.read() == b"two"
    with storage.get(KEY) as path:
        assert path.read_bytes() == b"two"
    assert not list(storage.spool().iterdir())
    storage.delete(KEY)
    storage.delete(KEY)
    with pytest.raises(FileNotFoundError):
        storage.open(KEY)


def test_folders_and_files_are_their_owners(tmp_path: Path) -> None:
    storage = LocalFolder(tmp_path / "a")
    put(storage, b"one")
    assert (tmp_path / "a" / KEY).stat().st_mode & 0o077 == 0
    assert {
        path.stat().st_mode & 0o077 for path in (tmp_path / "a").rglob("*") if path.is_dir()
    } == {0}


@pytest.mark.parametrize("key", ["", "/etc/x", "../x", "a/../../x"])
def test_keys_stay_inside(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="storage key"):
        LocalFolder(tmp_path).delete(key)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://user:hunter2@bucket/x", "scheme 's3' is not supported"),
        ("/var/lib/x", "no scheme"),
        ("file://var/lib/x", "absolute folder"),
        ("file:x", "absolute folder"),
    ],
)
def test_wrong_urls_are_named(url: str, said: str) -> None:
    with pytest.raises(StorageUrlError, match=said) as caught:
        open_storage(url)
    assert "recordings.storage" in str(caught.value)
    assert "file:///absolute/folder" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_file_urls(tmp_path: Path) -> None:
    storage = open_storage("file:///srv/two%20words")
    assert isinstance(storage, LocalFolder)
    assert storage.root == Path("/srv/two words")
