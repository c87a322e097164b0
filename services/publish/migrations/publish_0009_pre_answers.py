"""What the catalogue is asked for is found by tags, in both directions of its pages, and since when it changed."""

from alembic import op

revision = "publish_0009"
down_revision = "publish_0005"

# One list of words for every filter: a rare one is found by the index of tags, a common one by walking the dates.
TAGS = """
    CREATE FUNCTION tags_of(shown edition, index_no text) RETURNS text[] LANGUAGE sql STABLE AS $$
        SELECT array_agg(DISTINCT tag ORDER BY tag) FROM (
            SELECT unnest(ARRAY[
                'department:' || shown.department, 'kind:' || shown.kind, 'theme:' || shown.theme,
                'theme:' || split_part(shown.theme, '.', 1), 'year:' || extract(year FROM shown.created_on),
                'doc_no:' || translate(upper(shown.doc_no), '[]［］()（）【】　 ', '〔〕〔〕〔〕〔〕〔〕'),
                'index_no:' || index_no, 'index_no:' || (shown.about ->> 'former_index_no'),
                'genre:' || (shown.about ->> 'genre'), 'matter:' || (shown.about ->> 'matter'),
                'stage:' || (shown.about ->> 'stage')]) AS tag
            UNION SELECT 'department:' || unnest(shown.joint_with)
            UNION SELECT 'audience:' || jsonb_array_elements_text(shown.about -> 'audience')
            UNION SELECT 'keyword:' || jsonb_array_elements_text(shown.about -> 'keywords')
            UNION SELECT 'obligation:' || jsonb_array_elements_text(shown.about -> 'obligations')
            UNION SELECT said.word || (relation ->> 'document_id')
                FROM jsonb_array_elements(shown.about -> 'relations') AS named (relation),
                    LATERAL (VALUES ('names:'), ((relation ->> 'kind') || ':')) AS said (word)
        ) AS every WHERE tag IS NOT NULL
    $$
"""

SHOWS = """
    CREATE FUNCTION document_shows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN
            NEW.changed_at := clock_timestamp();
            IF NEW.current_edition IS NOT NULL THEN
                SELECT tags_of(shown, NEW.index_no) INTO STRICT NEW.tags FROM edition AS shown
                WHERE shown.document_id = NEW.id AND shown.edition = NEW.current_edition;
            END IF;
            RETURN NEW;
        END $$;
    CREATE TRIGGER document_shows BEFORE UPDATE ON document FOR EACH ROW
        WHEN (NEW.current_edition IS DISTINCT FROM OLD.current_edition
              OR NEW.withdrawn_upto <> OLD.withdrawn_upto)
        EXECUTE FUNCTION document_shows();
"""

BEFORE = """
    UPDATE document SET
        changed_at = greatest(last_published_at, (SELECT max(withdrawn_at) FROM withdrawal WHERE document_id = id)),
        tags = coalesce((SELECT tags_of(shown, document.index_no) FROM edition AS shown
                         WHERE document_id = id AND edition <= coalesce(current_edition, edition)
                         ORDER BY edition DESC LIMIT 1), '{}')
    WHERE last_published_at IS NOT NULL OR withdrawn_upto > 0
"""


def upgrade() -> None:
    op.execute("""
        ALTER TABLE document ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
                             ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
        COMMENT ON COLUMN document.changed_at IS 'When what the public sees of it last changed.';
        COMMENT ON COLUMN document.tags IS 'What its current, else its last public edition is found by.';
    """)
    op.execute(TAGS.replace(":", r"\:"))
    op.execute(BEFORE)
    op.execute(SHOWS.replace(":", r"\:"))
    op.execute("""
        DROP INDEX document_public;
        CREATE INDEX document_public ON document (last_published_at DESC, id DESC)
            WHERE current_edition IS NOT NULL;
        CREATE INDEX document_tags ON document USING gin (tags);
        CREATE INDEX document_changed ON document (changed_at);
        CREATE INDEX withdrawal_since ON withdrawal (withdrawn_at DESC, document_id DESC);
    """)


def downgrade() -> None:
    op.execute("""
        DROP INDEX withdrawal_since;
        DROP TRIGGER document_shows ON document;
        DROP FUNCTION document_shows;
        DROP FUNCTION tags_of;
        ALTER TABLE document DROP COLUMN tags, DROP COLUMN changed_at;
        DROP INDEX document_public;
        CREATE INDEX document_public ON document (last_published_at DESC, id) WHERE current_edition IS NOT NULL;
    """)
