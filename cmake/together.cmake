# Files of one target that are compiled in groups, each as one file: their headers are parsed, and
# templates made, once for all of a group. A third of the processor time of a build of all.
option(PENSTOCK_TOGETHER "Compile files of a target together" OFF)
set_property(GLOBAL PROPERTY PENSTOCK_TOGETHER "")

function(penstock_compile_together target)
  if(PENSTOCK_TOGETHER)
    set_property(GLOBAL APPEND PROPERTY PENSTOCK_TOGETHER ${target})
  endif()
endfunction()

# Once all targets are known: cmake/groups.py says which files go together.
function(penstock_form_groups)
  get_property(targets GLOBAL PROPERTY PENSTOCK_TOGETHER)
  if(NOT targets)
    return()
  endif()
  foreach(target ${targets})
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.cc$")
    string(APPEND lines "${target};${sources}\n")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    # Types of an unnamed namespace are members in what is taken for a header then.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endforeach()
  set(list ${CMAKE_BINARY_DIR}/together.txt)
  file(WRITE ${list} "${lines}")
  execute_process(COMMAND python3 -B ${PROJECT_SOURCE_DIR}/cmake/groups.py ${list}
                  OUTPUT_VARIABLE groups OUTPUT_STRIP_TRAILING_WHITESPACE
                  COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" groups "${groups}")
  while(groups)
    list(POP_FRONT groups source group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endwhile()
endfunction()
