"""The database: SQLite by default, PostgreSQL by address; the one place that knows SQLAlchemy."""
