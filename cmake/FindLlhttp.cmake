# llhttp, as a system library where there is one, else from the C sources that Debian 12 ships in
# node-llhttp, as a static target of its own.
#
# LLHTTP_STRICT_MODE is no preference: 8.1.0 built without it lets a bare CR end a header
# (CVE-2023-30589, CVE-2025-23167), which is request smuggling. It changes the header too, so it is
# public; core/http refuses to compile without it.
pkg_check_modules(LLHTTP_SYSTEM QUIET IMPORTED_TARGET libllhttp)
if(LLHTTP_SYSTEM_FOUND)
  add_library(llhttp INTERFACE)
  target_link_libraries(llhttp INTERFACE PkgConfig::LLHTTP_SYSTEM)
  target_compile_definitions(llhttp INTERFACE LLHTTP_STRICT_MODE=1)
  set(Llhttp_FOUND TRUE)
  return()
endif()

find_path(LLHTTP_INCLUDE llhttp.h PATHS /usr/share/include/llhttp)
find_path(LLHTTP_SOURCE llhttp.c PATHS /usr/share/llhttp)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Llhttp
  REQUIRED_VARS LLHTTP_INCLUDE LLHTTP_SOURCE
  REASON_FAILURE_MESSAGE "install libllhttp-dev, or on Debian 12 node-llhttp")
add_library(llhttp STATIC ${LLHTTP_SOURCE}/llhttp.c ${LLHTTP_SOURCE}/api.c ${LLHTTP_SOURCE}/http.c)
target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE})
target_compile_definitions(llhttp PUBLIC LLHTTP_STRICT_MODE=1)
