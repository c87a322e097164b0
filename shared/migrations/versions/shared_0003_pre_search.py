"""Search is a service with a role of its own."""

from alembic import op

revision = "shared_0003"
down_revision = "shared_0002"


def upgrade() -> None:
    op.execute("""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gongkai_search') THEN
                CREATE ROLE gongkai_search NOLOGIN;
            END IF;
        END $$
    """)
    op.execute("GRANT gongkai_search TO CURRENT_USER")
    op.execute("GRANT USAGE ON SCHEMA shared TO gongkai_search")
    op.execute("GRANT SELECT ON timeline, department, officer, token TO gongkai_search")
    op.execute("GRANT SELECT, INSERT, UPDATE ON progress TO gongkai_search")


def downgrade() -> None:
    op.execute("REVOKE ALL ON timeline, department, officer, token, progress FROM gongkai_search")
    op.execute("REVOKE USAGE ON SCHEMA shared FROM gongkai_search")
