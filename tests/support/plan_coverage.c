#include "support/plan_coverage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/passes.h"

enum {
#define DPI_PASS(name) PASS_##name,
#include "plan/passes.def"
#undef DPI_PASS
    PASSES
};

static const struct {
    const char *name;
    dpi_pass_fn *apply;
} passes[PASSES] = {
#define DPI_PASS(name) {#name, dpi_pass_##name},
#include "plan/passes.def"
#undef DPI_PASS
};

static const char *const fused_names[DPI_OP_COUNT] = {
#define DPI_FUSED(ID, name, rule) [DPI_OP_##ID] = #name,
#include "plan/fused.def"
#undef DPI_FUSED
};

static const struct {
    const char *name, *family;
} kernels[DPK_OP_COUNT] = {
#define DPK_OP(op, family) [DPK_##op] = {#op, #family},
#include "kernels/kern_list.def"
};

static const struct {
    dpk_fn *fn;
    dpk_op op;
} implementations[] = {
#define DPK_KERNEL(op, type, isa) {dpk_##op##_##type##__##isa, DPK_##op},
#include "kernels/kern_list.def"
};

/* What a product does besides, by the numbers of kern.h; a node that is made with another one. */
static int64_t activation_count[DPK_ACT_TANH + 1], gate_count[DPK_GATE_TANH + 1], bias_count, partner_count;
static int64_t pass_count[PASSES], fused_count[DPI_OP_COUNT], kernel_count[DPK_OP_COUNT];

/* ---- Passes: each once more, on nodes of its own, with a look at what it has changed ---- */

typedef struct part {
    const void *data;
    size_t bytes;
    void *before;
} part;

static void count_passes(dpi_build *build)
{
    size_t count = (size_t)build->count + 1;
    part parts[] = {{build->nodes, count * sizeof *build->nodes, NULL},
                    {build->fusions, count * sizeof *build->fusions, NULL},
                    {build->fixed, count * sizeof *build->fixed, NULL},
                    {build->partner, count * sizeof *build->partner, NULL},
                    {build->inputs, (build->input_count + 3 * count) * sizeof *build->inputs, NULL}};
    enum { PARTS = sizeof parts / sizeof *parts };
    for (int i = 0; i < PARTS; i++)
        parts[i].before = malloc(parts[i].bytes);
    for (int p = 0; p < PASSES; p++) {
        bool changed = false;
        for (int i = 0; i < PARTS; i++)
            memcpy(parts[i].before, parts[i].data, parts[i].bytes);
        passes[p].apply(build);
        assert_int_equal(build->status, DP_OK);
        for (int i = 0; i < PARTS; i++)
            changed |= memcmp(parts[i].before, parts[i].data, parts[i].bytes) != 0;
        pass_count[p] += changed;
    }
    for (int i = 0; i < PARTS; i++)
        free(parts[i].before);
}

void plan_coverage_add(dp_graph *g, const dp_val *wanted, int n, const dp_plan *plan)
{
    dpi_build build = {.ctx = g->ctx,
                       .g = g,
                       .plan = (dp_plan *)(uintptr_t)plan,
                       .wanted = wanted,
                       .wanted_count = n,
                       .isa = dpk_cpu_level()};
    assert_int_equal(dpi_nodes_open(&build), DP_OK);
    count_passes(&build);
    for (dp_val v = 1; v <= build.count; v++) {
        fused_count[build.nodes[v].op]++;
        activation_count[build.fusions[v].activation]++;
        gate_count[build.fusions[v].gate_kind]++;
        bias_count += build.fusions[v].bias != DP_VAL_NONE;
        partner_count += build.partner[v] != DP_VAL_NONE;
    }
    dpi_nodes_close(&build);
    for (size_t s = 0; s < plan->step_count; s++)
        for (size_t k = 0; k < sizeof implementations / sizeof *implementations; k++)
            if (plan->steps[s].fn == implementations[k].fn) {
                kernel_count[implementations[k].op]++;
                break;
            }
}

static int show(const char *kind, const char *name, int64_t count)
{
    print_message("%8lld  %s %s\n", (long long)count, kind, name);
    return count == 0;
}

/* At the level of this machine, or of DENPA_CPU. */
static bool is_there(dpk_op op)
{
    bool found = false;
    for (int type = 0; type < DPK_TYPE_COUNT; type++)
        found |= dpk_find(dpk_cpu_level(), op, (dpk_type)type) != NULL;
    return found;
}

/* Updates, pixels and finite are called by others than plans, a library's products only when DENPA_GEMM asks for them. */
static bool is_of_plans(int op)
{
    return strcmp(kernels[op].family, "update") != 0 && strcmp(kernels[op].family, "pixels") != 0 &&
           strcmp(kernels[op].family, "finite") != 0 && strncmp(kernels[op].name, "gemm_", 5) != 0;
}

void plan_coverage_check(void)
{
    int never = 0;
    for (int p = 0; p < PASSES; p++)
        never += show("pass", passes[p].name, pass_count[p]);
    for (int op = DP_OP_COUNT; op < DPI_OP_COUNT; op++)
        never += show("fused op", fused_names[op], fused_count[op]);
    never += show("fused", "bias", bias_count) + show("fused", "two in one step", partner_count);
    for (int a = DPK_ACT_RELU; a <= DPK_ACT_TANH; a++)
        never += show("fused", (const char *[]){"", "relu", "sigmoid", "tanh"}[a], activation_count[a]);
    for (int k = DPK_GATE_RELU; k <= DPK_GATE_TANH; k++)
        never += show("fused gradient", (const char *[]){"", "relu", "sigmoid", "tanh"}[k], gate_count[k]);
    for (int op = 0; op < DPK_OP_COUNT; op++)
        if (is_of_plans(op) && is_there((dpk_op)op))
            never += show("kernel", kernels[op].name, kernel_count[op]);
    if (dpk_cpu_level() == DPK_ref)
        return; /* some passes and fused ops are for faster kernels */
    if (never)
        fail_msg("%d of these are in no graph: they are not tested", never);
}
