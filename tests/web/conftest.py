"""A visitor to a running application."""

from collections.abc import AsyncIterator

import pytest

from tests.web.fakes import FakeService, FakeVisitor, running


@pytest.fixture
async def visitor() -> AsyncIterator[FakeVisitor]:
    """Somebody at the door of a service that remembers what it was asked."""
    async with running(FakeService()) as who:
        yield who
