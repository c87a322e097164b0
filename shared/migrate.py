"""Brings the database to what the code expects: a schema and a role for each service."""

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

SERVICES = ("intake", "review", "publish", "notify", "search")

HERE = Path(__file__).parent
LOCK = 0x676F6E676B6169
"""Two migrations at once wait for each other: any number will do, if it is always the same."""


def migrate(url: str) -> None:
    """Create or upgrade every schema; safe to run again, and from several places at once."""
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("SET lock_timeout = '10s'"))
        upgrade(connection, "shared", HERE / "migrations" / "versions")
        for service in SERVICES:
            upgrade(connection, service, HERE.parent / "services" / service / "migrations")
    engine.dispose()


def upgrade(connection: Connection, schema: str, versions: Path, to: str = "head") -> None:
    """Bring one schema to a revision."""
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    connection.execute(text(f"SET search_path = {schema}"))
    connection.commit()
    command.upgrade(config(connection, schema, versions), to)
    connection.commit()


def config(connection: Connection, schema: str, versions: Path) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(HERE / "migrations"))
    settings.set_main_option("version_locations", str(versions))
    settings.set_main_option("path_separator", "os")
    settings.attributes |= {"connection": connection, "schema": schema}
    return settings


def role_for(schema: str, *, reads: Sequence[str] = ()) -> list[str]:
    """The statements that give a service's role its own schema, and what it may see of the shared one."""
    role = f"gongkai_{schema}"
    return [
        f"GRANT USAGE ON SCHEMA {schema}, shared TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        *(f"GRANT SELECT ON shared.{table} TO {role}" for table in reads),
    ]


def emptied(schema: str) -> str:
    """The statement that takes down all tables of a schema but the one that says which migrations ran."""
    return f"""
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT tablename FROM pg_tables
                WHERE schemaname = '{schema}' AND tablename <> 'migration'
            LOOP EXECUTE format('DROP TABLE {schema}.%I CASCADE', name); END LOOP;
        END $$
    """  # noqa: S608 the schema's name is ours.
