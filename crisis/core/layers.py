"""Layers over a playbook: merged in order while their conditions hold; removals win."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Path = tuple[str, ...]


def merged(base: Mapping[str, Any], layers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The base with each layer's changes (RFC 7396: maps merge, null removes).

    What any layer removes stays removed, and nobody waits for a removed step: it goes out of
    every `after`. Neither base nor layers are changed.
    """
    result = _patched({}, base)
    removed: list[Path] = []
    for changes in layers:
        result = _patched(result, changes)
        removed.extend(removals(changes))
    for path in removed:
        _remove(result, path)
    _wait_for_none_of(result, _gone(result, base))
    return result


def extended(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The base with the changes of a playbook that extends it.

    What these remove, no layer of the base brings back, and nobody waits for it there either.
    """
    result = merged(base, [changes])
    gone = _gone(result, base)
    layers = result.get("layers")
    for layer in layers.values() if isinstance(layers, dict) else ():
        for path in removals(changes):
            _remove(layer, path)
        if isinstance(layer, dict):
            _wait_for_none_of(layer, gone)
    return result


def _patched(target: Any, patch: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            result[name] = _patched(result.get(name), value)
        else:
            result[name] = value
    return result


def removals(changes: Mapping[str, Any], above: Path = ()) -> Iterator[Path]:
    """The way to each field that a layer removes."""
    return (at for at, value in written(changes, above) if value is None)


def written(changes: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Each field that a layer writes or removes, with the way to it; maps are gone through."""
    for name, value in changes.items():
        if isinstance(value, Mapping):
            yield from written(value, (*above, name))
        else:
            yield (*above, name), value


def _remove(target: Any, path: Path) -> None:
    for name in path[:-1]:
        target = target.get(name) if isinstance(target, dict) else None
    if isinstance(target, dict):
        target.pop(path[-1], None)


def _gone(result: Mapping[str, Any], base: Mapping[str, Any]) -> set[str]:
    """The steps and phases that are there no more."""
    gone = _names(base, "steps") - _names(result, "steps")
    return gone | (_names(base, "phases") - _names(result, "phases"))


def _wait_for_none_of(result: dict[str, Any], gone: set[str]) -> None:
    if not gone:
        return
    for collection in ("steps", "phases"):
        for waiting in _blocks(result, collection):
            after = waiting.get("after")
            if after is None:
                continue
            listed = after if isinstance(after, (list, tuple)) else [after]
            waiting["after"] = [name for name in listed if name not in gone]


def _blocks(source: Mapping[str, Any], collection: str) -> list[dict[str, Any]]:
    blocks = source.get(collection)
    return [b for b in blocks.values() if isinstance(b, dict)] if isinstance(blocks, dict) else []


def _names(source: Mapping[str, Any], collection: str) -> set[str]:
    blocks = source.get(collection)
    return set(blocks) if isinstance(blocks, Mapping) else set()
