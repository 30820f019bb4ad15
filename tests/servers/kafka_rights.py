"""The users and rights of docs/kafka-security.md, read out of the page itself."""

import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType
from kafka.admin import ACLResourcePatternType as PatternType
from kafka.admin import UserScramCredentialUpsertion as Upsertion

from services.platform.transport.kafka_clients import admin
from tests.servers.secured_kafka import PASSWORD, SecuredKafka

PAGE = Path(__file__).parents[2] / "docs/kafka-security.md"
KINDS = {"--topic": ResourceType.TOPIC, "--group": ResourceType.GROUP}
USERS = ("relay", "worker", "worker-intake", "hotline", "audit", "deployer")


def grant(broker: SecuredKafka) -> None:
    with admin(broker.operator()) as client:
        client.alter_user_scram_credentials(
            [Upsertion(user, "SCRAM-SHA-512", PASSWORD) for user in USERS]
        )
        client.create_acls(acls_of_the_page())


def acls_of_the_page() -> list[ACL]:
    lines = PAGE.read_text().splitlines()
    return [one for line in lines if line.startswith("acl --") for one in _acls(line)]


def _acls(line: str) -> Iterator[ACL]:
    words = shlex.split(line, comments=True)[1:]
    pairs = list(pairwise(words))
    principal = next(b for a, b in pairs if a == "--allow-principal")
    prefixed = ("--resource-pattern-type", "prefixed") in pairs
    pattern = PatternType.PREFIXED if prefixed else PatternType.LITERAL
    resources = [ResourcePattern(KINDS[a], b, pattern) for a, b in pairs if a in KINDS]
    if "--cluster" in words:
        resources.append(ResourcePattern(ResourceType.CLUSTER, "kafka-cluster"))
    for operation in [_operation(b) for a, b in pairs if a == "--operation"]:
        for resource in resources:
            yield ACL(principal, "*", operation, ACLPermissionType.ALLOW, resource)


def _operation(name: str) -> ACLOperation:
    spelled = {"DescribeConfigs": "DESCRIBE_CONFIGS", "IdempotentWrite": "IDEMPOTENT_WRITE"}
    return ACLOperation[spelled.get(name, name.upper())]
