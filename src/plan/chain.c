/* Chains: element-wise steps that follow one another in an item become one step, which does all of them for a few
 * elements, then for the next few (dpk_chain_args):
 *
 *     t = mul(x, a); u = tanh(t); v = mul(u, 2); y = stream(v)   ->   y = chain(x, a, 2): r0 = mul(x, a); r0 = tanh(r0); ...
 *
 * Step by step over a block of rows that the cache keeps, an item computes, then writes, then waits for what it reads next;
 * piece by piece, memory works while functions are computed. So this is for steps that read or write arrays that are far
 * away (far.h): in the cache, calls for so few elements only cost. What nothing but later links reads has no place in memory. */
#include "plan/schedule.h"

#include <stddef.h>

#include "base/far.h"

/* A single step is worth it if it computes so long for an element that memory has something to do meanwhile. */
static const double long_nanoseconds = 2;
enum { LONGEST = 16, MOST_VALUES = 24, LEAST_ROW = 64 };

/* An operand of the chain's links. */
typedef struct value {
    int32_t slot, home;
    int64_t step, row_step; /* bytes; of what goes element by element row_step is set in the end */
    int64_t rows;           /* of its refs */
    size_t bytes;           /* of an element */
    bool whole;             /* element by element */
    bool written, shares;   /* shares: each ref may share */
    int32_t last_read;      /* link; -1: none */
    int32_t uses;           /* refs in the chain */
    int32_t number;         /* in dpk_chain_args */
    bool in_register;
} value;

typedef struct chain {
    dpi_build *build;
    const int32_t *next;      /* [step]: the one behind it in its item, -1: none */
    const dpi_slot_use *uses; /* [slot] */
    bool alone;               /* the item is this one step */
    int32_t step[LONGEST], count;
    dpk_chain_link links[LONGEST];
    value values[MOST_VALUES];
    int32_t value_count, registers, operands;
    int64_t units, row; /* row 0: all elements are one */
    size_t widest;
} chain;

/* ---- What the links read and write ---- */

static dpi_step_info *info_of(const chain *c, int32_t step)
{
    return &c->build->plan->infos[step];
}

/* The refs of a step that read, or write, in the order of its arguments; returns how many, at most `most`. */
static int32_t refs_of(const chain *c, const dpi_step_info *info, bool writes, const dpi_ref **found, int32_t most)
{
    int32_t count = 0;
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
        const dpi_ref *ref = &c->build->plan->refs[r];
        int32_t at = count;
        if (ref->writes != writes)
            continue;
        if (count == most || ref->byte_offset)
            return most + 1;
        for (; at > 0 && found[at - 1]->at > ref->at; at--)
            found[at] = found[at - 1];
        found[at] = ref;
        count++;
    }
    return count;
}

/* The value of a ref, which is there already or is added; -1: it does not fit. steps in bytes, whole: element by element. */
static int32_t value_of(chain *c, const dpi_ref *ref, int64_t step, int64_t row_step, bool whole)
{
    const dp_plan *plan = c->build->plan;
    int32_t home = dpi_slot_home(plan, ref->slot), v = 0;
    for (; v < c->value_count; v++) {
        const value *old = &c->values[v];
        if (old->home == home && old->step == step && old->row_step == row_step && old->whole == whole)
            break;
        if (old->home == home && (old->written || ref->writes))
            return -1; /* made here, and read in another order */
    }
    if (v == MOST_VALUES || (v < c->value_count && ref->writes))
        return -1;
    if (v == c->value_count)
        c->values[c->value_count++] = (value){.slot = ref->slot,
                                              .home = home,
                                              .step = step,
                                              .row_step = row_step,
                                              .rows = ref->rows,
                                              .bytes = plan->slots[home].bytes / (size_t)c->units,
                                              .whole = whole,
                                              .written = ref->writes,
                                              .shares = true,
                                              .last_read = -1};
    value *found = &c->values[v];
    found->uses++;
    found->rows = found->rows && ref->rows ? dpi_common_divisor(found->rows, ref->rows) : 0;
    if (!ref->writes)
        found->last_read = c->count, found->shares = found->shares && ref->may_share;
    if (whole && found->bytes > c->widest)
        c->widest = found->bytes;
    return v;
}

static int32_t whole_value(chain *c, const dpi_ref *ref)
{
    return value_of(c, ref, (int64_t)(c->build->plan->slots[dpi_slot_home(c->build->plan, ref->slot)].bytes) / c->units,
                    0, true);
}

static size_t bytes_of(dpk_type type)
{
    return type == DPK_f32 ? sizeof(float) : type == DPK_f64 || type == DPK_i64 ? sizeof(double) : 1;
}

/* The operands of a step with two: element by element, a number for all, or along rows. */
static bool two_operands(chain *c, const dpi_step_info *info, const dpi_ref *const refs[2], dpk_chain_link *link)
{
    const dpk_binary_args *args = (const void *)(c->build->plan->args + info->args_at);
    const dpk_axis *axis = args->axis;
    int64_t rows = args->axis_count == 2 ? axis[1].count : 1, row = axis[0].count,
            bytes = (int64_t)bytes_of(info->type);
    if (args->axis_count > 2 || row * rows != c->units)
        return false;
    if (args->axis_count == 2 && (row < LEAST_ROW || (c->row && c->row != row)))
        return false;
    c->row = args->axis_count == 2 ? row : c->row;
    for (int i = 0; i < 2; i++) {
        int64_t step = i ? axis[0].b : axis[0].a, row_step = rows == 1 ? 0 : i ? axis[1].b : axis[1].a;
        bool whole = step == 1 && (rows == 1 || row_step == row);
        if (step != 0 && step != 1)
            return false;
        int32_t v = whole ? whole_value(c, refs[i]) : value_of(c, refs[i], step * bytes, row_step * bytes, false);
        if (v < 0)
            return false;
        link->repeats |= step ? 0 : i ? DPK_REPEATS_B : DPK_REPEATS_A;
        *(i ? &link->b : &link->a) = (uint8_t)v;
    }
    return true;
}

/* Adds a step as the next link; false: it cannot be one. */
static bool add_link(chain *c, int32_t step)
{
    const dp_plan *plan = c->build->plan;
    const dpi_step_info *info = info_of(c, step);
    const dpi_ref *reads[2] = {NULL}, *writes[2] = {NULL};
    int32_t in = refs_of(c, info, false, reads, 2), out = refs_of(c, info, true, writes, 2);
    dpk_chain_link link = {.row = dpk_find_row(c->build->isa, info->op, info->type)};
    if (!link.row || plan->steps[step].units != c->units || in < 1 || in > 2 || out < 1 || in + out > 3)
        return false;
    if (in == 2) {
        if (!two_operands(c, info, reads, &link))
            return false;
    } else {
        int32_t a = whole_value(c, reads[0]);
        if (a < 0)
            return false;
        link.a = (uint8_t)a;
    }
    int32_t y = whole_value(c, writes[0]), z = out == 2 ? whole_value(c, writes[1]) : 0;
    if (y < 0 || z < 0)
        return false;
    link.y = (uint8_t)y, link.z = (uint8_t)z;
    if (in == 1 && out == 1) {
        const dpk_unary_args *args = (const void *)(plan->args + info->args_at);
        link.p = args->p, link.q = args->q;
    }
    c->step[c->count] = step;
    c->links[c->count++] = link;
    return true;
}

/* ---- Registers ---- */

static bool takes_register(const chain *c, const value *v)
{
    return v->written && c->build->plan->slots[v->home].kind == DPI_SLOT_ARENA && v->uses == c->uses[v->home].count;
}

static bool take_register(chain *c, value *v, bool busy[DPK_CHAIN_REGISTERS])
{
    int32_t free = 0;
    while (free < DPK_CHAIN_REGISTERS && busy[free])
        free++;
    if (free == DPK_CHAIN_REGISTERS)
        return false;
    v->in_register = busy[free] = true;
    v->number = free;
    c->registers = free + 1 > c->registers ? free + 1 : c->registers;
    return true;
}

/* Gives back the registers of what link i reads last: those before its results have theirs, so that it works in place, whose
 * elements are as large as the result's, the others behind it. */
static void give_back(const chain *c, int32_t i, bool in_place, bool busy[DPK_CHAIN_REGISTERS])
{
    const int32_t operands[2] = {c->links[i].a, c->links[i].b};
    for (int k = 0; k < 2; k++) {
        const value *v = &c->values[operands[k]];
        if (v->in_register && v->last_read == i && (v->bytes == c->values[c->links[i].y].bytes) == in_place)
            busy[v->number] = false;
    }
}

/* A register for each value that nobody else wants, given back when its last reader has it; false: there are too few. */
static bool give_registers(chain *c)
{
    bool busy[DPK_CHAIN_REGISTERS] = {false};
    c->registers = 0;
    for (int32_t i = 0; i < c->count; i++) {
        value *results[2] = {&c->values[c->links[i].y], &c->values[c->links[i].z]};
        give_back(c, i, true, busy);
        for (int k = 0; k < 2; k++)
            if (!results[k]->in_register && takes_register(c, results[k]) && !take_register(c, results[k], busy))
                return false;
        give_back(c, i, false, busy);
    }
    c->operands = c->registers;
    for (int32_t v = 0; v < c->value_count; v++)
        if (!c->values[v].in_register)
            c->values[v].number = c->operands++;
    return c->operands <= DPK_CHAIN_OPERANDS;
}

/* The chain of `count` steps from `first` on; false: there is none. */
static bool compose(chain *c, int32_t first, int32_t count)
{
    c->count = c->value_count = 0;
    c->units = c->build->plan->steps[first].units;
    c->row = 0, c->widest = 1;
    if (c->units < 1)
        return false;
    for (int32_t step = first; c->count < count; step = c->next[step])
        if (step < 0 || !add_link(c, step))
            return false;
    return give_registers(c);
}

/* ---- Is it worth it? ---- */

/* Does the value come from far away, or go there? Not what only the item sees: that will be tiles. */
static bool is_far(const chain *c, const value *v)
{
    const dpi_slot *slot = &c->build->plan->slots[v->home];
    return v->whole && !v->in_register && slot->bytes >= dpi_far_bytes(c->build->ctx) &&
           (slot->kind != DPI_SLOT_ARENA || c->uses[v->home].crosses);
}

static bool is_worth_it(const chain *c)
{
    bool far = false, reads = false;
    for (int32_t v = 0; v < c->value_count; v++) {
        far = far || is_far(c, &c->values[v]);
        reads = reads || (!c->values[v].written && is_far(c, &c->values[v]));
    }
    return c->count > 1 ? far : reads && !c->alone && info_of(c, c->step[0])->nanoseconds >= long_nanoseconds;
}

/* ---- The step ---- */

/* A result that takes the place of an operand is the last one (share.c), so that nothing behind it reads that operand. */
static void add_operand(const chain *c, dpk_chain_operand *operand, const value *v)
{
    dpi_build *build = c->build;
    if (v->in_register) {
        operand->in_register = 1;
        return;
    }
    operand->step = v->step;
    operand->row_step = v->whole ? v->step * (c->row ? c->row : c->units) : v->row_step;
    operand->ahead = !v->written && is_far(c, v);
    if (v->written)
        dpi_build_write_rows(build, &operand->memory, v->slot, v->rows);
    else if (v->shares && v->whole)
        dpi_build_read_shared(build, &operand->memory, v->slot, v->rows);
    else
        dpi_build_read_rows(build, &operand->memory, v->slot, v->rows);
}

static size_t args_bytes(const chain *c)
{
    return sizeof(dpk_chain_args) + (size_t)c->operands * sizeof(dpk_chain_operand) +
           (size_t)c->count * sizeof(dpk_chain_link);
}

static void set_links(const chain *c, dpk_chain_args *args)
{
    dpk_chain_link *links = (void *)(args->operand + args->operands);
    for (int32_t i = 0; i < c->count; i++) {
        dpk_chain_link *link = &links[i];
        *link = c->links[i];
        link->y = (uint8_t)c->values[link->y].number;
        link->z = (uint8_t)c->values[link->z].number;
        link->a = (uint8_t)c->values[link->a].number;
        link->b = (uint8_t)c->values[link->b].number;
    }
}

/* The chain in the place of its first step; the others have no kernel from now on. */
static void emit(const chain *c)
{
    dpi_build *build = c->build;
    dp_plan *plan = build->plan;
    const int32_t first = c->step[0];
    double nanoseconds = 0;
    bool streams = false;
    for (int32_t i = 0; i < c->count; i++) {
        nanoseconds += info_of(c, c->step[i])->nanoseconds;
        streams = streams || info_of(c, c->step[i])->streams;
    }
    build->once = info_of(c, first)->once;
    dpk_chain_args *args = dpi_build_step(build, DPK_chain, DPK_b1, args_bytes(c), c->units, DPI_CUT, nanoseconds);
    if (!args)
        return;
    args->row = c->row ? c->row : c->units;
    args->piece = (int64_t)(DPK_CHAIN_REGISTER_BYTES / c->widest);
    args->links = c->count;
    args->operands = c->operands;
    set_links(c, args);
    for (int32_t v = 0; v < c->value_count; v++)
        add_operand(c, &args->operand[c->values[v].number], &c->values[v]);
    plan->step_count--;
    plan->steps[first] = plan->steps[plan->step_count];
    plan->infos[first] = plan->infos[plan->step_count];
    plan->infos[first].streams = streams;
    for (int32_t i = 1; i < c->count; i++)
        plan->steps[c->step[i]].fn = NULL;
}

/* Composes the longest chain that begins with this step. */
static bool longest(chain *c, int32_t first)
{
    int32_t count = 0;
    while (count < LONGEST && compose(c, first, count + 1))
        count++;
    return count && compose(c, first, count);
}

int32_t dpi_chain(dpi_build *build, int32_t first, int32_t *next, const dpi_slot_use *uses)
{
    chain c = {.build = build, .next = next, .uses = uses, .alone = next[first] < 0};
    int32_t dropped = 0;
    for (int32_t step = first; step >= 0 && build->status == DP_OK; step = next[step]) {
        if (!longest(&c, step) || !is_worth_it(&c))
            continue;
        emit(&c);
        next[step] = next[c.step[c.count - 1]];
        dropped += c.count - 1;
    }
    return dropped;
}
