"""Alembic's door: runs on the connection and in the schema that shared/migrate.py chose."""

from alembic import context

chosen = context.config.attributes
context.configure(
    connection=chosen["connection"], version_table="migration", version_table_schema=chosen["schema"]
)
with context.begin_transaction():
    context.run_migrations()
