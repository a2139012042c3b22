"""Items of any domain, when they changed, and the vectors that people bring with them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NEW = ("numbers", "places", "attributes", "reviews", "image", "available", "number", "changed")


def upgrade() -> None:
    for name, empty in (("numbers", "{}"), ("places", "{}"), ("attributes", "{}"), ("reviews", "[]")):
        op.add_column("items", sa.Column(name, sa.JSON, nullable=False, server_default=empty))
    op.add_column("items", sa.Column("image", sa.String, nullable=False, server_default=sa.text("''")))
    op.add_column("items", sa.Column("available", sa.Boolean, nullable=False, server_default=sa.true()))
    for name in ("number", "changed"):
        op.add_column("items", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_items_number", "items", ["number"])
    op.create_index("ix_items_changed", "items", ["changed"])
    revisions = op.create_table(
        "revisions",
        sa.Column("of", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.bulk_insert(revisions, [{"of": "items", "number": 0}])
    op.create_table(
        "item_vectors",
        sa.Column("item", sa.String, primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    connection = op.get_bind()
    # the ids alone would come out of their index and not in the order in which they were written
    ids = [row.id for row in connection.execute(sa.text("SELECT id, title FROM items"))]
    if ids:
        numbered = [{"number": number, "id": id} for number, id in enumerate(ids, 1)]
        connection.execute(sa.text("UPDATE items SET number = :number WHERE id = :id"), numbered)


def downgrade() -> None:
    op.drop_table("item_vectors")
    op.drop_table("revisions")
    op.drop_index("ix_items_changed", "items")
    op.drop_index("ix_items_number", "items")
    for name in NEW:
        op.drop_column("items", name)
