#include "data/digits_strokes.h"

#include <stddef.h>

/* clang-format off */
/* Spacing matters: a smooth curve through points of very unequal distance overshoots. */
#define MOVE(x, y) {x, y, DPI_PEN_DOWN}
#define VIA(x, y) {x, y, DPI_PEN_SMOOTH}
#define TURN(x, y) {x, y, DPI_PEN_CORNER}

static const dpi_stroke_style styles[] = {
    /* closed oval; open at the top; ends with a curl inside */
    {0, 5, {MOVE(52, 1), VIA(26, 14), VIA(13, 50), VIA(25, 86), VIA(50, 99), VIA(75, 86), VIA(87, 50), VIA(74, 14),
            VIA(48, 1)}},
    {0, 3, {MOVE(58, 6), VIA(32, 9), VIA(15, 34), VIA(15, 68), VIA(36, 95), VIA(66, 93), VIA(85, 66), VIA(83, 30),
            VIA(64, 4), VIA(46, 3)}},
    {0, 2, {MOVE(46, 5), VIA(22, 24), VIA(15, 62), VIA(34, 96), VIA(66, 94), VIA(85, 62), VIA(78, 22), VIA(56, 4),
            VIA(38, 14), VIA(44, 26)}},

    /* bare stem; with an upstroke; with upstroke and foot; with a short hook */
    {1, 5, {MOVE(50, 0), VIA(50, 33), VIA(50, 67), VIA(50, 100)}},
    {1, 3, {MOVE(37, 25), TURN(54, 0), VIA(53, 50), VIA(52, 100)}},
    {1, 2, {MOVE(36, 23), TURN(52, 0), VIA(51, 50), VIA(50, 98), MOVE(24, 99), VIA(50, 98), VIA(78, 99)}},
    {1, 2, {MOVE(42, 14), TURN(52, 1), VIA(50, 34), VIA(49, 68), VIA(53, 98)}},

    /* round with a flat base; with a loop; like a Z; with a wavy base */
    {2, 4, {MOVE(15, 24), VIA(30, 5), VIA(58, 1), VIA(79, 18), VIA(72, 44), VIA(46, 70), TURN(13, 97), VIA(50, 96),
            VIA(88, 97)}},
    {2, 3, {MOVE(16, 20), VIA(42, 1), VIA(74, 10), VIA(75, 40), VIA(50, 72), VIA(24, 96), VIA(11, 88), VIA(26, 77),
            VIA(54, 88), VIA(92, 94)}},
    {2, 2, {MOVE(15, 8), VIA(50, 3), TURN(83, 6), VIA(50, 52), TURN(13, 97), VIA(50, 96), VIA(88, 95)}},
    {2, 2, {MOVE(20, 22), VIA(44, 1), VIA(75, 14), VIA(69, 44), VIA(42, 74), TURN(12, 96), VIA(38, 90), VIA(64, 98),
            VIA(90, 90)}},

    /* two bows; flat top; a small loop at the waist; one long bow without a waist kink */
    {3, 4, {MOVE(16, 13), VIA(44, 0), VIA(75, 11), VIA(72, 36), TURN(42, 47), VIA(76, 58), VIA(82, 82), VIA(50, 100),
            VIA(14, 88)}},
    {3, 3, {MOVE(16, 4), VIA(50, 3), TURN(81, 4), VIA(62, 23), TURN(44, 41), VIA(78, 55), VIA(80, 84), VIA(47, 100),
            VIA(12, 88)}},
    {3, 2, {MOVE(18, 12), VIA(48, 0), VIA(77, 15), VIA(66, 38), VIA(44, 50), VIA(35, 44), VIA(48, 41), VIA(78, 60),
            VIA(76, 89), VIA(44, 100), VIA(12, 90)}},

    /* open; closed in one line; open with a bowl; short stem */
    {4, 4, {MOVE(26, 3), VIA(20, 30), TURN(13, 58), VIA(50, 58), VIA(88, 56), MOVE(68, 8), VIA(66, 52), VIA(63, 100)}},
    {4, 3, {MOVE(66, 30), VIA(66, 2), VIA(38, 33), TURN(8, 66), VIA(50, 66), VIA(92, 64), MOVE(66, 2), VIA(65, 50),
            VIA(63, 100)}},
    {4, 3, {MOVE(18, 4), VIA(14, 34), VIA(34, 55), VIA(72, 48), MOVE(80, 0), VIA(75, 50), VIA(69, 100)}},
    {4, 2, {MOVE(42, 0), VIA(27, 31), TURN(10, 63), VIA(48, 63), VIA(90, 61), MOVE(64, 36), VIA(62, 68), VIA(59, 100)}},

    /* one stroke; the cap drawn last; cap apart; like an S */
    {5, 4, {MOVE(84, 4), VIA(54, 4), TURN(25, 5), VIA(22, 25), TURN(18, 46), VIA(48, 37), VIA(79, 52), VIA(79, 84),
            VIA(47, 100), VIA(13, 90)}},
    {5, 3, {MOVE(28, 6), VIA(24, 26), TURN(20, 46), VIA(50, 38), VIA(82, 58), VIA(76, 88), VIA(45, 100), VIA(12, 90),
            MOVE(28, 6), VIA(58, 6), VIA(90, 3)}},
    {5, 2, {MOVE(30, 14), VIA(26, 30), TURN(22, 47), VIA(50, 40), VIA(78, 56), VIA(76, 86), VIA(46, 100), VIA(14, 92),
            MOVE(38, 5), VIA(62, 5), VIA(88, 2)}},
    {5, 2, {MOVE(83, 7), VIA(50, 0), VIA(24, 16), VIA(34, 39), VIA(66, 52), VIA(80, 76), VIA(55, 99), VIA(14, 92)}},

    /* round belly; straight back; curled top; low belly with the loop crossing the stem */
    {6, 4, {MOVE(71, 2), VIA(42, 22), VIA(21, 54), VIA(23, 85), VIA(49, 100), VIA(77, 86), VIA(76, 62), VIA(51, 51),
            VIA(24, 68)}},
    {6, 3, {MOVE(60, 0), VIA(36, 34), VIA(17, 70), VIA(32, 97), VIA(66, 96), VIA(80, 75), VIA(60, 57), VIA(33, 65),
            VIA(18, 84)}},
    {6, 2, {MOVE(80, 12), VIA(58, 0), VIA(31, 18), VIA(16, 56), VIA(25, 91), VIA(54, 100), VIA(80, 83), VIA(73, 60),
            VIA(47, 54), VIA(20, 72)}},

    /* plain; with a bar; with a serif; rounded corner */
    {7, 4, {MOVE(12, 5), VIA(50, 4), TURN(86, 4), VIA(60, 46), VIA(42, 100)}},
    {7, 3, {MOVE(12, 6), VIA(50, 4), TURN(86, 4), VIA(62, 48), VIA(44, 100), MOVE(32, 52), VIA(55, 50), VIA(80, 49)}},
    {7, 2, {MOVE(13, 22), TURN(14, 4), VIA(50, 5), TURN(86, 4), VIA(64, 44), VIA(50, 100)}},
    {7, 3, {MOVE(12, 13), VIA(44, 4), VIA(81, 8), VIA(72, 40), VIA(56, 70), VIA(48, 100)}},

    /* one crossing line; two circles; one line left open at the top right */
    {8, 5, {MOVE(71, 12), VIA(48, 0), VIA(25, 15), VIA(35, 39), VIA(66, 58), VIA(80, 81), VIA(51, 100), VIA(21, 82),
            VIA(35, 58), VIA(64, 39), VIA(77, 18), VIA(60, 3)}},
    {8, 3, {MOVE(50, 47), VIA(26, 36), VIA(26, 12), VIA(50, 0), VIA(74, 12), VIA(74, 36), TURN(50, 47), VIA(20, 61),
            VIA(20, 88), VIA(50, 100), VIA(80, 88), VIA(80, 61), VIA(50, 47)}},
    {8, 2, {MOVE(74, 15), VIA(52, 1), VIA(28, 12), VIA(34, 37), VIA(66, 58), VIA(76, 84), VIA(48, 100), VIA(22, 84),
            VIA(36, 58), VIA(62, 36), VIA(84, 8)}},

    /* straight stem; curved tail; open bowl; a 6 upside down */
    {9, 4, {MOVE(76, 18), VIA(52, 1), VIA(25, 15), VIA(23, 40), VIA(48, 52), VIA(70, 38), TURN(77, 13), VIA(75, 56),
            VIA(71, 100)}},
    {9, 3, {MOVE(75, 18), VIA(48, 0), VIA(21, 18), VIA(25, 44), VIA(52, 50), VIA(73, 33), TURN(78, 12), VIA(80, 50),
            VIA(66, 86), VIA(38, 100), VIA(14, 92)}},
    {9, 2, {MOVE(62, 4), VIA(32, 10), VIA(18, 32), VIA(36, 51), VIA(64, 42), TURN(79, 6), VIA(74, 55), VIA(65, 100)}},
    {9, 2, {MOVE(74, 36), VIA(46, 52), VIA(21, 36), VIA(28, 9), VIA(57, 0), VIA(80, 18), VIA(78, 50), VIA(60, 80),
            VIA(36, 100)}},
};
/* clang-format on */

enum { STYLE_COUNT = sizeof styles / sizeof *styles };

const dpi_stroke_style *dpi_stroke_style_pick(int digit, uint32_t random)
{
    uint32_t total = 0;
    for (int i = 0; i < STYLE_COUNT; i++)
        total += styles[i].digit == digit ? styles[i].weight : 0;
    uint32_t left = (uint32_t)((uint64_t)random * total >> 32);
    const dpi_stroke_style *found = NULL;
    for (int i = 0; i < STYLE_COUNT; i++) {
        if (styles[i].digit != digit)
            continue;
        found = &styles[i];
        if (left < found->weight)
            break;
        left -= found->weight;
    }
    return found;
}
