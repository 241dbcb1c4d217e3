/* A model: something that can be built into a graph for any batch size, and its parameters.
 *
 * It comes from a formula text or from a C function. Its parameters are named arrays in one flat buffer (so that an optimiser is one
 * loop), and stay the same whatever batch size it is built for.
 */
#ifndef DENPA_MODEL_H
#define DENPA_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/formula.h>
#include <denpa/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_model dp_model;

/* The values of a graph that have a part in training and use. */
typedef struct dp_model_values {
    dp_val loss;   /* what is minimised; a scalar */
    dp_val output; /* the prediction: scores [N, K] of classes, [N, T, K] of T places in each row, or anything for a regression;
                      DP_VAL_NONE: none */
    dp_val label;  /* what output is held against for the accuracy; DP_VAL_NONE: none */
} dp_model_values;

/* Builds the model into g for a batch of N: inputs by dp_input and dp_label, parameters by dp_param, always the same ones in the same order.
 * Fills in values. Called once per batch size. */
typedef dp_status dp_model_build_fn(void *user, dp_graph *g, int64_t batch, dp_model_values *values);

typedef struct dp_model_config {
    dp_dtype dtype;           /* DP_F32 (default) or DP_F64 */
    const char *loss;         /* NULL: the value named "loss" */
    const char *output;       /* NULL: the first input of the softmax_cross_entropy that the loss depends on, if there is one; else
                                 the value named "y" */
    const dp_setting *settings; /* as in dp_build_config */
    int setting_count;
    uint64_t seed;
} dp_model_config;
DP_API void dp_model_config_init(dp_model_config *config);

/* Makes a model.
 *
 * dp_model_open   from a formula file; dp_model_from_text from formula text (`file` is what messages call it);
 *                 dp_model_from_function from C (user must outlive the model; config's loss, output and settings are not used)
 * *out     owned by the caller; free with dp_model_free before the context. Parameters are not drawn yet (dp_model_init).
 * Errors   as dp_file_read, dp_formula_parse, dp_formula_build; DP_ERR_NAME (no loss of that name: lists the names there are),
 *          DP_ERR_SHAPE (loss is no scalar); *out is untouched.
 */
DP_API dp_status dp_model_open(dp_ctx *ctx, const char *path, const dp_model_config *config, dp_model **out);
DP_API dp_status dp_model_from_text(dp_ctx *ctx, const char *text, size_t bytes, const char *file, const dp_model_config *config,
                                    dp_model **out);
DP_API dp_status dp_model_from_function(dp_ctx *ctx, dp_model_build_fn *build, void *user, const dp_model_config *config, dp_model **out);
DP_API void dp_model_free(dp_model **model);

/* Draws all parameters from the seed (dp_rng streams by parameter number; DP_INIT_TORCH from one MT19937 stream in the order of the parameters). */
DP_API dp_status dp_model_init(dp_model *model, uint64_t seed);

/* The same for any graph: params[p] is parameter number p of g (from 0, in the order made), of its shape and dtype, and is filled in; count is
 * how many g has. Errors: as dp_eval, for those that begin with a value; DP_ERR_NOMEM; then params are untouched. */
DP_API dp_status dp_params_draw(dp_graph *g, uint64_t seed, dp_array *const *params, int count);

/* Parameters, and behind them states (dp_state): number, name, and the array itself, borrowed, which may be read and written.
 * States are saved and loaded as parameters are. */
DP_API int dp_model_param_count(const dp_model *model);
DP_API int dp_model_param_is_state(const dp_model *model, int i);
DP_API const char *dp_model_param_name(const dp_model *model, int i);
DP_API dp_array dp_model_param(const dp_model *model, int i); /* data NULL outside */
DP_API int dp_model_param_find(const dp_model *model, const char *name); /* -1 if there is none */

/* The text of the model, "" for one from C. */
DP_API const char *dp_model_text(const dp_model *model);

/* The settings that it was made with, of its config or of the run it was opened from: returns how many and sets *settings (borrowed). */
DP_API int dp_model_settings(const dp_model *model, const dp_setting **settings);
DP_API dp_ctx *dp_model_ctx(const dp_model *model);
DP_API dp_dtype dp_model_dtype(const dp_model *model);

/* Inputs and labels in the order they are declared: name, dtype, the shape of one row (without N), classes (0: no label). */
typedef struct dp_model_input {
    const char *name;
    dp_dtype dtype;
    dp_shape row_shape;
    int64_t classes;
} dp_model_input;
DP_API int dp_model_input_count(const dp_model *model);
DP_API dp_model_input dp_model_get_input(const dp_model *model, int i);

/* The model as a graph of its own, to look at: for a batch of N, in DP_F32 or DP_F64 (DP_DTYPE_NONE: the model's dtype). Its inputs and params
 * are those of the model, by name and in order; their numbers are not in it. It is for evaluation, not for training (dp_graph_set_training),
 * and in half precision if the model is (dp_model_set_float16).
 * *out     owned by the caller; free with dp_graph_free before the context
 * Errors   DP_ERR_RANGE (batch < 1), DP_ERR_DTYPE, those of building; *out and *values are untouched.
 * Tests    train/run_info */
DP_API dp_status dp_model_graph(const dp_model *model, int64_t batch, dp_dtype dtype, dp_graph **out, dp_model_values *values);

/* Saves the parameters as safetensors, and loads them: names, shapes and dtypes must be those of the model (DP_ERR_FORMAT names what
 * differs; on error the model is unchanged). A float64 model also takes what is float16 in the file. */
DP_API dp_status dp_model_save(const dp_model *model, const char *path);
DP_API dp_status dp_model_load(dp_model *model, const char *path);

/* The same with the numbers as float16 (dp_tensor), in half of the bytes of float32; dp_model_load reads them. DP_ERR_RANGE names a parameter
 * that float16 does not hold. */
DP_API dp_status dp_model_save_float16(const dp_model *model, const char *path);

/* Half precision: from now on dp_model_predict, dp_predict_rows, dp_test and the tests between the steps of dp_train compute as
 * dp_graph_set_float16 says, and the output is rounded, too; the steps of a training do not. 0 (as it begins): no more. The parameters
 * themselves stay what they are. */
DP_API void dp_model_set_float16(dp_model *model, int float16);

/* Runs the model forward: output for the given inputs (by the order of dp_model_get_input; NULL for a label, which is not needed).
 * inputs[i] has shape [N, row shape] and the input's dtype. *out is owned by the caller. A plan is kept for the batch size, so that
 * calling it again is quick. */
DP_API dp_status dp_model_predict(dp_model *model, const dp_array *const *inputs, dp_array **out);

#ifdef __cplusplus
}
#endif
#endif
