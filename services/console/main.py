"""The command `yousu`."""

import click

from services.console.calendar_commands import calendar


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yousu")
def main() -> None:
    """有诉必应马上办: every request of a city's residents, from the first word to the report."""


main.add_command(calendar)
