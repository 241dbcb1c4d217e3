/* Which sanitizer the code is compiled for, gcc's words and clang's: 1 or 0. */
#ifndef DENPA_BASE_SANITIZER_H
#define DENPA_BASE_SANITIZER_H

#if defined(__has_feature)
#define DPI_HAS_FEATURE(name) __has_feature(name)
#else
#define DPI_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || DPI_HAS_FEATURE(address_sanitizer)
#define DPI_ADDRESS_SANITIZER 1
#else
#define DPI_ADDRESS_SANITIZER 0
#endif

#if defined(__SANITIZE_THREAD__) || DPI_HAS_FEATURE(thread_sanitizer)
#define DPI_THREAD_SANITIZER 1
#else
#define DPI_THREAD_SANITIZER 0
#endif

#endif
