/* A plan from inside: for plan/ and run/.
 *
 * Every value that is needed, and every work area of a step, has a slot. Steps are kernel calls whose argument
 * structs hold plain pointers; a ref notes which pointer of which step belongs to which slot, so that memory may be
 * given (dp_plan_bind) after the steps are made, and so that lives follow from the refs alone.
 *
 * Steps are grouped: an item is one step, or several that a thread does for one block of rows after another, so that
 * what they hand on stays in the cache. Items that do not need each other are a phase; between phases all threads wait.
 *
 *     phase 0        phase 1                           phase 2
 *     | pack W1 |    | x W1, + b, relu, ... : rows |   | dW1 |   | dW2 |   | db |
 */
#ifndef DENPA_PLAN_INTERNAL_H
#define DENPA_PLAN_INTERNAL_H

#include <stdbool.h>

#include <denpa/plan.h>

#include "graph/graph_internal.h"
#include "kernels/kern.h"

typedef enum dpi_slot_kind {
    DPI_SLOT_UNUSED = 0,
    DPI_SLOT_GIVEN,  /* a leaf: bound by the caller */
    DPI_SLOT_CONST,  /* numbers of a blob; bound by the caller if it is a variable */
    DPI_SLOT_ARENA,  /* lives from its first phase to its last, somewhere in the arena */
    DPI_SLOT_TILE,   /* seen by one item only: each thread has the rows of the block at hand in its work area */
    DPI_SLOT_WANTED, /* memory of its own, or the caller's: good until the next run */
    DPI_SLOT_ALIAS   /* the memory of another slot */
} dpi_slot_kind;

typedef struct dpi_slot {
    dpi_slot_kind kind;
    int32_t home;                    /* alias: whose memory (may be an alias itself) */
    int32_t first_step, last_step;   /* that touch the memory; -1: none */
    int32_t first_phase, last_phase; /* the same in phases */
    int32_t refs;                    /* first of the list of refs to this memory, -1: none */
    int32_t wanted;                  /* index into dp_plan.wanted, -1 */
    bool rebindable;                 /* a variable */
    bool once;                       /* computed by the first run, kept for the others */
    bool work;                       /* a work area with a part for each row of its step: never worth the arena */
    size_t bytes;
    size_t block_bytes; /* a work area with a part for each block of rows, or each unit: of a part; else 0 */
    size_t span;        /* what it takes there: all of it, or the rows of a block */
    size_t offset;      /* arena, tile: from its start */
    bool placed;
    size_t name;    /* offset into dp_plan.names; 0: "" */
    void *memory;   /* NULL: not there yet */
    void *own;      /* wanted: what the plan allocated, NULL once bound */
    dpi_blob *blob; /* const: a reference is held */
} dpi_slot;

typedef struct dpi_ref {
    int32_t slot, next; /* next: the list of the slot's memory */
    size_t at;          /* of the pointer, in dp_plan.args */
    size_t byte_offset; /* pointer = memory + this */
    int64_t rows;       /* the step goes over this operand row by row; 0: it looks anywhere */
    bool writes;
    bool may_share; /* element by element: the output may take over this input's memory when it dies here */
} dpi_ref;

typedef struct dpi_step {
    dpk_fn *fn;
    const void *args;
    int64_t units;       /* fn is called for ranges that cover 0..units */
    int64_t block_units; /* those of a block of the item's rows */
} dpi_step;

/* What of a step is needed only now and then. */
typedef struct dpi_step_info {
    dpk_op op;
    dpk_type type;
    size_t args_at, args_bytes;
    int32_t ref_first, ref_count;
    int32_t fault;      /* index into dp_plan.faults, -1: the step cannot fail */
    bool once;          /* for the first run only */
    bool streams;       /* it writes past the caches */
    bool whole;         /* it writes something that does not go by rows, so */
    int64_t rows;       /* is 0; else units are rows, or a whole number of them for each row */
    int64_t cut;        /* ranges of units begin at multiples of it */
    double nanoseconds; /* roughly, of one unit */

    /* A step with blocks of rows of its own: where their number of rows is in args (0: no such step), what that is a
     * multiple of, and the units of a block. */
    size_t block_at;
    int64_t block_multiple, units_per_block;

    /* Where it says how many blocks the slot `parts` has (0: no such step): whoever makes them is cut by the schedule. */
    size_t parts_at;
    int32_t parts;
} dpi_step_info;

/* Pieces are blocks of rows or, of a single step, units; a thread takes `chunk` of them at once. */
typedef struct dpi_item {
    int32_t first, count; /* steps */
    int64_t rows, block;  /* rows (or units, with a work area each) of a block; 0: one step, cut by units */
    int64_t pieces, chunk;
    int64_t chunks_before; /* of the items of the phase in front */
    int32_t patch_first, patch_count;
    bool settle; /* a step writes past the caches: wait for it in the end */
} dpi_item;

typedef struct dpi_phase {
    int32_t first, count; /* items */
    int64_t chunks;
    bool team; /* worth more than one thread */
} dpi_phase;

/* A pointer to a tile: in the thread's copy of the item's args, at `at`, it is tile memory + offset, less what lies in
 * front of the first row of the block. */
typedef struct dpi_patch {
    size_t at, offset, block_bytes;
} dpi_patch;

/* A step that looks at indices: what to say when one is out of range. */
typedef struct dpi_fault {
    dp_op op;
    int32_t index_slot;
    int64_t bound; /* indices go to bound - 1 */
    dp_shape index_shape;
    size_t index_name, table_name; /* into names; the table is what is indexed (gather) */
} dpi_fault;

typedef struct dpi_wanted {
    dp_val v;
    int32_t
        slot; /* where its numbers are: v, but for a constant, which is copied, so that its place may be the caller's */
    dp_dtype dtype;
    dp_shape shape;
} dpi_wanted;

/* The threads of run/ live in memory that the plan reserves, so that running allocates nothing. */
typedef struct dpi_team dpi_team;
enum { DPI_TEAM_BYTES = 4096, DPI_TEAM_THREADS = 256 };

struct dp_plan {
    dp_ctx *ctx;
    int32_t value_count; /* slots 1..value_count are values; those behind are work areas */
    dpi_slot *slots;
    size_t slot_count, slot_capacity;
    dpi_ref *refs;
    size_t ref_count, ref_capacity;
    dpi_step *steps;
    size_t step_count, step_capacity;
    dpi_step_info *infos;
    size_t info_capacity;
    dpi_item *items;
    size_t item_count, item_capacity;
    dpi_phase *phases;
    size_t phase_count, phase_capacity;
    dpi_patch *patches;
    size_t patch_count, patch_capacity;
    size_t once_phases; /* the first so many are for the first run only */
    bool once_done;
    bool plain; /* one piece per item, no tiles: running is calling one step after another */
    size_t once_steps;
    char *args;
    size_t args_bytes, args_capacity;
    dpi_fault *faults;
    size_t fault_count, fault_capacity;
    dpi_wanted *wanted;
    size_t wanted_count, wanted_capacity;
    char *names;
    size_t names_bytes, names_capacity;
    char *arena;
    char *work; /* for each thread: a copy of the item's args, then its tiles */
    size_t work_bytes, work_args_bytes;
    int64_t unbound; /* leaves that are needed and have no memory yet */
    dp_plan_stats stats;
    dpi_team *team; /* room for run/'s threads; NULL: no step is worth them, or the context has one thread */
    void (*team_stop)(dpi_team *team); /* set once they have been started */
};

/* Where an item's args begin, and how many bytes they are. */
static inline size_t dpi_item_args_at(const dp_plan *plan, const dpi_item *item)
{
    return plan->infos[item->first].args_at;
}

static inline size_t dpi_item_args_bytes(const dp_plan *plan, const dpi_item *item)
{
    const dpi_step_info *last = &plan->infos[item->first + item->count - 1];
    return last->args_at + last->args_bytes - dpi_item_args_at(plan, item);
}

/* The slot whose memory v uses. */
int32_t dpi_slot_home(const dp_plan *plan, int32_t slot);

#endif
