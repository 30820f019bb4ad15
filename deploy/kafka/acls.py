"""What the services may do on the brokers: docs/kafka-security.md as code.

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


def acls(settings: KafkaSettings, channels: list[str]) -> list[ACL]:
    exact, beginning = ACLResourcePatternType.LITERAL, ACLResourcePatternType.PREFIXED
    events, reports = (
        ResourcePattern(ResourceType.TOPIC, settings.topic(name), exact)
        for name in (TICKET_EVENTS, INTAKE_REPORTS)
    )
    groups = ResourcePattern(ResourceType.GROUP, settings.group(""), beginning)
    intake = ResourcePattern(ResourceType.GROUP, settings.group("intake"), exact)
    wanted = [
        *(("relay", one, events) for one in ("WRITE", "DESCRIBE")),
        *(("worker", "READ", one) for one in (events, groups)),
        ("worker", "DESCRIBE", reports),  # the server: how many messages wait
        *(("worker-intake", "READ", one) for one in (events, reports, intake)),
        *((name, one, reports) for name in channels for one in ("WRITE", "DESCRIBE")),
    ]
    return [
        ACL(f"User:{name}", "*", ACLOperation[operation], ACLPermissionType.ALLOW, pattern)
        for name, operation, pattern in wanted
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--channel", action="append", default=[], help="user of a channel")
    arguments = parser.parse_args()
    settings = load_settings(None).kafka
    if settings is None:
        parser.error("YOUSU_KAFKA is not set")
    wanted = acls(settings, arguments.channel)
    with admin(settings) as client:
        failed = client.create_acls(wanted)["failed"]
    if failed:
        raise SystemExit(f"{len(failed)} of {len(wanted)} rules were refused")
    print(f"acls: {len(wanted)} rules")


if __name__ == "__main__":
    main()
