/* Training: optimisers, the fit loop, tests, and the folder a run leaves behind.
 */
#ifndef DENPA_TRAIN_H
#define DENPA_TRAIN_H

#include <stdint.h>

#include <denpa/data.h>
#include <denpa/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Optimisers, with PyTorch's names, defaults and definitions ----
 *
 * <denpa/optimizers.def> lists them with their options, defaults and formulas: sgd momentum nesterov adagrad rmsprop
 * adadelta adam adamw nadam. Written NAME:OPTION=NUMBER,…; an option that is 0 or 1 may be given by its name alone:
 * "adam:lr=0.01,amsgrad".
 *     weight_decay  is added to the gradient, times p (L2); adamw, and nadam with decoupled_weight_decay, take
 *                   lr * weight_decay * p from p itself
 *     clip_value    each gradient is first put into [-clip_value, clip_value]
 *     clip_norm     then, if the norm of all gradients is above clip_norm, they are made so much smaller
 * Groups: behind a ';' comes PATTERN:OPTION=NUMBER,… for the parameters whose names fit the pattern (* any letters, ?
 * one, [abc] one of these; as fnmatch) and no group before it: "sgd:lr=0.1,weight_decay=1e-4;*.b:weight_decay=0". What
 * it does not say is as in front of the first ';'.
 * Source   torch.optim, torch.nn.utils.clip_grad_value_ and clip_grad_norm_; the papers are named in docs/training.md.
 * Tests    vectors/optimizer_vectors: 100 steps of each against PyTorch.
 */
typedef struct dp_optimizer dp_optimizer;

/* Makes an optimiser from text. Its state begins at 0 (AdaGrad's at initial_accumulator_value) for every parameter of
 * the model.
 * *out     owned by the caller; free with dp_optimizer_free before the model
 * Errors   DP_ERR_NAME (unknown optimiser or option: says which there are; a group that no parameter is left for),
 *          DP_ERR_RANGE (lr < 0, a beta outside [0, 1), …), DP_ERR_ARG (clipping in a group), DP_ERR_NOMEM */
DP_API dp_status dp_optimizer_new(dp_model *model, const char *text, dp_optimizer **out);
DP_API void dp_optimizer_free(dp_optimizer **optimizer);

/* Adds a group, as ";PATTERN:OPTIONS" in the text does; before the first step. Errors as dp_optimizer_new; then the
 * optimiser is as it was. */
DP_API dp_status dp_optimizer_group(dp_optimizer *optimizer, const char *pattern, const char *options);

/* The learning rate that the next step uses, of group 0 (the parameters of no other group), 1, …; NaN if there is no
 * such group. dp_optimizer_set_lr: DP_ERR_RANGE. */
DP_API int dp_optimizer_group_count(const dp_optimizer *optimizer);
DP_API double dp_optimizer_lr(const dp_optimizer *optimizer, int group);
DP_API dp_status dp_optimizer_set_lr(dp_optimizer *optimizer, int group, double lr);

/* ---- Schedules of the learning rate, with PyTorch's names, defaults and definitions ----
 *
 * <denpa/schedules.def> lists them: step multistep exponential cosine warmup onecycle plateau. Written as optimisers
 * are; "warmup:total_iters=500;cosine" goes up first, and the second begins to count where the first has ended
 * (torch.optim.lr_scheduler.SequentialLR). They count updates; with by_epoch they count epochs. A length that is 0
 * (T_max, total_steps) is what is left of the whole run.
 * Every group's rate follows from its own lr; onecycle also moves momentum or beta1, where the optimiser has one that is
 * above 0; plateau watches the loss at the end of each epoch.
 */
typedef struct dp_schedule dp_schedule;

/* Makes a schedule, which sets the rate of the first step at once. steps and epochs: how long the run will be, 0: not
 * known.
 * *out     owned by the caller; free with dp_schedule_free before the optimiser
 * Errors   DP_ERR_NAME, DP_ERR_RANGE (also a length that is neither given nor known), DP_ERR_ARG (two schedules of which
 *          the first is no warmup, or that count different things), DP_ERR_NOMEM */
DP_API dp_status dp_schedule_new(dp_optimizer *optimizer, const char *text, int64_t steps, int64_t epochs,
                                 dp_schedule **out);
DP_API void dp_schedule_free(dp_schedule **schedule);

/* To be called after each update, and after each epoch with the loss that plateau is to watch. */
DP_API void dp_schedule_step(dp_schedule *schedule);
DP_API void dp_schedule_epoch(dp_schedule *schedule, double loss);

/* ---- Steps by hand ---- */

/* One training step on the given inputs (all of them, labels too, as in dp_model_predict): forward, backward, update.
 * *loss is the loss before the update. Allocates nothing after the first step of a batch size. A model without inputs
 * takes NULL. */
DP_API dp_status dp_train_step(dp_model *model, dp_optimizer *optimizer, const dp_array *const *inputs, double *loss);

/* ---- The fit loop ---- */

/* Which columns fill an input: "x" from {"x1", "x2"}. */
typedef struct dp_binding {
    const char *input;
    const char *columns; /* names separated by commas */
} dp_binding;

/* How good a model is on some rows: DP_SCORES(X) lists X(name, what it is). NaN: the score has no meaning for the model.
 * Of classes, of which the label is one. A share of nothing is 0, and a class that no row has or is said to have is left
 * out of the means, as in scikit-learn's average="macro", zero_division=0. Where each place of a row has a label of its
 * own, output [N, T, K] and label [N, T], what is said of rows is meant of places:
 *     accuracy     rows whose class is the right one / rows
 *     precision    mean over classes: right rows / rows that were said to be of the class
 *     recall       mean over classes: right rows / rows that are of the class
 *     f1           mean over classes: 2 precision recall / (precision + recall)
 *     top_k        rows whose class is among the k with the largest scores / rows (equal scores: the first comes first)
 *     perplexity   exp(mean over rows of -log softmax(scores)[class]), of an output that goes into softmax_cross_entropy;
 *                  its log2 is the bits for each row, of text the bits for each character
 * Of a regression: an output that is held against the input, of the same shape, that it does not depend on:
 *     mse          mean over rows and numbers of (output - target)^2
 *     r2           1 - sum (output - target)^2 / sum (target - mean(target))^2 of each number, their mean; a target that
 *                  is the same in all rows gives 1 where it is met exactly, else 0
 * Tests    train/scores, by hand. */
#define DP_SCORES(X)                               \
    X(loss, "mean loss")                           \
    X(accuracy, "share of the rows that are right") \
    X(precision, "mean over classes")              \
    X(recall, "mean over classes")                 \
    X(f1, "mean over classes")                     \
    X(top_k, "right class among the k largest")    \
    X(perplexity, "exp of the mean cross-entropy") \
    X(mse, "mean squared error")                   \
    X(r2, "share of the variance that is explained")
typedef struct dp_scores {
#define DP_SCORES_MEMBER_(name, what) double name;
    DP_SCORES(DP_SCORES_MEMBER_)
#undef DP_SCORES_MEMBER_
} dp_scores;

/* Where the run is, told after each row of the log and, between them, often enough for a progress bar. */
typedef struct dp_progress {
    int64_t epoch, epochs; /* epoch from 1 */
    int64_t step, steps;   /* steps done and to do, in all */
    double loss;           /* mean since the row before; NaN before the first step */
    double train_accuracy; /* NaN: the model has no classes */
    dp_scores validation;  /* NaN where none has just been made: the end of an epoch and of the run have one */
    dp_scores test;
    double lr;      /* of group 0, at the next step */
    double seconds; /* since the start; a run that was resumed counts those before, too */
    int64_t best_epoch; /* with validation: the epoch with the least validation loss so far; else 0 */
    int is_row;         /* a row of the log has just been made from these numbers */
    int is_epoch_end;
} dp_progress;

/* Rows rows[0..n-1] of a data set as the inputs of a model, or of any graph: out[i] is [n, row shape of inputs[i]],
 * owned by the caller. bindings and normalize as in dp_train_config. Errors: DP_ERR_NAME, DP_ERR_SHAPE, DP_ERR_RANGE as
 * dp_train; all of out is untouched. */
DP_API dp_status dp_inputs_gather(dp_ctx *ctx, const dp_model_input *inputs, int count, const dp_dataset *dataset,
                                  const dp_binding *bindings, int binding_count, int normalize, const int64_t *rows,
                                  int64_t n, dp_array **out);

typedef struct dp_train_config {
    int64_t epochs;        /* default 1 */
    int64_t steps;         /* > 0: this many steps instead of whole epochs */
    int64_t batch;         /* default 100; larger than the data set: the data set */
    const char *optimizer; /* default "sgd:lr=0.01" */
    const char *schedule;  /* NULL (default): the rate stays. plateau watches the validation loss, or without
                              validation the mean loss of the epoch's steps. */
    uint64_t seed;         /* of parameters, order and validation part */
    double validation;     /* above 0 and below 1: this share of the rows is not trained on, but tested on at the end of
                              each epoch. It is drawn from the seed, of every class alike; a class with two rows or more
                              has at least one in each part, and that one with a single row is left to training is logged
                              as a warning. Of a text it is the last windows. */
    int64_t patience;      /* > 0, with validation: the run ends when so many epochs in a row have not brought the
                              validation loss below the best, and the parameters are those of the best epoch */
    int no_guard;          /* go on when the loss or a gradient is no finite number; else the run ends with DP_ERR_RANGE,
                              which names the step and the first value of the graph, with its line, that is not finite */
    int shuffle;           /* default 1: a new order every epoch; the last, smaller batch is used, too */
    int normalize;         /* default 1: uint8 columns to 0..1 */
    const char *augment;   /* how pictures are changed at random on their way into a batch, as dp_augment_new takes it; only those that
                              are trained on. Each epoch changes them anew. NULL (default): not at all */
    const char *standardize; /* inputs, commas between: each number of a row becomes (x - mean) / deviation, which are
                                learned from the rows that are trained on (population standard deviation; a number that
                                is always the same has 1) and kept with the model; NULL (default): none */
    int64_t log_every; /* a row of the log every K steps; 0 (default): one at the end of each epoch. There is always a
                             row where the test part is used (at the end of each epoch, if there is one), and one for
                             the last step. */
    const char *metrics; /* further scores for the log, "f1,top_k": columns val_f1, test_f1, … NULL (default): none */
    int64_t top_k;       /* default 5 */
    const dp_binding *bindings;
    int binding_count;   /* inputs without a binding: the column of their name, or else the next columns that are not
                             taken, in order */
    const char *out_dir; /* NULL: none. Gets model.safetensors, model.dp, config.json, log.csv */
    int64_t checkpoint_every; /* > 0, with out_dir: a checkpoint every K steps and at the end; see below */
    int64_t keep_checkpoints; /* the last so many are kept; default 3 */
    int resume;               /* go on from the last checkpoint in out_dir, or begin where there is none */
    int keep_params;     /* do not draw the parameters anew: go on from what the model has */
    /* Called after each row of the log, and between them every tell_every steps, or where that is 0 (default) about 20
     * times a second. A return other than 0 stops the run after the step at hand, what was trained is kept and saved.
     * The model may be looked at. */
    int (*progress)(void *user, const dp_progress *progress);
    int64_t tell_every;
    void *user;
} dp_train_config;
DP_API void dp_train_config_init(dp_train_config *config);

/* ---- Checkpoints ----
 *
 * out_dir/checkpoints/step-N.safetensors holds everything that the run is at step N: parameters, the optimiser's state, the
 * schedule's, that of early stopping, the sums for the next row of the log, and how far the log is. Orders and masks are drawn
 * from the seed and the step, so they need none. A run that was killed at any moment and is resumed leaves the same bytes,
 * model.safetensors and log.csv, as one that was not; the column seconds is left empty for that. best.safetensors is, with
 * validation, the checkpoint after the epoch with the least validation loss.
 *
 * A checkpoint is written under another name, brought to the disk and renamed; before that none is removed. One that is cut or
 * changed, or that the log no longer begins as it did for, is passed over with a warning for the one before. If none is left,
 * or the run differs in model, data or options (but for epochs and steps, which may grow if the schedule does not depend on
 * them; what differs is named), dp_train fails and changes nothing. A run that is not resumed does not begin in a folder
 * where an unfinished one has checkpoints: DP_ERR_ARG. A run that is stopped by progress writes a checkpoint first.
 * Tests    train/resume (SIGKILL at many moments), train/checkpoint */

/* Trains. test may be NULL. progress_out, if not NULL, is where the run ended.
 * Errors   DP_ERR_CANCELLED (stopped by progress: everything was saved), DP_ERR_NAME (an input finds no column: says
 *          which there are), DP_ERR_SHAPE, DP_ERR_RANGE (a label outside the classes, a number that is not finite: row,
 *          column and value; a loss or gradient that is not finite: step and node; after that the parameters are those
 *          of that step or, where a gradient was not finite, some of them may be of the next), DP_ERR_IO (out_dir
 *          cannot be written; tried before the first step), and those of running a plan. */
DP_API dp_status dp_train(dp_model *model, const dp_dataset *train, const dp_dataset *test,
                          const dp_train_config *config, dp_progress *progress_out);

/* ---- Testing ---- */

typedef struct dp_test_result {
    int64_t rows;
    dp_scores scores; /* top_k for k = 5 */
    int64_t classes;  /* 0: none; then the arrays are NULL */
    /* Owned by the caller; free with dp_test_result_free. */
    dp_array *confusion; /* int64 [classes, classes]: row true class, column predicted */
    dp_array *ranks;     /* int64 [classes]: rows (or places) whose class has the largest score, the second largest, … */
    dp_array *by_class;  /* float64 [classes, 3]: precision, recall, F1 of each class */
} dp_test_result;
DP_API void dp_test_result_free(dp_test_result *result); /* and sets its members to NULL */

/* top_k for any k, from ranks. NaN without classes. */
DP_API double dp_test_top_k(const dp_test_result *result, int64_t k);

/* Tests the model on all rows, 1000 at a time (fewer where each has labels at many places): loss is the mean of the batches' losses,
 * weighted by their rows. All of *result is the caller's. binding_count 0 takes the bindings the model was trained with, if it was, else
 * those that dp_train would find. Errors as dp_train; *result is untouched. */
DP_API dp_status dp_test(dp_model *model, const dp_dataset *dataset, const dp_binding *bindings, int binding_count,
                         int normalize, dp_test_result *result);

/* What the model says to some rows. classes, labels and probabilities are NULL for a model without classes. */
typedef struct dp_prediction {
    dp_array *output;        /* [n, …] */
    dp_array *probabilities; /* float64 [n, K]: the softmax of the output if the output goes into
                                softmax_cross_entropy, else the output itself; [n, T, K] of T places in each row */
    dp_array *classes;       /* int64 [n] or [n, T]: the first largest */
    dp_array *labels;        /* int64 [n] or [n, T]: the true ones; NULL if the data set has no column for them */
} dp_prediction;

/* Runs the model on rows[0..n-1] of a data set; bindings as in dp_test. Free *out with dp_prediction_free. Errors:
 * DP_ERR_RANGE (no such row), and as dp_test; *out is untouched. */
DP_API dp_status dp_predict_rows(dp_model *model, const dp_dataset *dataset, const dp_binding *bindings,
                                 int binding_count, int normalize, const int64_t *rows, int64_t n, dp_prediction *out);
DP_API void dp_prediction_free(dp_prediction *prediction); /* and sets its members to NULL */

/* How the model's inputs were filled when it was trained (dp_train, or before dp_run_open): returns the number of
 * bindings, 0 if it was not, and sets *bindings (borrowed) and *normalize. */
DP_API int dp_model_bindings(const dp_model *model, const dp_binding **bindings, int *normalize);

/* rows [n, …] of the input become what the model was trained on with `standardize`; nothing changes where it was not. dp_test and
 * dp_predict_rows do it by themselves. Errors: DP_ERR_NAME, DP_ERR_SHAPE, DP_ERR_DTYPE; rows are untouched. */
DP_API dp_status dp_model_standardize(const dp_model *model, const char *input, dp_array *rows);

/* What the data it was trained on had learned (dp_dataset_encoding), for dp_dataset_open_as: returns how many rules, 0 if there are none, and
 * sets *encoding (borrowed). */
DP_API int dp_model_encoding(const dp_model *model, const dp_encoding **encoding);

/* ---- A run's folder ---- */

/* dp_train leaves in out_dir
 *     model.safetensors  the parameters
 *     model.dp           the model's text (none for a model from C)
 *     config.json        "format": 1, and everything that is needed to use the model and to make the run again
 *     checkpoints/       with checkpoint_every or resume
 *     log.csv            columns epoch (from 1, where the row ends), step (done), train_loss, train_accuracy,
 *                        test_loss, test_accuracy, seconds; with validation val_loss, val_accuracy; with a schedule lr;
 *                        those of config.metrics; numbers read back as the same, an unknown one is left empty
 * Each file is written at the end in one step; what was there before stays until then. The log alone grows during the
 * run: as log.csv, or, where an older one has to be kept, as log.csv.part.
 *
 * Opens such a folder: the model with its trained parameters. Needs a build with jansson.
 * Errors   DP_ERR_IO, DP_ERR_FORMAT, DP_ERR_UNSUPPORTED (no jansson, a later format, a model from C); *out is
 *          untouched. */
DP_API dp_status dp_run_open(dp_ctx *ctx, const char *dir, dp_model **out);

/* What config.json of a run says, member by member in its order, as texts: a string as it is, null as "", anything else as JSON has it ("100",
 * "true", "[[\"x\",\"x1,x2\"]]").
 *
 * *out     owned by the caller; free with dp_run_info_free
 * Errors   as dp_run_open; *out is untouched. */
typedef struct dp_run_info dp_run_info;
DP_API dp_status dp_run_info_read(dp_ctx *ctx, const char *dir, dp_run_info **out);
DP_API void dp_run_info_free(dp_run_info **info);
DP_API int dp_run_info_count(const dp_run_info *info);
DP_API const char *dp_run_info_name(const dp_run_info *info, int i); /* "" outside 0..count-1 */
DP_API const char *dp_run_info_text(const dp_run_info *info, int i);
DP_API const char *dp_run_info_find(const dp_run_info *info, const char *name); /* NULL if there is none */

/* Reads the log of a run, DIR/log.csv: a float64 column for each of its names; what is not known is NaN.
 * *out     owned by the caller; free with dp_dataset_free
 * Errors   DP_ERR_IO, DP_ERR_FORMAT (path, line, column), DP_ERR_NOMEM; *out is untouched. */
DP_API dp_status dp_run_log(dp_ctx *ctx, const char *path, dp_dataset **out);

#ifdef __cplusplus
}
#endif
#endif
