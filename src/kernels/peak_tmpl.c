/* Multiply-adds that never leave the registers, for one level (tmpl.h): how fast this core can compute at best.
 *
 * DPK_PEAK_CHAINS sums do not wait for one another: more than latency (4 or 5 cycles) times multiply-adds begun in a
 * cycle (2), and, with the factor, no more than the 16 registers of AVX2 hold. */
#define LANES DPK_JOIN(DPK_PEAK_LANES, ISA)
typedef float peak_vec __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
_Static_assert((int)LANES <= (int)DPK_PEAK_MAX_LANES, "y has room for the widest vectors");

void DPK_GLUE(peak, f32, ISA)(float *y, int64_t rounds)
{
    peak_vec sum[DPK_PEAK_CHAINS], half = (peak_vec){0} + 0.5f;
    DPK_UNROLL for (int i = 0; i < DPK_PEAK_CHAINS; i++) sum[i] = *(const peak_vec *)(y + i * LANES);
    for (int64_t round = 0; round < rounds; round++) {
        DPK_UNROLL for (int i = 0; i < DPK_PEAK_CHAINS; i++) sum[i] = sum[i] * half + half;
    }
    DPK_UNROLL for (int i = 0; i < DPK_PEAK_CHAINS; i++) *(peak_vec *)(y + i * LANES) = sum[i];
}
#undef LANES
