"""A PostgreSQL server of its own for a test, on a socket in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DEBIAN = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
PASSWORD = "correct-horse"


class Postgres:
    """A server that can be stopped and started again."""

    def __init__(self, folder: Path, initdb: str) -> None:
        self.folder, self.binaries = folder, Path(initdb).parent
        # It refuses to run as root.
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        password = folder / "password"
        password.write_text(PASSWORD)
        if self.as_user:
            shutil.chown(folder, "postgres")
            shutil.chown(password, "postgres")
        secret = ["--auth=scram-sha-256", f"--pwfile={password}"]
        self._run("initdb", "--username=digits", "--no-sync", *secret)

    @property
    def address(self) -> str:
        return f"postgresql://digits:{PASSWORD}@/postgres?host={self.folder}"

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "--wait", f"--options={options}", f"--log={self.folder}/log", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        command = [str(self.binaries / name), f"--pgdata={self.folder}/data", *arguments]
        subprocess.run(
            [*self.as_user, *command], check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=60
        )


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running server. Skips the test where there is none to run, but not in CI."""
    initdb = shutil.which("initdb", path=os.pathsep.join([*DEBIAN, os.environ["PATH"]]))
    if not initdb:
        reason = "no PostgreSQL: install it"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with tempfile.TemporaryDirectory() as folder:  # a short path: a socket's has 107 bytes
        server = Postgres(Path(folder), initdb)
        server.start()
        try:
            yield server
        finally:
            server.stop()
