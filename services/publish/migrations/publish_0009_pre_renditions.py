"""Renditions of public files are kept, and are gone with the edition that brought them."""

from alembic import op

revision = "publish_0009"
down_revision = "publish_0008"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE rendition (
            sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
            version integer NOT NULL,
            html text,
            title text NOT NULL DEFAULT '',
            lang text NOT NULL DEFAULT '',
            headings jsonb NOT NULL DEFAULT '[]',
            notes jsonb NOT NULL DEFAULT '[]',
            refused text,
            made_at timestamptz NOT NULL,
            PRIMARY KEY (sha256, version),
            CHECK ((html IS NULL) <> (refused IS NULL)));
        COMMENT ON TABLE rendition IS 'Files as HTML, by their hash and the version of the renderer; or why not.';
        GRANT SELECT, INSERT, UPDATE, DELETE ON rendition TO gongkai_publish;

        CREATE FUNCTION renditions_go() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
            BEGIN
                DELETE FROM rendition WHERE sha256 IN (
                    SELECT file ->> 'sha256' FROM edition, jsonb_array_elements(edition.files) AS listed (file)
                    WHERE edition.document_id = OLD.id AND edition.edition = OLD.current_edition);
                RETURN NULL;
            END $$;
        COMMENT ON FUNCTION renditions_go() IS
            'In the transaction that withdraws or replaces an edition; a file that others show is made anew.';
        CREATE TRIGGER renditions_go AFTER UPDATE OF current_edition ON document
            FOR EACH ROW WHEN (OLD.current_edition IS DISTINCT FROM NEW.current_edition
                               AND OLD.current_edition IS NOT NULL)
            EXECUTE FUNCTION renditions_go();
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER renditions_go ON document")
    op.execute("DROP FUNCTION renditions_go")
    op.execute("DROP TABLE rendition")
