"""The built book, served on this machine, and headless Chromium: for every test of its pages."""
import os
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from check_pages import HTML
from playwright.sync_api import sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]


def chromium():
    """Debian's Chromium itself, else whatever of that name is on the path, else None."""
    debian = Path("/usr/lib/chromium/chromium")
    return str(debian) if debian.is_file() else shutil.which("chromium") or shutil.which("chromium-browser")


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def site():
    """The address of the built book on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=HTML))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    if not HTML.is_dir():
        pytest.fail("there is no book: run make book first")
    path = chromium()
    if path is None:
        (pytest.fail if os.environ.get("CVLIB_REQUIRE_CHROMIUM") else pytest.skip)("no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
