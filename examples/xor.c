/* XOR with four hidden neurons, replaying a PyTorch run: manual_seed(0), Linear without bias, Adam with AMSGrad, all four rows in each step. */
#include <stdio.h>
#include <stdlib.h>

#include <denpa/denpa.h>

static void must(dp_ctx *ctx, dp_status status)
{
    if (status == DP_OK) return;
    fprintf(stderr, "%s\n", dp_ctx_message(ctx));
    exit(1);
}

/* The network for a batch of `batch` rows: x [batch, 2], t [batch] class indices. */
static dp_status network(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_init torch = {.kind = DP_INIT_TORCH};
    dp_val x = dp_input(g, "x", DP_F32, dp_shape_of(2, (int64_t[]){batch, 2}));
    dp_val t = dp_label(g, "t", DP_I64, dp_shape_of(1, (int64_t[]){batch}), 2);
    dp_val w1 = dp_param(g, "W1", dp_shape_of(2, (int64_t[]){2, 4}), torch);
    dp_val w2 = dp_param(g, "W2", dp_shape_of(2, (int64_t[]){4, 2}), torch);
    dp_val y = dp_matmul(g, dp_sigmoid(g, dp_matmul(g, x, w1)), w2);
    *values = (dp_model_values){.loss = dp_softmax_cross_entropy(g, y, t), .output = y, .label = t};
    return dp_graph_status(g);
}

int main(void)
{
    float rows[] = {0, 0, 0, 1, 1, 1, 1, 0};
    int64_t classes[] = {0, 1, 0, 1};
    dp_array x = {.dtype = DP_F32, .shape = dp_shape_of(2, (int64_t[]){4, 2}), .data = rows};
    dp_array t = {.dtype = DP_I64, .shape = dp_shape_of(1, (int64_t[]){4}), .data = classes};
    const dp_array *inputs[] = {&x, &t};

    dp_ctx *ctx = NULL;
    dp_model *model = NULL;
    dp_optimizer *adam = NULL;
    if (dp_ctx_new(NULL, &ctx) != DP_OK) return 1;
    must(ctx, dp_model_from_function(ctx, network, NULL, NULL, &model));
    must(ctx, dp_model_init(model, 0));
    must(ctx, dp_optimizer_new(model, "adam:lr=0.001,amsgrad", &adam));
    for (int epoch = 0; epoch < 10000; epoch++) {
        double loss;
        must(ctx, dp_train_step(model, adam, inputs, &loss));
        if (epoch % 1000 == 0) printf("epoch %d : loss %.6f\n", epoch, loss);
    }
    dp_optimizer_free(&adam);
    dp_model_free(&model);
    dp_ctx_free(&ctx);
    return 0;
}
