// SPDX-License-Identifier: Apache-2.0
// EXPLAIN: DuckDB's physical plan, taken as JSON and drawn as a tree like Spark's. Columns stand by
// name instead of by number where they can be told, steps that change nothing are left out, and
// scans of Iceberg tables say what they read and what they skip.
#include <arrow/api.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "sql/iceberg_scan.h"
#include "sql/result_stream.h"
#include "sql/row_builder.h"
#include "sql/statements.h"

namespace gnomon::sql {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Texts = std::vector<std::string>;

constexpr char kRowsKey[] = "Estimated Cardinality";
constexpr char kProjections[] = "Projections";

struct Node {
  std::string name;  // As DuckDB calls it.
  std::vector<std::pair<std::string, Texts>> details;
  std::vector<Node> children;
  std::optional<Texts> outputs;  // nullopt where the plan does not tell.
};

// `__internal_compress_integral_usmallint(#1, 0)` is #1: how a value is packed is no news.
std::string WithoutPacking(std::string text) {
  constexpr std::string_view kMark = "__internal_";
  for (std::size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark)) {
    const std::size_t open = text.find('(', at);
    const std::size_t stop = text.find_first_of(",()", open == std::string::npos ? at : open + 1);
    if (open == std::string::npos || stop == std::string::npos || text[stop] == '(') break;
    const std::size_t close = text.find(')', stop);
    if (close == std::string::npos) break;
    text = text.substr(0, at) + text.substr(open + 1, stop - open - 1) + text.substr(close + 1);
  }
  return text;
}

// Replaces `#0`, `#1`... by what the child puts out there.
std::string WithNames(const std::string& text, const std::optional<Texts>& inputs) {
  if (!inputs) return text;
  std::string named;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t index = 0;
    const char* const digits = text.data() + i + 1;
    const auto parsed = std::from_chars(digits, text.data() + text.size(), index);
    if (text[i] != '#' || parsed.ec != std::errc() || index >= inputs->size()) {
      named += text[i];
      continue;
    }
    named += (*inputs)[index];
    i += static_cast<std::size_t>(parsed.ptr - digits);
  }
  return named;
}

const Texts* FindDetail(const Node& node, std::string_view key) {
  for (const auto& [name, texts] : node.details) {
    if (name == key) return &texts;
  }
  return nullptr;
}

std::optional<Texts> InputsOf(const Node& node) {
  return node.children.size() == 1 ? node.children[0].outputs : std::nullopt;
}

void Append(const Texts* texts, Texts& to) {
  if (texts != nullptr) to.insert(to.end(), texts->begin(), texts->end());
}

std::optional<Texts> OutputsOf(const Node& node) {
  const Texts* const projections = FindDetail(node, kProjections);
  if (node.name == "WINDOW" || node.name == "STREAMING_WINDOW") {
    auto outputs = InputsOf(node);
    if (outputs) Append(projections, *outputs);
    return outputs;
  }
  if (projections != nullptr) return *projections;
  if (node.name.ends_with("GROUP_BY")) {
    Texts outputs;
    Append(FindDetail(node, "Groups"), outputs);
    Append(FindDetail(node, "Aggregates"), outputs);
    return outputs;
  }
  if (node.name == "FILTER" || node.name == "ORDER_BY" || node.name == "TOP_N" ||
      node.name == "LIMIT" || node.name == "STREAMING_LIMIT") {
    return InputsOf(node);
  }
  return std::nullopt;
}

Texts TextsOf(const ordered_json& value) {
  Texts texts;
  if (value.is_array()) {
    for (const ordered_json& text : value) texts.push_back(text.get<std::string>());
  } else {
    texts.push_back(value.get<std::string>());
  }
  return texts;
}

Node ReadNode(const ordered_json& plan) {
  Node node;
  node.name = plan.at("name").get<std::string>();
  while (node.name.ends_with(' ')) node.name.pop_back();
  for (const ordered_json& child : plan.at("children")) node.children.push_back(ReadNode(child));
  const std::optional<Texts> inputs = InputsOf(node);
  for (const auto& [key, value] : plan.at("extra_info").items()) {
    Texts texts;
    for (const std::string& text : TextsOf(value)) {
      texts.push_back(WithNames(WithoutPacking(text), inputs));
    }
    node.details.emplace_back(key, std::move(texts));
  }
  node.outputs = OutputsOf(node);
  return node;
}

// A projection of just what its child puts out.
bool ChangesNothing(const Node& node) {
  if (node.name != "PROJECTION" || node.children.size() != 1) return false;
  return node.outputs.has_value() && node.outputs == node.children[0].outputs;
}

// HASH_JOIN -> Hash join.
std::string OperatorText(const std::string& name) {
  if (name == "COLUMN_DATA_SCAN" || name == "DUMMY_SCAN") return "Values";
  std::string text = name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') text[i] = ' ';
    if (i > 0 && text[i] >= 'A' && text[i] <= 'Z') text[i] = static_cast<char>(text[i] + 32);
  }
  return text;
}

std::string Shortened(const Texts& texts) {
  constexpr std::size_t kTextsMax = 12;
  if (texts.size() <= kTextsMax) return fmt::format("{}", fmt::join(texts, ", "));
  const Texts first(texts.begin(), texts.begin() + kTextsMax);
  return fmt::format("{} and {} more", fmt::join(first, ", "), texts.size() - kTextsMax);
}

class Drawing {
 public:
  // `first` stands before the node's own line, `rest` before all lines below it.
  void Draw(const Node& node, const std::string& first, const std::string& rest) {
    if (ChangesNothing(node)) return Draw(node.children[0], first, rest);
    const bool is_scan = node.name == kIcebergScanOperator;
    lines.push_back(first + (is_scan ? ScanLine(node) : OperatorLine(node)));
    if (is_scan) ScanDetails(node, rest + "     ");
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size();
      Draw(node.children[i], rest + (last ? "+- " : ":- "), rest + (last ? "   " : ":  "));
    }
  }

  Texts lines;

 private:
  static std::string OperatorLine(const Node& node) {
    std::string line = OperatorText(node.name);
    const char* separator = ": ";
    for (const auto& [key, texts] : node.details) {
      if (texts.empty() || (texts.size() == 1 && texts[0].empty())) continue;
      if (key == kRowsKey) {
        line += fmt::format("{}about {} rows", separator == std::string_view(": ") ? ": " : "; ",
                            texts[0]);
      } else {
        const bool is_plain = key == kProjections || key == "Expression" || key == "Join Type" ||
                              key == "Conditions" || key == "__text__";
        line += separator + (is_plain ? "" : key + " ") + Shortened(texts);
      }
      separator = "; ";
    }
    return line;
  }

  static std::string ScanLine(const Node& node) {
    const Texts* const table = FindDetail(node, "Table");
    return "Iceberg scan of " + (table == nullptr ? "?" : Shortened(*table));
  }

  void ScanDetails(const Node& node, const std::string& indent) {
    for (const auto& [key, texts] : node.details) {
      if (key == "Table" || key == "Function" || texts.empty()) continue;
      const std::string name = key == kProjections ? "Columns" : key == kRowsKey ? "Rows" : key;
      lines.push_back(indent + name + ": " + Shortened(texts));
    }
  }
};

Result<std::string> PlanJson(Engine& engine, const std::string& sql) {
  // Finds what is wrong in the query, in its own words.
  GNOMON_RETURN_IF_ERROR(engine.ColumnsOf(sql));
  GNOMON_ASSIGN_OR_RETURN(QueryResult answer, engine.Run("EXPLAIN (FORMAT JSON) " + sql));
  std::shared_ptr<arrow::RecordBatch> batch;
  const arrow::Status status = answer.batches->ReadNext(&batch);
  if (!status.ok()) return StreamError(status, "explaining the query");
  if (batch == nullptr || batch->num_rows() == 0 || batch->num_columns() < 2) {
    return Internal("DuckDB gave no plan - please report this as a bug of gnomon");
  }
  return static_cast<const arrow::StringArray&>(*batch->column(1)).GetString(0);
}

}  // namespace

Result<QueryResult> Explain(StatementContext& context, const json& statement) {
  GNOMON_ASSIGN_OR_RETURN(const std::string sql, PrepareQuery(context, statement.at("query")));
  GNOMON_ASSIGN_OR_RETURN(const std::string plan, PlanJson(context.engine, sql));
  RowBuilder rows(Schema{{MakeField("plan", TypeKind::kString)}});
  if (statement.at("extended").get<bool>()) {
    rows.Add({std::string("== Translated Query ==")});
    rows.Add({sql});
    rows.Add({std::string()});
  }
  rows.Add({std::string("== Physical Plan ==")});
  Drawing drawing;
  for (const ordered_json& root : ordered_json::parse(plan)) drawing.Draw(ReadNode(root), "", "");
  for (std::string& line : drawing.lines) rows.Add({std::move(line)});
  GNOMON_ASSIGN_OR_RETURN(auto batch, rows.Finish());
  return ResultOf(std::move(batch));
}

}  // namespace gnomon::sql
