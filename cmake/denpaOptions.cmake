# What can be chosen, and what was found. Every choice is AUTO (use it when it is there), ON (an error when it is not) or
# OFF. The result is DENPA_HAVE_<NAME>, DENPA_FEATURES (compile definitions, always 0 or 1) and DENPA_LIBRARIES.

set(DENPA_FEATURES "")
set(DENPA_LIBRARIES "")
set(DENPA_PLOT_LIBRARIES "")
set(DENPA_SUMMARY "")

macro(denpa_choice variable text default)
  set(${variable} ${default} CACHE STRING "${text}: AUTO, ON or OFF")
  set_property(CACHE ${variable} PROPERTY STRINGS AUTO ON OFF)
  if(NOT "${${variable}}" MATCHES "^(AUTO|ON|OFF|TRUE|FALSE|YES|NO|1|0)$")
    message(FATAL_ERROR "${variable} is '${${variable}}'; it can be AUTO, ON or OFF")
  endif()
endmacro()

macro(denpa_option name text default)
  denpa_choice(DENPA_WITH_${name} "${text}" ${default})
endmacro()

macro(denpa_switch name text default)
  denpa_choice(DENPA_${name} "${text}" ${default})
endmacro()

# Called once per choice: sets DENPA_HAVE_<name> and notes it for the summary.
macro(denpa_have name yes words)
  set(DENPA_HAVE_${name} ${yes})
  list(APPEND DENPA_SUMMARY "${name}: ${words}")
endmacro()

# An optional library: package as find_package knows it, giving the target <package>::<package>, which is added to the
# list `libraries`: DENPA_LIBRARIES for the engine, DENPA_PLOT_LIBRARIES for pictures.
macro(denpa_find name package debian libraries)
  if(NOT DENPA_WITH_${name})
    denpa_have(${name} 0 "off")
  else()
    find_package(${package} QUIET)
    if(${package}_FOUND)
      denpa_have(${name} 1 "${package} ${${package}_VERSION}${${package}_VERSION_STRING}")
      list(APPEND ${libraries} ${package}::${package})
    elseif(DENPA_WITH_${name} STREQUAL "AUTO")
      denpa_have(${name} 0 "not found (Debian: ${debian})")
    else()
      message(FATAL_ERROR "DENPA_WITH_${name} is ON, but ${package} was not found. "
        "On Debian install the package ${debian}, or leave it out with -DDENPA_WITH_${name}=OFF.")
    endif()
  endif()
  list(APPEND DENPA_FEATURES DENPA_HAVE_${name}=${DENPA_HAVE_${name}})
endmacro()

macro(denpa_find_simd)
  if(NOT DENPA_SIMD)
    denpa_have(SIMD 0 "off, plain C kernels only")
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$" AND CMAKE_SIZEOF_VOID_P EQUAL 8)
    denpa_have(SIMD 1 "AVX2 and AVX-512, chosen at run time")
  elseif(DENPA_SIMD STREQUAL "AUTO")
    denpa_have(SIMD 0 "none for ${CMAKE_SYSTEM_PROCESSOR}, plain C kernels only")
  else()
    message(FATAL_ERROR "DENPA_SIMD is ON, but there are SIMD kernels for x86-64 only, and this is "
      "${CMAKE_SYSTEM_PROCESSOR}. Leave it AUTO or OFF.")
  endif()
  list(APPEND DENPA_FEATURES DENPA_HAVE_SIMD=${DENPA_HAVE_SIMD})
endmacro()

macro(denpa_find_tests)
  if(NOT DENPA_TESTS)
    denpa_have(TESTS 0 "off")
  else()
    find_package(cmocka QUIET)
    if(cmocka_FOUND)
      denpa_have(TESTS 1 "with cmocka")
    elseif(DENPA_TESTS STREQUAL "AUTO")
      denpa_have(TESTS 0 "not built, cmocka was not found (Debian: libcmocka-dev)")
    else()
      message(FATAL_ERROR "DENPA_TESTS is ON, but cmocka was not found. "
        "On Debian install the package libcmocka-dev, or leave the tests out with -DDENPA_TESTS=OFF.")
    endif()
  endif()
endmacro()

function(denpa_summary)
  set(text "denpa ${PROJECT_VERSION}, ${CMAKE_BUILD_TYPE}, ${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}")
  foreach(line ${DENPA_SUMMARY})
    string(APPEND text "\n--   ${line}")
  endforeach()
  message(STATUS "${text}")
endfunction()
