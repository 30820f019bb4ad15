"""What the services may do on the brokers: their two topics, their groups, and nothing else.

Run by whoever may alter the cluster, with the settings of `yousu topics create`. The channels that
publish get users of their own: Write and Describe on intake-reports only.
"""

import argparse

from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
)

from services.platform.settings import load_settings
from services.platform.transport.kafka_clients import admin
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import INTAKE_REPORTS, TICKET_EVENTS


def acls(settings: KafkaSettings, services: str, channels: list[str]) -> list[ACL]:
    events, reports = settings.topic(TICKET_EVENTS), settings.topic(INTAKE_REPORTS)
    groups = ResourcePattern(
        ResourceType.GROUP, settings.group(""), ACLResourcePatternType.PREFIXED
    )
    topic = {name: ResourcePattern(ResourceType.TOPIC, name) for name in (events, reports)}
    wanted = [
        *((services, one, topic[events]) for one in ("READ", "WRITE", "DESCRIBE")),
        *((services, one, topic[reports]) for one in ("READ", "WRITE", "DESCRIBE")),
        *((services, one, groups) for one in ("READ", "DESCRIBE")),
        *((name, one, topic[reports]) for name in channels for one in ("WRITE", "DESCRIBE")),
    ]
    return [
        ACL(f"User:{name}", "*", ACLOperation[operation], ACLPermissionType.ALLOW, pattern)
        for name, operation, pattern in wanted
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--services", default="yousu", help="user of relay, workers and server")
    parser.add_argument("--channel", action="append", default=[], help="user of a channel")
    arguments = parser.parse_args()
    settings = load_settings(None).kafka
    if settings is None:
        parser.error("YOUSU_KAFKA is not set")
    wanted = acls(settings, arguments.services, arguments.channel)
    with admin(settings) as client:
        failed = client.create_acls(wanted)["failed"]
    if failed:
        raise SystemExit(f"{len(failed)} of {len(wanted)} rules were refused")
    print(f"acls: {len(wanted)} rules")


if __name__ == "__main__":
    main()
