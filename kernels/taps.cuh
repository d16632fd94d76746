// Taps: neighbours of a pixel in a plane that an earlier kernel wrote.
#pragma once

#include "pixels.cuh"

// The value at (x, y), coordinates clamped to the picture.
DEVICE float tap(const Strip& plane, const Frame& frame, int x, int y) {
    const unsigned char* start = plane.data + (long long)held(y, frame.height - 1) * plane.stride;
    return __ldg(reinterpret_cast<const float*>(start) + held(x, frame.width - 1));
}
