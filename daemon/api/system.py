"""``/api/v1/system``: what ``callward doctor`` knows, without a shell on the machine."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from ipaddress import ip_address
from typing import Final, Self

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r400
from pydantic import BaseModel

from config.problems import Language
from crm.access import Right
from daemon.api.context import CONTEXT
from daemon.api.parameters import Flag, Resource, rules
from daemon.api.problems import ProblemDocument, language_of
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.doctor.checkup import Checkup, Report
from daemon.doctor.findings import Finding, Verdict

_CHECKUP: Final = web.AppKey("checkup", Checkup)
_PATIENCE_SECONDS: Final = 1.5
"""What is not known by then, the next request tells."""
_HOST: Final = re.compile(r"(\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b)")
"""An IP address, perhaps with a port: digits that are no phone number."""
_HOME: Final = re.compile(r"/(?:home|Users)/[^/\s:;,]+")


def _shown(text: str, viewer: Viewer) -> str:
    """What the PBX or the settings say, without what could be a number that is hidden."""
    names = (
        "".join(one if _is_host(one) else viewer.text(one) or "" for one in _HOST.split(name))
        for name in text.split(", ")
    )
    return ", ".join(names)


def _is_host(text: str) -> bool:
    try:
        ip_address(text.partition(":")[0])
    except ValueError:
        return False
    return True


class FindingModel(BaseModel):
    """One thing that was looked at."""

    code: str
    verdict: Verdict
    """``note``: nothing is wrong, but somebody may want to know."""
    pbx: str | None
    """Whose it is; null where it is this machine's."""
    text: str
    """How it is; where it fails, what to do."""

    @classmethod
    def of(cls, finding: Finding, viewer: Viewer, language: Language) -> Self:
        """In that language; of a home folder it names no user, and of what the PBX names its
        endpoints by, no number that is hidden.
        """
        about = {
            name: _shown(value, viewer) if isinstance(value, str) else value
            for name, value in finding.about.items()
        }
        text = _HOME.sub("~", replace(finding, about=about).text(language))
        return cls(code=finding.code, verdict=finding.verdict, pbx=finding.pbx, text=text)


class SystemModel(BaseModel):
    """What the daemon stands on, as it was when it was last looked at."""

    version: str
    began_at: datetime
    finished_at: datetime | None
    """Null: it is being looked at now, and what follows is what was found so far."""
    cut_short: bool
    """It took too long, and the rest was not looked at."""
    ok: bool | None
    """Whether nothing fails; null while that is not known."""
    findings: list[FindingModel]

    @classmethod
    def of(cls, report: Report, viewer: Viewer) -> Self:
        """In the report's language."""
        findings = [FindingModel.of(one, viewer, report.language) for one in list(report.findings)]
        failed = any(one.verdict is Verdict.FAIL for one in findings)
        is_whole = report.finished_at is not None and not report.cut_short
        return cls(
            version=version("callward"),
            began_at=report.began_at,
            finished_at=report.finished_at,
            cut_short=report.cut_short,
            ok=False if failed else (True if is_whole else None),
            findings=findings,
        )


class SystemResource(Resource):
    """The doctor's findings."""

    rights = rules(GET=Right.SYSTEM_READ)

    async def get(self, fresh: Flag = False) -> r200[SystemModel] | r400[ProblemDocument]:
        """Key, database, folders, disk, and every PBX. One examination runs at a time, whoever
        asks; its result is kept for five minutes, with ``fresh`` for ten seconds. Changes nothing.

        Status codes:
            200: What was found; ask again where ``finished_at`` is null
        """
        report = await self.request.app[_CHECKUP].report(
            language_of(self.request), fresh=fresh, patience=_PATIENCE_SECONDS
        )
        return json_response(SystemModel.of(report, self.viewer))


def add_system(app: web.Application) -> None:
    """One checkup for all who ask."""
    app[_CHECKUP] = Checkup(app[CONTEXT].settings)


ROUTES: Final = (("/api/v1/system", SystemResource),)
