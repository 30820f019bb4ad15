"""The command `yousu`."""

import click

from services.console.calendar_commands import calendar
from services.console.import_commands import import_command
from services.console.operations_commands import process, quarantine_group, status


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yousu")
def main() -> None:
    """有诉必应马上办: every request of a city's residents, from the first word to the report."""


for command in (
    calendar,
    import_command,
    process,
    quarantine_group,
    status,
):
    main.add_command(command)
