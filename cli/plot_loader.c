#include "plot_loader.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define LIBRARY "libdenpa-plot.so.0"

static int refuse(void)
{
    const char *reason = dlerror();
    fprintf(stderr,
            "denpa: pictures need the library " LIBRARY ", which cannot be used: %s\n"
            "On Debian install libcairo2 and libpangocairo-1.0-0, or to build it libcairo2-dev and libpango1.0-dev\n",
            reason ? reason : "no reason was given");
    return CLI_WRONG_USE;
}

int cli_plot_find(cli_plot_library *plot)
{
    /* Never closed: it is used until the command ends. */
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL), *symbol;
    cli_plot_library found;
    if (!library)
        return 0;
    /* POSIX promises that a function's address fits into a void *; C has no cast for it. */
#define TAKE(name)                         \
    if (!(symbol = dlsym(library, #name))) \
        return 0;                          \
    memcpy(&found.name, &symbol, sizeof symbol);
    CLI_PLOT_FUNCTIONS(TAKE)
#undef TAKE
    *plot = found;
    return 1;
}

int cli_plot_load(cli_plot_library *plot)
{
    return cli_plot_find(plot) ? CLI_FINE : refuse();
}
