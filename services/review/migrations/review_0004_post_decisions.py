"""Decisions became opinions; the old table goes once no older programme writes it."""

from alembic import op

revision = "review_0004"
down_revision = "review_0003"


def upgrade() -> None:
    op.execute("DROP TABLE IF EXISTS decision")


def downgrade() -> None:
    """The rows were copied into `opinion`; there is nothing to bring back."""
