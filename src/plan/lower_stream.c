/* Large results that go past the caches. A result that nothing in the plan reads again, and that is larger than what the
 * caches keep, is made in blocks like any other tile and then written with a step of its own, past the caches:
 *
 *     y = mul(g, 2)   ->   s = mul(g, 2), a tile; y = stream(s)
 *
 * so that memory is only written, and not read first, as a cache would. For steps that go element by element: the
 * schedule puts the new step into their item, and both into a chain. */
#include "base/far.h"
#include "plan/lower.h"

/* Is it read by a step? And the one reference that writes it, all of it element by element, or -1. */
static int32_t only_writer(const dp_plan *plan, int32_t slot, int64_t elems)
{
    int32_t found = -1;
    for (size_t r = 0; r < plan->ref_count; r++) {
        const dpi_ref *ref = &plan->refs[r];
        if (dpi_slot_home(plan, ref->slot) != slot)
            continue;
        if (found >= 0 || !ref->writes || ref->rows != elems)
            return -1;
        found = (int32_t)r;
    }
    return found;
}

static void stream(dpi_build *build, dp_val v)
{
    dp_plan *plan = build->plan;
    const dpi_node *node = dpi_build_node(build, v);
    int64_t elems = dp_shape_elems(node->shape);
    int32_t writer = only_writer(plan, v, elems);
    if (writer < 0)
        return;
    build->once = plan->slots[v].once;
    int32_t tile = dpi_build_scratch(build, elems, dp_dtype_bytes(node->dtype));
    dpk_unary_args *args =
        dpi_build_step(build, DPK_stream, dpk_type_of(node->dtype), sizeof *args, elems, DPI_CUT, 0.3);
    if (!args)
        return;
    plan->refs[writer].slot = tile;
    plan->infos[plan->step_count - 1].streams = true;
    dpi_build_read_rows(build, &args->a, tile, elems);
    dpi_build_write_rows(build, &args->y, v, elems);
}

void dpi_stream(dpi_build *build)
{
    for (dp_val v = 1; v <= build->count && build->status == DP_OK; v++) {
        const dpi_slot *slot = &build->plan->slots[v];
        if (slot->kind == DPI_SLOT_WANTED && slot->bytes >= dpi_far_bytes(build->ctx) &&
            dp_dtype_is_float(dpi_build_node(build, v)->dtype))
            stream(build, v);
    }
}
