# gnomon_module(aggregate DEPENDS base types THIRD_PARTY xxhash): one folder under src is one library and one test
# program. The suffix of a file decides its target: x.cc the library, x_test.cc the test program; so a file on disk is
# built, or the build fails.
option(GNOMON_CHECK_HEADERS "compile each header alone (target check_headers)" ON)

add_library(gnomon_warnings INTERFACE)
target_compile_options(gnomon_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
                       # Designated initialisers leave out members that have a default: that is their point.
                       -Wno-missing-field-initializers)

# One precompiled header for all modules: the standard library, fmt and Arrow's vocabulary types.
# Written once: a newer one would have all objects made again.
if(NOT EXISTS ${CMAKE_BINARY_DIR}/pch.cc)
  file(WRITE ${CMAKE_BINARY_DIR}/pch.cc "")
endif()
add_library(gnomon_pch STATIC ${CMAKE_BINARY_DIR}/pch.cc)
target_precompile_headers(gnomon_pch PRIVATE
  <algorithm> <chrono> <cstdint> <filesystem> <functional> <map> <memory> <mutex> <optional> <span> <string>
  <string_view> <thread> <unordered_map> <utility> <variant> <vector> <fmt/format.h> <nlohmann/json.hpp>
  <arrow/api.h>)
target_link_libraries(gnomon_pch PUBLIC gnomon_warnings gnomon::arrow fmt::fmt nlohmann_json::nlohmann_json)
target_include_directories(gnomon_pch PUBLIC ${CMAKE_SOURCE_DIR}/src)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Without these, ccache never trusts a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()

function(gnomon_sources target)
  target_link_libraries(${target} PRIVATE gnomon_warnings)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_compile_options(${target} PRIVATE -fpch-preprocess)
  target_precompile_headers(${target} REUSE_FROM gnomon_pch)
endfunction()

function(gnomon_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;THIRD_PARTY" ${ARGN})
  set(folder ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  set(dependencies ${ARG_DEPENDS})
  list(TRANSFORM dependencies PREPEND gnomon_)

  add_library(gnomon_${name} STATIC ${sources})
  gnomon_sources(gnomon_${name})
  target_link_libraries(gnomon_${name} PUBLIC ${dependencies} ${ARG_THIRD_PARTY} fmt::fmt
                        nlohmann_json::nlohmann_json Threads::Threads gnomon::arrow)
  if(tests)
    add_executable(${name}_test ${tests})
    gnomon_sources(${name}_test)
    target_link_libraries(${name}_test PRIVATE gnomon_${name} gnomon_test_support GTest::gmock GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS "fast;unit" TIMEOUT 300
                         ENVIRONMENT "GNOMON_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
    # Times are UTC and texts are bytes wherever a user sits (design, invariant 8).
    add_test(NAME ${name}_abroad COMMAND ${name}_test)
    set_tests_properties(${name}_abroad PROPERTIES LABELS slow TIMEOUT 300
      ENVIRONMENT "GNOMON_SOURCE_DIR=${CMAKE_SOURCE_DIR};TZ=America/St_Johns;LC_ALL=tr_TR.UTF-8")
  endif()
  list(JOIN ARG_DEPENDS " " layer)
  set_property(GLOBAL APPEND_STRING PROPERTY GNOMON_LAYERS "${name}: ${layer}\n")
  gnomon_check_headers(${name} ${folder})
endfunction()

# Each header is compiled alone and without the precompiled header, so that it names all that it uses.
function(gnomon_check_headers name folder)
  if(NOT GNOMON_CHECK_HEADERS)
    return()
  endif()
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${folder}/*.h)
  set(stubs "")
  foreach(header ${headers})
    file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR}/src ${header})
    set(stub ${CMAKE_BINARY_DIR}/headers/${path}.cc)
    file(CONFIGURE OUTPUT ${stub} CONTENT "#include \"${path}\"\n" @ONLY)
    list(APPEND stubs ${stub})
  endforeach()
  if(stubs)
    add_library(check_headers_${name} OBJECT EXCLUDE_FROM_ALL ${stubs})
    target_link_libraries(check_headers_${name} PRIVATE gnomon_${name})
    target_include_directories(check_headers_${name} PRIVATE ${PROJECT_SOURCE_DIR}/test)  # Of fixtures.
    if(NOT TARGET check_headers)
      add_custom_target(check_headers)
    endif()
    add_dependencies(check_headers check_headers_${name})
  endif()
endfunction()

function(gnomon_write_layers)
  get_property(layers GLOBAL PROPERTY GNOMON_LAYERS)
  file(WRITE ${CMAKE_BINARY_DIR}/layers.txt "${layers}")
endfunction()
