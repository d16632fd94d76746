// Loads and stores of one pixel, interleaved or one channel of a plane.
#pragma once

#include "prelude.cuh"

// Rows of pixels or of one plane: the first byte, and the bytes from one row to the next.
struct Strip {
    unsigned char* data;
    long long stride;
};

// The type that holds one channel, by its bytes.
template <int SIZE> struct Cell;
template <> struct Cell<1> { typedef unsigned char type; };
template <> struct Cell<2> { typedef unsigned short type; };
template <> struct Cell<4> { typedef unsigned type; };

// A whole pixel that moves in one instruction, as 32-bit words; by its bytes.
template <int BYTES> struct Whole { enum { exists = 0 }; };

template <> struct Whole<2> {
    enum { exists = 1 };
    static DEVICE void load(const unsigned char* at, unsigned* word) {
        word[0] = *reinterpret_cast<const unsigned short*>(at);
    }
    static DEVICE void store(unsigned char* at, const unsigned* word) {
        *reinterpret_cast<unsigned short*>(at) = (unsigned short)word[0];
    }
};

template <> struct Whole<4> {
    enum { exists = 1 };
    static DEVICE void load(const unsigned char* at, unsigned* word) {
        word[0] = *reinterpret_cast<const unsigned*>(at);
    }
    static DEVICE void store(unsigned char* at, const unsigned* word) {
        *reinterpret_cast<unsigned*>(at) = word[0];
    }
};

template <> struct Whole<8> {
    enum { exists = 1 };
    static DEVICE void load(const unsigned char* at, unsigned* word) {
        const uint2 all = *reinterpret_cast<const uint2*>(at);
        word[0] = all.x;
        word[1] = all.y;
    }
    static DEVICE void store(unsigned char* at, const unsigned* word) {
        uint2 all;
        all.x = word[0];
        all.y = word[1];
        *reinterpret_cast<uint2*>(at) = all;
    }
};

template <> struct Whole<16> {
    enum { exists = 1 };
    static DEVICE void load(const unsigned char* at, unsigned* word) {
        const uint4 all = *reinterpret_cast<const uint4*>(at);
        word[0] = all.x;
        word[1] = all.y;
        word[2] = all.z;
        word[3] = all.w;
    }
    static DEVICE void store(unsigned char* at, const unsigned* word) {
        uint4 all;
        all.x = word[0];
        all.y = word[1];
        all.z = word[2];
        all.w = word[3];
        *reinterpret_cast<uint4*>(at) = all;
    }
};

DEVICE unsigned char* pixel_at(const Strip& strip, int x, int y, int bytes) {
    return strip.data + (long long)y * strip.stride + (long long)x * bytes;
}

// A crop may start anywhere: alignment is asked per pixel, which costs two integer instructions.
DEVICE bool is_aligned(const void* at, int bytes) {
    return (reinterpret_cast<unsigned long long>(at) & (unsigned)(bytes - 1)) == 0;
}

// The raw patterns of the COUNT channels, SIZE bytes each, of one pixel.
template <int SIZE, int COUNT>
DEVICE void load_pixel(const Strip& strip, int x, int y, unsigned (&raw)[COUNT]) {
    const unsigned char* at = pixel_at(strip, x, y, SIZE * COUNT);
    if constexpr (COUNT > 1 && Whole<SIZE * COUNT>::exists) {
        if (is_aligned(at, SIZE * COUNT)) {
            unsigned word[(SIZE * COUNT + 3) / 4];
            Whole<SIZE * COUNT>::load(at, word);
#pragma unroll
            for (int i = 0; i < COUNT; ++i) {
                const unsigned shifted = word[i * SIZE / 4] >> (8 * (i * SIZE % 4));
                raw[i] = SIZE == 4 ? shifted : shifted & ((1u << (8 * SIZE % 32)) - 1u);
            }
            return;
        }
    }
#pragma unroll
    for (int i = 0; i < COUNT; ++i) {
        raw[i] = reinterpret_cast<const typename Cell<SIZE>::type*>(at)[i];
    }
}

// Stores the low SIZE bytes of each pattern.
template <int SIZE, int COUNT>
DEVICE void store_pixel(const Strip& strip, int x, int y, const unsigned (&raw)[COUNT]) {
    unsigned char* at = pixel_at(strip, x, y, SIZE * COUNT);
    if constexpr (COUNT > 1 && Whole<SIZE * COUNT>::exists) {
        if (is_aligned(at, SIZE * COUNT)) {
            unsigned word[(SIZE * COUNT + 3) / 4] = {};
#pragma unroll
            for (int i = 0; i < COUNT; ++i) {
                const unsigned kept = SIZE == 4 ? raw[i] : raw[i] & ((1u << (8 * SIZE % 32)) - 1u);
                word[i * SIZE / 4] |= kept << (8 * (i * SIZE % 4));
            }
            Whole<SIZE * COUNT>::store(at, word);
            return;
        }
    }
#pragma unroll
    for (int i = 0; i < COUNT; ++i) {
        reinterpret_cast<typename Cell<SIZE>::type*>(at)[i] = (typename Cell<SIZE>::type)raw[i];
    }
}
