/* The library of pictures, loaded when one is wanted, so that every other command starts at once and runs where Cairo
 * is not. */
#ifndef DENPA_CLI_PLOT_LOADER_H
#define DENPA_CLI_PLOT_LOADER_H

#include <denpa/chart.h>
#include <denpa/drawing.h>
#include <denpa/report.h>

/* X(function): all of <denpa/plot.h>, <denpa/chart.h>, <denpa/drawing.h> and <denpa/report.h>. A test holds this list against what the library exports. */
/* clang-format off */
#define CLI_PLOT_FUNCTIONS(X)  \
    X(dp_colormap_rgb)         \
    X(dp_colormap_name)        \
    X(dp_colormap_find)        \
    X(dp_color_parse)          \
    X(dp_figure_new)           \
    X(dp_figure_free)          \
    X(dp_figure_suptitle)      \
    X(dp_figure_axes)          \
    X(dp_axes_title)           \
    X(dp_axes_label)           \
    X(dp_axes_limits)          \
    X(dp_axes_margin)          \
    X(dp_axes_ticks)           \
    X(dp_axes_cell_ticks)      \
    X(dp_axes_log)             \
    X(dp_axes_invert)          \
    X(dp_axes_equal)           \
    X(dp_axes_grid)            \
    X(dp_axes_off)             \
    X(dp_axes_place)           \
    X(dp_axes_legend)          \
    X(dp_axes_colorbar)        \
    X(dp_axes_heat)            \
    X(dp_axes_heat_color)      \
    X(dp_axes_images)          \
    X(dp_axes_image)           \
    X(dp_axes_regions)         \
    X(dp_axes_line)            \
    X(dp_axes_scatter)         \
    X(dp_axes_bars)            \
    X(dp_axes_hist)            \
    X(dp_axes_contour)         \
    X(dp_axes_text)            \
    X(dp_axes_note)            \
    X(dp_axes_arrow)           \
    X(dp_axes_box)             \
    X(dp_axes_ellipse)         \
    X(dp_axes_curve)           \
    X(dp_axes_polygon)         \
    X(dp_plot_text_size)       \
    X(dp_plot_library_count)   \
    X(dp_plot_library_get)     \
    X(dp_format_of)            \
    X(dp_figure_write)         \
    X(dp_figure_encode)        \
    X(dp_figure_image)         \
    X(dp_figure_describe)      \
    X(dp_term_guess)           \
    X(dp_term_image)           \
    X(dp_heat_image)           \
    X(dp_chart_numbers)        \
    X(dp_chart_confusion)      \
    X(dp_chart_table)          \
    X(dp_chart_table_size)     \
    X(dp_chart_formula)        \
    X(dp_chart_formula_size)   \
    X(dp_chart_network)        \
    X(dp_drawing_new)          \
    X(dp_drawing_free)         \
    X(dp_drawing_steps)        \
    X(dp_drawing_show)         \
    X(dp_drawing_dot)          \
    X(dp_drawing_describe)     \
    X(dp_drawing_write)        \
    X(dp_drawing_encode)       \
    X(dp_drawing_image)        \
    X(dp_report_config_init)   \
    X(dp_report_html)          \
    X(dp_report_write)
/* clang-format on */

/* Pointers named as the functions: plot->dp_figure_new(ctx, &options, &figure). */
typedef struct cli_plot_library {
#define CLI_PLOT_MEMBER_(name) __typeof__(&name) name;
    CLI_PLOT_FUNCTIONS(CLI_PLOT_MEMBER_)
#undef CLI_PLOT_MEMBER_
} cli_plot_library;

/* Loads the library; false where it is not there. */
int cli_plot_find(cli_plot_library *plot);

/* The same. On failure it says on stderr what to install, and gives an exit status other than CLI_FINE. */
int cli_plot_load(cli_plot_library *plot);

#endif
