# Third-party libraries, all from Debian. Each belongs to one layer only (see CMakeLists.txt).
find_package(PkgConfig REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(nanopb REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv>=1.44)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(MAXMINDDB REQUIRED IMPORTED_TARGET libmaxminddb)
pkg_check_modules(MPACK REQUIRED IMPORTED_TARGET mpack)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
# Debian's library has it on amd64 alone.
include(CheckLibraryExists)
check_library_exists("${XXHASH_LINK_LIBRARIES}" XXH3_64bits_withSeed_dispatch ""
                     XXHASH_HAS_DISPATCH)
if(XXHASH_HAS_DISPATCH)
  set_source_files_properties(core/base/hash.cc PROPERTIES
                              COMPILE_DEFINITIONS PENSTOCK_XXH_DISPATCH)
endif()
if(PENSTOCK_JEMALLOC)
  pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
endif()
find_package(Llhttp REQUIRED)

# Comes without a file for pkg-config.
find_path(CSV_INCLUDE csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
add_library(csv UNKNOWN IMPORTED)
set_target_properties(csv PROPERTIES IMPORTED_LOCATION ${CSV_LIBRARY}
                      INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${CSV_INCLUDE}
                      INTERFACE_INCLUDE_DIRECTORIES ${CSV_INCLUDE})

# So does this; it stands in the system's own folders.
find_library(CCTZ_LIBRARY cctz REQUIRED)
add_library(cctz UNKNOWN IMPORTED)
set_target_properties(cctz PROPERTIES IMPORTED_LOCATION ${CCTZ_LIBRARY})

find_path(TL_EXPECTED_INCLUDE tl/expected.hpp REQUIRED)
add_library(tl_expected INTERFACE)
target_include_directories(tl_expected SYSTEM INTERFACE ${TL_EXPECTED_INCLUDE})
set(PENSTOCK_BASE_LIBS tl_expected PkgConfig::XXHASH fmt::fmt spdlog::spdlog)

if(BUILD_TESTING)
  find_package(GTest REQUIRED)
  find_package(benchmark REQUIRED)
  include(GoogleTest)
endif()
