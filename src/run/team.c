#include "run/team.h"

#include <signal.h>
#include <stdatomic.h>

/* A part of the chunks, side by side. Each thread begins with its own, where it was in the jobs before, so that it finds
 * in its caches what it left there; then it goes on with what others have left over. */
typedef struct share {
    _Atomic int64_t next; /* first chunk that nobody has taken yet */
    int64_t end;
    char apart[48]; /* from the next share: each in a cache line of its own */
} share;
enum { MOST_SHARES = 16 }; /* more threads than that go by several */

struct dpi_team {
    share shares[MOST_SHARES];

    /* The work at hand: written by the caller while `open` is 0 and `active` is 0, read by helpers that are active. */
    dpi_chunk_fn *run;
    const void *job;
    _Atomic int64_t failed_at; /* the first chunk so far in which something was wrong */
    dpi_found found;           /* what; behind the mutex */
    int share_count;

    /* A helper says that it is active, then looks whether the work is open; the caller closes it, then looks who is
     * active. All of it is sequentially consistent, so that one of them sees the other. */
    _Atomic int open, active;
    _Atomic unsigned generation; /* goes up with every step, and at the end */
    _Atomic int stop, sleepers, caller_sleeps, begun;

    pthread_mutex_t mutex; /* for sleeping and failing only */
    pthread_cond_t wake, done;
    int helpers;
    pthread_t threads[DPI_TEAM_THREADS];
};

_Static_assert(sizeof(struct dpi_team) <= DPI_TEAM_BYTES, "DPI_TEAM_BYTES is too small");

/* How long to look again and again before going to sleep: some 70 us, so that threads stay awake while one of them does what
 * is too little for all; going to sleep and waking costs 20 us and more. */
enum { SPINS = 4000 };
enum { STACK_BYTES = 1 << 20 };

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static void note_failure(dpi_team *team, dpi_found found)
{
    pthread_mutex_lock(&team->mutex);
    if (found.chunk < atomic_load(&team->failed_at)) {
        team->found = found;
        atomic_store(&team->failed_at, found.chunk);
    }
    pthread_mutex_unlock(&team->mutex);
}

/* Takes chunks of a share until there are none. Those behind a failure do not matter. */
static void work_off(dpi_team *team, share *s, int worker)
{
    while (atomic_load(&s->next) < s->end) {
        dpi_found found = {.chunk = atomic_fetch_add(&s->next, 1)};
        if (found.chunk >= s->end || found.chunk > atomic_load(&team->failed_at))
            return;
        found.place = team->run(team->job, found.chunk, worker, &found.step);
        if (found.place != DPK_DONE)
            note_failure(team, found);
    }
}

static void work(dpi_team *team, int worker)
{
    for (int i = 0; i < team->share_count; i++)
        work_off(team, &team->shares[(worker + i) % team->share_count], worker);
}

static void share_out(dpi_team *team, int64_t chunks)
{
    int workers = dpi_team_size(team), count = workers < MOST_SHARES ? workers : MOST_SHARES;
    for (int i = 0; i < count; i++) {
        atomic_store(&team->shares[i].next, chunks * i / count);
        team->shares[i].end = chunks * (i + 1) / count;
    }
    team->share_count = count;
}

/* Returns once the generation is another one than `seen`. */
static unsigned await_work(dpi_team *team, unsigned seen)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&team->generation) != seen)
            return atomic_load(&team->generation);
        relax();
    }
    pthread_mutex_lock(&team->mutex);
    atomic_fetch_add(&team->sleepers, 1);
    while (atomic_load(&team->generation) == seen)
        pthread_cond_wait(&team->wake, &team->mutex);
    atomic_fetch_sub(&team->sleepers, 1);
    pthread_mutex_unlock(&team->mutex);
    return atomic_load(&team->generation);
}

static void *helper(void *argument)
{
    dpi_team *team = argument;
    const int worker = atomic_fetch_add(&team->begun, 1) + 1;
    unsigned seen = 0;
    for (;;) {
        seen = await_work(team, seen);
        if (atomic_load(&team->stop))
            return NULL;
        atomic_fetch_add(&team->active, 1);
        if (atomic_load(&team->open))
            work(team, worker);
        if (atomic_fetch_sub(&team->active, 1) == 1 && atomic_load(&team->caller_sleeps)) {
            pthread_mutex_lock(&team->mutex);
            pthread_cond_signal(&team->done);
            pthread_mutex_unlock(&team->mutex);
        }
    }
}

static void wake_all(dpi_team *team)
{
    atomic_fetch_add(&team->generation, 1);
    if (!atomic_load(&team->sleepers))
        return;
    pthread_mutex_lock(&team->mutex);
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->mutex);
}

static void await_helpers(dpi_team *team)
{
    for (int i = 0; i < SPINS; i++) {
        if (!atomic_load(&team->active))
            return;
        relax();
    }
    pthread_mutex_lock(&team->mutex);
    atomic_store(&team->caller_sleeps, 1);
    while (atomic_load(&team->active))
        pthread_cond_wait(&team->done, &team->mutex);
    atomic_store(&team->caller_sleeps, 0);
    pthread_mutex_unlock(&team->mutex);
}

bool dpi_team_run(dpi_team *team, dpi_chunk_fn *run, const void *job, int64_t chunks, dpi_found *found)
{
    team->run = run;
    team->job = job;
    share_out(team, chunks);
    atomic_store(&team->failed_at, INT64_MAX);
    if (team->helpers) {
        atomic_store(&team->open, 1);
        wake_all(team);
    }
    work(team, 0);
    if (team->helpers) {
        atomic_store(&team->open, 0);
        await_helpers(team);
    }
    if (atomic_load(&team->failed_at) == INT64_MAX)
        return true;
    *found = team->found;
    return false;
}

int dpi_team_size(const dpi_team *team)
{
    return team->helpers + 1;
}

/* Helpers take no signals: those are for the threads of the program. */
void dpi_team_start(dpi_team *team, int threads, dpi_thread_create_fn *create)
{
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->wake, NULL);
    pthread_cond_init(&team->done, NULL);
    pthread_attr_t attr;
    sigset_t all, before;
    if (pthread_attr_init(&attr) != 0)
        return;
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int wanted = threads - 1 < DPI_TEAM_THREADS ? threads - 1 : DPI_TEAM_THREADS;
    while (team->helpers < wanted && create(&team->threads[team->helpers], &attr, helper, team) == 0)
        team->helpers++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
}

void dpi_team_stop(dpi_team *team)
{
    atomic_store(&team->stop, 1);
    wake_all(team);
    for (int i = 0; i < team->helpers; i++)
        pthread_join(team->threads[i], NULL);
    pthread_cond_destroy(&team->done);
    pthread_cond_destroy(&team->wake);
    pthread_mutex_destroy(&team->mutex);
}
