/* Several element-wise steps in one pass (dpk_chain_args).
 *
 * A piece is small for two reasons. Its registers stay in the first cache, and what it writes past the caches fits the
 * processor's queue of writes: that empties while the next piece is computed. 10 million times gelu, its slope and five
 * products and sums (`denpa bench --only elementwise`), on a Sapphire Rapids core: 7.6 ms in pieces of 128 elements; a loop for this
 * formula, 6.1 so, 6.7 in pieces of 64, 6.6 in those of 256, 7.3 in those of 384. */
#include "kernels/kern.h"

/* Bytes from what is computed to what is asked for. */
enum { LINE = 64, AHEAD_BYTES = 2048 };

/* As a number, since it may be behind the end of the operand: then nothing comes. */
static void ask_ahead(const char *from, int64_t bytes)
{
    uintptr_t at = (uintptr_t)from + AHEAD_BYTES;
    for (int64_t i = 0; i < bytes; i += LINE)
        __builtin_prefetch((const void *)(at + (uintptr_t)i));
}

static void run_links(const dpk_chain_args *args, char *const place[], int64_t n)
{
    const dpk_chain_link *link = dpk_chain_links(args);
    for (int32_t i = 0; i < args->links; i++, link++)
        link->row(place[link->y], place[link->z], place[link->a], place[link->b], n, link->repeats, link->p, link->q);
}

int64_t dpk_chain_b1__ref(const void *args_, int64_t first, int64_t last)
{
    const dpk_chain_args *args = args_;
    _Alignas(64) char registers[DPK_CHAIN_REGISTERS][DPK_CHAIN_REGISTER_BYTES];
    char *place[DPK_CHAIN_OPERANDS];
    int64_t row = first / args->row, column = first % args->row;
    int32_t in_memory = 0;
    for (; in_memory < args->operands && args->operand[in_memory].in_register; in_memory++)
        place[in_memory] = registers[in_memory];
    for (int64_t left = last - first, n; left > 0; left -= n) {
        n = args->piece < left ? args->piece : left;
        n = n < args->row - column ? n : args->row - column;
        for (int32_t i = in_memory; i < args->operands; i++) {
            const dpk_chain_operand *o = &args->operand[i];
            place[i] = (char *)((uintptr_t)o->memory + (uintptr_t)(row * o->row_step + column * o->step));
            if (o->ahead)
                ask_ahead(place[i], n * o->step);
        }
        run_links(args, place, n);
        column += n;
        if (column == args->row)
            column = 0, row++;
    }
    return DPK_DONE;
}
