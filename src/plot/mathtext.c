/* Formulas between dollar signs: letters italic, scripts, fractions, signs. Spacing follows the classes of TeX (Knuth,
 * The TeXbook, chapters 17 and 18), simplified: signs of relation and of operation have blanks around them, an
 * operation's sign that begins something has none; names of functions and large signs have thin ones. Behind
 * \displaystyle fractions are as large as the rest, and limits stand below and above their sign. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "plot/label.h"

typedef enum sign_class { ORDINARY, OPERATION, RELATION, PUNCTUATION, OPENING, FUNCTION, LIMITS } sign_class;

typedef struct sign {
    const char *name;
    const char *text;
    sign_class class;
} sign;

static const sign signs[] = {
    {"alpha", "α", ORDINARY},      {"beta", "β", ORDINARY},       {"gamma", "γ", ORDINARY},
    {"delta", "δ", ORDINARY},      {"epsilon", "ε", ORDINARY},    {"zeta", "ζ", ORDINARY},
    {"eta", "η", ORDINARY},        {"theta", "θ", ORDINARY},      {"iota", "ι", ORDINARY},
    {"kappa", "κ", ORDINARY},      {"lambda", "λ", ORDINARY},     {"mu", "μ", ORDINARY},
    {"nu", "ν", ORDINARY},         {"xi", "ξ", ORDINARY},         {"pi", "π", ORDINARY},
    {"rho", "ρ", ORDINARY},        {"sigma", "σ", ORDINARY},      {"tau", "τ", ORDINARY},
    {"phi", "φ", ORDINARY},        {"chi", "χ", ORDINARY},        {"psi", "ψ", ORDINARY},
    {"omega", "ω", ORDINARY},      {"Gamma", "Γ", ORDINARY},      {"Delta", "Δ", ORDINARY},
    {"Theta", "Θ", ORDINARY},      {"Lambda", "Λ", ORDINARY},     {"Xi", "Ξ", ORDINARY},
    {"Pi", "Π", ORDINARY},         {"Sigma", "Σ", ORDINARY},      {"Phi", "Φ", ORDINARY},
    {"Psi", "Ψ", ORDINARY},        {"Omega", "Ω", ORDINARY},      {"cdot", "⋅", OPERATION},
    {"times", "×", OPERATION},     {"div", "÷", OPERATION},       {"pm", "±", OPERATION},
    {"ast", "∗", OPERATION},       {"odot", "⊙", OPERATION},      {"circ", "∘", OPERATION},
    {"oplus", "⊕", OPERATION},     {"otimes", "⊗", OPERATION},    {"leq", "≤", RELATION},
    {"le", "≤", RELATION},         {"geq", "≥", RELATION},        {"ge", "≥", RELATION},
    {"neq", "≠", RELATION},        {"ne", "≠", RELATION},         {"approx", "≈", RELATION},
    {"sim", "∼", RELATION},        {"propto", "∝", RELATION},     {"in", "∈", RELATION},
    {"to", "→", RELATION},         {"rightarrow", "→", RELATION}, {"leftarrow", "←", RELATION},
    {"Rightarrow", "⇒", RELATION}, {"mapsto", "↦", RELATION},     {"partial", "∂", ORDINARY},
    {"infty", "∞", ORDINARY},      {"nabla", "∇", ORDINARY},      {"prime", "′", ORDINARY},
    {"ldots", "…", ORDINARY},      {"cdots", "⋯", ORDINARY},      {"sum", "∑", LIMITS},
    {"prod", "∏", LIMITS},         {"int", "∫", FUNCTION},        {"exp", "exp", FUNCTION},
    {"log", "log", FUNCTION},      {"ln", "ln", FUNCTION},        {"sin", "sin", FUNCTION},
    {"cos", "cos", FUNCTION},      {"tanh", "tanh", FUNCTION},    {"max", "max", LIMITS},
    {"min", "min", LIMITS},        {"lim", "lim", LIMITS},        {"dots", "…", ORDINARY},
    {"top", "⊤", ORDINARY},
};

static const double SCRIPT_SIZE = 0.7, SUB_DROP = 0.2, SUPER_RISE = 0.38, FRACTION_SIZE = 0.8, MATH_AXIS = 0.28,
                    BAR = 0.06, THIN = 0.17, FRACTION_EDGE = 0.12, LARGE_SIZE = 1.5, LIMIT_GAP = 0.14;
enum { DEEPEST = 12 };

typedef struct setter {
    dpi_fonts *fonts;
    dpi_label *label;
    const char *p, *end;
    char **letters;
    int depth;
    bool display;
    dp_status status;
} setter;

typedef struct pen {
    double x, y;
    dpi_face face;
    bool upright;
    bool begins; /* nothing stands before, to which a minus could be an operation */
    double gap;  /* in front of what comes next, if anything does */
} pen;

static void set_list(setter *s, pen *at, bool in_braces);

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void put(setter *s, pen *at, const char *text, size_t bytes, bool italic)
{
    if (s->status != DP_OK)
        return;
    dpi_face face = at->face;
    face.italic = italic;
    at->x += at->gap;
    at->gap = 0;
    s->status = dpi_label_add(s->fonts, s->label, text, bytes, face, &at->x, at->y, s->letters);
}

static void put_sign(setter *s, pen *at, const char *text, sign_class class)
{
    double before = 0, after = 0, size = at->face.size;
    if (class == RELATION)
        before = after = 0.28;
    else if (class == OPERATION && !at->begins)
        before = after = 0.22;
    else if (class == PUNCTUATION)
        after = 0.17;
    else if (class == FUNCTION || class == LIMITS)
        before = at->begins ? 0 : THIN;
    at->x += before * size;
    put(s, at, text, strlen(text), false);
    at->x += after * size;
    if ((class == FUNCTION || class == LIMITS) && !(s->p < s->end && *s->p == '('))
        at->gap = THIN * size;
    at->begins = class != ORDINARY;
}

/* The argument of a command or script: a group in braces, or the next single thing. */
static void set_argument(setter *s, pen *at);

static void shift_runs(setter *s, size_t first, size_t end, double dx)
{
    for (size_t i = first; i < end; i++)
        s->label->runs[i].x += dx;
}

static void extent_of(const setter *s, size_t first, double *top, double *bottom)
{
    *top = *bottom = 0;
    for (size_t i = first; i < s->label->count; i++) {
        const dpi_run *run = &s->label->runs[i];
        *top = fmin(*top, run->y - run->ascent);
        *bottom = fmax(*bottom, run->y + run->descent);
    }
}

static void move_down(setter *s, size_t first, double dy)
{
    for (size_t i = first; i < s->label->count; i++)
        s->label->runs[i].y += dy;
}

static void put_bar(setter *s, double x, double y, double width, double thickness)
{
    dpi_label *label = s->label;
    if (s->status != DP_OK)
        return;
    void *runs = label->runs;
    s->status = dpi_grow(label->ctx, &runs, &label->capacity, label->count + 1, sizeof *label->runs, "text runs");
    label->runs = runs;
    if (s->status == DP_OK)
        label->runs[label->count++] = (dpi_run){.x = x, .y = y, .width = width, .descent = thickness};
}

/* \frac{above}{below}: both are set from x on at the base line 0, then moved to their heights and centred. */
static void set_fraction(setter *s, pen *at)
{
    double size = at->face.size, edge = FRACTION_EDGE * size, x0 = at->x + at->gap + edge;
    double axis = at->y - MATH_AXIS * size, gap = 0.12 * size, top, bottom, width[2];
    bool display = s->display;
    size_t first = s->label->count, middle = first;
    s->display = false;
    for (int half = 0; half < 2; half++) {
        pen inner = {.x = x0, .y = 0, .face = at->face, .upright = at->upright, .begins = true};
        inner.face.size *= display ? 1 : FRACTION_SIZE;
        size_t begin = s->label->count;
        set_argument(s, &inner);
        width[half] = inner.x - x0;
        extent_of(s, begin, &top, &bottom);
        move_down(s, begin, half ? axis + gap - top : axis - gap - bottom);
        if (!half)
            middle = s->label->count;
    }
    double widest = fmax(width[0], width[1]);
    shift_runs(s, first, middle, (widest - width[0]) / 2);
    shift_runs(s, middle, s->label->count, (widest - width[1]) / 2);
    put_bar(s, x0, axis - BAR * size / 2, widest, BAR * size);
    s->display = display;
    at->x = x0 + widest + edge;
    at->gap = 0;
    at->begins = false;
}

/* A sign with the limits that follow it below and above, each centred. Words keep their size, signs become larger. */
static void set_limits(setter *s, pen *at, const sign *large)
{
    double size = at->face.size, x0 = at->x + at->gap + (at->begins ? 0 : THIN * size), top, bottom, widest;
    size_t first = s->label->count, starts[3] = {first};
    pen inner = {.x = x0, .face = at->face};
    int count = 1;
    if (!is_letter(large->text[0]))
        inner.face.size *= LARGE_SIZE;
    put(s, &inner, large->text, strlen(large->text), false);
    extent_of(s, first, &top, &bottom);
    double down = is_letter(large->text[0]) ? 0 : -MATH_AXIS * size - (top + bottom) / 2;
    move_down(s, first, down);
    double edges[2] = {top + down, bottom + down}, widths[3] = {inner.x - x0};
    widest = widths[0];
    for (; count < 3 && s->p < s->end && (*s->p == '_' || *s->p == '^'); count++) {
        bool below = *s->p++ == '_';
        starts[count] = s->label->count;
        inner = (pen){.x = x0, .face = at->face, .upright = at->upright, .begins = true};
        inner.face.size *= SCRIPT_SIZE;
        s->display = false;
        set_argument(s, &inner);
        s->display = true;
        extent_of(s, starts[count], &top, &bottom);
        move_down(s, starts[count], below ? edges[1] + LIMIT_GAP * size - top : edges[0] - LIMIT_GAP * size - bottom);
        widths[count] = inner.x - x0;
        widest = fmax(widest, widths[count]);
    }
    for (int i = 0; i < count; i++)
        shift_runs(s, starts[i], i + 1 < count ? starts[i + 1] : s->label->count, (widest - widths[i]) / 2);
    move_down(s, first, at->y);
    *at = (pen){
        .x = x0 + widest, .y = at->y, .face = at->face, .upright = at->upright, .begins = true, .gap = THIN * size};
}

static void set_styled(setter *s, pen *at, bool bold)
{
    pen inner = *at;
    inner.upright = true;
    inner.face.bold |= bold;
    set_argument(s, &inner);
    at->x = inner.x;
    at->gap = inner.gap;
    at->begins = false;
}

static void set_word(setter *s, pen *at, const char *name, size_t length)
{
    static const struct {
        const char *name;
        double space;
    } spaces[] = {{"quad", 1}, {"qquad", 2}};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (strlen(spaces[i].name) == length && memcmp(spaces[i].name, name, length) == 0) {
            at->x += spaces[i].space * at->face.size;
            return;
        }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (strlen(signs[i].name) != length || memcmp(signs[i].name, name, length) != 0)
            continue;
        bool small_greek = (unsigned char)signs[i].text[0] == 0xCE && name[0] >= 'a';
        small_greek |= (unsigned char)signs[i].text[0] == 0xCF;
        if (small_greek) {
            put(s, at, signs[i].text, strlen(signs[i].text), !at->upright);
            at->begins = false;
        } else if (signs[i].class == LIMITS && s->display) {
            set_limits(s, at, &signs[i]);
        } else {
            put_sign(s, at, signs[i].text, signs[i].class);
        }
        return;
    }
    put(s, at, name - 1, length + 1, false); /* unknown: shown as it was written */
}

static void set_command(setter *s, pen *at)
{
    const char *name = ++s->p;
    while (s->p < s->end && is_letter(*s->p))
        s->p++;
    size_t length = (size_t)(s->p - name);
    if (length == 0) {
        if (s->p == s->end)
            return;
        char c = *s->p;
        size_t bytes = dpi_utf8_char_bytes(s->p, (size_t)(s->end - s->p));
        s->p += bytes ? bytes : 1;
        if (c == ' ')
            at->x += 0.33 * at->face.size;
        else if (c == ',')
            at->x += 0.17 * at->face.size;
        else
            put(s, at, name, bytes, false);
        return;
    }
#define IS(word) (length == sizeof(word) - 1 && memcmp(name, word, length) == 0)
    if (IS("frac"))
        set_fraction(s, at);
    else if (IS("mathrm") || IS("text") || IS("rm"))
        set_styled(s, at, false);
    else if (IS("mathbf") || IS("bf"))
        set_styled(s, at, true);
    else if (IS("displaystyle"))
        s->display = true;
    else if (IS("left") || IS("right"))
        return; /* brackets do not grow */
    else
        set_word(s, at, name, length);
#undef IS
}

static void set_character(setter *s, pen *at)
{
    char c = *s->p;
    size_t bytes = dpi_utf8_char_bytes(s->p, (size_t)(s->end - s->p));
    const char *text = s->p;
    s->p += bytes;
    switch (c) {
    case ' ':
        if (at->upright)
            put(s, at, " ", 1, false);
        return;
    case '-':
        put_sign(s, at, "−", OPERATION);
        return;
    case '+':
        put_sign(s, at, "+", OPERATION);
        return;
    case '*':
        put_sign(s, at, "∗", OPERATION);
        return;
    case '=':
        put_sign(s, at, "=", RELATION);
        return;
    case '<':
        put_sign(s, at, "<", RELATION);
        return;
    case '>':
        put_sign(s, at, ">", RELATION);
        return;
    case ',':
        put_sign(s, at, ",", PUNCTUATION);
        return;
    case '(':
        put_sign(s, at, "(", OPENING);
        return;
    case '[':
        put_sign(s, at, "[", OPENING);
        return;
    case '\'':
        put_sign(s, at, "′", ORDINARY);
        return;
    default:
        put(s, at, text, bytes, is_letter(c) && !at->upright);
    }
    at->begins = false;
}

/* Where both scripts are there, the lower one keeps clear of the upper one. */
static void part_scripts(setter *s, const size_t first[2], const size_t end[2], double gap)
{
    double high = -INFINITY, low = INFINITY;
    for (size_t i = first[0]; i < end[0]; i++)
        high = fmax(high, s->label->runs[i].y + s->label->runs[i].descent);
    for (size_t i = first[1]; i < end[1]; i++)
        low = fmin(low, s->label->runs[i].y - s->label->runs[i].ascent);
    for (size_t i = first[1]; i < end[1] && low < high + gap; i++)
        s->label->runs[i].y += high + gap - low;
}

static void set_scripts(setter *s, pen *at)
{
    double x0 = at->x, x1 = x0, size = at->face.size;
    size_t first[2] = {0}, end[2] = {0}; /* of the runs of the script above, of that below */
    bool display = s->display;
    s->display = false;
    while (s->p < s->end && (*s->p == '_' || *s->p == '^') && s->status == DP_OK) {
        bool below = *s->p++ == '_';
        pen inner = {.x = x0, .face = at->face, .upright = at->upright, .begins = true};
        inner.y = at->y + (below ? SUB_DROP : -SUPER_RISE) * size;
        inner.face.size *= SCRIPT_SIZE;
        first[below] = s->label->count;
        set_argument(s, &inner);
        end[below] = s->label->count;
        x1 = fmax(x1, inner.x + 0.05 * size);
    }
    part_scripts(s, first, end, 0.15 * size);
    s->display = display;
    at->x = x1;
}

static void set_one(setter *s, pen *at)
{
    if (*s->p == '{') {
        s->p++;
        set_list(s, at, true);
    } else if (*s->p == '\\') {
        set_command(s, at);
    } else {
        set_character(s, at);
    }
}

static void set_argument(setter *s, pen *at)
{
    while (s->p < s->end && *s->p == ' ')
        s->p++;
    if (s->p == s->end || *s->p == '}')
        return;
    if (++s->depth > DEEPEST)
        s->p = s->end;
    else
        set_one(s, at);
    s->depth--;
}

static void set_list(setter *s, pen *at, bool in_braces)
{
    if (++s->depth > DEEPEST)
        s->p = s->end; /* what is nested deeper cannot be read on paper, either */
    while (s->p < s->end && s->status == DP_OK) {
        if (*s->p == '}') {
            s->p++;
            if (in_braces)
                break;
        } else if (*s->p == '_' || *s->p == '^') {
            set_scripts(s, at);
        } else {
            set_one(s, at);
        }
    }
    s->depth--;
}

/* In a display the middle of the box is that of its signs, so that what stands beside it, a matrix or a tag, is on their
 * height. */
static void balance(setter *s, size_t first, const pen *at)
{
    double top, bottom, axis = at->y - MATH_AXIS * at->face.size;
    extent_of(s, first, &top, &bottom);
    double half = fmax(axis - top, bottom - axis);
    put_bar(s, at->x, axis - half, 0, 2 * half);
}

dp_status dpi_math_set(dpi_fonts *fonts, const char *text, size_t bytes, dpi_face face, dpi_label *label, double *x,
                       double y, char **letters)
{
    setter s = {.fonts = fonts, .label = label, .p = text, .end = text + bytes, .letters = letters};
    pen at = {.x = *x, .y = y, .face = face, .begins = true};
    size_t first = label->count;
    set_list(&s, &at, false);
    if (s.display)
        balance(&s, first, &at);
    *x = at.x;
    return s.status;
}
