"""The library: playbooks and the communication plan, found, read, checked, and given to incidents.

`load` takes the texts of the files and refuses all of them together if one has an error, so that
what is loaded can be relied on at 3 a.m.
"""

from crisis.library.check import check
from crisis.library.load import load
from crisis.library.schema import schema
from crisis.library.shelf import Library, NoPlaybook, PlaybookSource
from crisis.yamlfile import Finding, NotAcceptable

__all__ = [
    "Finding", "Library", "NoPlaybook", "NotAcceptable", "PlaybookSource",
    "check", "load", "schema",
]  # fmt: skip
