# What `cmake --install` puts where: headers, both libraries, the command, models, man pages, pkg-config, CMake package.
include(CMakePackageConfigHelpers)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/denpa")
set(model_dir "${CMAKE_INSTALL_DATADIR}/denpa/models")

# The static library has its own target file: it names zlib and jansson, which users of the shared one need not have.
install(TARGETS denpa EXPORT denpaTargets)
install(TARGETS denpa_static EXPORT denpaStaticTargets)
install(TARGETS denpa_plot EXPORT denpaTargets)
install(TARGETS denpa_plot_static EXPORT denpaPlotStaticTargets)
install(EXPORT denpaTargets NAMESPACE denpa:: DESTINATION ${config_dir})
install(EXPORT denpaStaticTargets NAMESPACE denpa:: DESTINATION ${config_dir})
install(EXPORT denpaPlotStaticTargets NAMESPACE denpa:: DESTINATION ${config_dir})
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/denpaConfig.cmake.in" denpaConfig.cmake
  INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(denpaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/denpaConfig.cmake" "${PROJECT_BINARY_DIR}/denpaConfigVersion.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/Findjansson.cmake" "${CMAKE_CURRENT_LIST_DIR}/Findonednn.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/Findcblas.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/Findpangocairo.cmake" "${CMAKE_CURRENT_LIST_DIR}/Findlibgvc.cmake" DESTINATION ${config_dir})

install(DIRECTORY include/denpa "${PROJECT_BINARY_DIR}/include/denpa" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
if(TARGET denpa_cli)
  install(TARGETS denpa_cli)
endif()
if(EXISTS "${PROJECT_SOURCE_DIR}/models")
  install(DIRECTORY models/ DESTINATION ${model_dir} FILES_MATCHING PATTERN "*.dp")
endif()

if(man_dir)
  install(DIRECTORY "${man_dir}/" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
endif()

# The prefix is given relative to the .pc file, so that an installed tree can be moved and --prefix works.
set(pc_requires "")
if(DENPA_HAVE_ZLIB)
  list(APPEND pc_requires zlib)
endif()
if(DENPA_HAVE_PNG)
  list(APPEND pc_requires libpng)
endif()
if(DENPA_HAVE_JSON)
  list(APPEND pc_requires jansson)
endif()
list(JOIN pc_requires ", " pc_requires)
set(pc_plot_requires "")
if(DENPA_HAVE_CAIRO)
  list(APPEND pc_plot_requires pangocairo cairo)
endif()
if(DENPA_HAVE_GRAPHVIZ)
  list(APPEND pc_plot_requires libgvc libcgraph)
endif()
list(JOIN pc_plot_requires ", " pc_plot_requires)
file(RELATIVE_PATH pc_prefix "/p/${CMAKE_INSTALL_LIBDIR}/pkgconfig" /p)
string(REGEX REPLACE "/$" "" pc_prefix "\${pcfiledir}/${pc_prefix}")
configure_file("${CMAKE_CURRENT_LIST_DIR}/denpa.pc.in" denpa.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/denpa.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
configure_file("${CMAKE_CURRENT_LIST_DIR}/denpa-plot.pc.in" denpa-plot.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/denpa-plot.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
