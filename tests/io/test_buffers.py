"""Memory of pictures that is used again, and never while somebody holds it."""

import gc
import threading

import numpy as np

from grade.io import buffers

SHAPE = (512, 1024)


def address(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


def test_outside_nothing_is_kept() -> None:
    buffers.empty(SHAPE, np.float32)
    assert buffers._free == []


def test_memory_is_used_again_when_the_last_view_is_gone() -> None:
    with buffers.reuse():
        first = buffers.empty(SHAPE, np.float32)
        assert first.shape == SHAPE and first.dtype == np.float32
        assert first.flags.writeable and first.flags.c_contiguous
        place = address(first)
        view = first[10:20].view(np.uint8)
        del first
        gc.collect()
        other = buffers.empty(SHAPE, np.float32)
        assert address(other) != place  # the view still holds it
        del view
        again = buffers.empty((*SHAPE, 2), np.uint16)
        assert address(again) == place
    assert buffers._free == []
    again[:] = 1  # what was taken inside is good outside


def test_small_arrays_are_left_to_the_allocator() -> None:
    with buffers.reuse():
        buffers.empty((16, 16), np.float32)
        assert buffers._free == []


def test_other_sizes_do_not_add_up() -> None:
    with buffers.reuse():
        for rows in range(512, 600):
            buffers.empty((rows, 1024), np.float32)
            assert sum(block.nbytes for block in buffers._free) <= 2 * 600 * 1024 * 4


def test_two_threads_never_have_the_same_memory() -> None:
    held: set[int] = set()
    twice: list[int] = []
    places: set[int] = set()

    def work() -> None:
        for _ in range(300):
            mine = buffers.empty(SHAPE, np.uint32)
            place = address(mine)
            if place in held:
                twice.append(place)
            held.add(place)
            mine[::64, ::64] = 1
            places.add(place)
            held.discard(place)
            del mine

    with buffers.reuse():
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert twice == []
        assert len(buffers._free) <= 4  # as many as were held at one time
    assert len(places) < 300  # else nothing was used again


def test_one_inside_another() -> None:
    with buffers.reuse():
        with buffers.reuse():
            buffers.empty(SHAPE, np.float32)
        assert len(buffers._free) == 1
    assert buffers._free == []
