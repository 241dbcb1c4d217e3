/* The words of denpa plot: one list for the options of the command and the arguments of calls in --add. */
#ifndef DENPA_CLI_PLOT_KEYS_H
#define DENPA_CLI_PLOT_KEYS_H

/* What the text of a key is. */
typedef enum plot_meaning {
    PLOT_EXPRESSION, /* over the names of the formula: its value is used */
    PLOT_TEXT,       /* shown, %{EXPR} in it replaced */
    PLOT_WORD        /* read by denpa plot itself */
} plot_meaning;

/* Whom a key belongs to. A layer's call may hold the keys of its panel, too. */
typedef enum plot_scope { PLOT_LAYER, PLOT_PANEL, PLOT_FIGURE } plot_scope;

/* X(constant, name, scope, meaning, what help calls its value, help) */
#define PLOT_KEYS(X)                                                                                                   \
    X(VALUE, "value", LAYER, EXPRESSION, "EXPR", "the array to draw, an expression over the names of the file")        \
    X(AT_X, "x", LAYER, EXPRESSION, "EXPR", "places along x; for scatter also both at once, [N, 2]")                      \
    X(AT_Y, "y", LAYER, EXPRESSION, "EXPR", "heights; [N, K] is K series")                                                \
    X(TO_X, "x2", LAYER, EXPRESSION, "EXPR", "arrow: x of its tip; box, circle: width")                                  \
    X(TO_Y, "y2", LAYER, EXPRESSION, "EXPR", "arrow: y of its tip; box, circle: height")                                 \
    X(BY, "by", LAYER, EXPRESSION, "EXPR", "scatter: whole numbers, a series for each; confusion: the true classes")   \
    X(VALUES, "values", LAYER, EXPRESSION, "EXPR", "scatter: numbers shown by the colour map")                         \
    X(BASE, "base", LAYER, EXPRESSION, "EXPR", "bars: where they begin")                                               \
    X(OVER, "over", LAYER, WORD, "NAME", "regions, field: the value whose rows are points, [N, 2]")                    \
    X(PLANE, "plane", LAYER, WORD, "X0:X1:DX,Y0:Y1:DY", "regions, field: the points, X1 and Y1 left out")             \
    X(STEP, "step", LAYER, WORD, "K", "regions, field: the run's weights after K steps (denpa train --keep-path)")      \
    X(RUNS, "runs", LAYER, WORD, "DIR,...", "landscape: runs with a path (denpa train --keep-path), each a line")      \
    X(LOG, "log", LAYER, WORD, "FILE", "loss: this log.csv in place of the run's")                                     \
    X(COLUMNS, "columns", LAYER, WORD, "NAME,...", "loss: columns of the log (default train_loss,test_loss)")          \
    X(TEXT, "text", LAYER, TEXT, "TEXT", "text, note, formula, table, network: what is written")                       \
    X(LABEL, "label", LAYER, TEXT, "TEXT", "what the legend says; %{c} is the class, %{i} the number of the series")   \
    X(COLOR, "color", LAYER, WORD, "COLOR", "a name, #rrggbb, C0..C9; several, for series and classes: a,b,c")         \
    X(EDGE, "edge", LAYER, WORD, "COLOR", "of outlines")                                                               \
    X(MARKER, "marker", LAYER, WORD, "o|s|^|x|+|d", "circle, square, triangle, cross, plus, diamond")                  \
    X(MARK_SIZE, "mark-size", LAYER, WORD, "AREA", "of marks, pt^2 (default 36); of an arrow's head, pt")              \
    X(DASH, "dash", LAYER, WORD, "solid|dashed|dotted", "of lines")                                                    \
    X(LINE_WIDTH, "line-width", LAYER, WORD, "PT", "of lines and outlines")                                            \
    X(OPACITY, "opacity", LAYER, WORD, "PART", "0 to 1")                                                               \
    X(CMAP, "cmap", LAYER, WORD, "NAME", "viridis, gray, gray_r, or diverging, for signed numbers")                    \
    X(VMIN, "vmin", LAYER, WORD, "NUMBER", "the value that has the map's first colour (default: the least)")           \
    X(VMAX, "vmax", LAYER, WORD, "NUMBER", "the value that has its last colour (default: the largest)")                \
    X(ROWS, "rows", LAYER, WORD, "H", "digits, mosaic of [N, H*W]: an image's height (default 28)")                 \
    X(PER_ROW, "per-row", LAYER, WORD, "K", "mosaic: images beside each other")                                        \
    X(AT, "at", LAYER, WORD, "X,Y", "heat: where its upper left corner is, to put several into one panel")             \
    X(BINS, "bins", LAYER, WORD, "K", "hist: how many (default 10)")                                                   \
    X(BAR_WIDTH, "bar-width", LAYER, WORD, "W", "bars: part of the distance between them (default 0.8)")               \
    X(COLORBAR, "colorbar-label", LAYER, TEXT, "TEXT", "a bar with the colour scale, and its label")                   \
    X(TEXT_SIZE, "text-size", LAYER, WORD, "PT", "of text, note, formula, numbers in cells")                           \
    X(ALIGN, "align", LAYER, WORD, "left|center|right", "of text at its place")                                        \
    X(TITLE, "title", PANEL, TEXT, "TEXT", "over the panel, centred; $formulas$ as in TeX, %{EXPR} is a value")        \
    X(TITLE_LEFT, "title-left", PANEL, TEXT, "TEXT", "over the panel, flush left; digits: %{i} is the panel's number") \
    X(TITLE_SIZE, "title-size", PANEL, WORD, "PT", "of the panel's titles")                                            \
    X(XLABEL, "xlabel", PANEL, TEXT, "TEXT", "of the x axis")                                                          \
    X(YLABEL, "ylabel", PANEL, TEXT, "TEXT", "of the y axis")                                                          \
    X(XLIM, "xlim", PANEL, WORD, "A:B", "from A to B")                                                                 \
    X(YLIM, "ylim", PANEL, WORD, "A:B", "from A to B")                                                                 \
    X(XTICKS, "xticks", PANEL, WORD, "auto|cells|none|EXPR", "where; cells: 0, 1, ... in the middle of the cells")     \
    X(YTICKS, "yticks", PANEL, WORD, "auto|cells|none|EXPR", "where")                                                  \
    X(XTICK_LABELS, "xtick-labels", PANEL, TEXT, "TEXT", "what is at them: one text with %{i}, or several: a|b|c")     \
    X(YTICK_LABELS, "ytick-labels", PANEL, TEXT, "TEXT", "what is at them")                                            \
    X(LEGEND, "legend", PANEL, WORD, "PLACE", "best, upper-right, upper-left, lower-left, lower-right, outside, none") \
    X(SIZE, "size", FIGURE, WORD, "WxH", "inches (default 6.4x4.8)")                                                   \
    X(DPI, "dpi", FIGURE, WORD, "N", "pixels per inch of PNG (default 100)")                                           \
    X(PANELS, "panels", FIGURE, WORD, "RxC", "rows and columns of panels (default: what is needed)")                   \
    X(SUPTITLE, "suptitle", FIGURE, TEXT, "TEXT", "over the whole figure")                                             \
    X(SUPTITLE_SIZE, "suptitle-size", FIGURE, WORD, "PT", "of it")                                                     \
    X(SUPTITLE_Y, "suptitle-y", FIGURE, WORD, "Y", "its height, 1 is the upper edge; more stands further above")       \
    X(REMARK, "remark", FIGURE, TEXT, "TEXT", "said behind it, such as where the data are from")               \
    X(FONT_SIZE, "font-size", FIGURE, WORD, "PT", "of everything (default 10)")                                        \
    X(CYCLE, "cycle", FIGURE, WORD, "safe|tab10", "colours in turn: for the colour-blind, too, or matplotlib's")

/* X(constant, name, scope, help): what is said by its name alone, annotate=True in calls. */
#define PLOT_FLAGS(X)                                                                   \
    X(ANNOTATE, "annotate", LAYER, "heat: the numbers in the cells")                    \
    X(COLORBAR, "colorbar", LAYER, "a bar with the colour scale")                       \
    X(PER_IMAGE, "per-image", LAYER, "mosaic: each image has a colour scale of its own") \
    X(HORIZONTAL, "horizontal", LAYER, "bars lie")                                      \
    X(CONTOUR, "contour", LAYER, "field, landscape: lines of equal height")             \
    X(BOLD, "bold", LAYER, "text")                                                      \
    X(XLOG, "xlog", PANEL, "logarithmic x axis")                                        \
    X(YLOG, "ylog", PANEL, "logarithmic y axis")                                        \
    X(EQUAL, "equal", PANEL, "one unit is as long in x as in y")                        \
    X(INVERT_X, "invert-x", PANEL, "x grows to the left")                               \
    X(INVERT_Y, "invert-y", PANEL, "y grows downwards; with a heat map: upwards")       \
    X(GRID, "grid", PANEL, "thin lines at the ticks")                                   \
    X(BARE, "bare", PANEL, "no frame, ticks and axis labels")                           \
    X(SHAREX, "sharex", FIGURE, "all panels have one x axis")                           \
    X(SHAREY, "sharey", FIGURE, "all panels have one y axis")                           \
    X(OUTER, "outer", FIGURE, "axis labels at the left and the bottom of the figure only") \
    X(SHARED_SCALE, "shared-scale", FIGURE, "all heat maps have one colour scale")

enum {
#define PLOT_KEY_ENUM_(id, name, scope, meaning, argument, help) KEY_##id,
    PLOT_KEYS(PLOT_KEY_ENUM_)
#undef PLOT_KEY_ENUM_
    KEY_COUNT
};

enum {
#define PLOT_FLAG_ENUM_(id, name, scope, help) FLAG_##id,
    PLOT_FLAGS(PLOT_FLAG_ENUM_)
#undef PLOT_FLAG_ENUM_
    FLAG_COUNT
};

/* What was said, by key; NULL and 0: nothing. */
typedef struct plot_said {
    const char *text[KEY_COUNT];
    int flag[FLAG_COUNT];
} plot_said;

typedef struct plot_key {
    const char *name;
    plot_scope scope;
    plot_meaning meaning;
} plot_key;
extern const plot_key plot_keys[KEY_COUNT];
extern const plot_key plot_flags[FLAG_COUNT];

#endif
