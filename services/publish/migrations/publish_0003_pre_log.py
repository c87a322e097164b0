"""Every publication, amendment and withdrawal goes into the transparency ledger, a Merkle log."""

from alembic import op

revision = "publish_0003"
down_revision = "publish_0002"

# What the ledger says is said in one place: for what is written now, for what was there before, and for whoever
# checks later. A document keeps its index number; none of a document's editions comes after a later one.
SAYS = """
    CREATE VIEW log_says AS
    SELECT edition.document_id, edition.edition, false AS withdrawal, jsonb_build_object(
        'what', CASE WHEN EXISTS (SELECT FROM edition earlier WHERE earlier.document_id = edition.document_id
                                  AND earlier.edition < edition.edition) THEN 'amended' ELSE 'published' END,
        'document_id', edition.document_id, 'index_no', document.index_no, 'edition', edition.edition,
        'content_sha256', edition.content_sha256,
        'files', (SELECT coalesce(jsonb_agg(file -> 'sha256' ORDER BY number), '[]')
                  FROM jsonb_array_elements(edition.files) WITH ORDINALITY AS listed (file, number)),
        'at', to_char(edition.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS entry
    FROM edition JOIN document ON document.id = edition.document_id
    UNION ALL
    SELECT withdrawal.document_id, withdrawal.edition, true, jsonb_build_object(
        'what', 'withdrawn', 'document_id', withdrawal.document_id,
        'index_no', CASE WHEN EXISTS (SELECT FROM edition WHERE edition.document_id = withdrawal.document_id
                                      AND edition.edition <= withdrawal.edition) THEN document.index_no END,
        'edition', withdrawal.edition, 'content_sha256', edition.content_sha256, 'files', '[]'::jsonb,
        'at', to_char(withdrawal.withdrawn_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    FROM withdrawal JOIN document ON document.id = withdrawal.document_id
    LEFT JOIN edition ON edition.document_id = withdrawal.document_id AND edition.edition = withdrawal.edition
"""

TABLES = """
    CREATE TABLE log_queue (
        id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
        entry jsonb NOT NULL,
        queued_at timestamptz NOT NULL DEFAULT now());
    COMMENT ON TABLE log_queue IS 'What was written and is not in the ledger yet; the sealer moves it on.';

    CREATE TABLE log_leaf (
        position bigint PRIMARY KEY,
        leaf_hash text NOT NULL CHECK (leaf_hash ~ '^[0-9a-f]{64}$'),
        entry jsonb NOT NULL);
    CREATE UNIQUE INDEX log_leaf_of ON log_leaf
        ((entry ->> 'document_id'), (CAST(entry ->> 'edition' AS integer)), (entry ->> 'what' = 'withdrawn'));
    CREATE INDEX log_leaf_content ON log_leaf ((entry ->> 'content_sha256'));
    CREATE INDEX log_leaf_files ON log_leaf USING gin ((entry -> 'files') jsonb_path_ops);
    COMMENT ON TABLE log_leaf IS 'The leaves of the Merkle log; never changed, never removed.';

    CREATE TABLE log_node (
        level integer NOT NULL CHECK (level > 0),
        number bigint NOT NULL,
        hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
        PRIMARY KEY (level, number));
    COMMENT ON TABLE log_node IS 'The complete subtrees over the leaves, so that a proof reads few rows.';

    CREATE TABLE ledger_checkpoint (
        position bigint PRIMARY KEY,
        hash text NOT NULL,
        at timestamptz NOT NULL,
        signature text NOT NULL);
    COMMENT ON TABLE ledger_checkpoint IS 'The root of the tree at a size, signed; copies are kept elsewhere.';
"""

# Deferred to the commit: a new document has its index number only then.
TRIGGERS = """
    CREATE FUNCTION to_the_log() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN
            INSERT INTO log_queue (entry) SELECT entry FROM log_says
            WHERE document_id = NEW.document_id AND edition = NEW.edition
              AND withdrawal = (TG_ARGV[0] = 'withdrawal');
            RETURN NULL;
        END $$;
    CREATE CONSTRAINT TRIGGER edition_to_the_log AFTER INSERT ON edition DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION to_the_log('edition');
    CREATE CONSTRAINT TRIGGER withdrawal_to_the_log AFTER INSERT ON withdrawal DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION to_the_log('withdrawal');
"""


def upgrade() -> None:
    op.execute(SAYS.replace(":", r"\:"))
    op.execute(TABLES)
    op.execute(TRIGGERS)
    op.execute(r"""
        GRANT SELECT ON log_says TO gongkai_publish;
        GRANT SELECT, INSERT ON log_leaf, log_node, ledger_checkpoint TO gongkai_publish;
        GRANT SELECT, INSERT, DELETE ON log_queue TO gongkai_publish;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA publish TO gongkai_publish;
        INSERT INTO log_queue (entry) SELECT entry FROM log_says ORDER BY entry ->> 'at', withdrawal, edition;
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER edition_to_the_log ON edition")
    op.execute("DROP TRIGGER withdrawal_to_the_log ON withdrawal")
    op.execute("DROP FUNCTION to_the_log")
    op.execute("DROP VIEW log_says")
    op.execute("DROP TABLE ledger_checkpoint, log_node, log_leaf, log_queue")
