"""A layer in a file of its own: what is different at a site, each mistake found in that file."""

from __future__ import annotations

import pytest

from crisis.core.place import Site
from crisis.library import check, load
from crisis.yamlfile import Finding

FILE = "leak.cellar.layer.yaml"
CELLAR = """\
layer_of: leak
layer: cellar
when: {site: annex}
steps:
  close-area:
    within: 30m
"""


def with_cellar(files: dict[str, str], text: str = CELLAR, file: str = FILE) -> dict[str, str]:
    """The small library, and what is different in the cellar of the annex."""
    return {**files, file: text}


def errors(files: dict[str, str]) -> list[Finding]:
    """What makes the library unusable."""
    return [one for one in check(files) if one.severity == "error"]


def test_at_the_site_the_layer_holds_and_elsewhere_it_does_not(
    files: dict[str, str], tower: Site
) -> None:
    """What the file changes is in force while its condition holds; the playbook stays as it is."""
    library = load(with_cellar(files))
    pinned = library.pin("leak", tower)
    usual = pinned.in_force({"site": "hq"}).steps["close-area"]
    there = pinned.in_force({"site": "annex"}).steps["close-area"]

    assert pinned.layers_in({"site": "annex"})[-1] == "cellar", "after the playbook's own layers"
    assert "cellar" not in pinned.layers_in({"site": "hq"})
    assert there.within != usual.within
    assert there.by == usual.by


def test_a_playbook_that_extends_another_has_its_layers_too(
    files: dict[str, str], tower: Site
) -> None:
    """What is different at a site is so for every playbook that begins from this one."""
    storm = (
        "playbook: storm\nextends: leak\ntitle: {fr: Tempête, en: Storm}\n"
        "reviewed_on: 2026-11-20\nopens_on: {kind: storm}\n"
    )
    library = load({**with_cellar(files), "storm.yaml": storm})
    pinned = library.pin("storm", tower)

    assert "cellar" in pinned.layers_in({"site": "annex"})


@pytest.mark.parametrize(
    ("mistake", "line", "rule", "says"),
    [
        (("of: leak", "of: leek"), 1, "unknown-name", 'called "leek"; did you mean "leak"?'),
        (("of: leak", "of: [leak]"), 1, "unknown-name", "no playbook here is called"),
        (("layer: cellar", "layer: Cellar!"), 2, "name", '"Cellar!" is not a name'),
        (("layer: cellar", "layer: attic"), 2, "name", "call it leak.attic.layer.yaml"),
        (("layer: cellar\n", ""), 1, "missing-field", "says layer: NAME; add it"),
        (("layer_of: leak\n", ""), 1, "missing-field", "says layer_of: NAME; add it"),
        (("when: {site: annex}\n", ""), 1, "missing-field", "layers.cellar has no when"),
        (("site: annex", "sight: annex"), 3, "unknown-name", 'did you mean "site"?'),
        (("within: 30m", "within: 30 minutes"), 6, "duration", "write 30m"),
        (("within: 30m", "withn: 30m"), 6, "unknown-field", 'did you mean "within"?'),
        (("close-area:", "close-aria:"), 5, "", ""),
    ],
)
def test_each_mistake_is_found_in_the_file_that_makes_it(
    files: dict[str, str], mistake: tuple[str, str], line: int, rule: str, says: str
) -> None:
    """File and line are those of the layer, and the words say what to write instead."""
    found = errors(with_cellar(files, CELLAR.replace(*mistake)))

    assert found
    assert {one.file for one in found} == {FILE}
    assert any(one.line == line and rule in one.rule and says in one.message for one in found), (
        found
    )


def test_a_name_that_the_playbook_has_already_is_refused(files: dict[str, str]) -> None:
    """Two layers of one name would be one, and nobody could say which."""
    own = files["leak.yaml"]
    taken = own[own.index("layers:") :].splitlines()[1].strip(" :")
    text = CELLAR.replace("layer: cellar", f"layer: {taken}")
    [found] = errors(with_cellar(files, text, f"leak.{taken}.layer.yaml"))

    assert found.rule == "duplicate-name"
    assert f'leak has a layer "{taken}" already' in found.message


def test_a_file_named_as_a_layer_that_is_none_says_what_it_lacks(files: dict[str, str]) -> None:
    """Even an empty one."""
    for text in ("", "x: 1", "- x"):
        found = errors(with_cellar(files, text))
        assert {one.rule for one in found} == {"missing-field"}
