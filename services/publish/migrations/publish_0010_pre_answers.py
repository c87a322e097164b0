"""What the public is answered is written when it changes, and found by tags, by date and by when it changed."""

from alembic import op

revision = "publish_0010"
down_revision = "publish_0009"

# One list of words for every filter: a rare one is found by the index of tags, a common one by walking the dates.
TAGS = """
    CREATE FUNCTION tags_of(shown edition, index_no text) RETURNS text[] LANGUAGE sql STABLE AS $$
        SELECT array_agg(DISTINCT tag ORDER BY tag) FROM (
            SELECT unnest(ARRAY[
                'department:' || shown.department, 'kind:' || shown.kind, 'theme:' || shown.theme,
                'theme:' || split_part(shown.theme, '.', 1), 'year:' || extract(year FROM shown.created_on),
                'doc_no:' || shown.doc_no_key,
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

# An entry is written once, in the transaction that makes it public, and read as it is a thousand times.
ENTRY = """
    CREATE FUNCTION entry_of(whose document, shown edition) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT CAST(json_build_object(
            'document_id', whose.id, 'href', '/documents/' || whose.id, 'edition', shown.edition,
            'index_no', whose.index_no, 'former_index_no', shown.about -> 'former_index_no',
            'title', shown.title, 'summary', coalesce(shown.about ->> 'summary', ''), 'doc_no', shown.doc_no,
            'department', shown.department, 'joint_with', shown.joint_with, 'office', shown.about -> 'office',
            'kind', shown.kind, 'theme', shown.theme, 'genre', shown.about -> 'genre',
            'audience', coalesce(shown.about -> 'audience', '[]'),
            'keywords', coalesce(shown.about -> 'keywords', '[]'), 'created_on', shown.created_on,
            'signed_on', coalesce(shown.about ->> 'signed_on', CAST(shown.created_on AS text)),
            'published_at', shown.published_at, 'changed_at', greatest(whose.changed_at,
                (SELECT max(changed_at) FROM validity_change WHERE document_id = whose.id)),
            'validity', (SELECT json_build_object('validity', validity, 'since', since, 'by_document', by_document)
                         FROM validity WHERE document_id = whose.id),
            'effective_on', shown.about -> 'effective_on', 'lapses_on', shown.about -> 'lapses_on',
            'notice_ends_on', shown.about -> 'notice_ends_on',
            'language', coalesce(shown.about ->> 'language', 'zh-CN'), 'source', shown.about -> 'source',
            'openness', coalesce(shown.about ->> 'openness', 'open'),
            'openness_reason', coalesce(shown.about ->> 'openness_reason', ''),
            'obligations', coalesce(shown.about -> 'obligations', '[]'), 'matter', shown.about -> 'matter',
            'stage', shown.about -> 'stage', 'amendment', coalesce(shown.about ->> 'amendment', ''),
            'relations', coalesce(shown.about -> 'relations', '[]'), 'content_sha256', shown.content_sha256,
            'files', (SELECT json_agg(json_build_object(
                'number', number, 'name', file -> 'name', 'media_type', file -> 'media_type',
                'size', file -> 'size', 'sha256', file -> 'sha256',
                'href', CASE WHEN shown.edition = whose.current_edition
                             THEN '/documents/' || whose.id || '/files/' || number END) ORDER BY number)
                FROM jsonb_array_elements(shown.files) WITH ORDINALITY AS listed (file, number)),
            'ledger', '/ledger/documents/' || whose.id) AS text)
    $$
"""

TABLE = """
    CREATE TABLE answer (
        document_id uuid PRIMARY KEY REFERENCES document,
        listed_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        tags text[] NOT NULL,
        entry text NOT NULL);
    COMMENT ON TABLE answer IS 'What is public, as it is sent and as it is found; only triggers write it.';
"""

# The session's own time zone must not get into the text.
ANSWERS = """
    CREATE FUNCTION document_answers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT SET timezone = 'UTC' AS $$
        BEGIN
            IF NEW.current_edition IS NULL THEN
                DELETE FROM answer WHERE document_id = NEW.id;
            ELSE
                INSERT INTO answer
                SELECT NEW.id, NEW.last_published_at, NEW.changed_at, NEW.tags, entry_of(NEW, shown)
                FROM edition AS shown
                WHERE shown.document_id = NEW.id AND shown.edition = NEW.current_edition
                ON CONFLICT (document_id) DO UPDATE SET listed_at = excluded.listed_at,
                    changed_at = excluded.changed_at, tags = excluded.tags, entry = excluded.entry;
            END IF;
            RETURN NULL;
        END $$;
    CREATE TRIGGER document_answers AFTER UPDATE ON document FOR EACH ROW
        WHEN (NEW.current_edition IS DISTINCT FROM OLD.current_edition
              OR NEW.changed_at <> OLD.changed_at OR NEW.index_no IS DISTINCT FROM OLD.index_no)
        EXECUTE FUNCTION document_answers();
"""

# Whether a document holds is found out after it was entered, and may change with no change of its own row.
STANDS = """
    CREATE FUNCTION standing_answers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT SET timezone = 'UTC' AS $$
        BEGIN
            UPDATE answer SET entry = entry_of(document, shown),
                changed_at = CASE TG_TABLE_NAME WHEN 'validity' THEN answer.changed_at ELSE clock_timestamp() END
            FROM document JOIN edition AS shown
                ON shown.document_id = document.id AND shown.edition = document.current_edition
            WHERE answer.document_id = NEW.document_id AND document.id = NEW.document_id;
            RETURN NULL;
        END $$;
    CREATE TRIGGER standing_answers AFTER INSERT ON validity
        FOR EACH ROW EXECUTE FUNCTION standing_answers();
    CREATE TRIGGER standing_answers AFTER INSERT ON validity_change
        FOR EACH ROW EXECUTE FUNCTION standing_answers();
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
    op.execute(ENTRY)
    op.execute(TABLE)
    op.execute(BEFORE)
    op.execute("SET timezone = 'UTC'")
    op.execute("""
        INSERT INTO answer
        SELECT document.id, last_published_at, changed_at, document.tags, entry_of(document, shown)
        FROM document JOIN edition AS shown ON shown.document_id = id AND shown.edition = current_edition
    """)
    op.execute("RESET timezone")
    op.execute(SHOWS.replace(":", r"\:"))
    op.execute(ANSWERS)
    op.execute(STANDS)
    op.execute("""
        DROP INDEX document_public;
        CREATE INDEX answer_listed ON answer (listed_at DESC, document_id DESC);
        CREATE INDEX answer_tags ON answer USING gin (tags);
        CREATE INDEX document_changed ON document (changed_at);
        CREATE INDEX answer_changed ON answer (changed_at);
        GRANT SELECT ON answer TO gongkai_publish;
        CREATE INDEX withdrawal_since ON withdrawal (withdrawn_at DESC, document_id DESC);
    """)


def downgrade() -> None:
    op.execute("""
        DROP INDEX withdrawal_since;
        DROP TRIGGER standing_answers ON validity;
        DROP TRIGGER standing_answers ON validity_change;
        DROP FUNCTION standing_answers;
        DROP TRIGGER document_answers ON document;
        DROP FUNCTION document_answers;
        DROP TABLE answer;
        DROP FUNCTION entry_of;
        DROP TRIGGER document_shows ON document;
        DROP FUNCTION document_shows;
        DROP FUNCTION tags_of;
        ALTER TABLE document DROP COLUMN tags, DROP COLUMN changed_at;
        CREATE INDEX document_public ON document (last_published_at DESC, id) WHERE current_edition IS NOT NULL;
    """)
