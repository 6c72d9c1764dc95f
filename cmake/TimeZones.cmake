# The rules of time zones, as C++ in the build folder, written anew when the pinned package tzdata changes.
file(GLOB GNOMON_TZDATA ${GNOMON_DEPS}/venv/lib/python3.*/site-packages/tzdata/__init__.py)
set(GNOMON_TIME_ZONES ${CMAKE_BINARY_DIR}/time_zone_files.cc)
add_custom_command(
  OUTPUT ${GNOMON_TIME_ZONES}
  COMMAND ${GNOMON_PYTHON} ${CMAKE_SOURCE_DIR}/cmake/embed_time_zones.py ${GNOMON_TIME_ZONES}
  DEPENDS ${CMAKE_SOURCE_DIR}/cmake/embed_time_zones.py ${GNOMON_TZDATA}
  COMMENT "Embedding the rules of time zones" VERBATIM)
target_sources(gnomon_expr PRIVATE ${GNOMON_TIME_ZONES})
