"""Programs that tests need beside Python; PostgreSQL, in a temporary folder."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

PASSWORD = "correct-horse"
IS_ROOT = os.geteuid() == 0


def skip(reason: str) -> NoReturn:
    """Skip the test; in CI, where nothing may be missing, fail."""
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def required(program: str) -> str:
    """The program's path. Skips the test where it is not installed."""
    debian = ["/usr/sbin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))]
    path = shutil.which(program, path=os.pathsep.join([os.environ["PATH"], *debian]))
    return path or skip(f"{program} is not installed")


class Postgres:
    """A running server that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.binaries = folder, Path(required("initdb")).parent
        self.address = f"postgresql://digits:{PASSWORD}@/postgres?host={folder}"
        (folder / "password").write_text(PASSWORD)
        for path in (folder, folder / "password") if IS_ROOT else ():
            shutil.chown(path, "postgres")
        secret = ["--auth=scram-sha-256", f"--pwfile={folder}/password"]
        self._run("initdb", "--username=digits", "--no-sync", *secret)
        self.start()

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "--wait", f"--options={options}", f"--log={self.folder}/log", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if IS_ROOT else []  # it refuses root
        command = [*as_user, self.binaries / name, f"--pgdata={self.folder}/data", *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=60)
