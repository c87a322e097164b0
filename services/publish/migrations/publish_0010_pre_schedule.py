"""What is approved and not yet to be public, and what takes the place of what was withdrawn."""

from alembic import op

revision = "publish_0010"
down_revision = "publish_0005"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE scheduled (
            approval_id uuid PRIMARY KEY,
            event_id uuid NOT NULL,
            document_id uuid NOT NULL REFERENCES document,
            edition integer NOT NULL,
            department text NOT NULL,
            approved jsonb NOT NULL,
            publish_at timestamptz NOT NULL,
            state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'published', 'refused', 'called-off')),
            state_since timestamptz NOT NULL,
            delayed_by text,
            note text);
        CREATE INDEX scheduled_due ON scheduled (publish_at) WHERE state = 'waiting';
        CREATE INDEX scheduled_of ON scheduled (document_id);
        COMMENT ON TABLE scheduled IS 'Admitted by the gate for a later moment; then it is asked once more.';

        CREATE INDEX edition_notice_ends ON edition ((about ->> 'notice_ends_on')) WHERE about ? 'notice_ends_on';

        ALTER TABLE withdrawal ADD COLUMN replaced_by uuid;

        GRANT SELECT, INSERT, UPDATE ON scheduled TO gongkai_publish;
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE withdrawal DROP COLUMN replaced_by")
    op.execute("DROP INDEX edition_notice_ends")
    op.execute("DROP TABLE scheduled")
