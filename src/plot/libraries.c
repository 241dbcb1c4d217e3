/* What this build of libdenpa-plot paints with. */
#include <stddef.h>

#include <denpa/plot.h>

static const dp_library libraries[] = {
    {"cairo", "pictures as SVG, PNG and PDF, with Pango", "libcairo2-dev, libpango1.0-dev", DENPA_HAVE_CAIRO},
    {"graphviz", "pictures of graphs", "libgraphviz-dev", DENPA_HAVE_GRAPHVIZ},
};

enum { LIBRARY_COUNT = sizeof libraries / sizeof *libraries };

int dp_plot_library_count(void)
{
    return LIBRARY_COUNT;
}

const dp_library *dp_plot_library_get(int i)
{
    return i >= 0 && i < LIBRARY_COUNT ? &libraries[i] : NULL;
}
