"""Who is there: functions, people and places, as `people.yaml` and `people.csv` write them.

Ids stay in the journal for ever, names and addresses never enter it: an id is a staff number or
any other word that names nobody to a stranger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from crisis.config.forms import Floor, Shift
from crisis.core.place import Weekday
from crisis.core.section import AtLeastOne, Name, Names, OneOrMany, Section
from crisis.core.values import Text


class Function(Section):
    """What somebody answers for: the word by which a playbook's roles find people."""

    title: Text
    contact: Text | None = None
    """One short line: how those who have a question reach it. Somebody must be there to answer."""
    per_site: bool = False
    """Each site has its own: at an incident, those of its site come, and others if it has none."""
    rota: Literal["always", "sometimes"] | None = None
    """`always`: a minute without anybody on the rota is a gap. So is it for every function that
    the rota names, unless `sometimes` says that nobody on duty is as it should be."""


class Person(Section):
    """Somebody that messages can go to, and roles be offered to."""

    name: str = Field(min_length=1)
    language: str
    site: Name
    building: Name | None = None
    """None: unknown, and counts as the one that is concerned."""
    floor: Floor | None = None
    functions: Names = ()
    skills: Names = ()
    groups: Names = ()
    needs: Names = ()
    """What they need in an emergency: `no-stairs`, for one."""
    unit: Name | None = None
    contractor: Name = "none"
    """The trade of somebody of another firm; `none` for the organisation's own people."""
    days: OneOrMany[Weekday] | None = None
    """Days on site. None: unknown, and counts as present."""
    hours: Shift | None = None
    """Hours on site, where they are not the site's; then its holidays do not count either."""
    addresses: Mapping[Name, str] = Field(default_factory=dict)
    """Channel -> address."""


class Place(Section):
    """A board, a loudspeaker, a notice: it stands for the people who see or hear it there.

    It is a recipient in each of the audiences that it serves, at its own site and building: a
    loudspeaker that serves two audiences says the words of both, so most serve one.
    """

    title: Text
    language: str
    site: Name
    building: Name | None = None
    """None: the whole site."""
    serves: AtLeastOne[Name]
    groups: Names = ()
    addresses: Mapping[Name, str]


class People(Section):
    """The whole of `people.yaml`."""

    functions: Mapping[Name, Function]
    people: Mapping[Name, Person] = Field(default_factory=dict)
    places: Mapping[Name, Place] = Field(default_factory=dict)
