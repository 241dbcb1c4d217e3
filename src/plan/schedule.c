/* From steps, in the order of the graph, to items and phases (plan_internal.h).
 *
 * Each step, one after another, joins an item or begins one:
 *
 *   - it joins the item that makes its operands, if both go row by row over the same rows and a row is small: so
 *     product, bias, activation, loss and their gradients become one pass over blocks of rows that stay in the cache,
 *     and a chain of element-wise steps one pass over tiles;
 *   - else it is an item of its own, in the first phase after those that it needs. One that writes much does not go
 *     further ahead than it has to, so that its result does not lie about.
 *
 * Everything follows from shapes, so that results do not depend on the number of threads: only how many blocks a
 * thread takes at once does. A naive plan has one step in each phase. */
#include "plan/schedule.h"

#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"

enum {
    CACHED_BYTES = 96 << 10,          /* a block of element-wise rows, about a third alive at a time: the first cache */
    PRODUCT_CACHED_BYTES = 128 << 10, /* with a matrix product, which has more to do for each byte: the second */
    FLAT_ROWS = 4096,                 /* so many rows are elements: blocks begin where a vector does */
    ROW_BYTES = 32 << 10,             /* a row larger than that is better cut than kept */
    WORK_ROW_BYTES = 1 << 20,         /* unless a step of the item works in the second cache anyway */
    EARLY_BYTES = 512 << 10,          /* a step that writes no more than that may run long before it is needed */
    LEAST_BLOCKS = 8,                 /* of an item that is worth several threads */
    CHUNKS_PER_THREAD = 4             /* so that a late one does not hold up the rest */
};

/* A phase below team_nanoseconds is done by one thread; a thread takes at least chunk_nanoseconds at once. Handing a
 * phase to the others costs about 1 us while they are awake. */
static const double team_nanoseconds = 12000, chunk_nanoseconds = 3000;

/* An item while it is put together. */
typedef struct draft {
    int32_t level;
    bool once, work; /* work: a step has a work area for each row */
    int64_t rows;    /* of all its steps; 0: one step that is not cut by rows */
    int64_t bytes;   /* of its operands that go by rows */
    double nanoseconds;
    int32_t count, next; /* steps; where the next one goes when they are put in order */
    int32_t first, last; /* steps */
} draft;

/* Who wrote a slot's memory so far, -1: nobody. All writers of a slot come before its readers. */
typedef struct touch {
    int32_t writer; /* the item that wrote last */
    int32_t write_level;
    int32_t counted; /* the item whose `bytes` it is in */
} touch;

typedef struct schedule {
    dpi_build *build;
    dp_plan *plan;
    draft *drafts;
    int32_t count;
    int32_t *item_of; /* [step] */
    int32_t *next;    /* [step]: the one behind it in its item, -1: none */
    int32_t *order;   /* [item]: its draft */
    touch *touches;   /* [slot] */
    int32_t level[2]; /* the last one so far: of the other steps, of those for the first run */
} schedule;

static touch *touch_of(const schedule *s, const dpi_ref *ref)
{
    return &s->touches[dpi_slot_home(s->plan, ref->slot)];
}

/* ---- Which item a step belongs to ---- */

/* Who wrote what the ref refers to, as far as it matters here; -1: nobody. What the first run makes is there. */
static int32_t writer_of(const schedule *s, const dpi_step_info *info, const dpi_ref *ref)
{
    int32_t writer = touch_of(s, ref)->writer;
    return writer >= 0 && s->drafts[writer].once == info->once ? writer : -1;
}

/* The first level that is behind everything the step needs, leaving out what `item` itself made. */
static int32_t level_after(const schedule *s, const dpi_step_info *info, int32_t item)
{
    int32_t level = 0;
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
        const dpi_ref *ref = &s->plan->refs[r];
        const touch *t = touch_of(s, ref);
        int32_t writer = writer_of(s, info, ref);
        if (writer >= 0 && writer != item && t->write_level >= level)
            level = t->write_level + 1;
    }
    return level;
}

static bool has_work(const dp_plan *plan, const dpi_step_info *info)
{
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++)
        if (plan->slots[plan->refs[r].slot].work)
            return true;
    return false;
}

/* The rows by which the step can go on with the item; 0: not at all. */
static int64_t common_rows(const schedule *s, const dpi_step_info *info, const dpi_step *step, int32_t item)
{
    const draft *d = &s->drafts[item];
    if (!d->rows || !info->rows || d->once != info->once)
        return 0;
    int64_t rows = dpi_common_divisor(d->rows, info->rows), bytes = d->bytes;
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
        const dpi_ref *ref = &s->plan->refs[r];
        const touch *t = touch_of(s, ref);
        if (t->writer == item)
            rows = ref->rows ? dpi_common_divisor(rows, ref->rows) : 0;
        if (!rows)
            return 0;
        if (ref->rows && t->counted != item)
            bytes += (int64_t)s->plan->slots[dpi_slot_home(s->plan, ref->slot)].bytes;
    }
    bool exact = info->block_at || step->units % rows == 0;
    return exact && bytes / rows <= (d->work || has_work(s->plan, info) ? WORK_ROW_BYTES : ROW_BYTES) ? rows : 0;
}

/* The item that made the step's operands last, or else the newest one. */
static int32_t candidate(const schedule *s, const dpi_step_info *info)
{
    int32_t best = -1;
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
        int32_t writer = writer_of(s, info, &s->plan->refs[r]);
        if (writer >= 0 && (best < 0 || s->drafts[writer].level >= s->drafts[best].level))
            best = writer;
    }
    return best >= 0 ? best : s->count - 1;
}

static int32_t join(schedule *s, const dpi_step_info *info, const dpi_step *step)
{
    int32_t item = candidate(s, info);
    if (item < 0 || s->build->naive)
        return -1;
    int64_t rows = common_rows(s, info, step, item);
    draft *d = &s->drafts[item];
    /* What has nothing to do with the item may join it only as it is. */
    if (!rows || level_after(s, info, item) > d->level || (rows != d->rows && level_after(s, info, -1) == 0))
        return -1;
    d->rows = rows;
    return item;
}

static int64_t written_bytes(const schedule *s, const dpi_step_info *info)
{
    size_t bytes = 0;
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++)
        if (s->plan->refs[r].writes)
            bytes += s->plan->slots[dpi_slot_home(s->plan, s->plan->refs[r].slot)].bytes;
    return (int64_t)bytes;
}

static int32_t begin_item(schedule *s, const dpi_step_info *info)
{
    int32_t level = level_after(s, info, -1), *last = &s->level[info->once];
    if (s->build->naive)
        level = *last + 1;
    else if (level < *last && written_bytes(s, info) > EARLY_BYTES)
        level = *last;
    if (level > *last)
        *last = level;
    s->drafts[s->count] = (draft){.level = level, .once = info->once, .rows = info->rows, .first = -1};
    return s->count++;
}

static void note_touches(schedule *s, const dpi_step_info *info, int32_t item)
{
    draft *d = &s->drafts[item];
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
        const dpi_ref *ref = &s->plan->refs[r];
        touch *t = touch_of(s, ref);
        if (ref->writes) {
            t->writer = item;
            t->write_level = d->level > t->write_level ? d->level : t->write_level;
        }
        if (ref->rows && t->counted != item) {
            t->counted = item;
            d->bytes += (int64_t)s->plan->slots[dpi_slot_home(s->plan, ref->slot)].bytes;
        }
    }
}

static void add_step(schedule *s, int32_t number)
{
    const dpi_step_info *info = &s->plan->infos[number];
    const dpi_step *step = &s->plan->steps[number];
    int32_t item = join(s, info, step);
    if (item < 0)
        item = begin_item(s, info);
    draft *d = &s->drafts[item];
    s->item_of[number] = item;
    s->next[number] = -1;
    if (d->first < 0)
        d->first = number;
    else
        s->next[d->last] = number;
    d->last = number;
    d->count++;
    d->work = d->work || has_work(s->plan, info);
    d->nanoseconds += info->nanoseconds * (double)step->units;
    note_touches(s, info, item);
}

/* ---- Chains ---- */

static void note_uses(const schedule *s, dpi_slot_use *uses)
{
    const dp_plan *plan = s->plan;
    for (size_t i = 0; i < plan->step_count; i++)
        for (int32_t r = plan->infos[i].ref_first; r < plan->infos[i].ref_first + plan->infos[i].ref_count; r++) {
            dpi_slot_use *use = &uses[dpi_slot_home(plan, plan->refs[r].slot)];
            use->crosses = use->crosses || (use->count && use->item != s->item_of[i]);
            use->item = s->item_of[i];
            use->count++;
        }
}

static dp_status make_chains(schedule *s)
{
    void *uses = NULL;
    if (s->build->naive)
        return DP_OK;
    dp_status status =
        dpi_alloc(s->plan->ctx, s->plan->slot_count, sizeof(dpi_slot_use), "schedule of the plan", &uses);
    if (status != DP_OK)
        return status;
    note_uses(s, uses);
    for (int32_t i = 0; i < s->count; i++)
        s->drafts[i].count -= dpi_chain(s->build, s->drafts[i].first, s->next, uses);
    dpi_free(s->plan->ctx, uses);
    return s->build->status;
}

/* ---- In order ---- */

/* Drafts by level, those for the first run in front; in a level as they were made. first[key] is where the next one
 * of that level goes. */
static dp_status order_items(schedule *s)
{
    void *memory = NULL;
    size_t once_levels = (size_t)s->level[1] + 1, levels = once_levels + (size_t)s->level[0] + 1;
    dp_status status = dpi_alloc(s->plan->ctx, levels + 1, sizeof(int32_t), "schedule of the plan", &memory);
    if (status != DP_OK)
        return status;
    int32_t *first = memory;
    for (int pass = 0; pass < 2; pass++)
        for (int32_t i = 0; i < s->count; i++) {
            const draft *d = &s->drafts[i];
            size_t key = (size_t)d->level + (d->once ? 0 : once_levels);
            if (pass)
                s->order[first[key]++] = i;
            else
                first[key + 1]++;
            if (!pass && i == s->count - 1)
                for (size_t k = 1; k <= levels; k++)
                    first[k] += first[k - 1];
        }
    dpi_free(s->plan->ctx, memory);
    return DP_OK;
}

static void place_items(schedule *s)
{
    dp_plan *plan = s->plan;
    int32_t steps = 0;
    const draft *before = NULL;
    for (int32_t i = 0; i < s->count; i++) {
        draft *d = &s->drafts[s->order[i]];
        d->next = steps;
        plan->items[plan->item_count++] = (dpi_item){.first = steps, .count = d->count};
        steps += d->count;
        if (!before || before->level != d->level || before->once != d->once)
            plan->phases[plan->phase_count++] = (dpi_phase){.first = i};
        plan->phases[plan->phase_count - 1].count++;
        if (d->once)
            plan->once_phases = plan->phase_count, plan->once_steps = (size_t)steps;
        before = d;
    }
}

/* Steps, what is known of them, their refs and args, in the order of the items. */
static dp_status place_steps(schedule *s)
{
    dp_plan *plan = s->plan;
    size_t count = 0, ref_count = 0, at = 0;
    void *steps = NULL, *infos = NULL, *args = NULL, *refs = NULL;
    dp_status status = dpi_alloc_raw(plan->ctx, plan->step_count, sizeof(dpi_step), "steps of the plan", &steps);
    if (status == DP_OK)
        status = dpi_alloc_raw(plan->ctx, plan->step_count, sizeof(dpi_step_info), "steps of the plan", &infos);
    if (status == DP_OK)
        status = dpi_alloc_raw(plan->ctx, plan->args_bytes, 1, "arguments of the plan's steps", &args);
    if (status == DP_OK)
        status = dpi_alloc_raw(plan->ctx, plan->ref_capacity, sizeof(dpi_ref), "operands of the plan's steps", &refs);
    if (status != DP_OK)
        goto fail;
    for (size_t i = 0; i < plan->step_count; i++) {
        if (!plan->steps[i].fn)
            continue; /* part of a chain */
        int32_t to = s->drafts[s->item_of[i]].next++;
        ((dpi_step *)steps)[to] = plan->steps[i];
        ((dpi_step_info *)infos)[to] = plan->infos[i];
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        dpi_step_info *info = &((dpi_step_info *)infos)[i];
        memcpy((char *)args + at, plan->args + info->args_at, info->args_bytes);
        memcpy((dpi_ref *)refs + ref_count, plan->refs + info->ref_first, (size_t)info->ref_count * sizeof(dpi_ref));
        info->ref_first = (int32_t)ref_count;
        ref_count += (size_t)info->ref_count;
        for (size_t r = (size_t)info->ref_first; r < ref_count; r++)
            ((dpi_ref *)refs)[r].at += at - info->args_at;
        if (info->block_at)
            info->block_at += at - info->args_at;
        if (info->parts_at)
            info->parts_at += at - info->args_at;
        info->args_at = at;
        at += info->args_bytes;
    }
    dpi_free(plan->ctx, plan->steps);
    dpi_free(plan->ctx, plan->infos);
    dpi_free(plan->ctx, plan->args);
    dpi_free(plan->ctx, plan->refs);
    plan->steps = steps, plan->infos = infos, plan->args = args, plan->refs = refs;
    plan->step_count = count, plan->ref_count = ref_count, plan->args_bytes = at;
    return DP_OK;
fail:
    dpi_free(plan->ctx, steps);
    dpi_free(plan->ctx, infos);
    dpi_free(plan->ctx, args);
    dpi_free(plan->ctx, refs);
    return status;
}

/* ---- Cutting ---- */

static int64_t round_up(int64_t n, int64_t multiple)
{
    return (n + multiple - 1) / multiple * multiple;
}

/* Rows of a block: as many as stay in the cache, about the same for all blocks, and not fewer than LEAST_BLOCKS
 * blocks where there is work for several threads. */
static int64_t block_of(const dp_plan *plan, const dpi_item *item, const draft *d)
{
    int64_t row_bytes = d->bytes / d->rows + 1, cached = CACHED_BYTES, multiple = 1;
    for (int32_t i = item->first; i < item->first + item->count; i++) {
        const dpi_step_info *info = &plan->infos[i];
        if (info->block_at)
            cached = PRODUCT_CACHED_BYTES;
        /* Of a step of many small rows, such as elements: so many that a range of units begins where a vector does. */
        int64_t flat = d->rows >= FLAT_ROWS ? info->cut : 1,
                of_step = info->block_at ? info->block_multiple
                                         : flat / dpi_common_divisor(flat, plan->steps[i].units / d->rows);
        multiple *= of_step / dpi_common_divisor(multiple, of_step);
    }
    int64_t block = cached / row_bytes;
    if (d->nanoseconds > team_nanoseconds && block > (d->rows + LEAST_BLOCKS - 1) / LEAST_BLOCKS)
        block = (d->rows + LEAST_BLOCKS - 1) / LEAST_BLOCKS;
    block = round_up(block > 1 ? block : 1, multiple);
    int64_t blocks = (d->rows + block - 1) / block;
    return round_up((d->rows + blocks - 1) / blocks, multiple);
}

static void cut_by_rows(dp_plan *plan, dpi_item *item, const draft *d)
{
    item->rows = d->rows;
    item->block = block_of(plan, item, d);
    item->pieces = (d->rows + item->block - 1) / item->block;
    for (int32_t i = item->first; i < item->first + item->count; i++) {
        const dpi_step_info *info = &plan->infos[i];
        dpi_step *step = &plan->steps[i];
        step->block_units = info->block_at ? info->units_per_block : step->units / d->rows * item->block;
        if (!info->block_at)
            continue;
        int64_t block = item->block * (info->rows / d->rows); /* a row of the item may be several of the product */
        memcpy(plan->args + info->block_at, &block, sizeof block);
        step->units = item->pieces * info->units_per_block;
        for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
            dpi_slot *slot = &plan->slots[plan->refs[r].slot];
            if (slot->block_bytes)
                slot->bytes = slot->block_bytes * (size_t)item->pieces;
        }
    }
}

/* Does the step want a work area for each of its units? Each thread has one, then, for the unit at hand. */
static bool has_unit_area(const dp_plan *plan, const dpi_step_info *info)
{
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++)
        if (plan->slots[plan->refs[r].slot].block_bytes && !plan->refs[r].rows)
            return true;
    return false;
}

static void cut_by_units(dp_plan *plan, dpi_item *item)
{
    item->rows = item->pieces;
    item->block = 1;
    plan->steps[item->first].block_units = 1;
}

/* How many pieces a thread takes at once. */
static int64_t chunk_of(int64_t pieces, int64_t multiple, double nanoseconds, int threads)
{
    double least = chunk_nanoseconds / (nanoseconds / (double)pieces + 1e-3);
    int64_t shares = (int64_t)threads * CHUNKS_PER_THREAD, chunk = (pieces + shares - 1) / shares;
    if ((double)chunk < least)
        chunk = least < (double)pieces ? (int64_t)least : pieces;
    return round_up(chunk ? chunk : 1, multiple);
}

/* Steps that add up what others made for each block. */
static void count_parts(dp_plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        const dpi_step_info *info = &plan->infos[i];
        if (!info->parts_at)
            continue;
        const dpi_slot *slot = &plan->slots[info->parts];
        int64_t parts = (int64_t)(slot->bytes / slot->block_bytes);
        memcpy(plan->args + info->parts_at, &parts, sizeof parts);
    }
}

static void cut(schedule *s)
{
    dp_plan *plan = s->plan;
    plan->plain = true;
    for (size_t p = 0; p < plan->phase_count; p++) {
        dpi_phase *phase = &plan->phases[p];
        double nanoseconds = 0;
        for (int32_t i = phase->first; i < phase->first + phase->count; i++) {
            dpi_item *item = &plan->items[i];
            const draft *d = &s->drafts[s->order[i]];
            item->pieces = plan->steps[item->first].units;
            int64_t multiple = plan->infos[item->first].cut;
            for (int32_t k = item->first; k < item->first + item->count; k++)
                item->settle = item->settle || plan->infos[k].streams;
            bool by_rows = item->count > 1 || (d->work && d->rows > 0 && !s->build->naive);
            if (by_rows)
                cut_by_rows(plan, item, d), multiple = 1;
            else if (has_unit_area(plan, &plan->infos[item->first]))
                cut_by_units(plan, item);
            item->chunk =
                item->pieces ? chunk_of(item->pieces, multiple, d->nanoseconds, dp_ctx_threads(plan->ctx)) : 1;
            item->chunks_before = phase->chunks;
            phase->chunks += (item->pieces + item->chunk - 1) / item->chunk;
            nanoseconds += d->nanoseconds;
            if (item->settle || (item->block && item->pieces > 1))
                plan->plain = false;
        }
        phase->team = nanoseconds >= team_nanoseconds && phase->chunks > 1;
    }
}

/* When each slot's memory is touched. */
static void note_lives(dp_plan *plan)
{
    for (size_t i = 0; i < plan->slot_count; i++) {
        dpi_slot *slot = &plan->slots[i];
        slot->first_step = slot->last_step = slot->first_phase = slot->last_phase = -1;
    }
    for (size_t p = 0; p < plan->phase_count; p++) {
        const dpi_item *first = &plan->items[plan->phases[p].first], *last = first + plan->phases[p].count - 1;
        for (int32_t step = first->first; step < last->first + last->count; step++) {
            const dpi_step_info *info = &plan->infos[step];
            for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
                dpi_slot *slot = &plan->slots[dpi_slot_home(plan, plan->refs[r].slot)];
                if (slot->first_step < 0)
                    slot->first_step = step, slot->first_phase = (int32_t)p;
                slot->last_step = step, slot->last_phase = (int32_t)p;
            }
        }
    }
    /* What the first run computed for the others stays. */
    for (size_t i = 0; i < plan->slot_count; i++)
        if (plan->slots[i].once && plan->slots[i].last_phase >= (int32_t)plan->once_phases)
            plan->slots[i].last_phase = (int32_t)plan->phase_count - 1;
}

dp_status dpi_schedule(dpi_build *build)
{
    dp_plan *plan = build->plan;
    schedule s = {.build = build, .plan = plan, .level = {-1, -1}};
    void *drafts = NULL, *item_of = NULL, *next = NULL, *order = NULL, *touches = NULL;
    size_t steps = plan->step_count;
    dp_status status = dpi_alloc(plan->ctx, steps, sizeof(draft), "schedule of the plan", &drafts);
    if (status == DP_OK)
        status = dpi_alloc(plan->ctx, steps, sizeof(int32_t), "schedule of the plan", &item_of);
    if (status == DP_OK)
        status = dpi_alloc(plan->ctx, steps, sizeof(int32_t), "schedule of the plan", &next);
    if (status == DP_OK)
        status = dpi_alloc(plan->ctx, steps, sizeof(int32_t), "schedule of the plan", &order);
    if (status == DP_OK)
        status = dpi_alloc(plan->ctx, plan->slot_count, sizeof(touch), "schedule of the plan", &touches);
    if (status == DP_OK)
        status = dpi_grow(plan->ctx, (void **)&plan->items, &plan->item_capacity, steps, sizeof *plan->items,
                          "schedule of the plan");
    if (status == DP_OK)
        status = dpi_grow(plan->ctx, (void **)&plan->phases, &plan->phase_capacity, steps, sizeof *plan->phases,
                          "schedule of the plan");
    if (status != DP_OK)
        goto done;
    s.drafts = drafts, s.item_of = item_of, s.next = next, s.order = order, s.touches = touches;
    for (size_t i = 0; i < plan->slot_count; i++)
        s.touches[i] = (touch){.writer = -1, .write_level = -1, .counted = -1};
    for (size_t i = 0; i < steps; i++)
        add_step(&s, (int32_t)i);
    status = make_chains(&s);
    if (status == DP_OK)
        status = order_items(&s);
    if (status != DP_OK)
        goto done;
    place_items(&s);
    status = place_steps(&s);
    if (status != DP_OK)
        goto done;
    cut(&s);
    count_parts(plan);
    note_lives(plan);
done:
    dpi_free(plan->ctx, drafts);
    dpi_free(plan->ctx, item_of);
    dpi_free(plan->ctx, next);
    dpi_free(plan->ctx, order);
    dpi_free(plan->ctx, touches);
    return status;
}
