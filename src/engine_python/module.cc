// SPDX-License-Identifier: Apache-2.0
// gnomon._engine: the engine in a Python process. Whatever may take long runs without the GIL and
// ends on Ctrl-C; errors are exceptions of gnomon.exceptions. Meant for gnomon.notebook and the
// shell; its names may change.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <arrow/api.h>

#include "engine_python/arrow_stream.h"
#include "engine_python/descriptor_stream.h"
#include "engine_python/engine.h"
#include "engine_python/interruptible.h"
#include "engine_python/raise.h"
#include "engine_python/rows.h"
#include "types/type_names.h"

namespace nb = nanobind;

namespace gnomon {
namespace {

// A statement's answer: its rows, and the engine that reads them.
struct Answer {
  std::shared_ptr<OpenEngine> engine;
  std::shared_ptr<Rows> rows;

  std::function<void()> stop() const {
    return [engine = engine] { engine->Interrupt(); };
  }
};

std::shared_ptr<OpenEngine> Open(const std::string& repo) {
  Result<std::shared_ptr<OpenEngine>> engine = [&] {
    const nb::gil_scoped_release released;
    return OpenEngine::Open(repo);
  }();
  return ValueOrRaise(std::move(engine));
}

// Calls `call` on the engine as something that Ctrl-C can stop.
template <typename Call>
auto Interruptibly(const std::shared_ptr<OpenEngine>& engine, Call&& call) {
  return ValueOrRaise(RunInterruptibly(std::forward<Call>(call), [&] { engine->Interrupt(); }));
}

Answer Execute(const std::shared_ptr<OpenEngine>& engine, const std::string& statement) {
  return {engine, Interruptibly(engine, [&] { return engine->Execute(statement); })};
}

std::vector<std::pair<std::string, std::string>> SchemaOf(const Answer& answer) {
  std::vector<std::pair<std::string, std::string>> columns;
  for (const Field& field : answer.rows->schema().fields) {
    columns.emplace_back(field.name, SparkTypeName(field.type));
  }
  return columns;
}

nb::object Stream(const Answer& answer, nb::handle /*requested_schema*/) {
  return ExportStream(ValueOrRaise(Rows::Stream(answer.rows)), answer.stop());
}

std::int64_t Print(const Answer& answer, const std::string& style, int descriptor) {
  auto reader = ValueOrRaise(Rows::Stream(answer.rows));
  return Interruptibly(answer.engine, [&] {
    return PrintToDescriptor({answer.rows->schema(), std::move(reader)}, style, descriptor);
  });
}

nb::tuple PreviewRows(const Answer& answer, std::int64_t count) {
  const Rows::Preview preview =
      Interruptibly(answer.engine, [&] { return answer.rows->PreviewRows(count); });
  nb::list rows;
  for (const auto& cells : preview.rows) {
    nb::list row;
    for (const auto& cell : cells) {
      if (cell) {
        row.append(nb::steal(
            PyUnicode_DecodeUTF8(cell->data(), static_cast<Py_ssize_t>(cell->size()), "replace")));
      } else {
        row.append(nb::none());
      }
    }
    rows.append(row);
  }
  return nb::make_tuple(rows, preview.has_more);
}

}  // namespace
}  // namespace gnomon

NB_MODULE(_engine, module) {
  using gnomon::Answer;
  using gnomon::OpenEngine;
  // A notebook ends with its objects alive; that is no leak to report on the user's terminal.
  nb::set_leak_warnings(false);
  module.doc() = "gnomon's engine in this process; use gnomon.connect.";

  nb::class_<Answer>(module, "Answer", "The rows of one statement.")
      .def_prop_ro("columns", &gnomon::SchemaOf, "[(name, Spark type)]; [] without an answer.")
      .def_prop_ro(
          "is_spent", [](const Answer& answer) { return answer.rows->is_spent(); },
          "True once a stream has taken the rows.")
      .def(
          "keep",
          [](const Answer& answer) {
            const auto status =
                gnomon::RunInterruptibly([&] { return answer.rows->Keep(); }, answer.stop());
            gnomon::OkOrRaise(status);
          },
          "Reads all rows and keeps them for any number of streams.")
      .def("preview", &gnomon::PreviewRows, nb::arg("count"),
           "(rows as lists of Spark's texts with None for NULL, whether there are more); they stay "
           "in the stream.")
      .def("print", &gnomon::Print, nb::arg("style"), nb::arg("fd"),
           "Writes the rows to a file descriptor in a style of sql/result_printer.h; returns their "
           "number.")
      .def("__arrow_c_stream__", &gnomon::Stream, nb::arg("requested_schema") = nb::none(),
           "The rows as a PyCapsule of the Arrow C stream interface.");

  nb::class_<OpenEngine>(module, "Engine", "A repository's catalog and one SQL session.")
      .def(nb::new_(&gnomon::Open), nb::arg("repo") = "")
      .def_prop_ro("root", &OpenEngine::root)
      .def("execute", &gnomon::Execute, nb::arg("statement_json"),
           "Runs one translated statement, JSON text of docs/formats/compiled.md.")
      .def("interrupt", &OpenEngine::Interrupt, nb::call_guard<nb::gil_scoped_release>(),
           "Stops all statements that run now.")
      .def("namespaces",
           [](const std::shared_ptr<OpenEngine>& engine) {
             return gnomon::Interruptibly(engine, [&] { return engine->Namespaces(); });
           })
      .def(
          "tables",
          [](const std::shared_ptr<OpenEngine>& engine, const std::string& name_space) {
            return gnomon::Interruptibly(engine, [&] { return engine->Tables(name_space); });
          },
          nb::arg("namespace"), "Names without namespace; of \"\" the session's own views.")
      .def(
          "columns",
          [](const std::shared_ptr<OpenEngine>& engine, const std::string& table) {
            return gnomon::Interruptibly(engine, [&] { return engine->ColumnsOf(table); });
          },
          nb::arg("table"), "[(name, Spark type)] of a table or view.")
      .def(
          "table_info",
          [](const std::shared_ptr<OpenEngine>& engine, const std::string& table) {
            return gnomon::Interruptibly(engine, [&] { return engine->TableInfo(table); });
          },
          nb::arg("table"), "JSON text about an Iceberg table.");
}
