"""The steps from an empty database to the tables of today, as Alembic revisions."""

# The newest file in versions/: kept here so that a database that is up to date needs no Alembic to say so.
HEAD = "0004"
VERSION_TABLE = "paperboy_schema"
