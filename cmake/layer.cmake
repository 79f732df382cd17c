# The house's building blocks. A file's name tells its part, so that no list is kept by hand:
#   x.cc        in the layer's library           x_test.cc   in the layer's test program
#   x_fuzz.cc   a fuzz target of its own         x_main.cc   a program, named in CMakeLists.txt

set_property(GLOBAL PROPERTY PENSTOCK_LAYERS "")
file(WRITE ${CMAKE_BINARY_DIR}/layers.txt "")

# penstock_layer(NAME DEPS layer... LIBS target...)
# NAME is a folder under core/, or a path from the root. Its target is penstock_NAME.
# Every layer but app, the console's and the tools' is built without exceptions, so that none can
# cross a C callback.
function(penstock_layer path)
  cmake_parse_arguments(PARSE_ARGV 1 arg "EXCEPTIONS" "" "DEPS;LIBS")
  string(REPLACE "/" "_" name ${path})
  set(dir ${PROJECT_SOURCE_DIR}/core/${path})
  if(NOT IS_DIRECTORY ${dir})
    set(dir ${PROJECT_SOURCE_DIR}/${path})
  endif()
  foreach(dep ${arg_DEPS})
    string(REPLACE "/" "_" dep_name ${dep})
    if(NOT TARGET penstock_${dep_name})
      message(FATAL_ERROR "layer ${path} may not use ${dep}: it is not declared below it")
    endif()
    list(APPEND dep_targets penstock_${dep_name})
  endforeach()
  string(REPLACE ";" " " deps_text "${arg_DEPS}")
  file(APPEND ${CMAKE_BINARY_DIR}/layers.txt "${path}: ${deps_text}\n")

  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cc)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|main)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")

  if(sources)
    add_library(penstock_${name} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(penstock_${name} PRIVATE penstock_flags)
    if(arg_EXCEPTIONS)
      set(kind lenient)
    else()
      set(kind strict)
      target_compile_options(penstock_${name} PRIVATE ${PENSTOCK_STRICT_FLAGS})
    endif()
    if(arg_DEPS)  # What all but a table of constants build on.
      penstock_precompiled(penstock_${name} ${kind})
    endif()
    penstock_compile_together(penstock_${name})
  else()  # Headers alone.
    add_library(penstock_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(penstock_${name} ${scope} ${PROJECT_SOURCE_DIR}/core
                                                       ${PROJECT_SOURCE_DIR})
  target_link_libraries(penstock_${name} ${scope} ${dep_targets} ${arg_LIBS})

  if(PENSTOCK_UNIT_TESTS AND BUILD_TESTING)
    penstock_layer_tests(${name} "${tests}")
    foreach(fuzzer ${fuzzers})
      penstock_fuzz(${name} ${fuzzer})
    endforeach()
  endif()
endfunction()

function(penstock_layer_tests name tests)
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE penstock_${name})
    penstock_test_flags(${name}_test)
    target_compile_definitions(${name}_test PRIVATE
      PENSTOCK_SOURCE_DIR="${PROJECT_SOURCE_DIR}" PENSTOCK_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
    penstock_compile_together(${name}_test)
    penstock_unit_test(${name})
  endif()
endfunction()

# What all unit tests are built with. Under AddressSanitizer their own code is not optimised: it is
# compiled in half the time, and it is the product's code that runs for long.
function(penstock_test_flags target)
  target_link_libraries(${target} PRIVATE penstock_flags GTest::gtest_main GTest::gmock)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  if(PENSTOCK_SANITIZE MATCHES "address")
    target_compile_options(${target} PRIVATE -O0)
  endif()
  set_target_properties(${target} PROPERTIES PENSTOCK_IS_TEST ON
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(NOT target STREQUAL penstock_precompiled_tests)
    penstock_precompiled(${target} tests)
  endif()
endfunction()

# Runs a GoogleTest program in a few shards: a process a test would cost more than most tests do,
# and one process a program would leave cores idle. One test by its name, without ctest:
#   build/debug/tests/http_test --gtest_filter=Target.*
function(penstock_unit_test name)
  set(shards 3)
  set(tsan_options suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp)
  math(EXPR last "${shards} - 1")
  foreach(shard RANGE ${last})
    add_test(NAME ${name}.${shard} COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(${name}.${shard} PROPERTIES LABELS unit TIMEOUT 600 ENVIRONMENT
      "GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${shard};TSAN_OPTIONS=${tsan_options}")
  endforeach()
endfunction()

# penstock_contract_test(WHAT SOURCE LAYERS layer...)
# A suite over a table of the product's, in tests/contract; it may use what it names.
function(penstock_contract_test what source)
  set(name contract_${what})
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LAYERS")
  if(NOT PENSTOCK_UNIT_TESTS)
    return()
  endif()
  add_executable(${name}_test ${source})
  foreach(layer ${arg_LAYERS})
    string(REPLACE "/" "_" layer ${layer})
    target_link_libraries(${name}_test PRIVATE penstock_${layer})
  endforeach()
  penstock_test_flags(${name}_test)
  penstock_unit_test(${name})
endfunction()

# A fuzz target replays its corpus in every build. Where libFuzzer is linked (the asan preset) a run
# of mutations follows, and the program is a fuzzer for as long as one likes: see
# tests/support/fuzz_run.
function(penstock_fuzz layer source)
  get_filename_component(stem ${source} NAME_WE)
  set(target ${layer}_${stem})
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE penstock_${layer} penstock_flags)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  set(corpus ${PROJECT_SOURCE_DIR}/tests/corpus/${target})
  if(PENSTOCK_SANITIZE MATCHES "address")  # As tests are built, and for their reason.
    target_compile_options(${target} PRIVATE -O0)
    set_target_properties(${target} PROPERTIES PENSTOCK_IS_TEST ON)
    penstock_precompiled(${target} tests)
  endif()
  if(PENSTOCK_LIBFUZZER)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_test(NAME fuzz.${target}
             COMMAND ${PROJECT_SOURCE_DIR}/tests/support/fuzz_run $<TARGET_FILE:${target}>
                     ${corpus} ${CMAKE_BINARY_DIR}/fuzz/findings)
  else()
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/fuzz_replay_main.cc)
    add_test(NAME fuzz.${target} COMMAND ${target} ${corpus})
  endif()
  set_tests_properties(fuzz.${target} PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()

# penstock_program(NAME MAIN LAYERS layer...)
function(penstock_program name main)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LAYERS")
  add_executable(${name} ${main})
  foreach(layer ${arg_LAYERS})
    string(REPLACE "/" "_" layer ${layer})
    target_link_libraries(${name} PRIVATE penstock_${layer})
  endforeach()
  target_link_libraries(${name} PRIVATE penstock_flags)
  if(PENSTOCK_JEMALLOC)
    target_link_libraries(${name} PRIVATE PkgConfig::JEMALLOC)
  endif()
  target_compile_definitions(${name} PRIVATE PENSTOCK_VERSION="${PROJECT_VERSION}")
endfunction()
