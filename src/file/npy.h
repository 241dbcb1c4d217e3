/* What reading and writing NPY have in common. */
#ifndef DENPA_FILE_NPY_H
#define DENPA_FILE_NPY_H

#define DPI_NPY_MAGIC "\x93NUMPY"
enum {
    DPI_NPY_MAGIC_BYTES = 6,
    DPI_NPY_START_BYTES = 10 /* magic, version, and the two bytes of version 1 that say how long the header is */
};

#endif
