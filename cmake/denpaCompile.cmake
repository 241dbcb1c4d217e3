# How everything is compiled. -ffast-math is never used: it lets the compiler change results.

set(DENPA_SANITIZED 0)
if(DENPA_FUZZ OR "${CMAKE_C_FLAGS}" MATCHES "-fsanitize=")
  set(DENPA_SANITIZED 1)
endif()

# a*b+c is rounded twice everywhere, so that results do not hang on the compiler's choice; the sums of matrix
# products may be fused, and the other kernels say themselves where they fuse.
set(DENPA_KERNEL_FLAGS $<$<CONFIG:Release>:-O3>)
set(DENPA_AVX2_FLAGS -mavx2 -mfma)
set(DENPA_AVX512_FLAGS -mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma)
# The frames that AddressSanitizer keeps to find uses after return are aligned to 32 bytes. gcc 12 copies structures in
# them by vmovdqa64, which wants 64.
if(DENPA_SANITIZED AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND DENPA_AVX512_FLAGS --param=asan-use-after-return=0)
endif()
# errno and the flags of traps, which nobody looks at, would keep loops from being SIMD code.
set(DENPA_LOOP_FLAGS -fno-math-errno -fno-trapping-math)

# For src/ only. Sanitizers pad every local, so the size says nothing there.
set(DENPA_FRAME_FLAGS "")
if(NOT DENPA_SANITIZED)
  set(DENPA_FRAME_FLAGS -Wframe-larger-than=4096)
endif()

if(DENPA_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "DENPA_FUZZ is ON, but libFuzzer comes with clang, and the compiler is ${CMAKE_C_COMPILER_ID}. "
      "On Debian install clang and libclang-rt-14-dev and add -DCMAKE_C_COMPILER=clang, or call `make fuzz`.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()

function(denpa_compile target)
  set_target_properties(${target} PROPERTIES C_STANDARD 17 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  target_compile_definitions(${target} PRIVATE _XOPEN_SOURCE=700) # POSIX.1-2008
  target_compile_options(${target} PRIVATE -ffp-contract=off
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla)
  if(DENPA_SANITIZED AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    # The added checks confuse gcc's flow analysis into false reports.
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
endfunction()
