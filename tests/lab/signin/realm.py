"""A Kerberos realm of one's own on loopback: Debian's KDC, started and stopped by the test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lab.daemon import free_port

REALM: Final = "CALLWARD.EXAMPLE"
_KRB5_CONF: Final = """\
[libdefaults]
 default_realm = {realm}
 dns_lookup_realm = false
 dns_lookup_kdc = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
"""
_KDC_CONF: Final = """\
[kdcdefaults]
 kdc_ports = ""
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 {realm} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
 }}
"""
_PATH: Final = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def is_here() -> bool:
    """Whether this machine has what a realm needs."""
    programs = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
    return all(shutil.which(program, path=_PATH) for program in programs)


class Realm:
    """Runs between ``__enter__`` and ``__exit__``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._kdc: subprocess.Popen[bytes] | None = None
        (folder / "krb5.conf").write_text(_KRB5_CONF.format(realm=REALM, port=self._port))
        (folder / "kdc.conf").write_text(
            _KDC_CONF.format(realm=REALM, port=self._port, folder=folder)
        )

    @property
    def environ(self) -> dict[str, str]:
        """By which Kerberos' programs and libraries find it."""
        return {
            "KRB5_CONFIG": str(self._folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(self._folder / "kdc.conf"),
            "PATH": _PATH,
        }

    def __enter__(self) -> Self:
        self._run("kdb5_util", "create", "-s", "-P", "master")
        with (self._folder / "kdc.log").open("ab") as log:
            self._kdc = subprocess.Popen(
                ["krb5kdc", "-n", "-r", REALM],
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environ},
            )
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._kdc is not None:
            self._kdc.terminate()
            self._kdc.wait(10)

    def add_user(self, name: str, password: str) -> None:
        """A person of the domain."""
        self._run("kadmin.local", "-q", f"addprinc -pw {password} {name}")

    def add_service(self, host: str, keytab: Path | None = None) -> None:
        """A web server of the domain, and the file with its key."""
        self._run("kadmin.local", "-q", f"addprinc -randkey HTTP/{host}")
        if keytab is not None:
            self._run("kadmin.local", "-q", f"ktadd -k {keytab} HTTP/{host}")
            keytab.chmod(0o600)

    def tickets(self, name: str, password: str) -> dict[str, str]:
        """As after signing in to Windows: the environment of that person's programs."""
        environ = {**self.environ, "KRB5CCNAME": f"FILE:{self._folder}/tickets.{name}"}
        self._run("kinit", name, stdin=password + "\n", environ=environ)
        return environ

    def _run(self, *command: str, stdin: str = "", environ: dict[str, str] | None = None) -> None:
        done = subprocess.run(
            command,
            input=stdin,
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **(environ or self.environ)},
        )
        assert done.returncode == 0, (command[0], done.stderr)
