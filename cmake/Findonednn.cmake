# oneDNN, giving the target onednn::onednn. It starts threads by OpenMP, which is told not to. Installed beside
# denpaConfig.cmake, because users of the static library need it, too.
find_path(ONEDNN_INCLUDE_DIR oneapi/dnnl/dnnl.h)
find_library(ONEDNN_LIBRARY dnnl)
mark_as_advanced(ONEDNN_INCLUDE_DIR ONEDNN_LIBRARY)
find_package(OpenMP QUIET COMPONENTS C)
if(ONEDNN_INCLUDE_DIR AND EXISTS "${ONEDNN_INCLUDE_DIR}/oneapi/dnnl/dnnl_version.h")
  set(onednn_VERSION "")
  foreach(part MAJOR MINOR PATCH)
    file(STRINGS "${ONEDNN_INCLUDE_DIR}/oneapi/dnnl/dnnl_version.h" number REGEX "define DNNL_VERSION_${part} ")
    string(REGEX REPLACE ".*_${part} +([0-9]+).*" "\\1" number "${number}")
    string(APPEND onednn_VERSION ".${number}")
  endforeach()
  string(SUBSTRING "${onednn_VERSION}" 1 -1 onednn_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(onednn REQUIRED_VARS ONEDNN_LIBRARY ONEDNN_INCLUDE_DIR OpenMP_C_FOUND
  VERSION_VAR onednn_VERSION)
if(onednn_FOUND AND NOT TARGET onednn::onednn)
  add_library(onednn::onednn UNKNOWN IMPORTED)
  set_target_properties(onednn::onednn PROPERTIES IMPORTED_LOCATION "${ONEDNN_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${ONEDNN_INCLUDE_DIR}" INTERFACE_LINK_LIBRARIES OpenMP::OpenMP_C)
endif()
