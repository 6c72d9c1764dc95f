// SPDX-License-Identifier: Apache-2.0
// `gnomon functions`: which of Spark's functions are proven equal to Spark's, with which types, and
// why the others are refused.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/edit_distance.h"
#include "cli/command.h"
#include "cli/json_output.h"
#include "expr/expression.h"
#include "expr/function_reference.h"

namespace gnomon::cli {

namespace {

using expr::SparkFunction;

struct Options {
  std::string name;
  bool refused = false;
  bool json = false;
};

Status Functions(const std::vector<std::string>& arguments);

}  // namespace

extern const Command kFunctions;
const Command kFunctions = {
    .name = "functions",
    .doc = "list Spark's functions: proven equal to Spark's, or refused",
    .examples =
        "  gnomon functions\n"
        "  gnomon functions date_trunc\n"
        "  gnomon functions --refused\n"
        "  gnomon functions --json",
    .run = &Functions,
};

namespace {

std::string_view KindName(SparkFunction::Kind kind) {
  switch (kind) {
    case SparkFunction::Kind::kScalar:
      return "of a row";
    case SparkFunction::Kind::kAggregate:
      return "aggregate, in queries";
    case SparkFunction::Kind::kWindow:
      return "over a window, in queries";
    case SparkFunction::Kind::kGenerator:
      return "several rows, in queries";
  }
  return "";
}

bool IsEvaluated(const SparkFunction& function) {
  return !function.evaluator.empty() && function.evaluator != "query" &&
         function.evaluator != "cast";
}

std::string Summary(const SparkFunction& function) {
  if (function.evaluator.empty()) return fmt::format("refused: {}", function.why);
  if (function.evaluator == "cast") return "CAST to this type";
  if (function.evaluator == "query") return std::string(KindName(function.kind));
  return std::string(expr::FunctionDoc(std::string(function.evaluator)));
}

nlohmann::ordered_json ToJson(const SparkFunction& function) {
  nlohmann::ordered_json entry = {{"name", function.name},
                                  {"kind", KindName(function.kind)},
                                  {"proven", !function.evaluator.empty()},
                                  {"about", Summary(function)},
                                  {"signatures", nlohmann::ordered_json::array()}};
  if (IsEvaluated(function))
    entry["signatures"] = expr::ProvenSignatures(std::string(function.evaluator));
  return entry;
}

std::string Lines(const SparkFunction& function, std::size_t width, bool with_signatures) {
  std::string lines = fmt::format("{:<{}}  {}\n", function.name, width, Summary(function));
  if (!with_signatures || !IsEvaluated(function)) return lines;
  for (const std::string& signature : expr::ProvenSignatures(std::string(function.evaluator)))
    lines += fmt::format("  {}{}\n", function.name, signature);
  return lines;
}

Status Functions(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  app.add_option("name", options.name, "only this function, with the types that are proven")
      ->type_name("NAME");
  app.add_flag("--refused", options.refused, "only what is refused, with the reason");
  AddJsonFlag(app, options.json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kFunctions, arguments));
  if (!go_on) return Ok();
  std::vector<SparkFunction> shown;
  std::vector<std::string> names;
  std::size_t width = 0;
  for (const SparkFunction& function : expr::SparkFunctions()) {
    names.emplace_back(function.name);
    if (!options.name.empty() && options.name != function.name) continue;
    if (options.refused && !function.evaluator.empty()) continue;
    shown.push_back(function);
    width = std::max(width, function.name.size());
  }
  if (shown.empty() && !options.name.empty() && !options.refused) {
    return NotFound("Spark has no function {}{} - write gnomon functions for all of them",
                    options.name, DidYouMean(options.name, names));
  }
  if (options.json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const SparkFunction& function : shown) list.push_back(ToJson(function));
    PrintJson({{"format", 1}, {"functions", list}});
    return Ok();
  }
  std::string text;
  for (const SparkFunction& function : shown) text += Lines(function, width, !options.name.empty());
  // fmt::print would throw where stdout is full; how it went is looked at when the program ends.
  std::fwrite(text.data(), 1, text.size(), stdout);
  return Ok();
}

}  // namespace
}  // namespace gnomon::cli
