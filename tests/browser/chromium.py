"""Finds the browser that tests drive, or installs it: `python -m tests.browser.chromium` prints its path.

`$PLUMBLINE_CHROMIUM` comes first, then Chromium without a window of its own (the same engine; it takes a tenth less of the
machine), then chromium or google-chrome on the PATH, then an installation: from the system's packages as root, through the test
driver otherwise. A machine without a browser is an error, never a skipped test.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The last of two such flags holds, so what the test driver switches off itself is named again. The popups are ours: pages that a
# window keeps ready behind its address bar, even where nobody sees one. They cost more than most of the pages that are tested.
WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
)  # fmt: skip
# What a browser needs to run as root, and what keeps it from calling home, and from drawing what moves frame by frame.
FLAGS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--force-prefers-reduced-motion", "--disable-features=" + ",".join(WITHOUT),
)  # fmt: skip


def find() -> str | None:
    """Return the browser's path, or None where there is none."""
    named = os.environ.get("PLUMBLINE_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _driver_s_own()


def _driver_s_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Install a browser, with the system's package manager where we may use it."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-q", "chromium-headless-shell"], check=True)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if find() is None:
        install()
    path = find()
    if path is None:
        raise SystemExit(
            "No browser was found and none could be installed. Install Chromium, or set PLUMBLINE_CHROMIUM."
        )
    print(path)
