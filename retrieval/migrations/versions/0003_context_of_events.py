"""What else is known of the moment of an event."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("events", sa.Column("context", sa.JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("events", "context")
