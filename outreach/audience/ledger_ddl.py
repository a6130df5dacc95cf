"""What makes the consent ledger append-only: the database itself refuses to change or delete."""

_SQLITE = tuple(
    f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}
BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END"""
    for table in ("consents", "wordings")
    for verb in ("update", "delete")
)

_POSTGRESQL = (
    """CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the consent ledger is append-only'; END $$""",
    *(
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"""
        for table in ("consents", "wordings")
    ),
)


def statements(dialect: str) -> tuple[str, ...]:
    """Give the statements that protect the ledger, for `sqlite` or `postgresql`."""
    return _POSTGRESQL if dialect == "postgresql" else _SQLITE
