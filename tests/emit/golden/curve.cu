#include "prelude.cuh"
#include "pixels.cuh"
#include "taps.cuh"
#include "tables.cuh"

struct Arguments_ef83ad8f8cf1d014 {
    Strip source[1];
    Strip target[1];
    const float* table[1];
    Frame frame;
};

extern "C" __global__ void __launch_bounds__(128)
grade_ef83ad8f8cf1d014_0(const Arguments_ef83ad8f8cf1d014 __grid_constant__ a)
{
    const int x = column(), y = row(a.frame);
    if (outside(a.frame, x, y)) return;
    unsigned s0[1];
    load_pixel<1>(a.source[0], x, y, s0);
    const int v1 = (int)s0[0];
    const float v2 = __int2float_rn(v1);
    const float v4 = __fdiv_rn(v2, 0x1.fep+7f);
    const bool v5 = 0x0p+0f < v4;
    const float v6 = if_less(0x0p+0f, v4, v4, 0x0p+0f);
    const bool v8 = v6 < 0x1p+0f;
    const float v9 = v8 ? v6 : 0x1p+0f;
    const float v11 = __fmul_rn(v9, 0x1p+3f);
    const bool v13 = v11 < 0x1.cp+2f;
    const float v14 = v13 ? v11 : 0x1.cp+2f;
    const int v15 = __float2int_rz(v14);
    const float v16 = entry(a.table[0], v15);
    const float v17 = __int2float_rn(v15);
    const float v18 = __fsub_rn(v11, v17);
    const int v20 = (int)((unsigned)v15 + (unsigned)1);
    const float v21 = entry(a.table[0], v20);
    const float v22 = __fsub_rn(v21, v16);
    const float v23 = __fmul_rn(v18, v22);
    const float v24 = __fadd_rn(v16, v23);
    const bool v25 = 0x0p+0f < v24;
    const float v26 = if_less(0x0p+0f, v24, v24, 0x0p+0f);
    const bool v27 = v26 < 0x1p+0f;
    const float v28 = v27 ? v26 : 0x1p+0f;
    const float v30 = __fmul_rn(v28, 0x1.fffep+15f);
    const float v32 = __fadd_rn(v30, 0x1p-1f);
    const float v33 = floorf(v32);
    const int v34 = __float2int_rz(v33);
    const unsigned target0[1] = {(unsigned)v34};
    store_pixel<2>(a.target[0], x, y, target0);
}
