#include "prelude.cuh"
#include "pixels.cuh"
#include "taps.cuh"
#include "tables.cuh"

struct Arguments_b98a2a472f5c8518 {
    Strip source[1];
    Strip target[1];
    const float* table[1];
    Frame frame;
};

extern "C" __global__ void __launch_bounds__(128)
grade_b98a2a472f5c8518_0(const Arguments_b98a2a472f5c8518 __grid_constant__ a)
{
    const int x = column(), y = row(a.frame);
    if (outside(a.frame, x, y)) return;
    unsigned s0[3];
    load_pixel<4>(a.source[0], x, y, s0);
    const float v1 = __uint_as_float(s0[2]);
    const float v3 = __uint_as_float(s0[1]);
    const float v5 = __uint_as_float(s0[0]);
    const float v6 = __fmul_rn(0x1.ccccccp-2f, v5);
    const float v7 = __fmaf_rn(0x1.99999ap-5f, v3, v6);
    const float v8 = __fmaf_rn(0x0p+0f, v1, v7);
    const bool v9 = 0x0p+0f < v8;
    const float v10 = if_less(0x0p+0f, v8, v8, 0x0p+0f);
    const bool v12 = v10 < 0x1p+0f;
    const float v13 = v12 ? v10 : 0x1p+0f;
    const float v15 = __fmul_rn(v13, 0x1p+1f);
    const int v16 = __float2int_rz(v15);
    const bool v18 = v16 < 1;
    const int v19 = v18 ? v16 : 1;
    const int v21 = (int)((unsigned)v19 * (unsigned)36);
    const float v24 = __fmul_rn(0x1.99999ap-6f, v5);
    const float v25 = __fmaf_rn(0x1.e66666p-2f, v3, v24);
    const float v26 = __fmaf_rn(0x0p+0f, v1, v25);
    const bool v27 = 0x0p+0f < v26;
    const float v28 = if_less(0x0p+0f, v26, v26, 0x0p+0f);
    const bool v29 = v28 < 0x1p+0f;
    const float v30 = v29 ? v28 : 0x1p+0f;
    const float v31 = __fmul_rn(v30, 0x1p+1f);
    const int v32 = __float2int_rz(v31);
    const bool v33 = v32 < 1;
    const int v34 = v33 ? v32 : 1;
    const int v36 = (int)((unsigned)v34 * (unsigned)12);
    const int v37 = (int)((unsigned)v21 + (unsigned)v36);
    const float v39 = __fmul_rn(0x0p+0f, v5);
    const float v40 = __fmaf_rn(0x0p+0f, v3, v39);
    const float v41 = __fmaf_rn(0x1p-1f, v1, v40);
    const bool v42 = 0x0p+0f < v41;
    const float v43 = if_less(0x0p+0f, v41, v41, 0x0p+0f);
    const bool v44 = v43 < 0x1p+0f;
    const float v45 = v44 ? v43 : 0x1p+0f;
    const float v46 = __fmul_rn(v45, 0x1p+1f);
    const int v47 = __float2int_rz(v46);
    const bool v48 = v47 < 1;
    const int v49 = v48 ? v47 : 1;
    const int v51 = (int)((unsigned)v49 * (unsigned)4);
    const int v52 = (int)((unsigned)v37 + (unsigned)v51);
    const float v53 = __int2float_rn(v34);
    const float v54 = __fsub_rn(v31, v53);
    const float v55 = __int2float_rn(v19);
    const float v56 = __fsub_rn(v15, v55);
    const bool v57 = v54 <= v56;
    const float v58 = __int2float_rn(v49);
    const float v59 = __fsub_rn(v46, v58);
    const bool v60 = v59 <= v56;
    const int v61 = v60 ? 36 : 4;
    const bool v62 = v59 <= v54;
    const int v63 = v62 ? 12 : 4;
    const int v64 = v57 ? v61 : v63;
    const int v65 = (int)((unsigned)v52 + (unsigned)v64);
    const int v67 = (int)((unsigned)v52 + (unsigned)52);
    const int v68 = v62 ? 4 : 12;
    const int v69 = v60 ? 4 : 36;
    const int v70 = v57 ? v68 : v69;
    const int v71 = (int)((unsigned)v67 - (unsigned)v70);
    const float v72 = if_less_equal(v59, v56, v56, v59);
    const float v73 = if_less_equal(v59, v54, v54, v59);
    const float v74 = v57 ? v72 : v73;
    const float v75 = __fsub_rn(0x1p+0f, v74);
    const bool v76 = v54 < v56;
    const float v77 = if_less(v54, v56, v56, v54);
    const bool v78 = v77 < v59;
    const float v79 = if_less(v77, v59, v77, v59);
    const bool v80 = v56 < v54;
    const float v81 = if_less(v56, v54, v56, v54);
    const bool v82 = v79 < v81;
    const float v83 = if_less(v79, v81, v81, v79);
    const float v84 = __fsub_rn(v74, v83);
    const float v85 = if_less_equal(v59, v54, v59, v54);
    const float v86 = if_less_equal(v59, v56, v59, v56);
    const float v87 = v57 ? v85 : v86;
    const float v88 = __fsub_rn(v83, v87);
    const float4 v89_0 = node(a.table[0], v52);
    const float4 v89_1 = node(a.table[0], v65);
    const float4 v89_2 = node(a.table[0], v71);
    const float4 v89_3 = node(a.table[0], v52 + 52);
    const float v90 = __fmaf_rn(v89_3.x, v87, __fmaf_rn(v89_2.x, v88, __fmaf_rn(v89_1.x, v84, __fmul_rn(v89_0.x, v75))));
    const float v91 = __fmaf_rn(v89_3.y, v87, __fmaf_rn(v89_2.y, v88, __fmaf_rn(v89_1.y, v84, __fmul_rn(v89_0.y, v75))));
    const float v92 = __fmaf_rn(v89_3.z, v87, __fmaf_rn(v89_2.z, v88, __fmaf_rn(v89_1.z, v84, __fmul_rn(v89_0.z, v75))));
    const unsigned target0[3] = {__float_as_uint(v90), __float_as_uint(v91), __float_as_uint(v92)};
    store_pixel<4>(a.target[0], x, y, target0);
}
