"""Brings a database to the schema of this version when it is opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from crisis.store.refused import StoreRefused

HEAD = "0007"
"""The newest revision that this version knows: a test holds it against the folder."""

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, name: str) -> None:
    """Run what is missing, all or nothing; StoreRefused where the schema is newer than we are.

    ``name`` is what the database is called in an error.
    """
    found = _revision(connection)
    if found == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    scripts = Config()
    scripts.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    scripts.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(scripts).walk_revisions()}
    if found is not None and found not in known:
        raise StoreRefused(
            f"{name} was written by a newer version of crisis (schema {found}, this one knows "
            f"{HEAD}): start that version, or restore the copy made before the upgrade"
        )
    command.upgrade(scripts, "head")


def insist_on_head(connection: Connection, name: str) -> None:
    """StoreRefused where the schema is not that of this version: nothing is changed."""
    found = _revision(connection)
    if found != HEAD:
        raise StoreRefused(
            f"{name} has the schema {found or 'of nobody yet'}, and this version of crisis knows "
            f"{HEAD}: look at it with the version that runs on it, or start this one's parts first"
        )


def _revision(connection: Connection) -> str | None:
    """Which revision the database is at; None when it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)
