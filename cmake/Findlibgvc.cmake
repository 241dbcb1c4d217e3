# Graphviz's libraries, giving the target libgvc::libgvc. They describe themselves to pkg-config only.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(LIBGVC QUIET IMPORTED_TARGET libgvc>=2.40 libcgraph)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libgvc REQUIRED_VARS LIBGVC_FOUND VERSION_VAR LIBGVC_libgvc_VERSION)
set(libgvc_VERSION "${LIBGVC_libgvc_VERSION}")
if(libgvc_FOUND AND NOT TARGET libgvc::libgvc)
  add_library(libgvc::libgvc INTERFACE IMPORTED)
  target_link_libraries(libgvc::libgvc INTERFACE PkgConfig::LIBGVC)
endif()
