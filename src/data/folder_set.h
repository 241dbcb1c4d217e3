/* Pictures in folders, one folder for each class. */
#ifndef DENPA_DATA_FOLDER_SET_H
#define DENPA_DATA_FOLDER_SET_H

#include <stdbool.h>

#include <denpa/data.h>

#include "data/data_options.h"

/* Has the folder folders, which could be classes? */
bool dpi_folder_has_folders(const char *path);

/* As dp_dataset_open_as says. DP_ERR_NAME: there is no test part. */
dp_status dpi_folder_open(const dpi_data_options *options, dp_split split, const dp_encoding *learned, int count,
                          dp_dataset **out);

#endif
