"""Fill the virtual environment this runs in: the locked packages, by hash, and the project itself.

``make`` calls it with ``.venv/bin/python`` whenever a lock or ``pyproject.toml`` has changed. Standard library only:
nothing is installed yet. Packages come from wherever this machine's pip is told to look; this repository names none.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_FOR_PIP = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "cert": "SSL_CERT_FILE"}
"""uv does not read pip's configuration, so what pip was told is handed on under uv's names."""


def main() -> int:
    """Install everything; 0, or the exit status of the step that failed."""
    try:
        install_uv()
        install_packages()
        install_project()
    except subprocess.CalledProcessError as error:
        print(f"set-up: this step failed: {' '.join(error.cmd[1:])}", file=sys.stderr)
        return error.returncode
    return 0


def install_uv() -> None:
    print("set-up: uv", flush=True)
    run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", "locks/uv.txt")


def install_packages() -> None:
    """Use uv, which is fast; pip where uv cannot reach what pip can."""
    print("set-up: the locked packages", flush=True)
    arguments = ["install", "--quiet", "--require-hashes", "-r", "locks/dev.txt"]
    try:
        run("-m", "uv", "pip", *arguments, env=uv_environment())
    except subprocess.CalledProcessError:
        print("set-up: uv did not manage it; trying pip, which takes longer", flush=True)
        run("-m", "pip", *arguments)


def install_project() -> None:
    print("set-up: the project itself, editable", flush=True)
    editable = ("install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ".")
    run("-m", "uv", "pip", *editable, env=uv_environment())


def uv_environment() -> dict[str, str]:
    """Give this process's environment, with pip's registries and certificates under uv's names."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    told = {"VIRTUAL_ENV": sys.prefix}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        name = UV_FOR_PIP.get(key.rpartition(".")[2])
        if name:
            told[name] = value.strip("'\"").replace("\\n", " ")
    # Every package is checked by its hash, so it does not matter which of several registries it comes from.
    told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return told | os.environ


def run(*arguments: str, env: dict[str, str] | None = None) -> None:
    subprocess.run([sys.executable, *arguments], check=True, cwd=ROOT, env=env)


if __name__ == "__main__":
    sys.exit(main())
