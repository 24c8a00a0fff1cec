"""A real browser: Chromium of this machine, found by `CHROMIUM` or by its usual names."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """Return the browser's path; without one these tests fail, they are never skipped."""
    named = os.environ.get("CHROMIUM")
    found = [shutil.which(name) for name in ([named] if named else NAMES)]
    path = next((one for one in found if one), None)
    if path is None:
        pytest.fail(
            "No Chromium on this machine: install it (Debian: apt-get install chromium), "
            "or name its path in CHROMIUM.",
            pytrace=False,
        )
    return path


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    # As root, as in most containers, Chromium does not start with its sandbox.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield running
        await running.close()
