#include "term_out.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

int64_t cli_term_columns(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

dp_status cli_term_print(const cli_plot_library *plot, dp_ctx *ctx, const dp_array *rgb, int64_t columns)
{
    dp_text text = {.ctx = ctx};
    if (!columns)
        columns = cli_term_columns();
    dp_term_options options = {.protocol = plot->dp_term_guess(), .columns = (int)columns};
    dp_status status = plot->dp_term_image(&text, rgb, &options);
    if (status == DP_OK)
        cli_print(&text);
    dp_text_free(&text);
    return status;
}
