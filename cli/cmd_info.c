/* denpa info: the build, the machine, the libraries. */
#include <denpa/info.h>

#include "cli.h"
#include "plot_loader.h"

typedef struct info_options {
    int json;
} info_options;

/* Library i of the engine, then of libdenpa-plot, or that itself where it is missing; NULL: there are no more. */
static const dp_library *library_get(int i)
{
    static const dp_library missing = {"denpa-plot", "pictures", "libcairo2-dev, libpango1.0-dev, libgraphviz-dev", 0};
    cli_plot_library plot;
    if (i < dp_library_count()) return dp_library_get(i);
    i -= dp_library_count();
    if (!cli_plot_find(&plot)) return i == 0 ? &missing : NULL;
    return plot.dp_plot_library_get(i);
}

static dp_status add_text(dp_text *text, dp_ctx *ctx)
{
    const dp_library *library;
    dp_build_info build = dp_build_get();
    dp_status status = dp_text_addf(text,
                                    "denpa %s (%s, %s)\n"
                                    "machine    %s\n"
                                    "kernels    %s (this CPU can run %s)\n"
                                    "products   %s\n"
                                    "threads    %d\n"
                                    "memory     at most %.1f GiB\n",
                                    build.version, build.kind, build.compiler, build.machine, build.kernels, build.cpu,
                                    build.gemm, dp_ctx_threads(ctx), (double)dp_ctx_memory(ctx).limit_bytes / (1 << 30));
    for (int i = 0; status == DP_OK && (library = library_get(i)); i++) {
        if (library->present) status = dp_text_addf(text, "%-10s yes, for %s\n", library->name, library->purpose);
        else
            status = dp_text_addf(text, "%-10s missing: no %s. Debian package %s\n", library->name, library->purpose,
                                  library->package);
    }
    return status;
}

static dp_status add_json(dp_text *text, dp_ctx *ctx)
{
    dp_build_info build = dp_build_get();
    const dp_library *library;
    dp_status status = dp_text_addf(
        text,
        "{\"version\": \"%s\", \"build\": \"%s\", \"compiler\": \"%s\", \"machine\": \"%s\", \"cpu\": \"%s\", "
        "\"kernels\": \"%s\", \"gemm\": \"%s\", \"threads\": %d, \"memory_limit_bytes\": %llu, \"libraries\": {",
        build.version, build.kind, build.compiler, build.machine, build.cpu, build.kernels, build.gemm,
        dp_ctx_threads(ctx), (unsigned long long)dp_ctx_memory(ctx).limit_bytes);
    for (int i = 0; status == DP_OK && (library = library_get(i)); i++)
        status = dp_text_addf(text, "%s\"%s\": %s", i ? ", " : "", library->name, library->present ? "true" : "false");
    return status == DP_OK ? dp_text_addf(text, "}}\n") : status;
}

static int run(const void *given, const cli_list *operands)
{
    const info_options *options = given;
    (void)operands;
    dp_ctx *ctx = cli_ctx_new(0);
    if (!ctx)
        return CLI_WRONG_USE;
    dp_text text = {.ctx = ctx};
    dp_status status = options->json ? add_json(&text, ctx) : add_text(&text, ctx);
    int exit_status = status == DP_OK ? CLI_FINE : cli_fail(ctx, status);
    cli_print(&text);
    dp_text_free(&text);
    dp_ctx_free(&ctx);
    return exit_status;
}

static const cli_option options[] = {
    {.name = "json", .kind = CLI_FLAG, .offset = offsetof(info_options, json), .help = "one JSON object on stdout"},
};
static const char *const usage[] = {"[--json]", NULL};
static const char *const paragraphs[] = {
    "Shows the version, how it was built, which kernels this machine gets, how many threads and how much memory it may "
    "use, and which "
    "optional libraries are there. The environment variable DENPA_CPU (ref, base, avx2, avx512) may lower the kernels. "
    "DENPA_GEMM (own, onednn, cblas) has matrix products made by a "
    "library, if this build has it.",
    NULL,
};
static const cli_example examples[] = {{"DENPA_CPU=ref denpa info", "with the plain C kernels"}};
const cli_command cli_info = {
    .name = "info",
    .summary = "the build, the machine and the libraries",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .options_bytes = sizeof(info_options),
    .run = run,
};
