"""What the catalogue says of an edition beside its title, kind and theme."""

from alembic import op

revision = "publish_0004"
down_revision = "publish_0003"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE edition ADD COLUMN about jsonb NOT NULL DEFAULT '{}';
        COMMENT ON COLUMN edition.about IS 'Its description, as approved, as far as it says anything.';
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE edition DROP COLUMN about")
