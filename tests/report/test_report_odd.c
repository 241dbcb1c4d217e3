/* Runs that lack something, or have something that nobody expects: the page says so in its place. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdbool.h>

#include "report_fixture.h"

#if CAN_REPORT

static void a_table_has_no_images_and_no_test_part(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open();
    const char *dir = scratch_path("xor");
    make_run(ctx, xor_text, DP_F32, scratch_write("xor.csv", xor_csv, sizeof xor_csv - 1), 200, "adam:lr=0.1", dir);
    dp_text html = page_of(ctx, dir, NULL);
    page_check(html.data);
    assert_says(&html, "result", "<p class=\"note\">The data have no part for testing");
    assert_says(&html, "result", "4 of 4 training rows are right");
    assert_says(&html, "mistakes", "There are none. The least certain of all training rows");
    assert_says(&html, "mistakes", "<p class=\"small\">x = 0, 1</p>");
    assert_says(&html, "filters", "shown as a matrix");
    assert_says(&html, "filters", "aria-label=\"First-layer weights");
    assert_int_equal(count_of(html.data, "<img "), 0);
    assert_non_null(strstr(html.data, "<p class=\"lead\">XOR</p>"));
    dp_text_free(&html);
    html = page_of(ctx, dir, &(dp_report_config){.title = "Q&A <1>", .rows = 1, .mistakes = 1});
    page_check(html.data);
    assert_non_null(strstr(html.data, "<h1>Q&amp;A &lt;1&gt;</h1>"));
    assert_int_equal(count_of(html.data, "<li class=\"card\""), 1);
    dp_text_free(&html);
    ctx_close(ctx);
}

/* Classes that have names in the data; numbers that were standardised for the model, and are shown as they are. */
static void classes_are_called_by_their_names(void **state)
{
    (void)state;
    static const char text[] =
        "x = input(1)\nt = label(2)\ny = affine(x, 2, std=0.1)\nloss = softmax_cross_entropy(y, t)\n";
    static const char csv[] =
        "size,kind\n1000,<small>\n1100,<small>\n5000,big & bold\n5200,big & bold\n1200,big & bold\n";
    char source[SCRATCH_PATH_BYTES + 32];
    dp_ctx *ctx = ctx_open();
    dp_model *model = NULL;
    dp_dataset *train = NULL;
    dp_train_config config;
    const char *dir = scratch_path("named");
    snprintf(source, sizeof source, "%s:target=kind,categories=kind", scratch_write("named.csv", csv, sizeof csv - 1));
    dp_train_config_init(&config);
    config.epochs = 200;
    config.optimizer = "sgd:lr=0.5";
    config.out_dir = dir;
    config.standardize = "x";
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", NULL, &model));
    must(ctx, dp_dataset_open(ctx, source, DP_SPLIT_TRAIN, &train));
    must(ctx, dp_train(model, train, NULL, &config, NULL));
    dp_dataset_free(&train);
    dp_model_free(&model);
    dp_text html = page_of(ctx, dir, NULL);
    page_check(html.data);
    assert_says(&html, "result", "4 of 5 training rows are right");
    assert_says(&html, "confusion", "<th scope=\"row\">0 &lt;small&gt;</th>");
    assert_says(&html, "confusion", "0 &lt;small&gt; (1 time)");
    assert_says(&html, "mistakes", "<b class=\"is\">big &amp; bold</b> taken for <b class=\"said\">&lt;small&gt;</b>");
    assert_says(&html, "mistakes", "x = 1200</p>");
    assert_says(&html, "gradients", "All gradients agree");
    if (DENPA_HAVE_GRAPHVIZ)
        assert_says(&html, "network", "min -0.867"); /* (1000 - 2700) / 1961.6 */
    dp_text_free(&html);
    ctx_close(ctx);
}

static void a_regression_has_no_classes(void **state)
{
    (void)state;
    static const char text[] =
        "x = input(1)\nt = input(1)\nw = param((1, 1), zeros)\nb = param(1, zeros)\ny = x @ w + b\n"
        "loss = mean((y - t) ** 2)\n";
    static const char csv[] = "x,t\n0,1\n1,3\n2,5\n3,7.5\n4,9\n";
    dp_ctx *ctx = ctx_open();
    const char *dir = scratch_path("line"), *file = scratch_write("line.csv", csv, sizeof csv - 1);
    make_run(ctx, text, DP_F64, file, 400, "sgd:lr=0.05", dir);
    dp_text html = page_of(ctx, dir, NULL);
    page_check(html.data);
    assert_says(&html, "confusion", "<p class=\"note\">The model has no classes");
    assert_says(&html, "mistakes", "with the largest loss of their own");
    /* The line that fits best misses row 3 by most; its loss is (y - t)^2. */
    dp_text part = section_of(&html, "mistakes");
    const char *first = strstr(part.data, "data-row=");
    assert_int_equal(strncmp(first, "data-row=\"3\"", 12), 0);
    assert_int_equal(count_of(part.data, "<li class=\"card\""), 5);
    assert_non_null(strstr(first, "t = 7.5</p>"));
    const char *output = strstr(first, "y = "), *end, *loss = strstr(first, "value=\"");
    double y = dp_number_parse(output + 4, strlen(output + 4), &end);
    double square = dp_number_parse(loss + 7, strlen(loss + 7), &end);
    assert_true(fabs(square - (y - 7.5) * (y - 7.5)) < 1e-3); /* y is shown with four digits */
    dp_text_free(&part);
    assert_int_equal(count_of(html.data, "class=\"accuracy\""), 0);
    assert_int_equal(count_of(html.data, "class=\"f1\""), 0);
    assert_true(number_of(&html, "r2", 0) > 0.99);
    assert_says(&html, "gradients", "✓ All gradients agree");
    assert_says(&html, "result", "float64");
    dp_text_free(&html);
    ctx_close(ctx);
}

static void data_that_are_gone_leave_the_model(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open();
    const char *dir = scratch_path("gone"), *file = scratch_write("gone.csv", xor_csv, sizeof xor_csv - 1);
    dp_report_config config;
    dp_report_config_init(&config);
    make_run(ctx, xor_text, DP_F32, file, 2, "sgd:lr=0.1", dir);
    assert_int_equal(unlink(file), 0);
    dp_text html = page_of(ctx, dir, &config);
    page_check(html.data);
    assert_says(&html, "result", "The data could not be looked at");
    assert_says(&html, "result", "gone.csv");
    assert_says(&html, "confusion", "It needs the data");
    assert_says(&html, "mistakes", "It needs the data");
    assert_says(&html, "gradients", "It needs the data");
    if (DENPA_HAVE_GRAPHVIZ)
        assert_says(&html, "network", "names above the arrows");
    dp_text part = section_of(&html, "layers");
    assert_int_equal(count_of(part.data, ">parameter ("), 2);
    assert_int_equal(count_of(part.data, ">activation ("), 0);
    dp_text_free(&part);
    dp_text_free(&html);
    config.data = file; /* asked for by name, it is an error */
    must_fail(ctx, dp_report_write(ctx, dir, &config, scratch_path("gone.html")), DP_ERR_IO, "gone.csv");
    config.data = scratch_write("other.csv", "a,b\n1,2\n", 8);
    must_fail(ctx, dp_report_write(ctx, dir, &config, scratch_path("gone.html")), DP_ERR_NAME, "other.csv");
    config.data = scratch_write("back.csv", xor_csv, sizeof xor_csv - 1);
    html = page_of(ctx, dir, &config);
    assert_says(&html, "result", "of 4 training rows are right");
    dp_text_free(&html);
    ctx_close(ctx);
}

static void what_is_missing_in_the_folder_is_named(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open();
    char dir[SCRATCH_PATH_BYTES], weights[SCRATCH_PATH_BYTES + 32], log[SCRATCH_PATH_BYTES + 32];
    snprintf(dir, sizeof dir, "%s", scratch_path("cut"));
    snprintf(weights, sizeof weights, "%s/model.safetensors", dir);
    snprintf(log, sizeof log, "%s/log.csv", dir);
    make_run(ctx, xor_text, DP_F32, scratch_write("cut.csv", xor_csv, sizeof xor_csv - 1), 2, "sgd:lr=0.1", dir);
    assert_int_equal(unlink(log), 0);
    dp_text html = page_of(ctx, dir, NULL);
    page_check(html.data);
    assert_says(&html, "curves", "There are no curves.");
    assert_says(&html, "curves", "log.csv");
    assert_says(&html, "result", "class=\"accuracy\"");
    dp_text_free(&html);
    assert_int_equal(truncate(weights, 100), 0);
    must_fail(ctx, dp_report_write(ctx, dir, NULL, scratch_path("cut.html")), DP_ERR_FORMAT, "model.safetensors");
    assert_int_equal(unlink(weights), 0);
    must_fail(ctx, dp_report_write(ctx, dir, NULL, scratch_path("cut.html")), DP_ERR_IO, "model.safetensors");
    must_fail(ctx, dp_report_write(ctx, "/nowhere", NULL, scratch_path("cut.html")), DP_ERR_IO, "/nowhere");
    assert_true(access(scratch_path("cut.html"), F_OK) != 0);
    ctx_close(ctx);
}

/* Weights that are no numbers, as a learning rate that is far too large leaves them. */
static void a_run_that_diverged_is_shown(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open();
    dp_model *model = NULL;
    char dir[SCRATCH_PATH_BYTES], weights[SCRATCH_PATH_BYTES + 32];
    snprintf(dir, sizeof dir, "%s", scratch_path("diverged"));
    snprintf(weights, sizeof weights, "%s/model.safetensors", dir);
    make_run(ctx, xor_text, DP_F32, scratch_write("diverged.csv", xor_csv, sizeof xor_csv - 1), 2, "sgd:lr=0.1", dir);
    must(ctx, dp_run_open(ctx, dir, &model));
    for (int i = 0; i < dp_model_param_count(model); i++) {
        dp_array param = dp_model_param(model, i);
        for (int64_t k = i; k < dp_array_elems(&param); k++) /* of W1 all, of W2 all but one */
            ((float *)param.data)[k] = k % 2 ? NAN : INFINITY;
    }
    must(ctx, dp_model_save(model, weights));
    dp_model_free(&model);
    dp_text html = page_of(ctx, dir, NULL);
    page_check(html.data);
    assert_says(&html, "layers", "No number is finite");
    assert_says(&html, "layers", "7 are not finite");
    assert_says(&html, "gradients", "✗ Some gradients differ");
    dp_text_free(&html);
    ctx_close(ctx);
}

/* Everything that a stranger may have written into the folder is text, and stays text. */
static void strange_words_are_only_words(void **state)
{
    (void)state;
    static const char evil[] = "</style><script>alert(1)</script>&\"'\x01 \xff$\\frac{";
    static const char text[] =
        "# <script>alert('model')</script> & more\n# ]]> -->\nx = input(2)\nt = label(2)\n"
        "W1 = param((2, 4), normal(1))\ny = x @ W1[:, :2] # </code><img src=x onerror=alert(1)>\n"
        "loss = softmax_cross_entropy(y, t)\n";
    static const char log[] = "epoch,step,train_<script>,<b onload=x>_loss,$a_$b,train_loss\n1,1,0.5,0.25,2,0.5\n"
                              "2,2,0.25,,3,inf\n3,3,-1,nan,4,1e308\n";
    dp_ctx *ctx = ctx_open();
    char dir[SCRATCH_PATH_BYTES], path[SCRATCH_PATH_BYTES + 32];
    snprintf(dir, sizeof dir, "%s", scratch_path("<script>alert(2)&"));
    make_run(ctx, text, DP_F32, scratch_write("a<b>&\"c.csv", xor_csv, sizeof xor_csv - 1), 2, "sgd:lr=0.1", dir);
    snprintf(path, sizeof path, "%s/log.csv", dir);
    must(ctx, dp_file_write(ctx, path, log, sizeof log - 1));
    dp_text html = page_of(ctx, dir, &(dp_report_config){.title = evil, .rows = 10, .mistakes = 10});
    page_check(html.data);
    assert_null(strstr(html.data, "<script"));
    assert_null(strstr(html.data, "<img"));
    assert_non_null(strstr(html.data, "<h1>&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;'\xEF\xBF\xBD "
                                      "\xEF\xBF\xBD$\\frac{</h1>"));
    assert_non_null(strstr(html.data, "&lt;script&gt;alert('model')&lt;/script&gt; &amp; more"));
    assert_says(&html, "curves", "&lt;script&gt; over epoch");
    dp_text_free(&html);
    ctx_close(ctx);
}

/* Layers that are other ones in training: what is shown is what the trained model does. */
static void states_are_those_that_training_left(void **state)
{
    (void)state;
    static const char text[] =
        "x = input(2)\nt = label(2)\nh = dropout(relu(batch_norm(affine(x, 8))), 0.5)\ny = affine(h, 2)\n"
        "loss = softmax_cross_entropy(y, t)\n";
    dp_ctx *ctx = ctx_open();
    const char *dir = scratch_path("norm");
    make_run(ctx, text, DP_F32, scratch_write("norm.csv", xor_csv, sizeof xor_csv - 1), 30, "sgd:lr=0.1", dir);
    dp_text html = page_of(ctx, dir, NULL);
    page_check(html.data);
    assert_says(&html, "gradients", "✓ All gradients agree");
    dp_text part = section_of(&html, "gradients");
    assert_int_equal(count_of(part.data, "agrees"), 6); /* W, b, scale and shift, W, b; no states */
    dp_text_free(&part);
    part = section_of(&html, "layers");
    assert_int_equal(count_of(part.data, ">parameter ("), 6);
    dp_text_free(&part);
    assert_says(&html, "result", "in 6 arrays");
    assert_says(&html, "result", "<dd>58</dd>"); /* 2 8 + 8 + 8 + 8 + 8 2 + 2 */
    dp_text_free(&html);
    ctx_close(ctx);
}

static void filters_of_a_convolution_are_images(void **state)
{
    (void)state;
    static const char text[] = "x = input((1, 28, 28))\nt = label(10)\nF = param((3, 1, 5, 5), normal(0.1))\n"
                               "h = relu(max_pool2d(conv2d(x, F), 2))\ny = affine(reshape(h, (-1, 432)), 10, std=0.1)\n"
                               "loss = softmax_cross_entropy(y, t)\n";
    dp_ctx *ctx = ctx_open();
    const char *dir = scratch_path("conv");
    make_run(ctx, text, DP_F32, "digits:60", 1, "sgd:lr=0.1", dir);
    dp_text html = page_of(ctx, dir, NULL);
    page_check(html.data);
    assert_says(&html, "curves", "The log has one row");
    assert_says(&html, "curves", "<details open=\"open\">");
    dp_text part = section_of(&html, "filters");
    assert_int_equal(count_of(part.data, "<img "), 3);
    assert_non_null(strstr(part.data, "width=\"80\" height=\"80\""));
    dp_text_free(&part);
    dp_text_free(&html);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_has_no_images_and_no_test_part), cmocka_unit_test(a_regression_has_no_classes),
        cmocka_unit_test(classes_are_called_by_their_names),      cmocka_unit_test(data_that_are_gone_leave_the_model),
        cmocka_unit_test(what_is_missing_in_the_folder_is_named), cmocka_unit_test(a_run_that_diverged_is_shown),
        cmocka_unit_test(strange_words_are_only_words),           cmocka_unit_test(states_are_those_that_training_left),
        cmocka_unit_test(filters_of_a_convolution_are_images),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

#else

int main(void)
{
    return 77;
}

#endif
