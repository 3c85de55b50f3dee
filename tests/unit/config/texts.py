"""The least settings, to which a test adds its own."""

from __future__ import annotations

from collections.abc import Callable

from config.settings import Settings

COMPANY = '[company]\nnumbers = ["+442079460000"]\n'
PBX = '[[pbx]]\ntrunks = ["operator"]\n'
MINIMAL = COMPANY + PBX

Load = Callable[..., Settings]
Lines = Callable[..., list[str]]
