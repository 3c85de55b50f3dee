"""Trunks and phones as engineers and FreePBX write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialplan.endpoints import Endpoints, find_endpoints

TEMPLATES = """\
[global]
type = global

[line](!)
type = endpoint
disallow = all ; but alaw
;-- not any more
[old]
type = endpoint
--;
[operator](line)
aors = operator
[operator]
type = aor
contact = sip:127.0.0.1:5060

[desk](!,line)
context = from-internal
[101](desk)
aors = 101
auth = 101
[101]
type = aor
max_contacts = 1
[101]
type = auth
password = x\\;y
[anonymous](line)
"""

FREEPBX = {
    "pjsip.conf": '#include pjsip.endpoint.conf\n#include "pjsip.aor.conf"\n'
    "#tryinclude missing.conf\n",
    "pjsip.endpoint.conf": "[carrier]\ntype=endpoint\noutbound_auth=carrier\n"
    "[201]\ntype=endpoint\naors=201\n[202]\ntype=endpoint\naors=202\n[gateway]\ntype=endpoint\n",
    "pjsip.aor.conf": "[201]\ntype=aor\n[gateway]\ntype=identify\nendpoint=gateway\n"
    "[202](+)\nnumber=1\n",
}

WIZARD = """\
[carrier]
type = wizard
remote_hosts = 127.0.0.1
[101]
type = wizard
accepts_registrations = yes
"""


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"pjsip.conf": TEMPLATES}, Endpoints(("operator",), ("101",))),
        (FREEPBX, Endpoints(("carrier", "gateway"), ("201", "202"))),
        ({"pjsip_wizard.conf": WIZARD}, Endpoints(("carrier",), ("101",))),
        ({"pjsip.conf": "#include pjsip.conf\n[a]\ntype=endpoint\n"}, Endpoints((), ("a",))),
        ({"pjsip.conf": "[[[\n=\n[a\n\x00"}, Endpoints()),
        ({}, Endpoints()),
    ],
    ids=["templates", "freepbx", "wizard", "includes itself", "no sense", "no asterisk"],
)
def test_what_is_found(tmp_path: Path, files: dict[str, str], found: Endpoints) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert find_endpoints(tmp_path) == found
