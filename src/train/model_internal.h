/* The model from inside: only train/ may look. */
#ifndef DENPA_TRAIN_MODEL_INTERNAL_H
#define DENPA_TRAIN_MODEL_INTERNAL_H

#include <stdbool.h>

#include <denpa/formula.h>
#include <denpa/model.h>
#include <denpa/plan.h>
#include <denpa/train.h>

#include "data/encoding.h"
#include "train/scale.h"

/* One parameter, or one state (graph.h): elements first .. first + elems - 1 of the flat buffers. */
typedef struct dpi_param {
    char *name;
    dp_shape shape;
    size_t first, elems;
} dpi_param;

/* What a plan is made for, from little to much. */
typedef enum dpi_purpose {
    DPI_PREDICT, /* output */
    DPI_TEST,    /* output, label, loss */
    DPI_TRAIN    /* output, label, loss, gradients */
} dpi_purpose;

/* What an instance knows of an input. The buffers are there once they were asked for: one to compute with, one to fill
 * at the same time. */
typedef struct dpi_place {
    dp_val v;
    bool read, needed; /* by the plan; or else as the label */
    void *buffers[2];
} dpi_place;

/* The model, planned for a purpose and a batch size. */
typedef struct dpi_instance {
    dpi_purpose purpose;
    int64_t batch;
    uint64_t number; /* no other one of the model had it, or will have */
    uint64_t used;   /* when: the one used longest ago makes room */
    dp_plan *plan; /* for training it writes the gradients into the flat buffer */
    dp_array *inputs; /* by model input: what the plan reads from; data NULL before anything was put there */
    dpi_place *places; /* by model input */
    dp_val loss, output, label;
    int *updates; /* states that a run works out: they are in the gradients' buffer then */
    int update_count;
    int label_input; /* the input that is the label, or -1: then it is a value of the plan */
} dpi_instance;

/* Training and testing, each with a full and a last batch, predicting, and one to spare. */
#define DPI_INSTANCES 6

struct dp_model {
    dp_ctx *ctx;
    dp_dtype dtype;
    uint64_t seed;

    dp_formula *formula; /* from text, */
    char *text;
    dp_model_build_fn *build; /* or from C */
    void *user;
    char *loss, *output; /* names asked for, or NULL */
    dp_setting *settings;
    int setting_count;

    dpi_param *params;
    int param_count, trained_count; /* parameters come first, then states: there are param_count - trained_count */
    int64_t step; /* the number of the training step, where the graph asks for it (dp_graph_step) */
    size_t elems, trained_elems; /* of each flat buffer: each parameter begins at a cache line */
    void *values, *gradients;

    dp_model_input *inputs;
    int input_count;
    int64_t classes;       /* K where output is [N, …, K] and there is a label for it; else 0 */
    int64_t places;        /* of a row that have a class: 1, or with a label [N, T] T of them; 0 without classes */
    bool float16;          /* testing and predicting in half precision */
    bool output_is_scores; /* it goes into softmax_cross_entropy */
    int target_input;      /* what the output of a regression is held against; -1: none */

    dpi_instance *instances[DPI_INSTANCES];
    uint64_t uses;

    dp_binding *bindings; /* how it was trained, for dp_run_open and dp_test */
    int binding_count;
    bool normalize;
    dpi_encoding encoding; /* of the data it was trained on */
    dpi_scale *scales;     /* by input; NULL: none is standardised */
};

/* ---- model_build.c: the graph for a batch ---- */

typedef struct dpi_built {
    dp_graph *graph;
    dp_scope *scope; /* NULL for a model from C */
    dp_model_values values;
    bool output_is_scores;
} dpi_built;
dp_status dpi_model_build(const dp_model *model, int64_t batch, bool training, dpi_built *built);
void dpi_built_free(dpi_built *built);

/* The value number `wanted` (from 0) of this op, in order; DP_VAL_NONE if there are not so many. */
dp_val dpi_graph_nth(const dp_graph *g, dp_op op, int wanted);

/* ---- params.c: names, shapes, the flat buffers ---- */

/* Takes the parameters from the first graph and makes the buffers. */
dp_status dpi_params_take(dp_model *model, const dp_graph *g);
/* Are the parameters of a later graph the same ones? DP_ERR_SHAPE names what differs. */
dp_status dpi_params_compare(const dp_model *model, const dp_graph *g, int64_t batch);
void dpi_params_free(dp_model *model);
/* The value of the graph for parameter or state i. */
dp_val dpi_params_leaf(const dp_model *model, const dp_graph *g, int i);
/* Where the numbers of parameter or state i lie. */
void *dpi_param_value(const dp_model *model, int i);
void *dpi_param_gradient(const dp_model *model, int i);

/* ---- instance.c: plans ---- */

/* The instance for a purpose and batch, made if there is none; borrowed: good until another one is asked for
 * DPI_INSTANCES times. */
dp_status dpi_model_instance(dp_model *model, dpi_purpose purpose, int64_t batch, dpi_instance **out);
void dpi_instance_free(dp_ctx *ctx, int input_count, dpi_instance **instance);
/* Makes the instance read from arrays given by a user, after checking dtype and shape, until it is fed anew. */
dp_status dpi_instance_feed(const dp_model *model, dpi_instance *instance, const dp_array *const *inputs);
/* Buffer number `which` (0 or 1) of every input that is needed, made if it is not there. */
dp_status dpi_instance_buffers(const dp_model *model, dpi_instance *instance, int which);
/* Makes the instance read from these buffers. */
dp_status dpi_instance_use(const dp_model *model, dpi_instance *instance, int which);
/* After a run for training: the states become what it has worked out. */
void dpi_instance_keep_states(const dp_model *model, const dpi_instance *instance);
double dpi_instance_loss(const dpi_instance *instance);
/* What is said of each place of the batch, and what is true: scores [P, K]; labels [P] class indices or [P, K]. P is the number of rows
 * or, where each place of a row has a label of its own, of places. Only where there is a label. */
dp_array dpi_instance_scores(const dpi_instance *instance);
dp_array dpi_instance_label(const dpi_instance *instance);
/* Places whose largest score is at the label. Only where there is a label. */
int64_t dpi_instance_correct(const dpi_instance *instance);
/* Any scores [N, …, K] as [P, K]. */
dp_array dpi_as_places(dp_array scores);
/* The class of a row: rows [P] hold it, of rows [P, K] it is the first largest. */
int64_t dpi_row_class(const dp_array *rows, int64_t row);

#endif
