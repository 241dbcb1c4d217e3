/* From wanted values to a plan, and what may be asked of it. The path: passes over the nodes (passes.def), which of them
 * are needed, a slot for each, steps by the rules in lower_*.c, their order (schedule.c), memory by the lives of the
 * slots (memory.c). */
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"
#include "plan/lower.h"
#include "plan/memory.h"
#include "plan/passes.h"
#include "plan/schedule.h"

static dpi_lower_fn *const lower[DPI_OP_COUNT] = {
#define DP_OP(id, name, arity, rule, kind, formula) [DP_OP_##id] = dpi_lower_##rule,
#include <denpa/ops.def>
#undef DP_OP
#define DPI_FUSED(ID, name, rule) [DPI_OP_##ID] = dpi_lower_##rule,
#include "plan/fused.def"
#undef DPI_FUSED
};

static dpi_pass_fn *const passes[] = {
#define DPI_PASS(name) dpi_pass_##name,
#include "plan/passes.def"
#undef DPI_PASS
};

int32_t dpi_slot_home(const dp_plan *plan, int32_t slot)
{
    while (plan->slots[slot].kind == DPI_SLOT_ALIAS)
        slot = plan->slots[slot].home;
    return slot;
}

static dp_status check_wanted(const dp_graph *g, const dp_val *wanted, int n)
{
    if (dp_graph_status(g) != DP_OK)
        return dpi_fail(g->ctx, dp_graph_status(g), "%s", dp_graph_message(g));
    if (n < 0)
        return dpi_fail(g->ctx, DP_ERR_ARG, "plan: %d values are wanted", n);
    for (int i = 0; i < n; i++)
        if (wanted[i] < 1 || wanted[i] > g->count)
            return dpi_fail(g->ctx, DP_ERR_ARG, "plan: wanted[%d] is %d, which is no value of the graph (it has 1..%d)",
                            i, (int)wanted[i], (int)g->count);
    return DP_OK;
}

static bool is_leaf(const dpi_node *node)
{
    return node->op == DP_OP_CONST || node->op == DP_OP_INPUT || node->op == DP_OP_PARAM || node->op == DP_OP_STATE;
}

static dp_status keep_wanted(dpi_build *build, const dp_val *wanted, int n)
{
    dp_plan *plan = build->plan;
    void **list = (void **)&plan->wanted;
    dp_status status = dpi_grow(build->ctx, list, &plan->wanted_capacity, (size_t)n, sizeof *plan->wanted,
                                "wanted values of the plan");
    for (int i = 0; i < n && status == DP_OK; i++) {
        const dpi_node *node = dpi_build_node(build, wanted[i]);
        dpi_slot *slot = &plan->slots[wanted[i]];
        if (slot->wanted >= 0)
            continue;
        slot->wanted = (int32_t)plan->wanted_count;
        slot->kind = DPI_SLOT_WANTED;
        plan->wanted[plan->wanted_count++] =
            (dpi_wanted){.v = wanted[i], .slot = wanted[i], .dtype = node->dtype, .shape = node->shape};
    }
    return status;
}

static void mark(dpi_build *build, dp_val v)
{
    dpi_slot *slot = &build->plan->slots[v];
    if (v && slot->kind == DPI_SLOT_UNUSED)
        slot->kind = DPI_SLOT_ARENA;
}

/* Everything that a wanted value is made from, from the last node back: inputs come before their users. */
static void mark_needed(dpi_build *build)
{
    for (dp_val v = build->count; v >= 1; v--) {
        if (build->plan->slots[v].kind == DPI_SLOT_UNUSED)
            continue;
        const dpi_node *node = dpi_build_node(build, v);
        for (int i = 0; i < node->input_count; i++) {
            bool transposed;
            mark(build, dpi_is_product(node) ? dpi_matmul_operand(build, node, i, &transposed)
                                             : dpi_build_input(build, node, i));
        }
        mark(build, build->fusions[v].bias);
        mark(build, build->fusions[v].gate);
    }
}

/* A leaf has its numbers from elsewhere, wanted or not. */
static dp_status open_leaf(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_plan *plan = build->plan;
    dpi_slot *slot = &plan->slots[v];
    if (node->op == DP_OP_CONST) {
        slot->kind = DPI_SLOT_CONST;
        slot->rebindable = (node->flags & DPI_NODE_VARIABLE) != 0;
        slot->blob = dpi_blob_share(node->blob);
        slot->memory = node->blob->array->data;
        return DP_OK;
    }
    slot->kind = DPI_SLOT_GIVEN;
    plan->unbound++;
    slot->name = dpi_build_name(build, v, "");
    return build->status;
}

static dp_status open_slots(dpi_build *build)
{
    dp_plan *plan = build->plan;
    for (dp_val v = 1; v <= build->count; v++) {
        const dpi_node *node = dpi_build_node(build, v);
        dpi_slot *slot = &plan->slots[v];
        if (slot->kind == DPI_SLOT_UNUSED)
            continue;
        slot->once = build->fixed[v] != 0;
        int64_t elems = dp_shape_elems(node->shape);
        if (elems < 0 || !dpi_mul_size((size_t)elems, dp_dtype_bytes(node->dtype), &slot->bytes))
            return dpi_fail(build->ctx, DP_ERR_NOMEM, "%s: the result is more than memory can hold",
                            dp_op_name(node->op));
        dp_status status = is_leaf(node) ? open_leaf(build, v, node) : DP_OK;
        if (status != DP_OK)
            return status;
        if (!is_leaf(node))
            plan->stats.unshared_bytes += slot->bytes;
    }
    return DP_OK;
}

static void copy_constant(dpi_build *build, dp_val v)
{
    size_t bytes = build->plan->slots[v].bytes;
    int32_t copy = dpi_build_scratch(build, (int64_t)bytes, 1);
    if (build->status != DP_OK)
        return;
    build->plan->slots[copy].kind = DPI_SLOT_WANTED;
    build->plan->wanted[build->plan->slots[v].wanted].slot = copy;
    dpi_lower_duplicate(build, copy, v);
}

static void lower_node(dpi_build *build, dp_val v)
{
    const dpi_node *node = dpi_build_node(build, v);
    build->op = (int)node->op;
    build->once = build->plan->slots[v].once;
    lower[node->op](build, v, node);
    const dpi_slot *slot = &build->plan->slots[v];
    if (node->op == DP_OP_CONST && slot->wanted >= 0 && !slot->rebindable)
        copy_constant(build, v);
}

static dp_status lower_all(dpi_build *build)
{
    dp_plan *plan = build->plan;
    for (dp_val v = 1; v <= build->count && build->status == DP_OK; v++)
        if (plan->slots[v].kind != DPI_SLOT_UNUSED)
            lower_node(build, v);
    if (!build->naive)
        dpi_stream(build);
    return build->status;
}

/* Room for threads where a phase is worth them, and a work area for each. */
static dp_status reserve_threads(dp_plan *plan)
{
    bool team = false;
    for (size_t i = 0; i < plan->phase_count; i++)
        team |= plan->phases[i].team;
    void *memory = NULL;
    dp_status status = DP_OK;
    size_t threads = 1;
    if (team && dp_ctx_threads(plan->ctx) > 1) {
        threads = (size_t)dp_ctx_threads(plan->ctx);
        status = dpi_alloc(plan->ctx, 1, DPI_TEAM_BYTES, "threads of the plan", &memory);
        plan->team = memory;
    }
    if (status != DP_OK || !plan->work_bytes)
        return status;
    status = dpi_alloc_raw(plan->ctx, threads, plan->work_bytes, "work areas of the threads", &memory);
    plan->work = status == DP_OK ? memory : NULL;
    return status;
}

static dp_status make(dpi_build *build, const dp_val *wanted, int n)
{
    dp_plan *plan = build->plan;
    size_t count = (size_t)build->count + 1;
    dp_status status = dpi_grow(build->ctx, (void **)&plan->slots, &plan->slot_capacity, count, sizeof *plan->slots,
                                "slots of the plan");
    if (status != DP_OK)
        return status;
    status = dpi_grow(build->ctx, (void **)&plan->names, &plan->names_capacity, 1, 1, "names of the plan");
    if (status != DP_OK)
        return status;
    plan->names_bytes = 1; /* offset 0 is "" */
    plan->slot_count = count;
    plan->value_count = build->count;
    for (size_t i = 0; i < count; i++)
        plan->slots[i] = (dpi_slot){.refs = -1, .wanted = -1};
    status = keep_wanted(build, wanted, n);
    if (status != DP_OK)
        return status;
    for (size_t i = 0; i < sizeof passes / sizeof *passes && build->status == DP_OK && !build->naive; i++)
        passes[i](build);
    if (build->status != DP_OK)
        return build->status;
    mark_needed(build);
    status = open_slots(build);
    if (status == DP_OK)
        status = lower_all(build);
    if (status == DP_OK)
        status = dpi_schedule(build);
    if (status != DP_OK)
        return status;
    plan->stats.steps = (int64_t)plan->step_count;
    if (!build->naive)
        dpi_share(plan);
    status = dpi_memory_place(build);
    if (status == DP_OK)
        status = reserve_threads(plan);
    for (size_t i = 0; i < plan->step_count; i++)
        plan->steps[i].args = plan->args + plan->infos[i].args_at;
    return status;
}

dp_status dp_plan_new(dp_graph *g, const dp_val *wanted, int n, dp_plan **out)
{
    dp_status status = check_wanted(g, wanted, n);
    void *memory = NULL;
    if (status == DP_OK)
        status = dpi_alloc(g->ctx, 1, sizeof(dp_plan), "plan", &memory);
    if (status != DP_OK)
        return status;
    dp_plan *plan = memory;
    plan->ctx = g->ctx;
    dpi_build build = {.ctx = g->ctx,
                       .g = g,
                       .plan = plan,
                       .wanted = wanted,
                       .wanted_count = n,
                       .isa = dpk_cpu_level(),
                       .naive = dp_ctx_naive_plans(g->ctx) != 0};
    status = dpi_nodes_open(&build);
    if (status == DP_OK)
        status = make(&build, wanted, n);
    dpi_nodes_close(&build);
    if (status != DP_OK)
        goto fail;
    *out = plan;
    return DP_OK;
fail:
    dp_plan_free(&plan);
    return status;
}

void dp_plan_free(dp_plan **plan_)
{
    if (!plan_ || !*plan_)
        return;
    dp_plan *plan = *plan_;
    dp_ctx *ctx = plan->ctx;
    if (plan->team_stop)
        plan->team_stop(plan->team);
    for (size_t i = 0; i < plan->slot_count; i++) {
        dpi_blob_release(&plan->slots[i].blob);
        dpi_free(ctx, plan->slots[i].own);
    }
    void *const parts[] = {plan->slots,  plan->refs,  plan->steps,   plan->infos,  plan->items,
                           plan->phases, plan->args,  plan->patches, plan->faults, plan->wanted,
                           plan->names,  plan->arena, plan->work,    plan->team};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        dpi_free(ctx, parts[i]);
    dpi_free(ctx, plan);
    *plan_ = NULL;
}

/* A value that the plan reads from outside: an input, a param, a variable. */
static bool is_given(const dpi_slot *slot)
{
    return slot->kind == DPI_SLOT_GIVEN || (slot->kind == DPI_SLOT_CONST && slot->rebindable);
}

int dp_plan_needs(const dp_plan *plan, dp_val v)
{
    return v >= 1 && v <= plan->value_count && is_given(&plan->slots[v]);
}

dp_status dp_plan_bind(dp_plan *plan, dp_val v, void *data)
{
    bool wanted = v >= 1 && v <= plan->value_count && plan->slots[v].wanted >= 0;
    if (!dp_plan_needs(plan, v) && !wanted)
        return dpi_fail(plan->ctx, DP_ERR_ARG,
                        "bind: value %d is neither an input, param or variable that the plan needs nor wanted", (int)v);
    if (!data)
        return dpi_fail(plan->ctx, DP_ERR_ARG, "bind: value %d: data is NULL", (int)v);
    int32_t home = dpi_slot_home(plan, dp_plan_needs(plan, v) ? v : plan->wanted[plan->slots[v].wanted].slot);
    dpi_slot *slot = &plan->slots[home];
    if (slot->kind == DPI_SLOT_GIVEN && !slot->memory)
        plan->unbound--;
    dpi_free(plan->ctx, slot->own);
    slot->own = NULL;
    dpi_memory_set(plan, home, data);
    if (slot->once)
        plan->once_done = false; /* it is to be written once more */
    return DP_OK;
}

dp_array dp_plan_value(const dp_plan *plan, dp_val v)
{
    if (v < 1 || v > plan->value_count || plan->slots[v].wanted < 0)
        return (dp_array){0};
    const dpi_wanted *wanted = &plan->wanted[plan->slots[v].wanted];
    void *data = plan->slots[dpi_slot_home(plan, wanted->slot)].memory;
    return (dp_array){.dtype = wanted->dtype, .shape = wanted->shape, .data = data};
}

dp_plan_stats dp_plan_get_stats(const dp_plan *plan)
{
    return plan->stats;
}
