// Reads of constant tables: a curve entry, and a cube node in one aligned 16-byte load.
//
// From global memory through the read-only cache, never a texture: a texture filter's weights have
// 8 fractional bits.
#pragma once

#include "prelude.cuh"

DEVICE float entry(const float* table, int index) {
    return __ldg(table + index);
}

// `offset` counts floats and is a multiple of 4.
DEVICE float4 node(const float* table, int offset) {
    return __ldg(reinterpret_cast<const float4*>(table + offset));
}
