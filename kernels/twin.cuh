// The shim that lets g++ compile the text of a CUDA kernel: the g++ twin.
//
// Included before everything else. Built-in variables are thread-local, bit casts are memcpy, and
// the launch below walks the same grid of blocks that a device would.
#pragma once

#include <cmath>
#include <cstring>

#define __device__
#define __global__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(threads)
// A kernel's argument is a constant of the grid: here it is passed by reference.
#define __grid_constant__ &

struct uint3 { unsigned x, y, z; };
struct alignas(8) uint2 { unsigned x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
struct alignas(16) float4 { float x, y, z, w; };

static thread_local uint3 threadIdx, blockIdx, blockDim, gridDim;

static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a < b ? b : a; }

template <class To, class From> static inline To bits_as(From from) {
    static_assert(sizeof(To) == sizeof(From), "");
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}
static inline int __float_as_int(float x) { return bits_as<int>(x); }
static inline unsigned __float_as_uint(float x) { return bits_as<unsigned>(x); }
static inline float __int_as_float(int i) { return bits_as<float>(i); }
static inline float __uint_as_float(unsigned i) { return bits_as<float>(i); }

// Rounded to nearest by the unit of the host; -ffp-contract=off keeps them apart.
static inline float __fadd_rn(float a, float b) { return a + b; }
static inline float __fsub_rn(float a, float b) { return a - b; }
static inline float __fmul_rn(float a, float b) { return a * b; }
static inline float __fdiv_rn(float a, float b) { return a / b; }
static inline float __fsqrt_rn(float a) { return __builtin_sqrtf(a); }
static inline float __fmaf_rn(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
static inline double __dadd_rn(double a, double b) { return a + b; }
static inline double __dsub_rn(double a, double b) { return a - b; }
static inline double __dmul_rn(double a, double b) { return a * b; }
static inline double __ddiv_rn(double a, double b) { return a / b; }
static inline float __double2float_rn(double x) { return (float)x; }
static inline float __int2float_rn(int i) { return (float)i; }
static inline int __float2int_rz(float x) {
    // Outside, a device saturates and x86 does not: an arbitrary value shows who relies on either.
    return x > -2147483904.0f && x < 2147483648.0f ? (int)x : 0x55555555;
}
static inline unsigned __umulhi(unsigned a, unsigned b) {
    return (unsigned)(((unsigned long long)a * b) >> 32);
}
template <class T> static inline T __ldg(const T* at) { return *at; }

// Half conversions in integer code: nearest even, denormals and infinities as IEEE 754 has them.
static inline unsigned short narrowed(float x) {
    const unsigned all = __float_as_uint(x);
    const unsigned sign = (all >> 16) & 0x8000u, a = all & 0x7fffffffu;
    if (a > 0x7f800000u) return 0x7fff;
    if (a >= 0x477ff000u) return (unsigned short)(sign | 0x7c00u);  // from 65520 on, infinity
    if (a >= 0x38800000u) {
        return (unsigned short)(sign | ((a - 0x38000000u + 0xfffu + ((a >> 13) & 1u)) >> 13));
    }
    if (a <= 0x33000000u) return (unsigned short)sign;  // up to half of the least denormal
    const unsigned drop = 126u - (a >> 23), fraction = (a & 0x7fffffu) | 0x800000u;
    const unsigned kept = fraction >> drop, rest = fraction & ((1u << drop) - 1u);
    const unsigned middle = 1u << (drop - 1u);
    return (unsigned short)(sign | (kept + (rest > middle || (rest == middle && (kept & 1u)))));
}

static inline float widened(unsigned short half) {
    const unsigned sign = (half & 0x8000u) << 16, a = half & 0x7fffu;
    if (a >= 0x7c00u) return __uint_as_float(sign | 0x7f800000u | (a & 0x3ffu) << 13);
    if (a >= 0x400u) return __uint_as_float(sign | ((a << 13) + 0x38000000u));
    if (a == 0u) return __uint_as_float(sign);
    const unsigned shift = (unsigned)__builtin_clz(a) - 21u;  // brings the leading one to bit 10
    return __uint_as_float(sign | ((113u - shift) << 23) | ((a << shift) & 0x3ffu) << 13);
}

static inline float if_less(float a, float b, float yes, float no) { return a < b ? yes : no; }
static inline float if_less_equal(float a, float b, float yes, float no) {
    return a <= b ? yes : no;
}

// A launch of `kernel` as a function that ctypes can call.
#define TWIN_LAUNCH(kernel, Arguments)                                                          \
    extern "C" __attribute__((visibility("default"))) void launch_##kernel(                     \
        const Arguments* arguments, const unsigned* grid, const unsigned* block) {              \
        gridDim = {grid[0], grid[1], 1};                                                        \
        blockDim = {block[0], block[1], 1};                                                     \
        for (blockIdx.y = 0; blockIdx.y < grid[1]; ++blockIdx.y)                                \
            for (blockIdx.x = 0; blockIdx.x < grid[0]; ++blockIdx.x)                            \
                for (threadIdx.y = 0; threadIdx.y < block[1]; ++threadIdx.y)                    \
                    for (threadIdx.x = 0; threadIdx.x < block[0]; ++threadIdx.x)                \
                        kernel(*arguments);                                                     \
    }
