"""CombineChannels: every channel comes through bit for bit."""

import numpy as np

from grade.ops import CombineChannels

EXAMPLES = [CombineChannels(), CombineChannels(amount=0.5)]


def test_each_channel_has_the_bits_of_its_picture(run):
    special = np.float32([[0.0, -0.0, 65504], [np.inf, -np.inf, 1e-45], [-1e-45, 3e38, 0.18]])
    pictures = [special, special[::-1].copy(), -special]
    made = run(CombineChannels(), *pictures)
    for channel, picture in enumerate(pictures):
        assert np.array_equal(made[:, channel].view(np.int32), picture[:, channel].view(np.int32))
