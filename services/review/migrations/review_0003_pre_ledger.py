"""Opinions are sealed into a hash chain."""

from alembic import op

from shared.ledger import LEDGER_V1

revision = "review_0003"
down_revision = "review_0002"


def upgrade() -> None:
    op.execute(LEDGER_V1)
    op.execute("""
        GRANT SELECT, INSERT ON ledger, ledger_checkpoint TO gongkai_review;
        GRANT SELECT, INSERT, DELETE ON unsealed TO gongkai_review;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA review TO gongkai_review;
        CREATE TRIGGER opinion_to_be_sealed AFTER INSERT ON opinion
            FOR EACH ROW EXECUTE FUNCTION to_be_sealed('opinion');
        INSERT INTO unsealed (kind, record) SELECT 'opinion', id FROM opinion ORDER BY at, id;
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER opinion_to_be_sealed ON opinion")
    op.execute("DROP FUNCTION to_be_sealed")
    op.execute("DROP TABLE ledger_checkpoint, ledger, unsealed")
