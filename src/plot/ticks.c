#include "plot/ticks.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

void dpi_limits_widen(double *lo, double *hi, double by)
{
    double most = fmax(fabs(*lo), fabs(*hi));
    if (most < 1e6 / 1e-15 * DBL_MIN)
        *lo = -by, *hi = by;
    else if (*hi - *lo <= most * 1e-15) {
        if (*lo == 0 && *hi == 0)
            *lo = -by, *hi = by;
        else
            *lo -= by * fabs(*lo), *hi += by * fabs(*hi);
    }
}

/* a/b as whole steps, down or up, but taking what is a step but for rounding as that step. `slack` grows with the
 * offset. */
static double steps_below(double a, double b, double slack)
{
    double whole = floor(a / b), rest = a - whole * b;
    return rest / b > 1 - slack ? whole + 1 : whole;
}

static double steps_above(double a, double b, double slack)
{
    double whole = floor(a / b), rest = a - whole * b;
    return rest / b < slack ? whole : whole + 1;
}

static double slack_of(double step, double offset)
{
    if (!(fabs(offset) > 0))
        return 1e-10;
    double digits = log10(fabs(offset) / step);
    return fmin(0.4999, fmax(1e-10, pow(10, digits - 12)));
}

static int inside(double first, double step, double count, double lo, double hi)
{
    int n = 0;
    for (double k = 0; k <= count; k++)
        n += first + k * step >= lo && first + k * step <= hi;
    return n;
}

/* Where numbers are large against their range, steps are counted from a round offset, so that no digits are lost. */
static double offset_of(double lo, double hi)
{
    double mean = lo / 2 + hi / 2, range = hi - lo;
    if (fabs(mean) / range < 100)
        return 0;
    return copysign(pow(10, floor(log10(fabs(mean)))), mean);
}

void dpi_ticks_linear(double lo, double hi, int bins, dpi_ticks *out)
{
    static const double steps[] = {0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20};
    enum { STEPS = sizeof steps / sizeof *steps };
    double offset = offset_of(lo, hi), range = hi - lo, scale = pow(10, floor(log10(range / bins)));
    double low = lo - offset, high = hi - offset, least = range / bins;
    int i = 0;
    out->count = out->minor_count = 0;
    if (!(range > 0) || !(scale > 0))
        return;
    while (i < STEPS - 1 && steps[i] * scale < least)
        i++;
    double step = 0, first = 0, count = 0;
    for (; i >= 0; i--) {
        step = steps[i] * scale;
        double base = floor(low / step) * step, slack = slack_of(step, offset);
        double from = steps_below(low - base, step, slack), to = steps_above(high - base, step, slack);
        first = base + from * step, count = to - from;
        if (count >= DPI_MOST_TICKS || inside(first, step, count, low, high) >= 2)
            break;
    }
    double tolerance = range * 1e-10;
    for (double k = 0; k <= count && out->count < DPI_MOST_TICKS; k++) {
        double at = first + k * step + offset;
        if (fabs(at) < step * 1e-6)
            at = 0;
        if (at >= lo - tolerance && at <= hi + tolerance)
            out->at[out->count++] = at;
    }
}

/* parts * 10^decade inside lo..hi, of every stride-th decade. */
static int log_multiples(double lo, double hi, int stride, const int *parts, int part_count, double *at)
{
    int first = (int)floor(log10(lo)) - 1, last = (int)ceil(log10(hi)) + 1, count = 0;
    for (int decade = first; decade <= last; decade++) {
        if (decade % stride)
            continue;
        for (int i = 0; i < part_count && count < DPI_MOST_TICKS; i++) {
            double v = parts[i] * pow(10, decade);
            if (v >= lo * (1 - 1e-10) && v <= hi * (1 + 1e-10))
                at[count++] = v;
        }
    }
    return count;
}

void dpi_ticks_log(double lo, double hi, int bins, dpi_ticks *out)
{
    static const int one[] = {1}, some[] = {1, 2, 5}, rest[] = {2, 3, 4, 5, 6, 7, 8, 9};
    double decades = log10(hi) - log10(lo);
    int stride = (int)(decades / (bins > 1 ? bins : 1)) + 1;
    while ((out->count = log_multiples(lo, hi, stride, one, 1, out->at)) < 2 && stride > 1)
        stride = (stride + 1) / 2;
    out->minor_count = decades > 12 ? 0 : log_multiples(lo, hi, 1, rest, 8, out->minor);
    if (out->count >= 2)
        return;
    out->count = log_multiples(lo, hi, 1, some, 3, out->at);
    if (out->count < 2)
        dpi_ticks_linear(lo, hi, bins, out);
}

/* The digits behind the point that tell these numbers from each other and from what they are not. */
static int fraction_digits(const double *ticks, int count)
{
    double least = INFINITY, most = 0;
    for (int i = 0; i < count; i++) {
        most = fmax(most, fabs(ticks[i]));
        if (i)
            least = fmin(least, fabs(ticks[i] - ticks[i - 1]));
    }
    if (count < 2)
        least = most;
    if (!(least > 0) || !isfinite(least))
        return 0;
    for (int digits = 0; digits < 12; digits++) {
        double unit = pow(10, -digits), off = 0;
        for (int i = 0; i < count; i++)
            off = fmax(off, fabs(ticks[i] / unit - round(ticks[i] / unit)) * unit);
        if (off <= least * 1e-3)
            return digits;
    }
    return 12;
}

/* `value` with this many digits behind the point, independent of the locale. */
static char *fixed_text(double value, int digits, char *buffer, size_t bytes)
{
    char unit[48];
    snprintf(unit, sizeof unit, "%.0f", round(fabs(value) * pow(10, digits)));
    int length = (int)strlen(unit), whole = length - digits;
    bool zero = strspn(unit, "0") == (size_t)length;
    const char *sign = value < 0 && !zero ? "−" : "";
    if (!digits)
        snprintf(buffer, bytes, "%s%s", sign, unit);
    else if (whole > 0)
        snprintf(buffer, bytes, "%s%.*s.%s", sign, whole, unit, unit + whole);
    else
        snprintf(buffer, bytes, "%s0.%.*s%.12s", sign, -whole, "000000000000", unit);
    return buffer;
}

static double most_of(const double *ticks, int count)
{
    double most = 0;
    for (int i = 0; i < count; i++)
        most = fmax(most, fabs(ticks[i]));
    return most;
}

/* 10^-320 is no full number any more; two steps keep the digits. */
static double without_power(double v, int power)
{
    return power < -290 ? v * 1e20 / pow(10, power + 20) : v / pow(10, power);
}

char *dpi_tick_text(const double *ticks, int count, int i, char buffer[DPI_TICK_TEXT_BYTES])
{
    double most = most_of(ticks, count);
    if (most == 0 || (most >= 1e-4 && most < 1e6))
        return fixed_text(ticks[i], fraction_digits(ticks, count), buffer, DPI_TICK_TEXT_BYTES);
    int power = (int)floor(log10(most) + 1e-12);
    double scaled[DPI_MOST_TICKS];
    int few = count < DPI_MOST_TICKS ? count : DPI_MOST_TICKS;
    for (int k = 0; k < few; k++)
        scaled[k] = without_power(ticks[k], power);
    char number[48];
    fixed_text(without_power(ticks[i], power), fraction_digits(scaled, few), number, sizeof number);
    if (ticks[i] == 0)
        snprintf(buffer, DPI_TICK_TEXT_BYTES, "0");
    else
        snprintf(buffer, DPI_TICK_TEXT_BYTES, "%.40se%s%d", number, power < 0 ? "−" : "", power < 0 ? -power : power);
    return buffer;
}

char *dpi_tick_text_log(double at, char buffer[DPI_TICK_TEXT_BYTES])
{
    int power = (int)floor(log10(at) + 1e-9);
    double part = at / pow(10, power);
    char number[48];
    if (fabs(part - 1) < 1e-9)
        snprintf(buffer, DPI_TICK_TEXT_BYTES, "$10^{%d}$", power);
    else
        snprintf(buffer, DPI_TICK_TEXT_BYTES, "$%.30s{\\times}10^{%d}$",
                 fixed_text(part, fraction_digits(&part, 1), number, sizeof number), power);
    return buffer;
}
