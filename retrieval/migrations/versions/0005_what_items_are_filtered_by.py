"""What items are filtered by, one row a value, in the database's own terms."""

import sqlalchemy as sa
from alembic import op

from retrieval.filtering.sql import write_filtered
from retrieval.items import Item

revision = "0005"
down_revision = "0004"
BATCH = 1000


def upgrade() -> None:
    def item() -> sa.Column[str]:
        return sa.Column("item", sa.String, sa.ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)

    op.create_table(
        "item_facets",
        item(),
        sa.Column("facet", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
    )
    op.create_index("item_facets_by_value", "item_facets", ["facet", "value", "item"])
    op.create_table(
        "item_numbers",
        item(),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("number", sa.Float, nullable=False),
    )
    op.create_index("item_numbers_by_number", "item_numbers", ["name", "number", "item"])
    op.create_table(
        "item_places",
        item(),
        sa.Column("name", sa.String, primary_key=True),
        *(sa.Column(axis, sa.Float, nullable=False) for axis in "xyz"),
    )
    op.create_table("item_words", item(), sa.Column("words", sa.Text, nullable=False))
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    items = sa.table(
        "items",
        *(sa.column(name) for name in ("id", "title", "year", "text")),
        *(sa.column(name, sa.JSON) for name in ("facets", "numbers", "places")),
    )
    for rows in connection.execute(sa.select(items)).mappings().partitions(BATCH):
        write_filtered(
            connection,
            [
                Item(
                    row["id"],
                    row["title"],
                    row["year"],
                    {name: tuple(values) for name, values in row["facets"].items()},
                    row["text"],
                    numbers=row["numbers"],
                    places={name: tuple(place) for name, place in row["places"].items()},
                )
                for row in rows
            ],
        )


def downgrade() -> None:
    for table in ("item_words", "item_places", "item_numbers", "item_facets"):
        op.drop_table(table)
