/* DPI_SIBLING marks the few internals that libdenpa-plot, built and shipped together with libdenpa, uses of it. They are
 * exported, but are no part of the interface and may change with every version. */
#ifndef DENPA_BASE_SIBLING_H
#define DENPA_BASE_SIBLING_H

#include <denpa/export.h>

#define DPI_SIBLING DP_API

#endif
