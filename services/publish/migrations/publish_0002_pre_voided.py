"""Approvals that were voided before they were used."""

from alembic import op

from shared.migrate import emptied, role_for

revision = "publish_0002"
down_revision = "publish_0001"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE voided_approval (
            approval_id uuid PRIMARY KEY,
            document_id uuid NOT NULL,
            edition integer NOT NULL,
            voided_at timestamptz NOT NULL);
        COMMENT ON TABLE voided_approval IS 'The edition was changed after its approval.';
    """)
    for grant in role_for("publish"):
        op.execute(grant)


def downgrade() -> None:
    op.execute(emptied("publish"))
