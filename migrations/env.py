"""How Alembic runs here: forward only, as the owner, with time-outs, one transaction a step."""

from alembic import context
from sqlalchemy import create_engine, text

from caseflow.models import Base
from caseflow.models import record as _record  # noqa: F401 - registers the record's table

_LIMITS = "SET lock_timeout = '5s'; SET statement_timeout = '10min'"


def run() -> None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
    with engine.connect() as connection:
        connection.execute(text(_LIMITS))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=False,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
