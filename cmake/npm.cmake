# penstock_npm_packages(OUT): the packages of this folder's package-lock.json, checked against its
# hashes, in the build folder; no script of theirs is run. OUT becomes a file to depend on.
function(penstock_npm_packages out)
  find_program(NPM npm REQUIRED)
  set(stamp ${CMAKE_CURRENT_BINARY_DIR}/node_modules/.penstock-stamp)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  add_custom_command(
    OUTPUT ${stamp}
    DEPENDS package.json package-lock.json
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/package.json
            ${CMAKE_CURRENT_SOURCE_DIR}/package-lock.json ${CMAKE_CURRENT_BINARY_DIR}
    COMMAND ${NPM} ci --include=dev --ignore-scripts --no-audit --no-fund --prefer-offline
            --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}
    COMMENT "Fetching the packages of ${folder}/package-lock.json"
    VERBATIM)
  set(${out} ${stamp} PARENT_SCOPE)
endfunction()
