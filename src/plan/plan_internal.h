/* A plan from inside: for plan/ and run/.
 *
 * Every value that is needed, and every work area of a step, has a slot. Steps are kernel calls whose argument
 * structs hold plain pointers; a ref notes which pointer of which step belongs to which slot, so that memory may be
 * given (dp_plan_bind) after the steps are made, and so that lives follow from the refs alone.
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
    DPI_SLOT_ARENA,  /* lives from its first step to its last, somewhere in the arena */
    DPI_SLOT_WANTED, /* memory of its own, or the caller's: good until the next run */
    DPI_SLOT_ALIAS   /* the memory of another slot */
} dpi_slot_kind;

typedef struct dpi_slot {
    dpi_slot_kind kind;
    int32_t home;        /* alias: whose memory (may be an alias itself) */
    int32_t first, last; /* steps that touch the memory first and last; -1: none yet */
    int32_t refs;        /* first of the list of refs to this memory, -1: none */
    int32_t wanted;      /* index into dp_plan.wanted, -1 */
    bool rebindable;     /* a variable */
    size_t bytes;
    size_t offset;  /* arena: from its start */
    size_t name;    /* offset into dp_plan.names; 0: "" */
    void *memory;   /* NULL: not there yet */
    void *own;      /* wanted: what the plan allocated, NULL once bound */
    dpi_blob *blob; /* const: a reference is held */
} dpi_slot;

typedef struct dpi_ref {
    int32_t slot, next; /* next: the list of the slot's memory */
    size_t at;          /* of the pointer, in dp_plan.args */
    size_t byte_offset; /* pointer = memory + this */
    bool writes;
    bool may_share; /* element by element: the output may take over this input's memory when it dies here */
} dpi_ref;

typedef struct dpi_step {
    dpk_fn *fn;
    const void *args;
    int64_t units; /* fn is called for ranges that cover 0..units */
    int64_t grain; /* the smallest range worth a thread of its own; ranges begin at multiples of it */
} dpi_step;

/* What of a step is needed only now and then. */
typedef struct dpi_step_info {
    size_t args_at;
    int32_t ref_first, ref_count;
    int32_t fault; /* index into dp_plan.faults, -1: the step cannot fail */
    dp_op op;
} dpi_step_info;

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
    char *args;
    size_t args_bytes, args_capacity;
    dpi_fault *faults;
    size_t fault_count, fault_capacity;
    dpi_wanted *wanted;
    size_t wanted_count, wanted_capacity;
    char *names;
    size_t names_bytes, names_capacity;
    char *arena;
    int64_t unbound; /* leaves that are needed and have no memory yet */
    dp_plan_stats stats;
    dpi_team *team; /* room for run/'s threads; NULL: no step is worth them, or the context has one thread */
    void (*team_stop)(dpi_team *team); /* set once they have been started */
};

/* The slot whose memory v uses. */
int32_t dpi_slot_home(const dp_plan *plan, int32_t slot);

#endif
