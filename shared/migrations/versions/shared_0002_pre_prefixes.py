"""The words that a department's document numbers begin with."""

from alembic import op

revision = "shared_0002"
down_revision = "shared_0001"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE department ADD COLUMN prefixes text[] NOT NULL DEFAULT '{}';
        COMMENT ON COLUMN department.prefixes IS '机关代字: what its document numbers begin with.';
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE department DROP COLUMN prefixes")
