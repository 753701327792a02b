"""What the streams take hold of in Faust is there, as it was when it was read."""

from __future__ import annotations

import ast
from collections.abc import Callable
from inspect import getsource, iscoroutinefunction, signature
from pathlib import Path
from typing import Any

import pytest

faust = pytest.importorskip("faust", reason="the streams of a cluster: pip install '.[cluster]'")

ROOT = Path(__file__).parents[2]
LONGEST = 300
"""Lines: what knows Faust stays small enough to be read at once."""


def test_it_is_the_release_whose_source_was_read() -> None:
    """Another one is read first, then named here and in pyproject.toml."""
    assert faust.__version__ == "0.15.3"


def named() -> dict[str, tuple[Callable[..., Any], str]]:
    """What is overridden or wrapped, with its parameters."""
    from faust.tables.recovery import Recovery
    from faust.transport.drivers.aiokafka import Consumer

    return {
        "perform_seek": (Consumer.perform_seek, "(self) -> None"),
        "_resume_streams": (
            Recovery._resume_streams, "(self, generation_id: int = 0) -> None",
        ),
        "earliest_offsets": (Consumer.earliest_offsets, "(self, *partitions"),
        "highwaters": (Consumer.highwaters, "(self, *partitions"),
        "seek_wait": (Consumer.seek_wait, "(self, partitions"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["perform_seek", "_resume_streams", "earliest_offsets", "highwaters", "seek_wait"]
)
def test_its_methods_have_their_signatures(name: str) -> None:
    """An override that nobody calls any more would go on where the group says."""
    method, parameters = named()[name]
    assert iscoroutinefunction(method)
    assert str(signature(method)).startswith(parameters)


def test_what_its_tables_do_at_a_start_is_known() -> None:
    """A start of ours does the same, but for the second that it waits for tables."""
    from faust.tables import TableManager

    lines = [one.strip() for one in getsource(TableManager.on_start).splitlines()]
    assert lines[2:] == [
        "await self.sleep(1.0)",
        "if not self.should_stop:",
        "await self._update_channels()",
        "await self.recovery.start()",
    ]


def test_it_makes_its_folders_where_we_make_none() -> None:
    """A worker that wrote beside its program could not run where nothing may be written."""
    assert str(signature(faust.App._create_directories)) == "(self) -> None"


def test_its_poll_is_set_where_its_consumer_is_made() -> None:
    """Faust has no setting for it; aiokafka reads this name whenever it polls."""
    from aiokafka import AIOKafkaConsumer
    from aiokafka.consumer.fetcher import Fetcher
    from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer

    made = getsource(AIOKafkaConsumerThread._create_worker_consumer)
    assert "fetch_max_wait_ms=1500" in made
    assert "AIOKafkaConsumerThread(self, loop=self.loop, beacon=self.beacon)" in getsource(
        Consumer._new_consumer_thread
    )
    assert "fetch_max_wait_ms=self._fetch_max_wait_ms" in getsource(AIOKafkaConsumer.start)
    assert "self._fetch_max_wait_ms" in getsource(Fetcher)


def test_its_consumer_keeps_where_it_has_read_and_committed() -> None:
    """Written by hand after a seek: what lies below is dropped without a word."""
    from faust.transport.consumer import Consumer

    names = {one for kind in Consumer.__mro__ for one in vars(kind).get("__annotations__", {})}
    assert {"_read_offset", "_committed_offset"} <= names


def test_one_short_file_knows_it() -> None:
    """Everything else would be the same on other streams."""
    knows = [path for path in (ROOT / "crisis").rglob("*.py") if "faust" in _imported(path)]
    assert [path.name for path in knows] == ["cluster.py"]
    assert len(knows[0].read_text(encoding="utf-8").splitlines()) <= LONGEST


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found
