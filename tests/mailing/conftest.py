from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.mailing.server import MailServer, mail_server


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running
