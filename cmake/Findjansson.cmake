# jansson, giving the target jansson::jansson. Debian's package has no CMake file of its own. Installed beside
# denpaConfig.cmake, because users of the static library need it, too.
find_path(JANSSON_INCLUDE_DIR jansson.h)
find_library(JANSSON_LIBRARY jansson)
mark_as_advanced(JANSSON_INCLUDE_DIR JANSSON_LIBRARY)
if(JANSSON_INCLUDE_DIR)
  file(STRINGS "${JANSSON_INCLUDE_DIR}/jansson.h" jansson_VERSION REGEX "define JANSSON_VERSION ")
  string(REGEX REPLACE ".*\"(.*)\".*" "\\1" jansson_VERSION "${jansson_VERSION}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(jansson REQUIRED_VARS JANSSON_LIBRARY JANSSON_INCLUDE_DIR VERSION_VAR jansson_VERSION)
if(jansson_FOUND AND NOT TARGET jansson::jansson)
  add_library(jansson::jansson UNKNOWN IMPORTED)
  set_target_properties(jansson::jansson PROPERTIES
    IMPORTED_LOCATION "${JANSSON_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${JANSSON_INCLUDE_DIR}")
endif()
