"""Cases, findings, decisions, and the tables of delivery."""

from alembic import op

from shared.migrate import emptied, role_for
from shared.schema import DELIVERY_V1

revision = "review_0001"
down_revision = None


def upgrade() -> None:
    op.execute(DELIVERY_V1)
    op.execute("""
        CREATE TABLE review_case (
            id uuid PRIMARY KEY,
            document_id uuid NOT NULL,
            edition integer NOT NULL,
            department text NOT NULL,
            author text NOT NULL,
            kind text NOT NULL,
            theme text NOT NULL,
            joint_with text[] NOT NULL,
            content_sha256 text NOT NULL,
            level text NOT NULL,
            state text NOT NULL,
            state_since timestamptz NOT NULL,
            opened_at timestamptz NOT NULL,
            due_on date NOT NULL,
            due_provisional boolean NOT NULL,
            ruleset text,
            outcome text,
            screening_until timestamptz,
            screenings integer NOT NULL DEFAULT 0,
            UNIQUE (document_id, edition));
        CREATE INDEX review_case_screening ON review_case (opened_at) WHERE state = 'screening';
        CREATE INDEX review_case_open ON review_case (department, state, opened_at);

        CREATE TABLE case_file (
            case_id uuid NOT NULL REFERENCES review_case,
            sha256 text NOT NULL,
            PRIMARY KEY (case_id, sha256));
        CREATE INDEX case_file_sha256 ON case_file (sha256);
        COMMENT ON TABLE case_file IS 'Which files were screened for which case: several may list the same one.';

        CREATE TABLE finding (
            case_id uuid NOT NULL REFERENCES review_case,
            no integer NOT NULL,
            file integer NOT NULL,
            place text NOT NULL,
            starts integer NOT NULL,
            ends integer NOT NULL,
            rule text NOT NULL,
            severity text NOT NULL,
            excerpt text NOT NULL,
            why text NOT NULL,
            confidence real NOT NULL,
            proposal text NOT NULL,
            PRIMARY KEY (case_id, no));
        COMMENT ON COLUMN finding.excerpt IS 'Masked; empty for secrecy marks.';

        CREATE TABLE decision (
            id uuid PRIMARY KEY,
            case_id uuid NOT NULL REFERENCES review_case,
            kind text NOT NULL CHECK (kind IN ('approval', 'return', 'rejection')),
            officer text NOT NULL,
            level text,
            grounds text[] NOT NULL,
            note text NOT NULL,
            decided_at timestamptz NOT NULL,
            approval text,
            author text NOT NULL,
            CONSTRAINT the_author_does_not_approve CHECK (kind <> 'approval' OR officer <> author));
        CREATE UNIQUE INDEX decision_closes ON decision (case_id);
        COMMENT ON TABLE decision IS 'Who decided what, when and on what ground; never changed, never removed.';

        CREATE TABLE quarantine (
            case_id uuid PRIMARY KEY REFERENCES review_case,
            sealed text[] NOT NULL,
            at timestamptz NOT NULL,
            cleared_at timestamptz,
            handed_over_at timestamptz,
            handed_over_to text);
        COMMENT ON TABLE quarantine IS 'What was locked away because of a secrecy mark, for the hand-over list.';
    """)
    for grant in role_for("review"):
        op.execute(grant)
    op.execute("REVOKE UPDATE, DELETE ON decision FROM gongkai_review")


def downgrade() -> None:
    op.execute(emptied("review"))
