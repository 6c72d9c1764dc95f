# Third parties as imported targets. What the registries supply lies in .deps (tools/setup.sh puts it there, pinned by
# hash); the rest are Debian packages. All of it is SYSTEM: only our own code meets -Werror.
set(GNOMON_DEPS ${CMAKE_SOURCE_DIR}/.deps)
if(NOT EXISTS ${GNOMON_DEPS}/venv)
  message(FATAL_ERROR "the dependencies are missing: run `make setup` first")
endif()

set(GNOMON_PYTHON ${GNOMON_DEPS}/venv/bin/python)
file(GLOB GNOMON_PYARROW_DIR ${GNOMON_DEPS}/venv/lib/python3.*/site-packages/pyarrow)

function(gnomon_shared_library target location include_dir)
  add_library(${target} SHARED IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${location}
                        INTERFACE_INCLUDE_DIRECTORIES ${include_dir})
endfunction()

# The libraries inside the wheel carry their soname with the ABI version and no plain .so link.
gnomon_shared_library(gnomon::arrow ${GNOMON_PYARROW_DIR}/libarrow.so.2600 ${GNOMON_PYARROW_DIR}/include)
gnomon_shared_library(gnomon::arrow_compute ${GNOMON_PYARROW_DIR}/libarrow_compute.so.2600 ${GNOMON_PYARROW_DIR}/include)
gnomon_shared_library(gnomon::parquet ${GNOMON_PYARROW_DIR}/libparquet.so.2600 ${GNOMON_PYARROW_DIR}/include)
target_link_libraries(gnomon::arrow_compute INTERFACE gnomon::arrow)
target_link_libraries(gnomon::parquet INTERFACE gnomon::arrow)
gnomon_shared_library(gnomon::duckdb ${GNOMON_DEPS}/duckdb/lib/libduckdb.so ${GNOMON_DEPS}/duckdb/include)

if(NOT EXISTS ${GNOMON_DEPS}/datasketches)
  message(FATAL_ERROR "the headers of DataSketches are missing: run `make setup` first")
endif()
add_library(gnomon::datasketches INTERFACE IMPORTED GLOBAL)
target_include_directories(gnomon::datasketches SYSTEM INTERFACE ${GNOMON_DEPS}/datasketches/include)

find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
find_package(tomlplusplus REQUIRED)
# Debian ships these two without CMake packages.
add_library(lmdb INTERFACE IMPORTED GLOBAL)
target_link_libraries(lmdb INTERFACE -llmdb)
add_library(xxhash INTERFACE IMPORTED GLOBAL)
target_link_libraries(xxhash INTERFACE -lxxhash)
