"""What documents have to do with each other, whether they hold, and by which numbers they are found."""

from alembic import op
from sqlalchemy import text

from shared.doc_numbers import key_of

revision = "publish_0007"
down_revision = "publish_0006"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE edition ADD COLUMN doc_no_key text;
        COMMENT ON COLUMN edition.doc_no_key IS 'The normal form of its number, by which it is looked up.';
        CREATE INDEX edition_doc_no ON edition (doc_no_key) WHERE doc_no_key IS NOT NULL;
        CREATE INDEX edition_matter ON edition ((about ->> 'matter')) WHERE about ? 'matter';

        CREATE TABLE former_index_no (
            former text NOT NULL,
            document_id uuid NOT NULL REFERENCES document,
            PRIMARY KEY (former, document_id));
        COMMENT ON TABLE former_index_no IS 'Numbers from before this platform; some sites gave one twice.';

        CREATE TABLE index_no_clash (
            document_id uuid NOT NULL REFERENCES document,
            wanted text NOT NULL,
            held_by uuid REFERENCES document,
            given text NOT NULL,
            found_at timestamptz NOT NULL,
            PRIMARY KEY (document_id, wanted));
        COMMENT ON TABLE index_no_clash IS 'A former number that another document has: it got a new one.';

        CREATE TABLE relation (
            document_id uuid NOT NULL,
            edition integer NOT NULL,
            number integer NOT NULL,
            kind text NOT NULL,
            other_document uuid,
            doc_no text,
            doc_no_key text,
            title text,
            acts_on date NOT NULL,
            PRIMARY KEY (document_id, edition, number),
            FOREIGN KEY (document_id, edition) REFERENCES edition);
        CREATE INDEX relation_to ON relation (other_document) WHERE other_document IS NOT NULL;
        CREATE INDEX relation_number ON relation (doc_no_key) WHERE doc_no_key IS NOT NULL;
        COMMENT ON COLUMN relation.other_document IS 'No foreign key: it may be entered later, or never.';
        COMMENT ON COLUMN relation.acts_on IS 'From which day on it amends or repeals the other.';

        CREATE TABLE repeal (
            id uuid PRIMARY KEY,
            document_id uuid NOT NULL REFERENCES document,
            repealed_on date,
            basis text NOT NULL,
            note text NOT NULL,
            officer text NOT NULL,
            decided_at timestamptz NOT NULL);
        CREATE INDEX repeal_of ON repeal (document_id, decided_at);
        COMMENT ON TABLE repeal IS 'Repealed without removal, by whom and why; the last counts, without a day it is taken back.';

        CREATE TABLE validity (
            document_id uuid PRIMARY KEY REFERENCES document,
            validity text NOT NULL,
            since date NOT NULL,
            by_document uuid,
            turns_on date);
        CREATE INDEX validity_turns ON validity (turns_on) WHERE turns_on IS NOT NULL;
        COMMENT ON TABLE validity IS 'How each public document stands.';
        COMMENT ON COLUMN validity.turns_on IS 'The next day on which it may stand otherwise by itself.';

        CREATE TABLE validity_change (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            document_id uuid NOT NULL REFERENCES document,
            edition integer NOT NULL,
            validity text NOT NULL,
            since date NOT NULL,
            by_document uuid,
            cause text NOT NULL CHECK (cause IN ('edition', 'withdrawal', 'decision', 'day')),
            changed_at timestamptz NOT NULL);
        CREATE INDEX validity_change_of ON validity_change (document_id);

        CREATE VIEW public_edition AS
            SELECT edition.document_id, edition.edition, edition.title, edition.kind, edition.theme,
                edition.department, edition.joint_with, edition.doc_no, edition.doc_no_key, edition.created_on,
                edition.about, edition.published_at, document.index_no
            FROM document
            JOIN edition ON edition.document_id = document.id AND edition.edition = document.current_edition;
        COMMENT ON VIEW public_edition IS 'The edition of each document that is public.';

        CREATE VIEW related AS
            WITH resolved AS (
                SELECT relation.document_id, relation.edition, relation.number, other.document_id AS other_id
                FROM relation JOIN public_edition AS other ON other.document_id = relation.other_document
                WHERE other.document_id <> relation.document_id
                UNION ALL
                SELECT relation.document_id, relation.edition, relation.number, other.document_id
                FROM relation JOIN public_edition AS other ON other.doc_no_key = relation.doc_no_key
                WHERE relation.other_document IS NULL AND other.document_id <> relation.document_id)
            SELECT resolved.document_id, resolved.number, resolved.other_id, relation.kind, relation.acts_on,
                source.department = other.department
                OR source.department = ANY (other.joint_with) OR other.department = ANY (source.joint_with)
                OR source.joint_with && other.joint_with
                OR EXISTS (SELECT FROM shared.department AS body
                           WHERE body.code = source.department AND body.kind = 'committee') AS entitled
            FROM resolved
            JOIN relation USING (document_id, edition, number)
            JOIN public_edition AS source USING (document_id, edition)
            JOIN public_edition AS other ON other.document_id = resolved.other_id;
        COMMENT ON VIEW related IS 'Relations between public documents, and whether the one may change the other.';

        GRANT SELECT, INSERT, UPDATE, DELETE ON former_index_no, index_no_clash, relation, validity
            TO gongkai_publish;
        GRANT SELECT, INSERT ON repeal, validity_change TO gongkai_publish;
        GRANT SELECT ON public_edition, related TO gongkai_publish;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA publish TO gongkai_publish;
    """)
    _number()
    _describe()


def _number() -> None:
    connection = op.get_bind()
    numbered = connection.execute(text("SELECT DISTINCT doc_no FROM edition WHERE doc_no IS NOT NULL"))
    for row in numbered.all():
        values = {"doc_no": row.doc_no, "key": key_of(row.doc_no)}
        connection.execute(text("UPDATE edition SET doc_no_key = :key WHERE doc_no = :doc_no"), values)


def _describe() -> None:
    """What is public is looked at again on the first day that is turned."""
    op.execute("""
        INSERT INTO relation (document_id, edition, number, kind, other_document, doc_no, doc_no_key, title, acts_on)
        SELECT current.document_id, current.edition, said.number, said.one ->> 'kind',
            CAST(said.one ->> 'document_id' AS uuid), said.one ->> 'doc_no',
            coalesce((SELECT doc_no_key FROM edition WHERE doc_no = said.one ->> 'doc_no' LIMIT 1),
                     said.one ->> 'doc_no'),
            said.one ->> 'title',
            coalesce(CAST(current.about ->> 'effective_on' AS date),
                     CAST(current.published_at AT TIME ZONE 'Asia/Shanghai' AS date))
        FROM public_edition AS current, jsonb_array_elements(coalesce(current.about -> 'relations', '[]')) WITH ORDINALITY
            AS said (one, number);

        INSERT INTO validity (document_id, validity, since, turns_on)
        SELECT document_id, 'in-force', coalesce(CAST(about ->> 'signed_on' AS date), created_on), created_on
        FROM public_edition;
    """)


def downgrade() -> None:
    op.execute("""
        DROP VIEW related;
        DROP VIEW public_edition;
        DROP TABLE validity_change, validity, repeal, relation, index_no_clash, former_index_no;
        ALTER TABLE edition DROP COLUMN doc_no_key;
    """)
