"""Documents, their submissions, and the tables of delivery."""

from alembic import op

from shared.migrate import emptied, role_for
from shared.schema import DELIVERY_V1

revision = "intake_0001"
down_revision = None


def upgrade() -> None:
    op.execute(DELIVERY_V1)
    op.execute("""
        CREATE TABLE document (
            id uuid PRIMARY KEY,
            department text NOT NULL,
            editions integer NOT NULL);

        CREATE TABLE submission (
            id uuid PRIMARY KEY,
            source text NOT NULL,
            key text NOT NULL,
            request_sha256 text NOT NULL,
            receipt_no text NOT NULL UNIQUE,
            document_id uuid NOT NULL REFERENCES document,
            edition integer NOT NULL,
            department text NOT NULL,
            author text NOT NULL,
            title text NOT NULL,
            content_sha256 text NOT NULL,
            received_at timestamptz NOT NULL,
            state text NOT NULL DEFAULT 'received',
            state_since timestamptz NOT NULL,
            UNIQUE (source, key),
            UNIQUE (document_id, edition));
        CREATE INDEX submission_content ON submission (department, content_sha256);
        COMMENT ON TABLE submission IS 'What was handed in; its content lies in the store under content_sha256.';

        CREATE TABLE receipt_serial (
            year integer PRIMARY KEY,
            last bigint NOT NULL);

        CREATE TABLE portal (
            officer text PRIMARY KEY,
            secrets bytea[] NOT NULL);
        COMMENT ON COLUMN portal.secrets IS 'SHA-256 of the passwords that open the inbound stream for writing.';

        CREATE TABLE rejection (
            id uuid PRIMARY KEY,
            portal text NOT NULL,
            posted_id text NOT NULL,
            faults jsonb NOT NULL,
            raw bytea NOT NULL,
            rejected_at timestamptz NOT NULL,
            UNIQUE (portal, posted_id));
        COMMENT ON TABLE rejection IS 'What a portal posted and could not be accepted, with every fault.';
    """)
    for grant in role_for("intake"):
        op.execute(grant)


def downgrade() -> None:
    op.execute(emptied("intake"))
