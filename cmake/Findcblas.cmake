# Any CBLAS, giving the target cblas::cblas: OpenBLAS, BLIS, or another with -DCBLAS_LIBRARY=... and
# -DCBLAS_INCLUDE_DIR=.... Installed beside denpaConfig.cmake, because users of the static library need it, too.
find_path(CBLAS_INCLUDE_DIR cblas.h PATH_SUFFIXES openblas blis)
find_library(CBLAS_LIBRARY NAMES openblas blis cblas)
mark_as_advanced(CBLAS_INCLUDE_DIR CBLAS_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(cblas REQUIRED_VARS CBLAS_LIBRARY CBLAS_INCLUDE_DIR)
if(cblas_FOUND AND NOT TARGET cblas::cblas)
  get_filename_component(cblas_VERSION "${CBLAS_LIBRARY}" NAME) # which one it is says more
  add_library(cblas::cblas UNKNOWN IMPORTED)
  set_target_properties(cblas::cblas PROPERTIES
    IMPORTED_LOCATION "${CBLAS_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${CBLAS_INCLUDE_DIR}")
endif()
