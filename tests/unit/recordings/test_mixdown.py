"""Any two originals become one file that decodes to what they held."""

from __future__ import annotations

import dataclasses
import hashlib
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.errors import ErrorCode, RecordingError
from recordings.mixdown import Codec, Mixdown, mix, read_back
from recordings.original import look
from tests.unit.recordings.conftest import tone, wav_bytes

LENGTHS = st.one_of(st.integers(0, 300), st.sampled_from([65_535, 65_536, 65_537, 140_000]))
RATES = st.sampled_from([8000, 16_000, 11_025, 44_100, 48_000])


def make(
    folder: Path, left: bytes | None, right: bytes | None, codec: Codec
) -> tuple[Mixdown, Path]:
    for name, data in (("l.wav", left), ("r.wav", right)):
        if data is not None:
            (folder / name).write_bytes(data)
    target = folder / f"out.{codec}"
    return mix(look(folder / "l.wav"), look(folder / "r.wav"), target, codec), target


@settings(max_examples=60)
@given(lengths=st.tuples(LENGTHS, LENGTHS).filter(any), rate=RATES, seed=st.integers(0, 99))
def test_flac_holds_the_very_samples(lengths: tuple[int, int], rate: int, seed: int) -> None:
    noise = np.random.default_rng(seed)
    left, right = (noise.integers(-32768, 32768, n).astype("<i2") for n in lengths)
    with TemporaryDirectory() as folder:
        made, path = make(Path(folder), wav_bytes(left, rate), wav_bytes(right, rate), Codec.FLAC)
        read_back(made, path)
        samples, stored_rate = soundfile.read(path, dtype="int16", always_2d=True)
    assert stored_rate == rate
    assert len(samples) == max(lengths)
    assert made.duration_seconds == max(lengths) / rate
    for channel, side in enumerate((left, right)):
        assert np.array_equal(samples[: len(side), channel], side)
        assert not samples[len(side) :, channel].any()


@settings(max_examples=40)
@given(
    lengths=st.tuples(LENGTHS, LENGTHS).filter(any),
    rates=st.tuples(RATES, RATES),
    codec=st.sampled_from(Codec),
)
def test_any_rates_and_lengths(
    lengths: tuple[int, int], rates: tuple[int, int], codec: Codec
) -> None:
    left, right = (tone(n / r, 300, r) for n, r in zip(lengths, rates, strict=True))
    with TemporaryDirectory() as folder:
        made, path = make(
            Path(folder), wav_bytes(left, rates[0]), wav_bytes(right, rates[1]), codec
        )
        read_back(made, path)
    longest = max(n / r for n, r in zip(lengths, rates, strict=True))
    assert abs(made.duration_seconds - longest) < 1 / 4000
    peaks = made.waveform.peaks
    assert len(peaks) % 2 == 0
    assert 1 <= len(peaks) // 2 <= 1000


@pytest.mark.parametrize("rates", [(8000, 16_000), (16_000, 8000), (8000, 48_000)])
def test_the_slower_side_keeps_its_tone(tmp_path: Path, rates: tuple[int, int]) -> None:
    _, path = make(
        tmp_path,
        wav_bytes(tone(20, 440, rates[0]), rates[0]),
        wav_bytes(tone(20, 1000, rates[1]), rates[1]),
        Codec.FLAC,
    )
    samples, rate = soundfile.read(path)
    assert rate == max(rates)
    for channel, hertz in enumerate((440, 1000)):
        spectrum = np.abs(np.fft.rfft(samples[:, channel]))
        assert round(int(spectrum.argmax()) * rate / len(samples)) == hertz
        others = np.delete(spectrum, range(hertz * 20 - 200, hertz * 20 + 200))
        assert others.max() < spectrum.max() / 20


@pytest.mark.parametrize("codec", Codec)
def test_the_file_holds_no_tags(tmp_path: Path, codec: Codec) -> None:
    _, path = make(tmp_path, wav_bytes(tone(1)), wav_bytes(tone(1)), codec)
    with soundfile.SoundFile(path) as file:
        assert set(file.copy_metadata()) <= {"software"}


def test_waveform_and_silence(tmp_path: Path) -> None:
    loud = np.full(80_000, -32768, "<i2")
    hiss = np.full(80_000, 20, "<i2")
    made, _ = make(tmp_path, wav_bytes(loud), wav_bytes(hiss), Codec.FLAC)
    peaks = made.waveform.peaks
    assert len(peaks) == 2 * 200
    assert set(peaks[:200]) == {255}
    assert set(peaks[200:]) == {1}
    assert (made.waveform.left_silent, made.waveform.right_silent) == (False, True)


def test_an_absent_side_is_digital_silence(tmp_path: Path) -> None:
    made, _ = make(tmp_path, None, wav_bytes(tone(5)), Codec.FLAC)
    peaks = made.waveform.peaks
    assert not any(peaks[: len(peaks) // 2])
    assert all(peaks[len(peaks) // 2 :])


def test_memory_does_not_grow_with_the_call(tmp_path: Path) -> None:
    def peak(minutes: int) -> int:
        data = wav_bytes(np.zeros(minutes * 60 * 8000, "<i2"))
        (tmp_path / "l.wav").write_bytes(data)
        (tmp_path / "r.wav").write_bytes(data)
        del data
        tracemalloc.start()
        made = mix(look(tmp_path / "l.wav"), look(tmp_path / "r.wav"), tmp_path / "o", Codec.FLAC)
        read_back(made, tmp_path / "o")
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    assert peak(40) < peak(5) + 1_000_000


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-500])


def _one_sample(path: Path) -> None:
    samples, rate = soundfile.read(path, dtype="int16")
    samples[4321, 1] ^= 1
    soundfile.write(path, samples, rate, format="FLAC")


def _longer(path: Path) -> None:
    samples, rate = soundfile.read(path, dtype="int16")
    soundfile.write(path, np.vstack([samples, samples[:1]]), rate, format="FLAC")


def _other_rate(path: Path) -> None:
    samples, _ = soundfile.read(path, dtype="int16")
    soundfile.write(path, samples, 16_000, format="FLAC")


def _no_audio(path: Path) -> None:
    path.write_bytes(bytes(1000))


@pytest.mark.parametrize("damage", [_flip, _cut, _one_sample, _longer, _other_rate, _no_audio])
@pytest.mark.parametrize("hash_agrees", [False, True])
def test_damage_is_noticed(
    tmp_path: Path, damage: Callable[[Path], None], hash_agrees: bool
) -> None:
    """By the hash; and where that were fooled, by the samples."""
    made, path = make(tmp_path, wav_bytes(tone(2)), wav_bytes(tone(2, 700)), Codec.FLAC)
    read_back(made, path)
    damage(path)
    if hash_agrees:
        made = dataclasses.replace(made, sha256=hashlib.sha256(path.read_bytes()).digest())
    with pytest.raises(RecordingError) as caught:
        read_back(made, path)
    assert caught.value.code is ErrorCode.READ_BACK_DIFFERS


def test_a_cut_opus_file_is_noticed(tmp_path: Path) -> None:
    made, path = make(tmp_path, wav_bytes(tone(5)), wav_bytes(tone(5, 700)), Codec.OPUS)
    read_back(made, path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    made = dataclasses.replace(made, sha256=hashlib.sha256(path.read_bytes()).digest())
    with pytest.raises(RecordingError) as caught:
        read_back(made, path)
    assert caught.value.code is ErrorCode.READ_BACK_DIFFERS
