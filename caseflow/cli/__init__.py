"""The door for operators: one click command per file, joined here. No rule lives in this room."""

import click

from caseflow.cli.bureau import bureau
from caseflow.cli.database import db
from caseflow.cli.demo import demo
from caseflow.cli.doctor import doctor
from caseflow.cli.facts import import_files
from caseflow.cli.record import record
from caseflow.cli.refusals import Door
from caseflow.cli.screening import recompute, screen, select
from caseflow.cli.up import up
from caseflow.cli.users import users
from caseflow.cli.workflows import workflows


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="caseflow")
def main() -> None:
    """Caseflow 信息管税平台: the workflow and case management of a city tax bureau."""


for _command in (
    *(
        bureau,
        db,
        demo,
        doctor,
        import_files,
        recompute,
        record,
        screen,
        select,
        up,
        users,
        workflows,
    ),
):
    main.add_command(_command)
