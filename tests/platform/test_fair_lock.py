"""Whoever asks for the lock gets it in turn, however busy its holder is."""

import threading
import time

from services.platform.fair_lock import FairLock


def test_the_holder_may_take_it_again():
    lock = FairLock()
    with lock, lock:
        pass
    with lock:
        pass


def test_it_is_held_by_one_thread_at_a_time():
    lock, inside, most = FairLock(), [0], [0]

    def work():
        for _ in range(200):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_a_busy_thread_lets_the_next_one_in_after_one_turn():
    lock, turns, stop = FairLock(), [], threading.Event()

    def busy():
        while not stop.is_set():
            with lock:
                turns.append("busy")
                time.sleep(0.005)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        for _ in range(10):
            before = len(turns)
            with lock:
                assert len(turns) - before <= 2
    finally:
        stop.set()
        thread.join()


def test_it_is_handed_over_in_the_order_of_asking():
    lock, order = FairLock(), []

    def ask(number):
        with lock:
            order.append(number)

    with lock:
        threads = []
        for number in range(5):
            threads.append(threading.Thread(target=ask, args=(number,)))
            threads[-1].start()
            while len(lock._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_it_is_free_again_after_an_error():
    lock = FairLock()
    try:
        with lock:
            raise ValueError
    except ValueError:
        pass
    done = []

    def take():
        with lock:
            done.append(1)

    thread = threading.Thread(target=take)
    thread.start()
    thread.join(5)
    assert done == [1]
