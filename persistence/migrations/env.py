"""Runs the steps on the connection that `persistence.migrating` opened and locked."""

from alembic import context

# A step of its own transaction may leave it for one statement (`op.get_context().
# autocommit_block()`), as an index built without locking its table must.
context.configure(
    connection=context.config.attributes["connection"], transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
