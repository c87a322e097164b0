"""The obligation register: what each body must publish, what fulfils it, and what was handed in for it."""

from alembic import op

revision = "publish_0008"
down_revision = "publish_0007"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE obligation (
            body text NOT NULL,
            code text NOT NULL,
            matter text NOT NULL,
            second_matter text NOT NULL,
            content text NOT NULL,
            basis text NOT NULL,
            within_number integer NOT NULL,
            within_unit text NOT NULL CHECK (within_unit IN ('working-days', 'days', 'hours', 'at-once')),
            repeats text NOT NULL CHECK (repeats IN ('none', 'month', 'quarter', 'half-year', 'year')),
            day text NOT NULL,
            channels text[] NOT NULL,
            audience text NOT NULL CHECK (audience IN ('all', 'particular')),
            manner text NOT NULL CHECK (manner IN ('proactive', 'on-request')),
            levels text[] NOT NULL,
            since date NOT NULL,
            ended date,
            version integer NOT NULL DEFAULT 1,
            changed_at timestamptz NOT NULL,
            changed_by text NOT NULL,
            PRIMARY KEY (body, code));
        COMMENT ON TABLE obligation IS '公开事项标准目录: what each body must publish, as it is said now.';
        COMMENT ON COLUMN obligation.day IS 'The last day of its period, where that is not the calendar''s.';
        COMMENT ON COLUMN obligation.ended IS 'The first day on which it holds no more.';

        CREATE TABLE obligation_version (
            body text NOT NULL,
            code text NOT NULL,
            version integer NOT NULL,
            says jsonb NOT NULL,
            PRIMARY KEY (body, code, version),
            FOREIGN KEY (body, code) REFERENCES obligation);
        COMMENT ON TABLE obligation_version IS 'Every version of an entry, the present one too; never changed.';

        CREATE TABLE fulfilment (
            document_id uuid NOT NULL REFERENCES document,
            edition integer NOT NULL,
            obligation text NOT NULL,
            body text NOT NULL,
            "on" date NOT NULL,
            ended text,
            PRIMARY KEY (document_id, edition, obligation));
        CREATE INDEX fulfilment_of ON fulfilment (body, obligation, "on" DESC);
        COMMENT ON TABLE fulfilment IS 'What a public edition says that it fulfils; its code may be in no register.';
        COMMENT ON COLUMN fulfilment."on" IS 'When the document first fulfilled it: an amendment begins no new period.';
        COMMENT ON COLUMN fulfilment.ended IS 'How it was withdrawn; only what has expired still counts.';

        CREATE TABLE awaited (
            document_id uuid NOT NULL,
            edition integer NOT NULL,
            body text,
            created_on date,
            from_on date,
            obligations text[],
            due_on date,
            provisional boolean NOT NULL DEFAULT false,
            returned_at timestamptz,
            closed text CHECK (closed IN ('published', 'rejected', 'superseded', 'quarantined', 'withdrawn')),
            closed_at timestamptz,
            PRIMARY KEY (document_id, edition),
            CHECK (closed IS NOT NULL OR returned_at IS NOT NULL OR due_on IS NOT NULL));
        CREATE INDEX awaited_open ON awaited (due_on) WHERE closed IS NULL;
        COMMENT ON TABLE awaited IS
            'What was handed in and is not public yet. Heard of by its end first, it says no more than that.';
        COMMENT ON COLUMN awaited.from_on IS 'Its formation, or the change of what is public: art. 26 runs from here.';
        COMMENT ON COLUMN awaited.provisional IS 'The calendar of one of its years was not known.';

        CREATE TABLE overdue (
            body text NOT NULL,
            obligation text,
            document_id uuid,
            due_on date NOT NULL,
            announced_at timestamptz NOT NULL,
            UNIQUE NULLS NOT DISTINCT (document_id, due_on, body, obligation));
        COMMENT ON TABLE overdue IS 'What was announced as overdue; each thing once for each due date.';

        GRANT SELECT, INSERT, UPDATE ON obligation, fulfilment, awaited TO gongkai_publish;
        GRANT SELECT, INSERT ON obligation_version, overdue TO gongkai_publish;
    """)


def downgrade() -> None:
    op.execute("DROP TABLE overdue, awaited, fulfilment, obligation_version, obligation")
