// What every generated kernel needs: where a thread stands, and conversions between bit patterns.
//
// No floating-point operation is in these files except conversions: the arithmetic of a look is in
// the generated text alone. `twin.cuh`, included first, makes the same text compile with g++.
#pragma once

#define DEVICE __device__ __forceinline__

// The picture of one launch. `first_row` is 0 unless there are more rows than one grid can hold.
struct Frame {
    int width, height, first_row;
    int origin_x, origin_y;  // absolute coordinates of the pixel at the top left
};

DEVICE int column() {
    return (int)(blockIdx.x * blockDim.x + threadIdx.x);
}

DEVICE int row(const Frame& frame) {
    return frame.first_row + (int)(blockIdx.y * blockDim.y + threadIdx.y);
}

DEVICE bool outside(const Frame& frame, int x, int y) {
    // Unsigned, so that a column past 2^31 is outside too.
    return (unsigned)x >= (unsigned)frame.width || (unsigned)y >= (unsigned)frame.height;
}

DEVICE int held(int index, int top) {
    return min(max(index, 0), top);
}

// Every NaN has one pattern, because the hardware does not agree on its bits.
DEVICE int pattern(float x) {
    return x == x ? __float_as_int(x) : 0x7fc00000;
}

// Truncates and saturates, NaN is 0. Each corner is chosen here, because hardware differs in them.
DEVICE int saturated(float x) {
    const int inside = __float2int_rz(x);
    const int above = x > -2147483648.0f ? inside : -2147483647 - 1;
    const int held = x >= 2147483648.0f ? 2147483647 : above;
    return x == x ? held : 0;
}

#ifdef __CUDACC__
// cuda_fp16.h is out of NVRTC's reach, and is not needed for two instructions.
DEVICE unsigned short narrowed(float x) {
    unsigned short half;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half) : "f"(x));
    return half;
}

DEVICE float widened(unsigned short half) {
    float x;
    asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(half));
    return x;
}

// `a < b ? yes : no` where the choice is one of the compared. Written in C++, NVRTC takes it for a
// minimum or maximum, which order the zeros: x < 0 ? x : 0 became -0 for -0 (llvm-project #93414).
DEVICE float if_less(float a, float b, float yes, float no) {
    float x;
    asm("{\n\t.reg .pred less;\n\tsetp.lt.f32 less, %1, %2;\n\tselp.f32 %0, %3, %4, less;\n\t}"
        : "=f"(x) : "f"(a), "f"(b), "f"(yes), "f"(no));
    return x;
}

DEVICE float if_less_equal(float a, float b, float yes, float no) {
    float x;
    asm("{\n\t.reg .pred less;\n\tsetp.le.f32 less, %1, %2;\n\tselp.f32 %0, %3, %4, less;\n\t}"
        : "=f"(x) : "f"(a), "f"(b), "f"(yes), "f"(no));
    return x;
}
#endif

DEVICE int half_pattern(float x) {
    return x == x ? (int)narrowed(x) : 0x7e00;
}

DEVICE float from_half_pattern(int half) {
    return widened((unsigned short)half);
}
