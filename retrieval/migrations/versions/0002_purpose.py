"""Whom a conversation is for, and whom each word of feedback was said for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # what is there already was said by people for themselves
    for table in ("conversations", "feedback"):
        op.add_column(table, sa.Column("purpose", sa.String, nullable=False, server_default="self"))


def downgrade() -> None:
    # what was said for someone else would count as the giver's own without the column that tells it apart
    op.execute(sa.text("DELETE FROM feedback WHERE purpose <> 'self'"))
    for table in ("feedback", "conversations"):
        op.drop_column(table, "purpose")
