"""Set up and start Second Look from a checkout. Only a Python (3.11 or newer) is needed.

    python3 dev.py run [-- options]     open the program with the demonstration; without a
                                        display, drive it headless and save screenshots
    python3 dev.py test [pytest args]   run all checks and tests

Both first make the project's own environment in .venv, from requirements.lock.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - the older Python that starts this has to hear it
    sys.exit(
        "Second Look needs Python 3.11 or newer; this is Python "
        + sys.version.split()[0]
        + " ("
        + sys.executable
        + ").\nInstall a newer Python and start dev.py with it, for example: python3.12 dev.py run"
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "second-look-stamp.txt"
SCREENSHOTS = ROOT / "screenshots"
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

# Qt's wheels leave these to the system: library to load -> Debian package. From `readelf -d` over
# QtCore, QtGui, QtDBus, QtWidgets and the offscreen, xcb and wayland plugins of PySide6 6.12.
ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
FOR_X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
FOR_WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
FONT_PACKAGE = "fonts-dejavu-core"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


def say(text: str) -> None:
    print(f"dev: {text}", flush=True)


# --- Linux system packages ---------------------------------------------------------------------


def has_display() -> bool:
    """Windows always has one; Linux has one where a display server is named."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_packages(windowed: bool) -> list[str]:
    """Debian packages whose libraries cannot be loaded, and a font where there is none."""
    wanted = dict(ALWAYS)
    if windowed and os.environ.get("DISPLAY"):
        wanted |= FOR_X11
    if windowed and os.environ.get("WAYLAND_DISPLAY"):
        wanted |= FOR_WAYLAND
    missing = [package for library, package in wanted.items() if not loads(library)]
    return missing if has_font() else [*missing, FONT_PACKAGE]


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font() -> bool:
    """PySide6 brings no fonts, and without one every text is a row of boxes."""
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(
        next(folder.rglob(pattern), None) for folder in folders for pattern in ("*.ttf", "*.otf")
    )


def apt_install(packages: list[str], reason: str) -> None:
    """Install with apt-get when that is possible, else raise with the command to type."""
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise SetupError(
            f"{reason}\nThis system has no apt-get. Install what corresponds to these Debian "
            f"packages, then start again:\n    {names}"
        )
    by_hand = f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"
    if sys.platform == "win32" or os.geteuid() != 0:
        raise SetupError(f"{reason}\nInstall it, then start again:\n    {by_hand}")
    say(f"{reason} Installing {names} ...")
    apt = ["apt-get", "-qq", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=120"]
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for _ in range(2):
        subprocess.call([*apt, "update"], env=quiet)
        install = [*apt, "install", "-y", "--no-install-recommends", *packages]
        # dpkg's unpacking chatter goes away; apt-get's errors are on stderr and stay.
        if subprocess.call(install, env=quiet, stdout=subprocess.DEVNULL) == 0:
            return
    raise SetupError(f"{reason}\napt-get failed, see above. Try by hand:\n    {by_hand}")


def ensure_system(windowed: bool) -> None:
    if not sys.platform.startswith("linux"):
        return
    missing = missing_packages(windowed)
    if missing:
        apt_install(missing, "Qt's system libraries are not complete.")
        still = missing_packages(windowed)
        if still:
            raise SetupError(f"Installed, and still not loadable: {' '.join(still)}")


# --- the environment in .venv --------------------------------------------------------------------


def ensure_venv() -> None:
    """Make .venv, or make it again where it is broken or of another Python; then fill it."""
    found = venv_python_version()
    if found != THIS_PYTHON:
        if VENV.exists():
            say(f"replacing .venv ({'broken' if found is None else 'Python ' + found}).")
            shutil.rmtree(VENV)
        create_venv()
    if not STAMP.is_file() or STAMP.read_text("utf-8") != stamp():
        fill_venv()
        STAMP.write_text(stamp(), "utf-8")


def venv_python_version() -> str | None:
    """The version of the Python in .venv; None where there is none that works and has pip."""
    program = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [PYTHON, "-I", "-c", program], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def create_venv() -> None:
    say(f"making .venv with Python {THIS_PYTHON} ...")
    if importlib.util.find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
        apt_install([f"python{THIS_PYTHON}-venv"], "This Python cannot make virtual environments.")
    # Not sys.executable: that may be the very .venv being replaced.
    outside: str = getattr(sys, "_base_executable", sys.executable)
    call([outside, "-m", "venv", str(VENV)], "The environment could not be made")


def fill_venv() -> None:
    say("installing the locked packages (the first time some 300 MB and a few minutes) ...")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install"]
    if not sys.stdout.isatty():
        pip.append("--quiet")
    call([*pip, "--require-hashes", "-r", str(LOCK)], "The locked packages could not be installed")
    project = ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    call([*pip, *project], "The project itself could not be installed")


def stamp() -> str:
    """What .venv was filled from: when any of it changes, it is filled again."""
    inputs = [(ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml")]
    digest = hashlib.sha256(b"\0".join(inputs)).hexdigest()
    return f"{THIS_PYTHON} {digest} {ROOT}"


def call(command: list[str], problem: str) -> None:
    if subprocess.call(command, cwd=ROOT) != 0:
        raise SetupError(f"{problem}; the messages above say why. Starting again is safe.")


# --- commands ------------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """No telemetry; the development models and portraits where they lie beside the project."""
    env = os.environ | {"ORT_DISABLE_TELEMETRY": "1"}
    shared = ROOT.parent / "shared"
    for variable, folder in (("SHARED", shared), ("MODELS", shared / "models")):
        if folder.is_dir():
            env.setdefault(f"SECONDLOOK_{variable}", str(folder))
    return env


def run(arguments: list[str]) -> int:
    command = [str(PYTHON), "-m", "secondlook", "--demo"]
    if has_display():
        return subprocess.call([*command, *arguments], env=environment())
    say("there is no display: driving the window headless and saving screenshots ...")
    offscreen = environment() | {"QT_QPA_PLATFORM": "offscreen"}
    headless = [*command, "--screenshots", str(SCREENSHOTS), *arguments]
    code = subprocess.call(headless, env=offscreen)
    if code == 0:
        say(f"screenshots are in {SCREENSHOTS}")
    return code


def test(arguments: list[str]) -> int:
    """A process for each core; what is given overrides, so ``-n 0`` runs them in one."""
    offscreen = environment() | {"QT_QPA_PLATFORM": "offscreen"}
    side_by_side = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
    command = [str(PYTHON), "-m", "pytest", *side_by_side, *arguments]
    return subprocess.call(command, env=offscreen, cwd=ROOT)


def main(arguments: list[str]) -> int:
    commands = {"run": run, "test": test}
    name, *rest = arguments or ["help"]
    if name not in commands:
        print(__doc__)
        return 0 if name in ("help", "-h", "--help") else 2
    if rest[:1] == ["--"]:
        del rest[0]
    try:
        ensure_system(windowed=name == "run")
        ensure_venv()
        return commands[name](rest)
    except (SetupError, OSError) as problem:
        print(f"dev: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
