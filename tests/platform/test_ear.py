"""A worker that no longer hears what the relay says knows it, and does not know it wrongly."""

from services.platform.transport.ear import DEAF_AFTER_S, SETTLED_AFTER_S, Ear

LATER_S = SETTLED_AFTER_S + 1.0


def listening(relayed: dict[int, int]) -> Ear:
    """An ear that has begun at 0 s and looked once, at LATER_S."""
    ear = Ear()
    ear.begin(0.0)
    assert not ear.is_deaf(relayed, LATER_S)
    return ear


def test_who_hears_everything_is_not_deaf() -> None:
    ear = listening({0: 5, 1: 9})
    ear.heard(0, 12)
    assert not ear.is_deaf({0: 12, 1: 9}, LATER_S + 10 * DEAF_AFTER_S)


def test_what_does_not_come_for_long_is_noticed() -> None:
    ear = listening({0: 5, 1: 9})
    assert not ear.is_deaf({0: 5, 1: 20}, 10.0)
    ear.heard(0, 30)
    assert not ear.is_deaf({0: 30, 1: 25}, 10.0 + DEAF_AFTER_S)
    assert ear.is_deaf({0: 30, 1: 25}, 10.1 + DEAF_AFTER_S)


def test_what_comes_late_ends_the_waiting() -> None:
    ear = listening({0: 5})
    assert not ear.is_deaf({0: 8}, 10.0)
    ear.heard(0, 8)
    assert not ear.is_deaf({0: 8}, 20.0)
    assert not ear.is_deaf({0: 9}, 21.0 + DEAF_AFTER_S)


def test_what_was_published_before_we_began_is_not_missed() -> None:
    ear = listening({0: 5})
    ear.begin(50.0)
    ear.heard(0, 3)  # left over from before
    assert not ear.is_deaf({0: 900}, 50.0 + SETTLED_AFTER_S / 2)
    assert not ear.is_deaf({0: 901}, 50.0 + LATER_S)
    assert not ear.is_deaf({0: 901}, 50.0 + LATER_S + 2 * DEAF_AFTER_S)
