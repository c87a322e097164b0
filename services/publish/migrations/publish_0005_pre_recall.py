"""Where copies of a document are: releases by channel, transfers to reading rooms, and who must give them back."""

from alembic import op

revision = "publish_0005"
down_revision = "publish_0004"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE release (
            document_id uuid NOT NULL REFERENCES document,
            edition integer NOT NULL,
            channel text NOT NULL,
            state text NOT NULL DEFAULT 'due' CHECK (state IN
                ('due', 'delivered', 'failed', 'passed-over', 'recall-due', 'recalled', 'recall-failed')),
            due_at timestamptz NOT NULL,
            attempts integer NOT NULL DEFAULT 0,
            error text,
            proof jsonb,
            delivered_at timestamptz,
            recalled_at timestamptz,
            PRIMARY KEY (document_id, edition, channel));
        CREATE INDEX release_due ON release (due_at) WHERE state IN ('due', 'recall-due');
        COMMENT ON TABLE release IS 'One edition on one channel: wanted, tried, delivered with its proof, taken back.';
        COMMENT ON COLUMN release.attempts IS 'Raised and committed before each attempt: above 0 there may be a copy.';

        CREATE TABLE transfer (
            place text NOT NULL,
            month text NOT NULL,
            documents integer NOT NULL,
            package_sha256 text NOT NULL,
            made_at timestamptz NOT NULL,
            received_at timestamptz,
            received_by text,
            PRIMARY KEY (place, month));
        COMMENT ON TABLE transfer IS 'The monthly package for a reading room; nought documents is a nil return.';

        CREATE TABLE transfer_item (
            place text NOT NULL,
            month text NOT NULL,
            document_id uuid NOT NULL REFERENCES document,
            edition integer NOT NULL,
            PRIMARY KEY (place, month, document_id, edition),
            FOREIGN KEY (place, month) REFERENCES transfer);
        CREATE INDEX transfer_item_of ON transfer_item (document_id);

        CREATE TABLE recall (
            document_id uuid NOT NULL REFERENCES document,
            edition integer NOT NULL,
            opened_at timestamptz NOT NULL,
            departments_known_at timestamptz,
            reminders integer NOT NULL DEFAULT 0,
            remind_at timestamptz NOT NULL,
            completed_at timestamptz,
            PRIMARY KEY (document_id, edition));
        CREATE INDEX recall_open ON recall (remind_at) WHERE completed_at IS NULL;
        COMMENT ON COLUMN recall.departments_known_at IS 'When notify had said which departments have it.';

        CREATE TABLE recall_place (
            document_id uuid NOT NULL,
            edition integer NOT NULL,
            kind text NOT NULL CHECK (kind IN ('channel', 'room', 'department')),
            code text NOT NULL,
            asked_at timestamptz NOT NULL,
            reminded_at timestamptz,
            confirmed_at timestamptz,
            confirmed_by text,
            PRIMARY KEY (document_id, edition, kind, code),
            FOREIGN KEY (document_id, edition) REFERENCES recall);
        COMMENT ON TABLE recall_place IS 'Every place that had a copy of what was withdrawn, and when it said it is gone.';

        GRANT SELECT, INSERT, UPDATE, DELETE ON release, transfer, transfer_item, recall, recall_place
            TO gongkai_publish;
    """)


def downgrade() -> None:
    op.execute("DROP TABLE recall_place, recall, transfer_item, transfer, release")
