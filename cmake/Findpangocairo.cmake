# Cairo and Pango, giving the target pangocairo::pangocairo. Both describe themselves to pkg-config only.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(PANGOCAIRO QUIET IMPORTED_TARGET pangocairo>=1.44 cairo>=1.14 cairo-pdf cairo-png)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(pangocairo REQUIRED_VARS PANGOCAIRO_FOUND VERSION_VAR PANGOCAIRO_pangocairo_VERSION)
set(pangocairo_VERSION "${PANGOCAIRO_pangocairo_VERSION}")
if(pangocairo_FOUND AND NOT TARGET pangocairo::pangocairo)
  add_library(pangocairo::pangocairo INTERFACE IMPORTED)
  target_link_libraries(pangocairo::pangocairo INTERFACE PkgConfig::PANGOCAIRO)
endif()
