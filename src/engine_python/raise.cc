// SPDX-License-Identifier: Apache-2.0
#include "engine_python/raise.h"

#include <string>

namespace nb = nanobind;

namespace gnomon {

void Raise(const Error& error) {
  const nb::object make = nb::module_::import_("gnomon.exceptions").attr("make_exception");
  const std::string code(InfoOf(error.code).name);
  // A message may carry bytes of the user's data, which need not be UTF-8.
  const nb::object message = nb::steal(PyUnicode_DecodeUTF8(
      error.message.data(), static_cast<Py_ssize_t>(error.message.size()), "replace"));
  if (!message.is_valid()) throw nb::python_error();
  const nb::object exception = make(code.c_str(), message);
  PyErr_SetObject(exception.type().ptr(), exception.ptr());
  throw nb::python_error();
}

}  // namespace gnomon
