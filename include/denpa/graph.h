/* The graph: what is to be computed, as nodes in arrays.
 *
 * A node is one operation with its inputs, dtype, shape and attributes; a dp_val is the number of a node. Shapes and
 * dtypes are checked when a node is made. The first error sticks to the graph: the call that fails returns
 * DP_VAL_NONE, every later call with DP_VAL_NONE returns DP_VAL_NONE, too, so that calls may be nested and the status
 * looked at once, at the end.
 *
 * All values belong to their graph and live as long as it. A graph must not be used by two threads at once.
 */
#ifndef DENPA_GRAPH_H
#define DENPA_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/array.h>
#include <denpa/context.h>
#include <denpa/export.h>
#include <denpa/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_graph dp_graph;
typedef int32_t dp_val;
#define DP_VAL_NONE 0

/* Makes an empty graph. float_dtype (DP_F32 or DP_F64) is the dtype of what has no dtype of its own: numbers, the mean
 * of integers, the quotient of integers.
 *
 * *out     owned by the caller; free with dp_graph_free before the context
 * Errors   DP_ERR_DTYPE, DP_ERR_NOMEM; *out is untouched.
 */
DP_API dp_status dp_graph_new(dp_ctx *ctx, dp_dtype float_dtype, dp_graph **out);
DP_API void dp_graph_free(dp_graph **graph);

/* The first error of the graph, DP_OK if there was none, and its words ("" if there was none). */
DP_API dp_status dp_graph_status(const dp_graph *g);
DP_API const char *dp_graph_message(const dp_graph *g);

DP_API dp_ctx *dp_graph_ctx(const dp_graph *g);
DP_API dp_dtype dp_graph_float_dtype(const dp_graph *g);

/* Training or evaluation: whether what is built next is for a training run. As a graph begins it is not: dropout then
 * passes everything. The mode belongs to the run, not to the model: the same formula, or function that builds a graph,
 * serves for both. dp_train sets it for the graphs that it trains; dp_test and dp_model_predict do not. */
DP_API void dp_graph_set_training(dp_graph *g, int training);
DP_API int dp_graph_training(const dp_graph *g);

/* Half precision: whether what is built next keeps its numbers as float16, as hardware for it does, which reads float16, adds up in
 * float32 and writes float16. As a graph begins it does not. Where it does, each of these is rounded to the nearest float16
 * (dp_float16) where an op reads it: every floating input, parameter and state; both operands of each product and
 * convolution (transposed ones, too); the scores and targets of softmax_cross_entropy. All else is worked out in the
 * graph's float dtype. The mode belongs to the run, as training does. */
DP_API void dp_graph_set_float16(dp_graph *g, int float16);
DP_API int dp_graph_float16(const dp_graph *g);

/* The number of the training step, from 0: an int64 variable (dp_variable) named "step", on which the draws of dropout
 * depend. Whoever runs the steps of a training binds it (dp_plan_bind) and counts; unbound it is 0. DP_VAL_NONE where
 * nothing in the graph asks for it. */
DP_API dp_val dp_graph_step(const dp_graph *g);

/* ---- Looking at it: values are numbered 1..dp_graph_count(g), each after its inputs ---- */

typedef enum dp_op {
    DP_OP_NONE = 0,
#define DP_OP(id, name, arity, rule, kind, formula) DP_OP_##id,
#include <denpa/ops.def>
#undef DP_OP
    DP_OP_COUNT
} dp_op;

/* The name of an op ("matmul") and its formula in words a reader of the book knows ("a @ b"). Never NULL. */
DP_API const char *dp_op_name(dp_op op);
DP_API const char *dp_op_formula(dp_op op);

DP_API int32_t dp_graph_count(const dp_graph *g);
DP_API dp_op dp_val_op(const dp_graph *g, dp_val v);          /* DP_OP_NONE if v is not a value of g */
DP_API dp_dtype dp_val_dtype(const dp_graph *g, dp_val v);    /* DP_DTYPE_NONE likewise */
DP_API dp_shape dp_val_shape(const dp_graph *g, dp_val v);    /* rank -1 likewise */
DP_API int dp_val_input_count(const dp_graph *g, dp_val v);
DP_API dp_val dp_val_input(const dp_graph *g, dp_val v, int i);

/* The name of a value, "" if it has none. Names are set by dp_val_set_name (copied; a later name for the same value
 * replaces the first, but an input, a param and a variable keep the name they were made with; two values may have the
 * same name, then dp_graph_find gives the later one). */
DP_API const char *dp_val_name(const dp_graph *g, dp_val v);
DP_API void dp_val_set_name(dp_graph *g, dp_val v, const char *name);
DP_API dp_val dp_graph_find(const dp_graph *g, const char *name); /* DP_VAL_NONE if there is none; no error */

/* Is it a variable: a constant that has a name of its own and may be differentiated (dp_variable), or a param. */
DP_API int dp_val_is_variable(const dp_graph *g, dp_val v);

/* The numbers of a constant, borrowed from the graph; data is NULL if v is not a constant. */
DP_API dp_array dp_val_const(const dp_graph *g, dp_val v);

/* The attributes of a value as text, e.g. "axis=1, keepdims=True", "" if it has none. Returns buffer. */
DP_API char *dp_val_attrs_text(const dp_graph *g, dp_val v, char *buffer, size_t buffer_bytes);

/* Where a value came from: line and column (from 1; 0 unknown) in the text that is being read. Values made after
 * dp_graph_set_source carry that place. */
typedef struct dp_source {
    int32_t line;
    int32_t column;
} dp_source;
DP_API void dp_graph_set_source(dp_graph *g, dp_source source);
DP_API dp_source dp_val_source(const dp_graph *g, dp_val v);

/* The graph as text, one node a line: "%5 h = relu(%4)  float32 [100, 50]". For reading and for debugging.
 * *out     a zero-ended string in a DP_U8 array, owned by the caller
 * Errors   DP_ERR_NOMEM */
DP_API dp_status dp_graph_text(const dp_graph *g, dp_array **out);

/* Checks everything the graph promises (inputs before their users, shapes and dtypes as the rules give them,
 * attributes in range). Errors: DP_ERR_INTERNAL, naming the node. */
DP_API dp_status dp_graph_verify(const dp_graph *g);

/* ---- Leaves ---- */

/* A constant with these numbers (copied). dp_const_take takes the array over instead of copying it, also on error
 * (*array is NULL afterwards); only arrays with a ctx can be taken.
 * Errors   DP_ERR_ARG, DP_ERR_SHAPE, DP_ERR_DTYPE, DP_ERR_NOMEM */
DP_API dp_val dp_const(dp_graph *g, const dp_array *array);
DP_API dp_val dp_const_take(dp_graph *g, dp_array **array);

/* A number of rank 0. It takes the dtype of what it is combined with, as a Python number does in NumPy: dp_scalar
 * (float) makes integers floating, dp_integer leaves int64 and floating dtypes alone. */
DP_API dp_val dp_scalar(dp_graph *g, double value);
DP_API dp_val dp_integer(dp_graph *g, int64_t value);

/* A constant that is a variable: it has a name and may be differentiated. One of rank 0 adapts its dtype as dp_scalar
 * does. */
DP_API dp_val dp_variable(dp_graph *g, const char *name, const dp_array *array);

/* A value that is given before each run: dp_plan_bind. label_classes is 0 for an input and K for a label of K classes
 * (indices of DP_I64, or rows [N, K] of one-hot or soft targets).
 * Errors   DP_ERR_ARG (no name), DP_ERR_SHAPE, DP_ERR_DTYPE */
DP_API dp_val dp_input(dp_graph *g, const char *name, dp_dtype dtype, dp_shape shape);
DP_API dp_val dp_label(dp_graph *g, const char *name, dp_dtype dtype, dp_shape shape, int64_t label_classes);
DP_API int64_t dp_val_label_classes(const dp_graph *g, dp_val v); /* 0 if v is not a label */

/* How a parameter begins. */
typedef enum dp_init_kind {
    DP_INIT_VALUE = 0, /* the value `value` of the same graph, of the same shape */
    DP_INIT_CONSTANT,  /* all a */
    DP_INIT_NORMAL,    /* mean a, standard deviation b */
    DP_INIT_UNIFORM,   /* in [a, b) */
    DP_INIT_HE,        /* normal, mean 0, std sqrt(2 / fan_in)             He et al. 2015 */
    DP_INIT_XAVIER,    /* normal, mean 0, std sqrt(1 / fan_in), as in the book  Glorot, Bengio 2010 */
    DP_INIT_TORCH,     /* uniform in [-1/sqrt(fan_in), 1/sqrt(fan_in)) from the MT19937 stream, in PyTorch's order: a
                          matrix [in, out] is drawn as its transpose [out, in], row by row */
    /* Those of torch.nn.init; a is the gain, 0: sqrt(2) of the Kaiming ones, 1 of the others. */
    DP_INIT_KAIMING_NORMAL,  /* mean 0, std a / sqrt(fan); fan is fan_out where b is 1, else fan_in   He et al. 2015 */
    DP_INIT_KAIMING_UNIFORM, /* in [-bound, bound), bound = a sqrt(3 / fan) */
    DP_INIT_XAVIER_NORMAL,   /* mean 0, std a sqrt(2 / (fan_in + fan_out))                 Glorot, Bengio 2010 */
    DP_INIT_XAVIER_UNIFORM,  /* in [-bound, bound), bound = a sqrt(6 / (fan_in + fan_out)) */
    DP_INIT_ORTHOGONAL,      /* a times a matrix [first axis, the others] whose rows or columns, whichever are fewer, are
                                orthonormal: Gram-Schmidt of normal draws         Saxe, McClelland, Ganguli 2014 */
    DP_INIT_TRUNC_NORMAL     /* normal, mean a, standard deviation b, but only in [low, high] */
} dp_init_kind;

typedef struct dp_init {
    dp_init_kind kind;
    double a, b;
    int64_t fan_in;   /* 0: of a matrix [in, out] its first axis, of filters [out, in, …] the product of all others; a bias
                         drawn by DP_INIT_TORCH needs it. fan_out is likewise the second axis, or out times the … */
    dp_val value;     /* for DP_INIT_VALUE */
    double low, high; /* for DP_INIT_TRUNC_NORMAL */
} dp_init;

/* A parameter: what training changes. Always floating (dtype: the graph's float dtype). Its numbers are bound before a
 * run, by dp_plan_bind or through dp_params. Draws: parameter number p of the graph (from 0, in the order made) uses
 * stream p of the seed in row-major order.
 * Errors   DP_ERR_ARG (no name, a name twice, std < 0, fewer axes than the initialiser needs), DP_ERR_SHAPE (value has
 *          another shape) */
DP_API dp_val dp_param(dp_graph *g, const char *name, dp_shape shape, dp_init init);
DP_API dp_init dp_val_param_init(const dp_graph *g, dp_val v); /* kind DP_INIT_CONSTANT, a 0 if v is not a param */

/* A state: numbers that a training keeps beside the parameters, such as the running statistics of batch_norm. It is of the
 * graph's float dtype and begins with all `first`; no gradient goes to it and no optimiser changes it. Its numbers are bound
 * before a run, as a parameter's. Errors as dp_param. */
DP_API dp_val dp_state(dp_graph *g, const char *name, dp_shape shape, double first);
DP_API double dp_val_state_first(const dp_graph *g, dp_val v); /* 0 if v is not a state */

/* After a run of the training the state is to become `value`, a floating value of its shape. Whoever runs the training
 * asks for the values (update i, 0 <= i < dp_graph_update_count) and puts them in place (dp_train does). A later update of
 * the same state replaces the first.
 * Errors   stick to g: DP_ERR_ARG (no state), DP_ERR_SHAPE, DP_ERR_DTYPE, DP_ERR_NOMEM */
DP_API void dp_state_update(dp_graph *g, dp_val state, dp_val value);
DP_API int dp_graph_update_count(const dp_graph *g);
DP_API void dp_graph_update(const dp_graph *g, int i, dp_val *state, dp_val *value); /* DP_VAL_NONE both outside */

#ifdef __cplusplus
}
#endif
#endif
