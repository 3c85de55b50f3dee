"""Makes the dialplan's prompts: ``python tools/prompts.py [--root FOLDER]``.

They are kept in ``dialplan/sounds``; this is needed only where a text changes. It wants RHVoice
(Debian: ``rhvoice rhvoice-english rhvoice-russian``), on this machine or in a Debian at ``--root``.
The voices: ``slt`` (CMU's, free for any use) and ``anna`` (RHVoice's own, GPL).
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

RATE: Final = 8000
PEAK: Final = 0.6
PAUSE_SECONDS: Final = 0.06
"""Left before and after the words, which are often played one behind the other."""
SILENCE: Final = 0.004
VOICES: Final = {"en": "slt", "ru": "anna"}
SOUNDS: Final = Path(__file__).parents[1] / "dialplan" / "sounds"
TEXTS: Final = {
    "recorded": ("This call is being recorded.", "Разговор записывается."),
    "client": ("Client.", "Клиент."),
    "press-one-to-take": ("Press one to take the call.", "Чтобы принять звонок, нажмите один."),
    "press-one-to-call": ("Press one to call.", "Чтобы позвонить, нажмите один."),
    "enter-code": (
        "Enter a client's code and the hash key.",
        "Наберите код клиента и решётку.",
    ),
    "enter-pin": ("Enter your pin and the hash key.", "Наберите ваш пин-код и решётку."),
    "wrong-pin": ("This pin is wrong.", "Неверный пин-код."),
    "locked": (
        "Too many wrong attempts. Please try again later.",
        "Слишком много неверных попыток. Попробуйте позже.",
    ),
    "wrong-code": ("There is no client with this code.", "Клиента с таким кодом нет."),
    "not-allowed": ("You may not make this call.", "Этот звонок вам не разрешён."),
    "unreachable": ("The client cannot be reached.", "Клиент недоступен."),
    "busy": ("The line is busy.", "Номер занят."),
    "no-answer": ("There is no answer.", "Никто не отвечает."),
    "nobody": (
        "Nobody can take your call right now. We will call you back.",
        "Сейчас никто не может ответить. Мы вам перезвоним.",
    ),
    "closed": (
        "We are closed at the moment. We will call you back.",
        "Сейчас мы не работаем. Мы вам перезвоним.",
    ),
    "unavailable": (
        "This is not possible right now. Please try again later.",
        "Сейчас это невозможно. Попробуйте позже.",
    ),
    "0": ("Zero.", "Ноль."),
    "1": ("One.", "Один."),
    "2": ("Two.", "Два."),
    "3": ("Three.", "Три."),
    "4": ("Four.", "Четыре."),
    "5": ("Five.", "Пять."),
    "6": ("Six.", "Шесть."),
    "7": ("Seven.", "Семь."),
    "8": ("Eight.", "Восемь."),
    "9": ("Nine.", "Девять."),
}
"""English and Russian."""


def spoken(text: str, voice: str, root: Path) -> tuple[np.ndarray, int]:
    """What RHVoice says, and its sampling rate."""
    said = root / "tmp" / "prompt.wav"
    command = ["RHVoice-test", "-p", voice, "-o", "/tmp/prompt.wav"]  # noqa: S108
    if root != Path("/"):
        command = ["chroot", str(root), *command]
    subprocess.run(command, input=text.encode(), check=True)
    samples, rate = soundfile.read(said)
    said.unlink()
    return samples, rate


def telephone(samples: np.ndarray, rate: int) -> np.ndarray:
    """The same in 8 kHz, without the silence around it, as loud as the others."""
    step, rest = divmod(rate, RATE)
    if rest:
        raise SystemExit(f"{rate} Hz: only multiples of {RATE} Hz can be converted")
    taps = np.arange(-48, 49)
    low_pass = np.sinc(taps / step * 0.95) * np.hamming(len(taps))
    samples = np.convolve(samples, low_pass / low_pass.sum(), mode="same")[::step]
    samples *= PEAK / np.abs(samples).max()
    loud = np.flatnonzero(np.abs(samples) > SILENCE)
    pause = np.zeros(round(RATE * PAUSE_SECONDS))
    return np.concatenate([pause, samples[loud[0] : loud[-1] + 1], pause])


def main() -> None:
    """Make all of them anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("/"), help="a Debian with RHVoice")
    root = parser.parse_args().root
    for name, texts in TEXTS.items():
        for (language, voice), text in zip(VOICES.items(), texts, strict=True):
            file = SOUNDS / language / "callward" / f"{name}.wav"
            file.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(file, telephone(*spoken(text, voice, root)), RATE, subtype="PCM_16")
            print(file.relative_to(SOUNDS), text)


if __name__ == "__main__":
    main()
