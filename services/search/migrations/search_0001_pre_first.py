"""What can be found, and the tables of delivery."""

from alembic import op

from shared.migrate import emptied, role_for
from shared.schema import DELIVERY_V1

revision = "search_0001"
down_revision = None


def upgrade() -> None:
    op.execute(DELIVERY_V1)
    op.execute("""
        CREATE TABLE latest (
            single boolean PRIMARY KEY DEFAULT true CHECK (single),
            change bigint NOT NULL);
        INSERT INTO latest (change) VALUES (0);
        COMMENT ON TABLE latest IS 'The last change; its lock lets changes commit in their order and no other.';

        CREATE TABLE entry (
            document_id uuid PRIMARY KEY,
            change bigint NOT NULL UNIQUE,
            withdrawn_upto integer NOT NULL DEFAULT 0,
            edition integer,
            content_sha256 text,
            index_no text,
            title text,
            doc_no text,
            department text,
            joint_with text[],
            kind text,
            theme text,
            created_on date,
            published_at timestamptz,
            text text,
            summary text,
            keywords text[],
            genre text,
            matter text,
            stage text,
            former_index_no text,
            effective_on date,
            lapses_on date,
            validity text,
            unread text[]);
        CREATE INDEX entry_dated ON entry (lapses_on, effective_on)
            WHERE lapses_on IS NOT NULL OR effective_on IS NOT NULL;
        COMMENT ON TABLE entry IS 'What is public, with its text; every index is a copy of it.';
        COMMENT ON COLUMN entry.edition IS 'Null once it is public no more: then nothing is left of what it said.';
        COMMENT ON COLUMN entry.unread IS 'Files whose text could not be had, and why.';
    """)
    for grant in role_for("search"):
        op.execute(grant)


def downgrade() -> None:
    op.execute(emptied("search"))
