# gnomon_python_module(_fetch PACKAGE ai/chronon SOURCES module.cc LINKS gnomon_online): a native Python module, written
# beside the Python package that imports it.
set(Python_EXECUTABLE ${GNOMON_PYTHON})
find_package(Python 3.11 COMPONENTS Interpreter Development.Module REQUIRED)
execute_process(COMMAND ${GNOMON_PYTHON} -m nanobind --cmake_dir OUTPUT_STRIP_TRAILING_WHITESPACE
                OUTPUT_VARIABLE nanobind_ROOT COMMAND_ERROR_IS_FATAL ANY)
find_package(nanobind CONFIG REQUIRED)

function(gnomon_python_module name)
  cmake_parse_arguments(ARG "" "PACKAGE" "SOURCES;LINKS" ${ARGN})
  nanobind_add_module(${name} STABLE_ABI NB_STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} gnomon_warnings)
  target_include_directories(${name} SYSTEM PRIVATE ${NB_DIR}/include)
  # --as-needed leaves out the shared libraries of modules whose code this one never reaches; hidden symbols keep ours away
  # from those of other extensions in the user's process.
  target_link_options(${name} PRIVATE -Wl,--as-needed -Wl,--gc-sections -Wl,--exclude-libs,ALL)
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_SOURCE_DIR}/python/${ARG_PACKAGE})
endfunction()
