"""The organisation's files: settings, sites, people, rota and communication plan, read and checked.

`read_folder` takes them from the disk, `read_configuration` types them, `check` holds them against
one another. The mapping of path to text between the two is what the store keeps.
"""

from __future__ import annotations

from crisis.config.checks import check
from crisis.config.documents import Configuration, read_configuration
from crisis.config.folder import check_secrets, read_folder, shipped_playbooks, write_template
from crisis.config.people import Function, People, Person, Place
from crisis.config.rota import Gap, Rota, Turn
from crisis.config.settings import ChannelSettings, Settings, Source

__all__ = [
    "ChannelSettings",
    "Configuration",
    "Function",
    "Gap",
    "People",
    "Person",
    "Place",
    "Rota",
    "Settings",
    "Source",
    "Turn",
    "check",
    "check_secrets",
    "read_configuration",
    "read_folder",
    "shipped_playbooks",
    "write_template",
]
