"""Every mistake is one line: the place, what stood there, what is allowed."""

from __future__ import annotations

import pytest

from tests.unit.config.texts import COMPANY, MINIMAL, PBX, Lines

WRONG = {
    "missing section": (PBX, "company: is missing and has no default"),
    "missing setting": (COMPANY + "[[pbx]]\n", "pbx[0].trunks: is missing and has no default"),
    "typo": (
        COMPANY + PBX + "prot = 5039\n",
        "pbx[0].prot: no such setting; did you mean port?",
    ),
    "unlike anything": (
        MINIMAL + "[log]\nzzz = 1\n",
        "log.zzz: no such setting; there are: level, format",
    ),
    "one table for a list": (
        COMPANY + '[pbx]\ntrunks = ["operator"]\n',
        "pbx: must be a list of tables: write [[pbx]] before each",
    ),
    "a text for a section": (
        "company = 1\n" + PBX,
        "company: must be a table of settings: [company]",
    ),
    "a text for a list": (
        COMPANY + '[[pbx]]\ntrunks = "operator"\n',
        'pbx[0].trunks = "operator": must be a list, such as ["one", "two"]',
    ),
    "no trunk": (COMPANY + "[[pbx]]\ntrunks = []\n", "pbx[0].trunks: must name at least one"),
    "no number": ("[company]\nnumbers = []\n" + PBX, "company.numbers: must name at least one"),
    "an empty name": (
        COMPANY + PBX + 'name = ""\n',
        'pbx[0].name = "": must have 1 to 80 characters',
    ),
    "port too high": (
        COMPANY + PBX + "port = 65536\n",
        "pbx[0].port = 65536: must be 65535 or less",
    ),
    "port too low": (COMPANY + PBX + "port = 0\n", "pbx[0].port = 0: must be 1 or more"),
    "port a word": (
        COMPANY + PBX + 'port = "ami"\n',
        'pbx[0].port = "ami": must be a whole number',
    ),
    "port a fraction": (
        COMPANY + PBX + "port = 5.5\n",
        "pbx[0].port = 5.5: must be a whole number",
    ),
    "a number for a text": (
        COMPANY + PBX + "name = 1\n",
        "pbx[0].name = 1: must be text in quotes",
    ),
    "a number for a path": (
        COMPANY + PBX + "recordings_folder = 1\n",
        "pbx[0].recordings_folder = 1: must be the path of a file or folder",
    ),
    "a word for yes": (
        MINIMAL + '[recordings]\nkeep_originals = "perhaps"\n',
        'recordings.keep_originals = "perhaps": must be true or false',
    ),
    "no such choice": (
        MINIMAL + '[recordings]\nformat = "mp3"\n',
        'recordings.format = "mp3": must be one of: flac, opus',
    ),
    "number with spaces": (
        '[company]\nnumbers = ["+44 20 7946 0000"]\n' + PBX,
        'company.numbers[0] = "+44 20 7946 0000": must be written in E.164, without spaces or '
        "signs; did you mean +442079460000?",
    ),
    "national number": (
        '[company]\nnumbers = ["02079460000"]\n' + PBX,
        'company.numbers[0] = "02079460000": must be an international number in E.164: '
        "+, country code, number, no spaces",
    ),
    "short number": (
        '[company]\nnumbers = ["+4420"]\n' + PBX,
        'company.numbers[0] = "+4420": has too few or too many digits for its country',
    ),
    "unknown region": (
        COMPANY + 'region = "gb"\n' + PBX,
        'company.region = "gb": must be a country in two capital letters, such as GB or RU',
    ),
    "unknown timezone": (
        COMPANY + PBX + 'timezone = "Mars/Olympus"\n',
        'pbx[0].timezone = "Mars/Olympus": must be a time zone of the IANA list, '
        "such as Europe/London",
    ),
    "a path for a timezone": (
        COMPANY + PBX + 'timezone = "/etc/passwd"\n',
        'pbx[0].timezone = "/etc/passwd": must be a time zone of the IANA list, '
        "such as Europe/London",
    ),
    "open to the network": (
        MINIMAL + '[http]\nhost = "0.0.0.0"\n',
        'http.host = "0.0.0.0": is reached from other machines, so passwords must not go there in '
        "the open: set http.certificate and http.key, or listen at 127.0.0.1 behind a proxy that "
        "does TLS",
    ),
    "no address to listen at": (
        MINIMAL + '[http]\nhost = "callward.example"\n',
        'http.host = "callward.example": must be an address of this machine, such as 127.0.0.1, '
        "0.0.0.0 (all) or ::",
    ),
    "a certificate without its key": (
        MINIMAL + '[http]\ncertificate = "/tls.pem"\n',
        "http.certificate: is set without http.key; both are needed, or neither",
    ),
    "sound to everywhere": (
        MINIMAL + '[monitoring]\nhost = "0.0.0.0"\n',
        'monitoring.host = "0.0.0.0": is every address of this machine, none to which the PBX '
        "could send; set monitoring.address to the name or address by which it reaches this "
        "machine",
    ),
    "sound to no name": (
        MINIMAL + '[monitoring]\nhost = "0.0.0.0"\naddress = "here/c(slin)"\n',
        'monitoring.address = "here/c(slin)": must be the name or IPv4 address of this machine as '
        "the PBX sees it, such as 192.0.2.5",
    ),
    "one port for both": (
        MINIMAL + '[http]\ncertificate = "/a"\nkey = "/b"\nport = 8089\n',
        "http.local_port = 8089: is the same as http.port; this one is for this machine's own "
        "programs, choose another",
    ),
    "no network of proxies": (
        MINIMAL + '[http]\nproxies = ["192.0.2.1/24"]\n',
        'http.proxies[0] = "192.0.2.1/24": must be an address or a network, such as 192.0.2.10 or '
        "192.0.2.0/24",
    ),
    "a page instead of its origin": (
        MINIMAL
        + '[http]\nembed_origins = ["https://ok.example.com", "https://crm.example.com/"]\n',
        'http.embed_origins[1] = "https://crm.example.com/": must be the origin of a page as '
        "browsers write it, such as https://crm.example.com: https, small letters, no path, no "
        "usual port (http for localhost only)",
    ),
    "an origin without TLS": (
        MINIMAL + '[http]\nembed_origins = ["http://crm.example.com"]\n',
        'http.embed_origins[0] = "http://crm.example.com": must be the origin of a page as '
        "browsers write it, such as https://crm.example.com: https, small letters, no path, no "
        "usual port (http for localhost only)",
    ),
    "any origin": (
        MINIMAL + '[http]\nembed_origins = ["*"]\n',
        'http.embed_origins[0] = "*": must be the origin of a page as browsers write it, such as '
        "https://crm.example.com: https, small letters, no path, no usual port (http for localhost "
        "only)",
    ),
    "windows with nothing": (
        MINIMAL + "[windows]\nenabled = true\n",
        "windows.enabled = true: is on, but nothing to sign in with is set: windows.keytab and "
        "windows.hostname for Kerberos, windows.ntlm_users for NTLM",
    ),
    "a keytab for no name": (
        MINIMAL + '[windows]\nenabled = true\nkeytab = "/k"\n',
        "windows.keytab: is set without windows.hostname; both are needed, or neither",
    ),
    "unknown database": (
        MINIMAL + '[database]\nurl = "mysql://x"\n',
        'database.url = "mysql://x": must begin with sqlite+aiosqlite:///, '
        "followed by the path of the file, or be postgresql+asyncpg://USER@HOST/NAME",
    ),
    "a database with a password": (
        MINIMAL + '[database]\nurl = "mysql://x:hidden@y/z"\n',
        "database.url: must begin with sqlite+aiosqlite:///, "
        "followed by the path of the file, or be postgresql+asyncpg://USER@HOST/NAME",
    ),
    "unknown storage": (
        MINIMAL + '[recordings]\nstorage = "s3://x"\n',
        'recordings.storage = "s3://x": must begin with file:///, followed by the path of a folder',
    ),
    "two PBXs of one name": (
        COMPANY + PBX + PBX,
        'pbx[1].name = "pbx": is the same as pbx[0].name',
    ),
    "an endpoint of two agents": (
        MINIMAL + '[[agents]]\nname = "a"\nendpoints = ["101"]\n'
        '[[agents]]\nname = "b"\nendpoints = ["PJSIP/101"]\n',
        'agents[1].endpoints[0] = "PJSIP/101": is the same as agents[0].endpoints[0]',
    ),
    "two agents of one name": (
        MINIMAL + '[[agents]]\nname = "a"\n[[agents]]\nname = "a"\n',
        'agents[1].name = "a": is the same as agents[0].name',
    ),
    "a company number as mobile": (
        MINIMAL + '[[agents]]\nname = "a"\nmobiles = ["+442079460000"]\n',
        "agents[0].mobiles[0]: is a number of the company (company.numbers[0]); "
        "an employee's mobile is his own",
    ),
    "a mobile of two agents": (
        MINIMAL + '[[agents]]\nname = "a"\nmobiles = ["+447700900101"]\n'
        '[[agents]]\nname = "b"\nmobiles = ["+447700900101"]\n',
        "agents[1].mobiles[0]: is the same as agents[0].mobiles[0]",
    ),
    "a dial string without a number": (
        COMPANY + PBX + 'dial = "PJSIP/operator"\n',
        'pbx[0].dial = "PJSIP/operator": must be a dial string without spaces, quotes or commas, '
        "with one place for the number: {number} (E.164), {digits} (the same without +) or "
        "{national}; such as PJSIP/{number}@operator",
    ),
    "a dial string that says more than a number": (
        COMPANY + PBX + 'dial = "PJSIP/{number}@a,30,g"\n',
        'pbx[0].dial = "PJSIP/{number}@a,30,g": must be a dial string without spaces, quotes or '
        "commas, with one place for the number: {number} (E.164), {digits} (the same without +) or "
        "{national}; such as PJSIP/{number}@operator",
    ),
    "a dial string without a technology": (
        COMPANY + PBX + 'dial = "{number}@operator"\n',
        'pbx[0].dial = "{number}@operator": must be a dial string without spaces, quotes or '
        "commas, with one place for the number: {number} (E.164), {digits} (the same without +) or "
        "{national}; such as PJSIP/{number}@operator",
    ),
    "a caller id that is no number": (
        COMPANY + PBX + 'caller_id = "tel:{number}"\n',
        'pbx[0].caller_id = "tel:{number}": must be one place for the number, {number} (E.164), '
        "{digits} (the same without +) or {national}, with nothing but digits before and behind "
        "it; such as 00{digits}",
    ),
    "trunks over which nobody knows how to dial": (
        COMPANY + '[[pbx]]\ntrunks = ["gsm-*", "DAHDI/g1"]\n',
        "pbx[0].dial: is missing: trunks names no PJSIP endpoint over which numbers are dialled; "
        "such as PJSIP/{number}@operator",
    ),
    "an endpoint that is a number over a trunk": (
        MINIMAL + '[[agents]]\nname = "a"\nendpoints = ["PJSIP/1@operator"]\n',
        'agents[0].endpoints[0] = "PJSIP/1@operator": must be an endpoint, such as 101 or '
        "PJSIP/101: Latin letters, digits and . _ + -, 80 characters at most",
    ),
    "an address of another kind": (
        COMPANY + PBX + 'ask_url = "ftp://pbx"\n',
        'pbx[0].ask_url = "ftp://pbx": must be an address such as http://127.0.0.1:8088, without '
        "password, ? or #",
    ),
    "hours that end before they begin": (
        MINIMAL + '[routing.hours]\nmonday = ["18:00-09:00"]\n',
        'routing.hours.monday[0] = "18:00-09:00": must be a part of one day, such as '
        '"09:00-18:00"; the end may be 24:00',
    ),
    "hours that overlap": (
        MINIMAL + '[routing.hours]\nfriday = ["09:00-13:00", "14:00-15:00", "12:00-14:00"]\n',
        "routing.hours.friday[2]: overlaps with routing.hours.friday[0]",
    ),
    "an agent's hours that overlap": (
        MINIMAL
        + '[[agents]]\nname = "a"\n[agents.hours]\nsunday = ["09:00-24:00", "23:00-24:00"]\n',
        "agents[0].hours.sunday[1]: overlaps with agents[0].hours.sunday[0]",
    ),
    "a day that there is not": (
        MINIMAL + '[routing]\nholidays = ["2026-02-30"]\n',
        'routing.holidays[0] = "2026-02-30": must be a date, such as 2026-12-31',
    ),
    "an instant for a day": (
        MINIMAL + "[routing]\nholidays = [2026-02-01T00:00:00]\n",
        "routing.holidays[0]: must be a date, such as 2026-12-31",
    ),
    "a long extension": (
        MINIMAL + '[[agents]]\nname = "a"\nextension = "1234567"\n',
        'agents[0].extension = "1234567": must be 2 to 6 digits in quotes, such as "101"',
    ),
    "an extension that is the police": (
        MINIMAL + '[[agents]]\nname = "a"\nextension = "999"\n',
        'agents[0].extension = "999": is an emergency number, which every phone must reach',
    ),
    "an endpoint that is the police": (
        MINIMAL + '[[agents]]\nname = "a"\nendpoints = ["PJSIP/112"]\n',
        'agents[0].endpoints[0] = "PJSIP/112": is an emergency number, which every phone must '
        "reach",
    ),
    "an extension of two agents": (
        MINIMAL + '[[agents]]\nname = "a"\nendpoints = ["101"]\n'
        '[[agents]]\nname = "b"\nextension = "101"\n',
        'agents[1].extension = "101": is the same as agents[0].endpoints[0]',
    ),
    "a phone that rings and is not there": (
        MINIMAL + '[[agents]]\nname = "a"\nendpoints = ["101", "PJSIP/102"]\n'
        'mobiles = ["+447700900101", "+447700900102"]\nring = ["102", "PJSIP/101", "mobile3"]\n',
        'agents[0].ring[2] = "mobile3": is none of this agent\'s phones; there are: 101, 102, '
        "mobile, mobile2",
    ),
    "a phone that rings twice": (
        MINIMAL + '[[agents]]\nname = "101"\nring = ["101", "PJSIP/101"]\n',
        'agents[0].ring[1] = "PJSIP/101": is the same as agents[0].ring[0]',
    ),
    "agents who differ by case alone": (
        MINIMAL + '[[agents]]\nname = "Anna"\n[[agents]]\nname = "anna"\nendpoints = ["102"]\n',
        'agents[1].name = "anna": is the same as agents[0].name',
    ),
    "an agent called like the operator": (
        MINIMAL + '[[agents]]\nname = "Operator"\n',
        'agents[0].name = "Operator": must not be called so: Callward itself stands in the audit '
        "under this name",
    ),
    "an endpoint called like a mobile": (
        MINIMAL + '[[agents]]\nname = "a"\nendpoints = ["mobile2"]\n',
        'agents[0].endpoints[0] = "mobile2": must not be called so: mobile, mobile2 … stand for '
        "the numbers in mobiles",
    ),
    "an endpoint that would be two": (
        MINIMAL + '[[agents]]\nname = "a"\nendpoints = ["101&PJSIP/102"]\n',
        'agents[0].endpoints[0] = "101&PJSIP/102": must be an endpoint, such as 101 or PJSIP/101: '
        "Latin letters, digits and . _ + -, 80 characters at most",
    ),
    "nobody of that name in the group": (
        MINIMAL + '[[agents]]\nname = "Ann Lee"\n[routing]\ngroup = ["Ann Lee", "101", "Ann L"]\n',
        'routing.group[2] = "Ann L": is no agent\'s name and cannot be an endpoint; there are: '
        "Ann Lee",
    ),
    "somebody twice in the group": (
        MINIMAL + '[routing]\ngroup = ["101", "102", "101"]\n',
        'routing.group[2] = "101": is the same as routing.group[0]',
    ),
    "a mailbox with options": (
        MINIMAL + '[routing]\nvoicemail = "101@default,u"\n',
        'routing.voicemail = "101@default,u": must be a mailbox, such as 101@default',
    ),
    "a sound with a comma": (
        MINIMAL + '[announcements]\nsound = "a,b"\n',
        'announcements.sound = "a,b": must be one of Asterisk\'s sounds without its ending, such '
        "as callward/recorded: Latin letters, digits and . _ - /, 80 characters at most",
    ),
    "a code too long": (
        MINIMAL + "[masking]\ncode_digits = 8\n",
        "masking.code_digits = 8: must be 7 or less",
    ),
    "no such policy": (
        MINIMAL + '[outbound]\npolicy = "some"\n',
        'outbound.policy = "some": must be one of: anyone, clients_only, nobody',
    ),
    "two secrets": (
        COMPANY + PBX + 'secret = "x"\nsecret_file = "/x"\n',
        "pbx[0].secret_file: is set beside secret; keep only one of them",
    ),
    "undefined variable": (
        COMPANY + PBX + 'secret_file = "${SECRETS}/ami"\n',
        "pbx[0].secret_file: uses ${SECRETS}, and the environment has no SECRETS",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_one_line_with_place_value_and_what_is_allowed(
    mistakes: Lines, name: str
) -> None:
    text, line = WRONG[name]
    assert mistakes(text) == [line]


def test_every_mistake_is_named_at_once(mistakes: Lines) -> None:
    lines = mistakes('[company]\nnumbers = ["1"]\nregon = "GB"\n[[pbx]]\nport = 0\n')
    assert [line.split(":")[0] for line in lines] == [
        'company.numbers[0] = "1"',
        "company.regon",
        "pbx[0].port = 0",
        "pbx[0].trunks",
    ]
