"""The command `yousu`."""

import gc

import click

from services.console.calendar_commands import calendar
from services.console.import_commands import import_command
from services.console.operations_commands import process, quarantine_group, status
from services.console.replay_commands import rebuild_command, replay_command
from services.console.report_commands import report
from services.console.serve_commands import serve_command
from services.console.simulate_commands import run, simulate
from services.console.ticket_commands import ticket

COMMANDS = (
    calendar,
    import_command,
    process,
    quarantine_group,
    rebuild_command,
    replay_command,
    report,
    run,
    serve_command,
    simulate,
    status,
    ticket,
)
# Events and tickets are tuples and strings without cycles: looking for cycles among them as often
# as Python does by default costs about a tenth of the work and finds nothing.
COLLECT_EVERY = (50_000, 20, 50)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yousu")
def main() -> None:
    """有诉必应马上办: every request of a city's residents, from the first word to the report."""
    gc.set_threshold(*COLLECT_EVERY)


for command in COMMANDS:
    main.add_command(command)

if __name__ == "__main__":
    main()
