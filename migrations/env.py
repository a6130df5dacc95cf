"""Alembic's entry: the connection comes from `outreach.db.migrations`."""

from alembic import context

from outreach.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
