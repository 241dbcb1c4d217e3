/* From (level, op, type) to a kernel. */
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "kernels/kern.h"

static dpk_fn *const kernels[DPK_ISA_COUNT][DPK_OP_COUNT][DPK_TYPE_COUNT] = {
#define DPK_KERNEL(op, type, isa) [DPK_##isa][DPK_##op][DPK_##type] = dpk_##op##_##type##__##isa,
#include "kernels/kern_list.def"
};

static dpk_row_fn *const rows[DPK_ISA_COUNT][DPK_OP_COUNT][DPK_TYPE_COUNT] = {
#define DPK_ROW(op, type, isa) [DPK_##isa][DPK_##op][DPK_##type] = dpk_row_##op##_##type##__##isa,
#include "kernels/kern_list.def"
};

static const dpk_gemm_tile tiles[DPK_ISA_COUNT][DPK_TYPE_COUNT] = {
#define DPK_TILE(type, isa, rows, vector, max_vectors) [DPK_##isa][DPK_##type] = {rows, vector, max_vectors},
#include "kernels/kern_list.def"
};

static const dpk_peak peaks[DPK_ISA_COUNT] = {
#define DPK_PEAK(isa, width, sums) [DPK_##isa] = {dpk_peak_f32__##isa, width, sums},
#include "kernels/kern_list.def"
};

static const char *const op_names[DPK_OP_COUNT] = {
#define DPK_OP(op, family) [DPK_##op] = #op,
#include "kernels/kern_list.def"
};

dpk_type dpk_type_of(dp_dtype dtype)
{
    switch (dtype) {
    case DP_BOOL:
        return DPK_bool;
    case DP_U8:
        return DPK_u8;
    case DP_I64:
        return DPK_i64;
    case DP_F32:
        return DPK_f32;
    case DP_F64:
        return DPK_f64;
    case DP_DTYPE_NONE:
        break;
    }
    return DPK_TYPE_COUNT;
}

dpk_type dpk_size_type(dp_dtype dtype)
{
    switch (dp_dtype_bytes(dtype)) {
    case 1:
        return DPK_b1;
    case 4:
        return DPK_b4;
    case 8:
        return DPK_b8;
    default:
        return DPK_TYPE_COUNT;
    }
}

/* The highest level up to `isa` that has the op for this type; -1: none. */
static int level_of(dpk_isa isa, dpk_op op, dpk_type type)
{
    int level = type < DPK_TYPE_COUNT ? (int)isa : -1;
    while (level >= 0 && !kernels[level][op][type])
        level--;
    return level;
}

dpk_fn *dpk_find(dpk_isa isa, dpk_op op, dpk_type type)
{
    int level = level_of(isa, op, type);
    return level < 0 ? NULL : kernels[level][op][type];
}

dpk_row_fn *dpk_find_row(dpk_isa isa, dpk_op op, dpk_type type)
{
    int level = level_of(isa, op, type);
    return level < 0 ? NULL : rows[level][op][type];
}

dpk_gemm_tile dpk_find_gemm_tile(dpk_isa isa, dpk_type type)
{
    if (type < DPK_TYPE_COUNT)
        for (int level = (int)isa; level >= 0; level--)
            if (tiles[level][type].rows)
                return tiles[level][type];
    return (dpk_gemm_tile){0};
}

dpk_peak dpk_find_peak(dpk_isa isa)
{
    int level = (int)isa;
    while (!peaks[level].run) level--;
    return peaks[level];
}

const char *dpk_isa_name(dpk_isa isa)
{
    static const char *const names[DPK_ISA_COUNT] = {"ref", "base", "avx2", "avx512"};
    return isa < DPK_ISA_COUNT ? names[isa] : "none";
}

const char *dpk_op_text(dpk_op op)
{
    return op < DPK_OP_COUNT ? op_names[op] : "none";
}

void dpk_settle(void)
{
#if defined(__x86_64__)
    _mm_sfence();
#endif
}
