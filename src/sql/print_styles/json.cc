// SPDX-License-Identifier: Apache-2.0
// One array of row objects, one object a line; every object has every column. Two columns of one
// name are refused: a reader would see the last one only.
#include <arrow/api.h>

#include <ostream>
#include <set>

#include "sql/print_style.h"

namespace gnomon::sql {
namespace {

class JsonPrinter final : public RowPrinter {
 public:
  JsonPrinter(const Schema& schema, std::ostream& out) : out_(out) {
    for (const Field& field : schema.fields) {
      std::string& key = keys_.emplace_back(keys_.empty() ? "{" : ", ");
      AppendJsonString(field.name, &key);
      key += ": ";
    }
  }

  void Add(const arrow::RecordBatch& batch, std::int64_t row) override {
    line_ = is_first_ ? "[\n" : ",\n";
    is_first_ = false;
    for (int i = 0; i < batch.num_columns(); ++i) {
      line_ += keys_[static_cast<std::size_t>(i)];
      AppendJson(*batch.column(i), row, &line_);
    }
    line_ += '}';
    out_ << line_;
  }

  void Finish() override { out_ << (is_first_ ? "[]\n" : "\n]\n"); }

 private:
  std::ostream& out_;
  std::vector<std::string> keys_;  // Each with what stands before and after it.
  std::string line_;
  bool is_first_ = true;
};

Result<std::unique_ptr<RowPrinter>> Make(const Schema& schema, std::ostream& out) {
  std::set<std::string> names;
  for (const Field& field : schema.fields) {
    if (names.insert(field.name).second) continue;
    return InvalidArgument(
        "two columns of the answer are called '{}', which a JSON object cannot hold - name one of "
        "them with AS",
        field.name);
  }
  return MakeRowPrinter<JsonPrinter>(schema, out);
}

}  // namespace

extern const PrintStyle kJson;
constinit const PrintStyle kJson = {
    .name = "json",
    .doc = "one array of row objects",
    .make = &Make,
};

}  // namespace gnomon::sql
