/* Multiply-adds that never leave the registers, for one level (tmpl.h): how fast this core can compute at best.
 *
 * The sums do not wait for one another: more than latency (4 or 5 cycles) times multiply-adds begun in a cycle (2), and, with
 * the factor, no more than the registers hold (16; 32 with AVX-512). With 12 of 512 bits a Sapphire Rapids core begins 1.6 to
 * 1.95 in a cycle, according to how they happened to be dealt out to its two units; with 20 it is 1.95 to 1.98. */
#define LANES DPK_JOIN(DPK_PEAK_LANES, ISA)
#define CHAINS DPK_JOIN(DPK_PEAK_CHAINS, ISA)
typedef float peak_vec __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
_Static_assert((int)LANES *(int)CHAINS <= (int)DPK_PEAK_MAX_FLOATS, "y has room for all sums");

void DPK_GLUE(peak, f32, ISA)(float *y, int64_t rounds)
{
    peak_vec sum[CHAINS], half = (peak_vec){0} + 0.5f;
    DPK_UNROLL
    for (int i = 0; i < CHAINS; i++)
        sum[i] = *(const peak_vec *)(y + i * LANES);
    for (int64_t round = 0; round < rounds; round++) {
        DPK_UNROLL
        for (int i = 0; i < CHAINS; i++)
            sum[i] = sum[i] * half + half;
    }
    DPK_UNROLL
    for (int i = 0; i < CHAINS; i++)
        *(peak_vec *)(y + i * LANES) = sum[i];
}
#undef CHAINS
#undef LANES
