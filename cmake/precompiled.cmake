# Headers that most of our files want, parsed once a build instead of once a file: a third of the
# time of a library's file, and half of a test's. PENSTOCK_PRECOMPILED is off in packages, and in
# debug, which so proves that our files include what they use.
option(PENSTOCK_PRECOMPILED "Standard headers are compiled before all else" OFF)

# Who uses one has the flags that it was made with: there is one for each kind of flags, and a
# target that makes it.
#   strict   layers without exceptions     lenient  layers with them     tests    unit tests
set(standard <algorithm> <array> <atomic> <chrono> <functional> <map> <memory> <optional>
    <random> <span> <string> <string_view> <unordered_map> <utility> <vector>
    <tl/expected.hpp>)
function(penstock_precompiled target kind)
  if(TARGET penstock_precompiled_${kind})
    target_precompile_headers(${target} REUSE_FROM penstock_precompiled_${kind})
  endif()
endfunction()

# Without the headers' times, so that ccache keeps what clang makes of them.
set(timeless $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
set(source ${CMAKE_BINARY_DIR}/precompiled.cc)
file(CONFIGURE OUTPUT ${source} CONTENT "int main() {}\n")
if(PENSTOCK_PRECOMPILED)
  foreach(kind strict lenient)
    add_library(penstock_precompiled_${kind} OBJECT ${source})
    target_precompile_headers(penstock_precompiled_${kind} PRIVATE ${standard})
    target_compile_options(penstock_precompiled_${kind} PRIVATE ${timeless})
    target_link_libraries(penstock_precompiled_${kind} PRIVATE penstock_flags ${PENSTOCK_BASE_LIBS})
  endforeach()
  target_compile_options(penstock_precompiled_strict PRIVATE ${PENSTOCK_STRICT_FLAGS})
endif()
if(BUILD_TESTING AND PENSTOCK_UNIT_TESTS)
  add_executable(penstock_precompiled_tests ${source})
  target_link_libraries(penstock_precompiled_tests PRIVATE ${PENSTOCK_BASE_LIBS})
  penstock_test_flags(penstock_precompiled_tests)
  target_compile_options(penstock_precompiled_tests PRIVATE ${timeless})
  if(PENSTOCK_PRECOMPILED)
    target_precompile_headers(penstock_precompiled_tests PRIVATE ${standard}
                               <filesystem> <fstream>)
  endif()
  target_precompile_headers(penstock_precompiled_tests PRIVATE <gtest/gtest.h> <gmock/gmock.h>)
endif()
