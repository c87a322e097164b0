"""The catalogue, what was withdrawn and what was refused, and the tables of delivery."""

from alembic import op

from shared.migrate import emptied, role_for
from shared.schema import DELIVERY_V1

revision = "publish_0001"
down_revision = None


def upgrade() -> None:
    op.execute(DELIVERY_V1)
    op.execute("""
        CREATE TABLE document (
            id uuid PRIMARY KEY,
            withdrawn_upto integer NOT NULL DEFAULT 0,
            current_edition integer,
            index_no text UNIQUE,
            last_published_at timestamptz);
        CREATE INDEX document_public ON document (last_published_at DESC, id)
            WHERE current_edition IS NOT NULL;
        COMMENT ON TABLE document IS 'The row that publishing and withdrawing both lock.';
        COMMENT ON COLUMN document.withdrawn_upto IS 'No edition up to this one is ever public again.';

        CREATE TABLE edition (
            document_id uuid NOT NULL REFERENCES document,
            edition integer NOT NULL,
            title text NOT NULL,
            kind text NOT NULL,
            theme text NOT NULL,
            department text NOT NULL,
            joint_with text[] NOT NULL,
            doc_no text,
            created_on date NOT NULL,
            content_sha256 text NOT NULL,
            files jsonb NOT NULL,
            approval_id uuid NOT NULL UNIQUE,
            approval text NOT NULL,
            approved_by text NOT NULL,
            published_at timestamptz NOT NULL,
            PRIMARY KEY (document_id, edition));

        CREATE TABLE index_serial (
            body text NOT NULL,
            year integer NOT NULL,
            last bigint NOT NULL,
            PRIMARY KEY (body, year));
        COMMENT ON TABLE index_serial IS 'The last index number given, by body and year; never lowered.';

        CREATE TABLE withdrawal (
            id uuid PRIMARY KEY,
            document_id uuid NOT NULL REFERENCES document,
            edition integer NOT NULL,
            kind text NOT NULL,
            reason text NOT NULL,
            note text NOT NULL,
            officer text NOT NULL,
            withdrawn_at timestamptz NOT NULL,
            UNIQUE (document_id, edition));

        CREATE TABLE refusal (
            event_id uuid PRIMARY KEY,
            document_id uuid NOT NULL,
            edition integer NOT NULL,
            fault text NOT NULL,
            refused_at timestamptz NOT NULL);
        COMMENT ON TABLE refusal IS 'What came as approved and was not published, and why.';
    """)
    for grant in role_for("publish"):
        op.execute(grant)


def downgrade() -> None:
    op.execute(emptied("publish"))
