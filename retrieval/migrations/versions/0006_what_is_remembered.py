"""What people said of their taste in general, and whether they want it remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("user", sa.String, primary_key=True),
        sa.Column("remember", sa.Boolean),
        sa.Column("support", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "facts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("user", sa.String, nullable=False, index=True),
        sa.Column("facet", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("liked", sa.Boolean, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.UniqueConstraint("user", "facet", "value", name="one_fact"),
    )


def downgrade() -> None:
    # without the consent nothing may be remembered
    for table in ("facts", "consents"):
        op.drop_table(table)
