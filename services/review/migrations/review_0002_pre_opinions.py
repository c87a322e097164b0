"""What each person said to a case, whom else it was asked of, and what the machine must look for."""

from alembic import op

from shared.migrate import emptied, role_for

revision = "review_0002"
down_revision = "review_0001"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE review_case
            ADD COLUMN sensitivity text NOT NULL DEFAULT 'ordinary',
            ADD COLUMN confirm_with text[] NOT NULL DEFAULT '{}',
            ADD COLUMN authors text[] NOT NULL DEFAULT '{}',
            ADD COLUMN tier text NOT NULL DEFAULT '',
            ADD COLUMN blocking integer NOT NULL DEFAULT 0,
            ADD COLUMN step text NOT NULL DEFAULT '',
            ADD COLUMN step_due_on date,
            ADD COLUMN escalated boolean NOT NULL DEFAULT false,
            ADD COLUMN index_no text,
            ADD COLUMN published_at timestamptz;
        COMMENT ON COLUMN review_case.authors IS 'Who handed in this or an earlier edition: none of them may decide.';
        COMMENT ON COLUMN review_case.step IS 'The step of the policy that is due; empty when none is.';
        COMMENT ON COLUMN review_case.escalated IS 'The step was late, so those above may take it as well.';
        UPDATE review_case SET authors = ARRAY[author], blocking = (
            SELECT count(*) FROM finding WHERE finding.case_id = review_case.id AND severity = 'block');
        CREATE INDEX review_case_ruleset ON review_case (ruleset) WHERE state = 'published';
        CREATE INDEX review_case_late ON review_case (step_due_on) WHERE state = 'reviewing';

        CREATE TABLE opinion (
            id uuid PRIMARY KEY,
            case_id uuid NOT NULL REFERENCES review_case,
            act text NOT NULL,
            step text NOT NULL DEFAULT '',
            officer text NOT NULL,
            name text NOT NULL,
            role text NOT NULL,
            department text NOT NULL,
            level text,
            about text NOT NULL DEFAULT '',
            grounds text[] NOT NULL DEFAULT '{}',
            note text NOT NULL DEFAULT '',
            policy text NOT NULL,
            content_sha256 text NOT NULL,
            approval text,
            author text NOT NULL,
            at timestamptz NOT NULL,
            CONSTRAINT the_author_does_not_decide CHECK (act NOT IN ('agreed', 'approved') OR officer <> author));
        CREATE UNIQUE INDEX opinion_one_each ON opinion (case_id, officer) WHERE act IN ('agreed', 'approved');
        CREATE UNIQUE INDEX opinion_closes ON opinion (case_id) WHERE act IN ('approved', 'returned', 'rejected');
        CREATE INDEX opinion_case ON opinion (case_id, at);
        COMMENT ON TABLE opinion IS 'Who said what, when, as what and on what ground; never changed, never removed.';
        COMMENT ON COLUMN opinion.name IS 'As it was then: people marry, and offices change hands.';
        COMMENT ON COLUMN opinion.about IS 'The department asked, or the referral answered.';
        INSERT INTO opinion (id, case_id, act, officer, name, role, department, level, grounds, note, policy,
                             content_sha256, approval, author, at)
        SELECT decision.id, case_id,
            CASE decision.kind WHEN 'approval' THEN 'approved' WHEN 'return' THEN 'returned' ELSE 'rejected' END,
            decision.officer, coalesce(officer.name, decision.officer), coalesce(decision.level, ''),
            coalesce(officer.department, review_case.department), decision.level, decision.grounds, decision.note, '',
            review_case.content_sha256, approval, decision.author, decided_at
        FROM decision JOIN review_case ON review_case.id = decision.case_id
        LEFT JOIN shared.officer ON officer.id = decision.officer;

        CREATE TABLE confirmation (
            case_id uuid NOT NULL REFERENCES review_case,
            department text NOT NULL,
            why text NOT NULL CHECK (why IN ('joint', 'named', 'found', 'asked')),
            state text NOT NULL CHECK (state IN ('asked', 'confirmed', 'objected', 'deemed', 'escalated', 'resolved')),
            asked_at timestamptz NOT NULL,
            due_on date NOT NULL,
            answered_at timestamptz,
            answered_by text,
            reasons text NOT NULL DEFAULT '',
            resolved_at timestamptz,
            resolved_by text,
            resolution text NOT NULL DEFAULT '',
            PRIMARY KEY (case_id, department));
        CREATE INDEX confirmation_open ON confirmation (due_on) WHERE state = 'asked';
        COMMENT ON TABLE confirmation IS 'Which departments were asked (Regulations, art. 11), and what they said.';

        CREATE TABLE referral (
            id uuid PRIMARY KEY,
            case_id uuid NOT NULL REFERENCES review_case,
            kind text NOT NULL CHECK (kind IN ('disclosure', 'state-secret')),
            authority text NOT NULL,
            level text NOT NULL DEFAULT '',
            asked_by text NOT NULL,
            asked_at timestamptz NOT NULL,
            report_by date,
            reported_at timestamptz,
            due_on date NOT NULL,
            answer text NOT NULL DEFAULT '',
            answer_no text NOT NULL DEFAULT '',
            answered_by text,
            answered_at timestamptz);
        CREATE UNIQUE INDEX referral_open ON referral (case_id) WHERE answered_at IS NULL;
        COMMENT ON TABLE referral IS 'Questions that others must answer; the two kinds are never mixed.';
        COMMENT ON COLUMN referral.level IS 'The provisional level under which a suspected secret is protected.';

        CREATE TABLE alarm (
            case_id uuid NOT NULL REFERENCES review_case,
            what text NOT NULL,
            action text NOT NULL CHECK (action IN ('remind', 'escalate', 'deem')),
            due_on date NOT NULL,
            raised_at timestamptz NOT NULL,
            PRIMARY KEY (case_id, what, action, due_on));
        COMMENT ON TABLE alarm IS 'What was late and was said so; each once.';

        CREATE TABLE redaction (
            id uuid PRIMARY KEY,
            case_id uuid NOT NULL REFERENCES review_case,
            file integer NOT NULL,
            original_sha256 text NOT NULL,
            redacted_sha256 text NOT NULL,
            marks jsonb NOT NULL,
            checked jsonb NOT NULL,
            officer text NOT NULL,
            at timestamptz NOT NULL,
            cleared_at timestamptz);
        CREATE INDEX redaction_uncleared ON redaction (at) WHERE cleared_at IS NULL;
        COMMENT ON COLUMN redaction.cleared_at IS 'When the original left the store; a sealed copy is kept.';
        COMMENT ON COLUMN redaction.marks IS 'Rectangles and stretches with their grounds, never the text.';

        CREATE TABLE keyword_list (
            name text PRIMARY KEY,
            owner text NOT NULL,
            version text NOT NULL,
            legal_basis text NOT NULL,
            effective_on date NOT NULL,
            words integer NOT NULL,
            sealed text NOT NULL,
            loaded_by text NOT NULL,
            loaded_at timestamptz NOT NULL);
        COMMENT ON COLUMN keyword_list.sealed IS 'The words, encrypted: what is looked for tells what is secret.';
    """)
    for grant in role_for("review"):
        op.execute(grant)
    op.execute("REVOKE UPDATE, DELETE ON opinion FROM gongkai_review")


def downgrade() -> None:
    op.execute(emptied("review"))
