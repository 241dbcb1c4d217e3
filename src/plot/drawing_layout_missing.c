/* A build without Graphviz places nothing, and says so. */
#include "base/fail.h"
#include "plot/drawing_internal.h"

dp_status dpi_drawing_layout(dp_drawing *drawing)
{
    return dpi_fail(
        drawing->ctx, DP_ERR_UNSUPPORTED,
        "this build of denpa cannot lay out graphs: Graphviz was not there when it was built. On Debian install "
        "libgraphviz-dev (tools/install-deps does) and build it again, or write .dot and lay it out elsewhere");
}
