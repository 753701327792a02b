"""Messages that somebody approves before they leave: exactly those words arrive, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from crisis.config import read_folder, write_template
from crisis.core.events import ApprovalSilent, DraftDropped
from crisis.organisation import Organisation
from crisis.proof.scenario import Story
from crisis.store import open_store
from tests.scenarios.acts import a_calm_flood
from tests.scenarios.conftest import House

AWAY = "users-away"
APPROVAL = "    approval: {by: directorate, within: 15m, silence: hold}\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The example house, in which the directorate approves what those away are told."""
    folder: Path = tmp_path_factory.mktemp("approving")
    write_template(folder / "org")
    files = dict(read_folder(folder / "org"))
    name = next(one for one in files if one.endswith("flood.yaml"))
    files[name] = files[name].replace(f"  {AWAY}:\n", f"  {AWAY}:\n{APPROVAL}", 1)
    open_store(folder / "empty.db").close()
    return House(files, Organisation.from_files(files, version=1), folder / "empty.db")


async def test_what_was_approved_arrives_word_for_word(story: Story) -> None:
    """The lead speaks at 14:30; the directorate reads the words, approves, and these arrive."""
    await a_calm_flood(story)
    await story.at("14:30").says(AWAY, words="Travaillez à distance lundi.")
    story.expect_mail(to="Hélène Garnier", kind="approval", says="Travaillez à distance lundi.")
    story.expect_no_more(to=AWAY, kind="update")
    await story.at("14:35").approves(AWAY, by="Hélène Garnier")
    story.expect_mail(to=AWAY, kind="update", says="Travaillez à distance lundi.")


async def test_rejected_words_reach_nobody_and_their_author_hears_why(story: Story) -> None:
    """The lead mends them, and is asked about nothing that was rejected."""
    await a_calm_flood(story)
    await story.at("14:30").says(AWAY, words="Travaillez à distance lundi.")
    await story.at("14:35").rejects(AWAY, "Lundi est férié.", by="Hélène Garnier")
    story.expect_mail(to="lead", says="Lundi est férié.")
    await story.at("14:40").says(AWAY, words="Travaillez à distance mardi.")
    await story.at("14:45").approves(AWAY, by="Hélène Garnier")
    story.expect_mail(to=AWAY, kind="update", says="mardi")
    story.expect_no_more(to=AWAY, says="lundi")


async def test_silence_holds_the_words_and_events_overtake_them(story: Story) -> None:
    """Nobody answers: the words wait, visibly; a new fact makes others, and asks again."""
    await a_calm_flood(story)
    await story.at("14:30").says(AWAY)
    await story.until("14:46")
    (silent,) = story.happened(ApprovalSilent)
    assert getattr(silent.body, "silence", "") == "hold"
    story.expect(to="lead", kind="escalation")
    await story.at("14:50").measure("Deux pompes sont en marche.", result="La zone sèche.")
    assert story.happened(DraftDropped)
    await story.at("14:55").approves(AWAY, by="Hélène Garnier")
    story.expect_mail(to=AWAY, says="Deux pompes sont en marche.")
