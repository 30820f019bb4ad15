"""The command `yousu`."""

import gc
from collections.abc import Mapping
from importlib import import_module

import click

# Loaded when called: a status line need not wait for a web server and a spreadsheet reader.
COMMANDS: Mapping[str, str] = {
    "calendar": "calendar_commands:calendar",
    "db": "database_commands:database",
    "directory": "directory_commands:directory",
    "findings": "findings_commands:findings",
    "evaluation": "evaluation_commands:evaluation",
    "import": "import_commands:import_command",
    "intake-key": "publish_command:intake_key_command",
    "knowledge": "knowledge_commands:knowledge",
    "measures": "measure_commands:measures",
    "notices": "notices_commands:notices",
    "process": "operations_commands:process",
    "publish": "publish_command:publish_command",
    "quarantine": "operations_commands:quarantine_group",
    "rebuild": "replay_commands:rebuild_command",
    "relay": "worker_commands:relay_command",
    "replay": "replay_commands:replay_command",
    "report": "report_commands:report",
    "route": "route_command:route_command",
    "router": "router_commands:router",
    "run": "simulate_commands:run",
    "schema": "schema_commands:schema",
    "serve": "serve_commands:serve_command",
    "similar": "similar_command:similar_command",
    "simulate": "simulate_commands:simulate",
    "status": "status_command:status_command",
    "supervision": "supervision_commands:supervision",
    "ticket": "ticket_commands:ticket",
    "topic": "monthly_topic_commands:topic",
    "topics": "topic_commands:topics",
    "units": "unit_commands:units",
    "worker": "worker_commands:worker_command",
}
# Events and tickets are tuples and strings without cycles: looking for cycles among them as often
# as Python does by default costs about a tenth of the work and finds nothing.
COLLECT_EVERY = (400_000, 20, 50)


class LazyGroup(click.Group):
    """Knows its commands by name, and their code when it is needed."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command: click.Command = getattr(import_module(f"services.console.{module}"), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yousu")
def main() -> None:
    """有诉必应马上办: every request of a city's residents, from the first word to the report."""
    gc.set_threshold(*COLLECT_EVERY)


if __name__ == "__main__":
    main()
