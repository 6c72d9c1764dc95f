// SPDX-License-Identifier: Apache-2.0
// ai.chronon._fetch: the fetcher as a Python class. Requests become JSON values under the GIL,
// which is released while the store is read; errors become the exceptions of base/error_code.h.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include <nlohmann/json.hpp>

#include "config/table_writer.h"
#include "online/fetcher.h"

namespace nb = nanobind;

namespace gnomon {
namespace {

using Json = nlohmann::ordered_json;

// Raises `error` as the exception that its code maps to.
[[noreturn]] void Raise(const Error& error) {
  PyObject* type =
      nb::module_::import_("builtins").attr(InfoOf(error.code).python_exception.data()).ptr();
  PyErr_SetString(type, error.message.c_str());
  throw nb::python_error();
}

[[noreturn]] void RaiseTypeError(const std::string& message) {
  PyErr_SetString(PyExc_TypeError, message.c_str());
  throw nb::python_error();
}

// The text of a str as UTF-8, which a lone surrogate has none of. REQUIRES: PyUnicode_Check(text).
std::string ToUtf8(nb::handle text, std::string_view what) {
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (bytes != nullptr) return std::string(bytes, static_cast<std::size_t>(size));
  PyErr_Clear();
  Raise(InvalidArgument("{} is no valid Unicode text: Fetcher - remove its lone surrogates: {}",
                        what, nb::cast<std::string>(nb::steal(PyObject_ASCII(text.ptr())))));
}

// A key of a request. Types beyond JSON's (numpy scalars, Decimal, UUID) are told apart by the
// fetcher's casts of their text.
Json KeyToJson(nb::handle value) {
  if (value.is_none()) return nullptr;
  if (PyBool_Check(value.ptr())) return nb::cast<bool>(value);
  if (PyLong_Check(value.ptr())) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
    if (overflow == 0) return static_cast<std::int64_t>(number);
    return nb::cast<std::string>(nb::str(value));
  }
  if (PyFloat_Check(value.ptr())) return PyFloat_AsDouble(value.ptr());
  if (PyUnicode_Check(value.ptr())) return ToUtf8(value, "a key");
  if (PyIndex_Check(value.ptr())) {
    const nb::object number = nb::steal(PyNumber_Index(value.ptr()));
    if (!number.is_valid()) throw nb::python_error();
    return KeyToJson(number);
  }
  Raise(
      InvalidArgument("a key has a Python type that no key column has: Fetcher - give a str, int, "
                      "float or bool: {}",
                      nb::cast<std::string>(nb::str(value.type().attr("__name__")))));
}

Json KeysToJson(nb::handle keys) {
  if (!PyDict_Check(keys.ptr())) {
    Raise(InvalidArgument(
        "the keys are not a dict: Fetcher - write keys={{\"user_id\": \"user_1\"}}"));
  }
  Json json = Json::object();
  for (const auto& [name, value] : nb::borrow<nb::dict>(keys)) {
    if (!PyUnicode_Check(name.ptr())) {
      Raise(InvalidArgument("the name of a key is not a str: Fetcher - name the key column"));
    }
    json[ToUtf8(name, "the name of a key")] = KeyToJson(value);
  }
  return json;
}

online::FetchRequest ToRequest(nb::handle request) {
  const auto pair = nb::cast<nb::tuple>(request);
  const nb::handle name = pair[0];
  if (!PyUnicode_Check(name.ptr())) {
    RaiseTypeError(
        fmt::format("the name of the group-by is not a str: Fetcher - write for example "
                    "name=\"user_purchase_features\": {}",
                    nb::cast<std::string>(nb::str(name.type().attr("__name__")))));
  }
  return {ToUtf8(name, "the name of the group-by"), KeysToJson(pair[1])};
}

nb::object ToPython(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return nb::bool_(json.get<bool>());
    case Json::value_t::number_integer:
      return nb::int_(json.get<std::int64_t>());
    case Json::value_t::number_unsigned:
      return nb::int_(json.get<std::uint64_t>());
    case Json::value_t::number_float:
      return nb::float_(json.get<double>());
    case Json::value_t::string: {
      // Stored text is UTF-8 unless somebody stored something else: replaced rather than refused.
      const auto& text = json.get_ref<const std::string&>();
      return nb::steal(
          PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
    }
    case Json::value_t::array: {
      nb::list list;
      for (const Json& item : json) list.append(ToPython(item));
      return list;
    }
    case Json::value_t::object: {
      nb::dict dict;
      for (const auto& [name, value] : json.items())
        dict[nb::str(name.c_str(), name.size())] = ToPython(value);
      return dict;
    }
    default:
      return nb::none();
  }
}

nb::object ToPython(const online::Features& features) {
  return features.values ? ToPython(*features.values) : nb::none();
}

std::unique_ptr<online::Fetcher> Open(const std::string& root) {
  auto fetcher = online::Fetcher::Open("lmdb://" + root + "/.gnomon/kv");
  if (!fetcher) Raise(fetcher.error());
  (*fetcher)->set_remedy(
      [root](const std::string& name) { return config::CommandThatUploads(root, name); });
  return *std::move(fetcher);
}

// One entry per request: the features, None, or the exception of a request that failed.
nb::list Fetch(online::Fetcher& fetcher, nb::list requests) {
  std::vector<online::FetchRequest> parsed;
  for (nb::handle request : requests) parsed.push_back(ToRequest(request));
  std::vector<Result<online::Features>> results;
  {
    const nb::gil_scoped_release released;
    results = fetcher.FetchGroupBys(parsed);
  }
  nb::list out;
  for (const auto& result : results) {
    if (result) {
      out.append(ToPython(*result));
    } else {
      const Error& error = result.error();
      nb::object type =
          nb::module_::import_("builtins").attr(InfoOf(error.code).python_exception.data());
      out.append(type(error.message));
    }
  }
  return out;
}

}  // namespace
}  // namespace gnomon

NB_MODULE(_fetch, module) {
  module.doc() = "Reads features from gnomon's online store; use ai.chronon.fetcher.";
  nb::class_<gnomon::online::Fetcher>(module, "Fetcher").def("fetch", &gnomon::Fetch);
  module.def("open", &gnomon::Open);
}
