/* DP_API marks what the library exports; every other symbol is hidden. */
#ifndef DENPA_EXPORT_H
#define DENPA_EXPORT_H

#if defined(__GNUC__)
#define DP_API __attribute__((visibility("default")))
#define DP_PRINTF(format_index, first_arg) __attribute__((format(printf, format_index, first_arg)))
#else
#define DP_API
#define DP_PRINTF(format_index, first_arg)
#endif

#endif
