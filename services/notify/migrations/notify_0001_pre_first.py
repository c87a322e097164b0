"""Subscriptions, mailboxes and deliveries, and the tables of delivery."""

from alembic import op

from shared.migrate import emptied, role_for
from shared.schema import DELIVERY_V1

revision = "notify_0001"
down_revision = None


def upgrade() -> None:
    op.execute(DELIVERY_V1)
    op.execute("""
        CREATE TABLE mailbox (
            department text PRIMARY KEY,
            head bigint NOT NULL DEFAULT 0,
            secrets bytea[] NOT NULL DEFAULT '{}',
            issued_at timestamptz,
            confirmed_upto bigint NOT NULL DEFAULT 0);
        COMMENT ON COLUMN mailbox.secrets IS 'SHA-256 of the passwords that open it; two while one is replaced.';

        CREATE TABLE subscription (
            id uuid PRIMARY KEY,
            department text NOT NULL REFERENCES mailbox,
            types text[] NOT NULL,
            themes text[] NOT NULL,
            bodies text[] NOT NULL,
            created_by text NOT NULL,
            created_at timestamptz NOT NULL,
            ended_at timestamptz);
        CREATE INDEX subscription_live ON subscription (department) WHERE ended_at IS NULL;

        CREATE TABLE delivery (
            department text NOT NULL REFERENCES mailbox,
            no bigint NOT NULL,
            event_id uuid NOT NULL,
            source text NOT NULL,
            type text NOT NULL,
            subject text NOT NULL,
            sequence bigint NOT NULL,
            time timestamptz NOT NULL,
            data bytea NOT NULL,
            document_id uuid NOT NULL,
            edition integer NOT NULL,
            queued_at timestamptz NOT NULL,
            received_at timestamptz,
            confirmed_at timestamptz,
            replay boolean NOT NULL DEFAULT false,
            PRIMARY KEY (department, no));
        CREATE UNIQUE INDEX delivery_once ON delivery (department, event_id) WHERE NOT replay;
        CREATE INDEX delivery_document ON delivery (document_id, department);
        CREATE INDEX delivery_open ON delivery (department, no) WHERE confirmed_at IS NULL;
        COMMENT ON TABLE delivery IS 'What every department was sent, in its order; the mailbox is a copy of it.';

        CREATE TABLE tombstone (
            document_id uuid PRIMARY KEY,
            edition integer NOT NULL,
            event_id uuid NOT NULL,
            source text NOT NULL,
            type text NOT NULL,
            sequence bigint NOT NULL,
            time timestamptz NOT NULL,
            data bytea NOT NULL);
        COMMENT ON TABLE tombstone IS 'The last withdrawal of each document: nothing up to its edition goes out.';
    """)
    for grant in role_for("notify"):
        op.execute(grant)


def downgrade() -> None:
    op.execute(emptied("notify"))
