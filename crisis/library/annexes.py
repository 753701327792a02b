"""Layers in files of their own: what is different at a site, kept by those who know the site.

``flood.annex.layer.yaml`` says ``layer_of: flood``, ``layer: annex``, a ``when:`` and the changes.
It is merged after the layers that the playbook writes itself, in the order of the files' names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from crisis.core.checks.fault import Fault
from crisis.core.values import NAME
from crisis.core.written import instead, shown
from crisis.yamlfile import Document, Finding

SUFFIX = ".layer.yaml"
_ITS_OWN = ("layer_of", "layer")


def is_layer(document: Document) -> bool:
    """Whether a document is a layer in a file of its own."""
    value = document.value
    keys = value.keys() if isinstance(value, Mapping) else ()
    return bool({*_ITS_OWN} & set(keys)) or document.file.endswith(SUFFIX)


def with_layers(
    playbooks: Sequence[Document], layers: Sequence[Document], findings: list[Finding]
) -> list[Document]:
    """Give each playbook with the layers that stand beside it; what is wrong is added.

    A layer that belongs to nothing, or has no name of its own, is left out and said so.
    """
    whole = {str(one.value["playbook"]): one for one in playbooks}
    for layer in layers:
        faults = list(_faults(layer, whole))
        findings += map(layer.finding, faults)
        if not faults:
            name = layer.value["layer_of"]
            whole[name] = _laid_over(whole[name], layer)
    own = [str(one.value["playbook"]) for one in playbooks]
    firsts = {name: own.index(name) for name in whole}
    return [
        whole[name] if firsts[name] == place else playbooks[place]
        for place, name in enumerate(own)
    ]  # fmt: skip


def _laid_over(playbook: Document, layer: Document) -> Document:
    changes = {name: value for name, value in layer.value.items() if name not in _ITS_OWN}
    layers = {**_layers(playbook), layer.value["layer"]: changes}
    moved = layer.moved(("layers", layer.value["layer"]))
    return playbook.over(moved, {**playbook.value, "layers": layers})


def _layers(playbook: Document) -> Mapping[str, Any]:
    layers = playbook.value.get("layers")
    return layers if isinstance(layers, Mapping) else {}


def _faults(layer: Document, playbooks: Mapping[str, Document]) -> Iterator[Fault]:
    value = layer.value if isinstance(layer.value, Mapping) else {}
    for field in _ITS_OWN:
        if field not in value:
            says = f"a layer in a file of its own says {field}: NAME; add it"
            yield Fault(at=(), rule="missing-field", says=says)
    of, name = value.get("layer_of", ""), value.get("layer", "")
    if "layer_of" in value and (not isinstance(of, str) or of not in playbooks):
        says = f'no playbook here is called "{shown(of)}"; {instead(str(of), playbooks)}'
        yield Fault(at=("layer_of",), rule="unknown-name", says=says)
    if "layer" in value and not (isinstance(name, str) and NAME.match(name)):
        says = f'"{shown(name)}" is not a name; write small letters, digits, - and _'
        yield Fault(at=("layer",), rule="name", says=says)
    elif isinstance(of, str) and of in playbooks and "layer" in value:
        yield from _named(layer, playbooks[of], of, name)


def _named(layer: Document, playbook: Document, of: str, name: str) -> Iterator[Fault]:
    if name in _layers(playbook):
        says = f'{of} has a layer "{name}" already; give one of the two another name'
        yield Fault(at=("layer",), rule="duplicate-name", says=says)
    wanted = f"{of}.{name}{SUFFIX}"
    called = PurePath(layer.file).name
    if called != wanted:
        says = f'the file of layer "{name}" of {of} is called {called}; call it {wanted}'
        yield Fault(at=("layer",), rule="name", says=says)
