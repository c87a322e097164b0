"""The timeline, the consumers' progress, and who is who."""

from alembic import op

revision = "shared_0001"
down_revision = None

ROLES = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gongkai_{service}') THEN
        CREATE ROLE gongkai_{service} NOLOGIN;
    END IF;
END $$
"""


def upgrade() -> None:
    for service in ("intake", "review", "publish", "notify"):
        op.execute(ROLES.format(service=service))
        op.execute(f"GRANT gongkai_{service} TO CURRENT_USER")
    op.execute("""
        CREATE TABLE timeline (
            single boolean PRIMARY KEY DEFAULT true CHECK (single),
            number integer NOT NULL,
            since timestamptz NOT NULL DEFAULT now());
        INSERT INTO timeline (number) VALUES (1);

        CREATE TABLE progress (
            consumer text NOT NULL,
            stream text NOT NULL,
            low_water bigint NOT NULL DEFAULT 0,
            seen_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (stream, consumer));

        CREATE TABLE department (
            code text PRIMARY KEY,
            name text NOT NULL,
            name_en text NOT NULL,
            uscc text NOT NULL,
            phone text NOT NULL,
            kind text NOT NULL);

        CREATE TABLE officer (
            id text PRIMARY KEY,
            name text NOT NULL,
            department text NOT NULL REFERENCES department,
            roles text[] NOT NULL,
            active boolean NOT NULL DEFAULT true);

        CREATE TABLE token (
            sha256 bytea PRIMARY KEY,
            officer text NOT NULL REFERENCES officer,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz);
    """)
    for service in ("intake", "review", "publish", "notify"):
        role = f"gongkai_{service}"
        op.execute(f"GRANT USAGE ON SCHEMA shared TO {role}")
        op.execute(f"GRANT SELECT ON timeline, department, officer, token TO {role}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON progress TO {role}")


def downgrade() -> None:
    op.execute("DROP TABLE token, officer, department, progress, timeline")
