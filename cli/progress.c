#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 ? size.ws_col : 80;
}

/* "1,234,567" */
static const char *with_commas(double value, char *buffer, size_t bytes)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.0f", value);
    size_t used = 0, count = strlen(digits);
    for (size_t i = 0; i < count && used + 2 < bytes; i++) {
        if (i > 0 && (count - i) % 3 == 0) buffer[used++] = ',';
        buffer[used++] = digits[i];
    }
    buffer[used] = 0;
    return buffer;
}

/* "1:02:03" or "2:03" */
static const char *duration(double seconds, char *buffer, size_t bytes)
{
    long long all = seconds < 1e9 ? (long long)(seconds + 0.5) : 1000000000;
    if (all >= 3600) snprintf(buffer, bytes, "%lld:%02lld:%02lld", all / 3600, all / 60 % 60, all % 60);
    else snprintf(buffer, bytes, "%lld:%02lld", all / 60, all % 60);
    return buffer;
}

static void draw_bar(cli_progress *progress, const dp_progress *at)
{
    char line[512], rate[40], left[40];
    double share = (double)at->step / (double)at->steps, speed = at->seconds > 0 ? (double)at->step / at->seconds : 0;
    int width = terminal_width() - 1;
    if (width > (int)sizeof line - 1) width = (int)sizeof line - 1;
    char tail[256];
    snprintf(tail, sizeof tail, " %3.0f%%  loss %.4f  %s samples/s  %s left", 100 * share, at->loss,
             with_commas(speed * (double)progress->batch, rate, sizeof rate),
             duration(speed > 0 ? (double)(at->steps - at->step) / speed : 0, left, sizeof left));
    int used = snprintf(line, sizeof line, "epoch %lld/%lld ", (long long)at->epoch, (long long)at->epochs);
    int room = width - used - (int)strlen(tail) - 2;
    if (room >= 5) {
        int full = (int)(share * room);
        line[used++] = '[';
        for (int i = 0; i < room; i++) line[used++] = i < full ? '=' : i == full ? '>' : ' ';
        line[used++] = ']';
        line[used] = 0;
    }
    fprintf(stderr, "\r%.*s%.*s\033[K", width, line, width > used ? width - used : 0, tail);
    fflush(stderr);
    progress->drawn = 1;
}

void cli_progress_end(cli_progress *progress)
{
    if (progress->drawn) fputs("\r\033[K", stderr);
    progress->drawn = 0;
}

static void print_row(cli_progress *progress, const dp_progress *at)
{
    cli_progress_end(progress);
    char time[40];
    printf("epoch %lld/%lld  step %lld/%lld  loss %.6f", (long long)at->epoch, (long long)at->epochs,
           (long long)at->step, (long long)at->steps, at->loss);
    if (!isnan(at->train_accuracy)) printf("  train accuracy %.4f", at->train_accuracy);
    if (!isnan(at->validation.accuracy)) printf("  val accuracy %.4f", at->validation.accuracy);
    else if (!isnan(at->validation.loss)) printf("  val loss %.6f", at->validation.loss);
    if (!isnan(at->test.accuracy)) printf("  test accuracy %.4f", at->test.accuracy);
    else if (!isnan(at->test.loss)) printf("  test loss %.6f", at->test.loss);
    printf("  %s\n", duration(at->seconds, time, sizeof time));
    fflush(stdout);
    progress->printed = at->step;
}

void cli_progress_show(cli_progress *progress, const dp_progress *at)
{
    if (at->is_row && progress->lines && (at->step == at->steps || at->step - progress->printed >= progress->spacing))
        print_row(progress, at);
    else if (progress->bar && !at->is_row) draw_bar(progress, at);
}
