# Flags for our own code. Third-party headers are system includes and are not judged.
add_library(penstock_flags INTERFACE)
target_compile_options(penstock_flags INTERFACE
  -fno-omit-frame-pointer -fstack-protector-strong
  $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
target_compile_definitions(penstock_flags INTERFACE _GLIBCXX_ASSERTIONS _GNU_SOURCE)
# re2 and hiredis ask their users for these; files that share a precompiled header agree on them.
target_compile_options(penstock_flags INTERFACE $<$<COMPILE_LANGUAGE:C,CXX>:-pthread>)
target_compile_definitions(penstock_flags INTERFACE _FILE_OFFSET_BITS=64)
target_link_options(penstock_flags INTERFACE -Wl,-z,relro,-z,now)
set(PENSTOCK_STRICT_FLAGS $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)

if(PENSTOCK_DEVELOPER)
  target_compile_options(penstock_flags INTERFACE
    "$<$<COMPILE_LANGUAGE:C,CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion>"
    "$<$<COMPILE_LANGUAGE:C,CXX>:-Wswitch-enum;-Wimplicit-fallthrough;-Werror>"
    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual>)
endif()

if(PENSTOCK_SANITIZE)
  # vptr needs the type information that the layers are built without.
  set(PENSTOCK_SANITIZE_FLAGS -fsanitize=${PENSTOCK_SANITIZE} -fno-sanitize=vptr)
  add_compile_options(${PENSTOCK_SANITIZE_FLAGS} -fno-sanitize-recover=all)
  add_link_options(${PENSTOCK_SANITIZE_FLAGS})
  # A hundred programs with all that sanitizers add: in a third of the time.
  find_program(PENSTOCK_LLD ld.lld)
  if(PENSTOCK_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()
if(PENSTOCK_SANITIZE OR PENSTOCK_PRECOMPILED)
  # g++ 12 warns of copies within std::string once they are instrumented, or precompiled, and of an
  # empty std::optional's value.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
                      $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
                      $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
                      $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread>)
endif()
if(PENSTOCK_LIBFUZZER)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "PENSTOCK_LIBFUZZER needs clang++")
  endif()
  # All of our code but that of tests and fuzz targets counts the branches that it takes.
  add_compile_options(
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:PENSTOCK_IS_TEST>>>:-fsanitize=fuzzer-no-link>)
endif()
