"""The door for operators: one click command per file, joined here. No rule lives in this room."""

import click

from caseflow.cli.groups import Door

_FOUND_IN = {
    "backup": "caseflow.cli.backup:backup",
    "bureau": "caseflow.cli.bureau:bureau",
    "cases": "caseflow.cli.cases:cases",
    "db": "caseflow.cli.database:db",
    "demo": "caseflow.cli.demo:demo",
    "doctor": "caseflow.cli.doctor:doctor",
    "feel": "caseflow.cli.feel:feel",
    "files": "caseflow.cli.files:files",
    "filing-deadlines": "caseflow.cli.filing_deadlines:filing_deadlines",
    "holidays": "caseflow.cli.holidays:holidays",
    "import": "caseflow.cli.facts:import_files",
    "powers": "caseflow.cli.powers:powers",
    "recompute": "caseflow.cli.screening:recompute",
    "keep-files": "caseflow.cli.backup:keep_files",
    "outbox": "caseflow.cli.outbox:outbox",
    "reckon": "caseflow.cli.reckon:reckon",
    "record": "caseflow.cli.record:record",
    "restore": "caseflow.cli.restore:restore",
    "screen": "caseflow.cli.screening:screen",
    "select": "caseflow.cli.screening:select",
    "selfcheck": "caseflow.cli.self_check:selfcheck",
    "up": "caseflow.cli.up:up",
    "users": "caseflow.cli.users:users",
    "workflows": "caseflow.cli.workflows:workflows",
    "patrols": "caseflow.cli.patrols:patrols",
    "payments": "caseflow.cli.payments:payments",
    "yearly-results": "caseflow.cli.yearly_results:yearly_results",
}


@click.group(cls=Door, found_in=_FOUND_IN, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="caseflow")
def main() -> None:
    """Caseflow 信息管税平台: the workflow and case management of a city tax bureau."""
