/* Text from a model that was trained on a text ("text:FILE", data.h): character after character, each drawn from what the model thinks
 * comes next.
 */
#ifndef DENPA_GENERATE_H
#define DENPA_GENERATE_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_generate_config {
    const char *prompt; /* UTF-8: what stands before; NULL or "": it begins as behind the end of a line, or where the text had no lines
                           behind its first character */
    int64_t length;     /* how many characters to write; default 500 */
    double temperature; /* default 1: character k is drawn with the probability softmax(scores / temperature)[k]; 0: always the most
                           probable one, of equal ones the first */
    int64_t top_k;      /* > 0: only the k most probable ones are drawn from; default 0: all */
    double top_p;       /* below 1: of these only the most probable ones that together have at least this share; default 1 */
    uint64_t seed;      /* character i is drawn with number i of a stream of its own (random.h) */
    /* Called with each character, in UTF-8, zero-ended. A return other than 0 ends it. */
    int (*take)(void *user, const char *character);
    void *user;
} dp_generate_config;
DP_API void dp_generate_config_init(dp_generate_config *config);

/* Writes. The model takes a window of T characters, int64 [N, T], and gives scores [N, T, K] for what follows each; it may look back
 * only. Of what came before the last T characters are seen; the window is worked out anew for each character. The same model, prompt and
 * seed give the same text, whatever the number of threads.
 *
 * Errors   DP_ERR_ARG (the model was not trained on a text; what it says of a character depends on later ones; take is NULL),
 *          DP_ERR_SHAPE (its input is no window of that length, its output no scores for each place), DP_ERR_RANGE (a character of the
 *          prompt that the text did not have: names it; a config that makes no sense; scores that are no numbers), DP_ERR_FORMAT (a
 *          prompt that is no UTF-8), DP_ERR_NOMEM. Characters that were given out stay.
 * Source   Fan, Lewis, Dauphin: Hierarchical Neural Story Generation (2018), top_k; Holtzman et al.: The Curious Case of Neural Text
 *          Degeneration (2020), top_p.
 * Tests    train/generate, train/sampling, cli/text.t */
DP_API dp_status dp_generate(dp_model *model, const dp_generate_config *config);

#ifdef __cplusplus
}
#endif
#endif
