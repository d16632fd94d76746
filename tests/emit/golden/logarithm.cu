#include "prelude.cuh"
#include "pixels.cuh"
#include "taps.cuh"
#include "tables.cuh"

struct Arguments_40e5ed03978564f1 {
    Strip source[1];
    Strip target[3];
    Frame frame;
};

extern "C" __global__ void __launch_bounds__(128)
grade_40e5ed03978564f1_0(const Arguments_40e5ed03978564f1 __grid_constant__ a)
{
    const int x = column(), y = row(a.frame);
    if (outside(a.frame, x, y)) return;
    unsigned s0[3];
    load_pixel<2>(a.source[0], x, y, s0);
    const int v0 = (int)s0[0];
    const float v1 = __int2float_rn(v0);
    const float v3 = __fdiv_rn(v1, 0x1.fffep+15f);
    const bool v5 = v3 < 0x1.5b0bcp-7f;
    const float v7 = __fmul_rn(v3, 0x1.5787a8p+2f);
    const float v9 = __fadd_rn(v7, 0x1.7c254ap-4f);
    const float v11 = __fmul_rn(v3, 0x1.638e3ap+2f);
    const float v13 = __fadd_rn(v11, 0x1.892ee8p-5f);
    const int v14 = __float_as_int(v13);
    const int v16 = (int)((unsigned)v14 - (unsigned)1060439283);
    const int v18 = v16 & (-8388608);
    const int v19 = (int)((unsigned)v14 - (unsigned)v18);
    const float v20 = __int_as_float(v19);
    const float v22 = __fsub_rn(v20, 0x1p+0f);
    const float v25 = __fmaf_rn(0x1.e6fe96p-4f, v22, (-0x1.a52314p-3f));
    const float v27 = __fmaf_rn(v25, v22, 0x1.bd2e9cp-3f);
    const float v29 = __fmaf_rn(v27, v22, (-0x1.e9fa1ap-3f));
    const float v31 = __fmaf_rn(v29, v22, 0x1.26b2dp-2f);
    const float v33 = __fmaf_rn(v31, v22, (-0x1.71586ep-2f));
    const float v35 = __fmaf_rn(v33, v22, 0x1.ec74a4p-2f);
    const float v37 = __fmaf_rn(v35, v22, (-0x1.715476p-1f));
    const float v39 = __fmaf_rn(v37, v22, 0x1.c551d6p-2f);
    const float v40 = __fmaf_rn(v22, v39, v22);
    const int v41 = v16 >> 23;
    const float v42 = __int2float_rn(v41);
    const float v43 = __fadd_rn(v40, v42);
    const float v45 = __fmul_rn(v43, 0x1.30be0ep-4f);
    const float v47 = __fadd_rn(v45, 0x1.8ac084p-2f);
    const float v48 = v5 ? v9 : v47;
    const int v49 = (int)s0[1];
    const float v50 = __int2float_rn(v49);
    const float v51 = __fdiv_rn(v50, 0x1.fffep+15f);
    const bool v52 = v51 < 0x1.5b0bcp-7f;
    const float v53 = __fmul_rn(v51, 0x1.5787a8p+2f);
    const float v54 = __fadd_rn(v53, 0x1.7c254ap-4f);
    const float v55 = __fmul_rn(v51, 0x1.638e3ap+2f);
    const float v56 = __fadd_rn(v55, 0x1.892ee8p-5f);
    const int v57 = __float_as_int(v56);
    const int v58 = (int)((unsigned)v57 - (unsigned)1060439283);
    const int v59 = v58 & (-8388608);
    const int v60 = (int)((unsigned)v57 - (unsigned)v59);
    const float v61 = __int_as_float(v60);
    const float v62 = __fsub_rn(v61, 0x1p+0f);
    const float v63 = __fmaf_rn(0x1.e6fe96p-4f, v62, (-0x1.a52314p-3f));
    const float v64 = __fmaf_rn(v63, v62, 0x1.bd2e9cp-3f);
    const float v65 = __fmaf_rn(v64, v62, (-0x1.e9fa1ap-3f));
    const float v66 = __fmaf_rn(v65, v62, 0x1.26b2dp-2f);
    const float v67 = __fmaf_rn(v66, v62, (-0x1.71586ep-2f));
    const float v68 = __fmaf_rn(v67, v62, 0x1.ec74a4p-2f);
    const float v69 = __fmaf_rn(v68, v62, (-0x1.715476p-1f));
    const float v70 = __fmaf_rn(v69, v62, 0x1.c551d6p-2f);
    const float v71 = __fmaf_rn(v62, v70, v62);
    const int v72 = v58 >> 23;
    const float v73 = __int2float_rn(v72);
    const float v74 = __fadd_rn(v71, v73);
    const float v75 = __fmul_rn(v74, 0x1.30be0ep-4f);
    const float v76 = __fadd_rn(v75, 0x1.8ac084p-2f);
    const float v77 = v52 ? v54 : v76;
    const int v78 = (int)s0[2];
    const float v79 = __int2float_rn(v78);
    const float v80 = __fdiv_rn(v79, 0x1.fffep+15f);
    const bool v81 = v80 < 0x1.5b0bcp-7f;
    const float v82 = __fmul_rn(v80, 0x1.5787a8p+2f);
    const float v83 = __fadd_rn(v82, 0x1.7c254ap-4f);
    const float v84 = __fmul_rn(v80, 0x1.638e3ap+2f);
    const float v85 = __fadd_rn(v84, 0x1.892ee8p-5f);
    const int v86 = __float_as_int(v85);
    const int v87 = (int)((unsigned)v86 - (unsigned)1060439283);
    const int v88 = v87 & (-8388608);
    const int v89 = (int)((unsigned)v86 - (unsigned)v88);
    const float v90 = __int_as_float(v89);
    const float v91 = __fsub_rn(v90, 0x1p+0f);
    const float v92 = __fmaf_rn(0x1.e6fe96p-4f, v91, (-0x1.a52314p-3f));
    const float v93 = __fmaf_rn(v92, v91, 0x1.bd2e9cp-3f);
    const float v94 = __fmaf_rn(v93, v91, (-0x1.e9fa1ap-3f));
    const float v95 = __fmaf_rn(v94, v91, 0x1.26b2dp-2f);
    const float v96 = __fmaf_rn(v95, v91, (-0x1.71586ep-2f));
    const float v97 = __fmaf_rn(v96, v91, 0x1.ec74a4p-2f);
    const float v98 = __fmaf_rn(v97, v91, (-0x1.715476p-1f));
    const float v99 = __fmaf_rn(v98, v91, 0x1.c551d6p-2f);
    const float v100 = __fmaf_rn(v91, v99, v91);
    const int v101 = v87 >> 23;
    const float v102 = __int2float_rn(v101);
    const float v103 = __fadd_rn(v100, v102);
    const float v104 = __fmul_rn(v103, 0x1.30be0ep-4f);
    const float v105 = __fadd_rn(v104, 0x1.8ac084p-2f);
    const float v106 = v81 ? v83 : v105;
    const unsigned target0[1] = {__float_as_uint(v48)};
    store_pixel<4>(a.target[0], x, y, target0);
    const unsigned target1[1] = {__float_as_uint(v77)};
    store_pixel<4>(a.target[1], x, y, target1);
    const unsigned target2[1] = {__float_as_uint(v106)};
    store_pixel<4>(a.target[2], x, y, target2);
}
