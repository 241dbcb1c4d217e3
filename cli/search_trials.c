#include "search_trials.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_JOBS = 256 };

/* What a child writes: points of the curve, and then how it ended. Both ends are the same program. */
typedef struct message {
    int is_end;
    dp_status status;
    search_point point;
    dp_progress end;
    char words[sizeof((search_trial *)0)->message];
} message;

/* A child at work. */
typedef struct job {
    pid_t pid; /* 0: none */
    int pipe;
    search_trial *trial;
    size_t got; /* bytes of `message` so far */
    message message;
} job;

/* ---- In the child ---- */

static void write_message(int fd, const message *m)
{
    const char *at = (const char *)m;
    for (size_t left = sizeof *m; left > 0;) {
        ssize_t n = write(fd, at, left);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(1); /* nobody listens any more */
        at += n;
        left -= (size_t)n;
    }
}

static int send_point(void *user, const dp_progress *at)
{
    if (!at->is_row || !at->is_epoch_end) return 0;
    message m;
    memset(&m, 0, sizeof m);
    m.point = (search_point){.epoch = at->epoch,
                             .train_accuracy = at->train_accuracy,
                             .train_loss = at->loss,
                             .validation = at->validation};
    write_message(*(const int *)user, &m);
    return 0;
}

static void be_child(int fd, const search_trial *trial, search_run_fn *run, void *user)
{
    message m;
    memset(&m, 0, sizeof m);
    dp_ctx *ctx = NULL;
    int quiet = open("/dev/null", O_WRONLY);
    if (quiet >= 0) dup2(quiet, STDERR_FILENO); /* what is wrong goes into the table */
    m.is_end = 1;
    m.status = run(user, trial, send_point, &fd, &m.end, &ctx);
    if (m.status != DP_OK) {
        const char *words = ctx ? dp_ctx_message(ctx) : "";
        snprintf(m.words, sizeof m.words, "%s", *words ? words : dp_status_text(m.status));
    }
    write_message(fd, &m);
    _exit(0);
}

/* ---- In the parent ---- */

static int start(job *jobs, int index, int jobs_count, search_trial *trial, search_run_fn *run, void *user)
{
    int ends[2];
    fflush(NULL);
    if (pipe(ends) != 0) return 0;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        for (int i = 0; i < jobs_count; i++)
            if (jobs[i].pid) close(jobs[i].pipe);
        be_child(ends[1], trial, run, user);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return 0;
    }
    jobs[index] = (job){.pid = pid, .pipe = ends[0], .trial = trial};
    return 1;
}

static void add_point(search_trial *trial, const search_point *point)
{
    if (trial->points == trial->capacity) {
        int capacity = trial->capacity ? 2 * trial->capacity : 16;
        search_point *curve = realloc(trial->curve, (size_t)capacity * sizeof *curve);
        if (!curve) return; /* a curve that ends early */
        trial->curve = curve;
        trial->capacity = capacity;
    }
    trial->curve[trial->points++] = *point;
}

static void take_message(job *j)
{
    search_trial *trial = j->trial;
    j->got = 0;
    if (!j->message.is_end) {
        add_point(trial, &j->message.point);
        return;
    }
    trial->fate = j->message.status == DP_OK ? SEARCH_ENDED : SEARCH_FAILED;
    trial->end = j->message.end;
    memcpy(trial->message, j->message.words, sizeof trial->message);
}

/* Reads what is there. Returns whether more may come. */
static int read_some(job *j)
{
    ssize_t n = read(j->pipe, (char *)&j->message + j->got, sizeof j->message - j->got);
    if (n < 0) return errno == EINTR;
    j->got += (size_t)n;
    if (j->got == sizeof j->message) take_message(j);
    return n > 0;
}

/* The child has closed its end. */
static void finish(job *j)
{
    int state = 0;
    close(j->pipe);
    while (waitpid(j->pid, &state, 0) < 0 && errno == EINTR) {}
    search_trial *trial = j->trial;
    if (trial->fate == SEARCH_WAITING) {
        trial->fate = SEARCH_KILLED;
        trial->signal = WIFSIGNALED(state) ? WTERMSIG(state) : 0;
    }
    j->pid = 0;
}

static int wait_some(job *jobs, int count, job **ended)
{
    struct pollfd fds[MOST_JOBS];
    job *of[MOST_JOBS];
    int n = 0;
    *ended = NULL;
    for (int i = 0; i < count; i++)
        if (jobs[i].pid) of[n] = &jobs[i], fds[n++] = (struct pollfd){.fd = jobs[i].pipe, .events = POLLIN};
    if (n == 0 || poll(fds, (nfds_t)n, -1) < 0) return n > 0;
    for (int i = 0; i < n && !*ended; i++)
        if (fds[i].revents && !read_some(of[i])) *ended = of[i];
    return 1;
}

int search_run_all(search_trial *trials, int64_t count, int jobs_count, search_run_fn *run, void *user,
                   void (*told)(const search_trial *trial, int64_t done, int64_t count))
{
    int64_t next = 0, done = 0;
    if (jobs_count > MOST_JOBS) jobs_count = MOST_JOBS;
    job *jobs = calloc((size_t)jobs_count, sizeof *jobs);
    int working = 0, refused = !jobs;
    while (jobs && (working || (next < count && !refused))) {
        for (int i = 0; i < jobs_count && next < count && !refused; i++) {
            if (jobs[i].pid) continue;
            if (start(jobs, i, jobs_count, &trials[next], run, user)) next++, working++;
            else refused = working == 0; /* later, when another one has ended */
            if (!jobs[i].pid) break;
        }
        job *ended;
        if (!working || !wait_some(jobs, jobs_count, &ended) || !ended) continue;
        search_trial *trial = ended->trial;
        finish(ended);
        working--;
        if (told) told(trial, ++done, count);
    }
    free(jobs);
    if (!refused) return CLI_FINE;
    fprintf(stderr, "denpa: no process can be made for a trial: %s\n", strerror(errno));
    return CLI_IO_FAILED;
}

void search_trials_free(search_trial *trials, int64_t count)
{
    for (int64_t i = 0; trials && i < count; i++) free(trials[i].curve);
    free(trials);
}
