"""Acts that several stories share, each short enough to be read aloud."""

from __future__ import annotations

from crisis.proof.scenario import Story


async def a_led_flood(story: Story, *, danger: bool = False) -> None:
    """At 14:05 water comes in at building A; at 14:07 everyone who was asked has accepted."""
    await story.at("14:05").report(
        "flood",
        building="a",
        place="Niveau -1, local A-007",
        says="De l'eau sort de la porte A-007",
        danger="yes" if danger else "unknown",
    )
    await story.at("14:07").accept_all()


async def a_calm_flood(story: Story) -> None:
    """The same, and by 14:12 it is known that nobody is in danger and nothing electrical is wet."""
    await a_led_flood(story)
    answers = story.at("14:12")
    await answers.answer("people", "no")
    await answers.choose("leave", "stay")
    await answers.answer("current", "no")
    await answers.answer("server-room", "no")
    await answers.answer("source", "pipe")


async def the_place_is_made_safe(story: Story) -> None:
    """After a calm flood: at 14:25 the water is off, and at 14:40 the lead declares it safe."""
    await story.at("14:25").done("close-area", "lifts", "shut-water")
    await story.at("14:40").declare("safe")


async def work_goes_on_elsewhere(story: Story) -> None:
    """At 15:20 the fallback space is open, and there is water to drink."""
    await story.at("15:10").done("fallback", "water-point")
    await story.at("15:20").declare("worked_around")


async def all_is_as_before(story: Story) -> None:
    """By 18:30 the area is dry and open again, and the lead declares things normal."""
    await story.at("15:30").done("photos")
    await story.at("15:35").contractor("pump", "called")
    await story.at("15:40").contractor("dry", "called")
    await story.at("16:00").contractor("pump", "arrived")
    await story.at("16:05").contractor("dry", "arrived")
    gone = story.at("18:00")
    await gone.contractor("pump", "left")
    await gone.contractor("dry", "left")
    await story.at("18:20").done(
        "close-area.undo", "lifts.undo", "shut-water.undo", "fallback.undo", "water-point.undo"
    )
    await story.at("18:30").declare("normal")


async def a_whole_flood(story: Story) -> None:
    """From the report to the end, in four hours and a half."""
    await a_calm_flood(story)
    await the_place_is_made_safe(story)
    await work_goes_on_elsewhere(story)
    await all_is_as_before(story)
