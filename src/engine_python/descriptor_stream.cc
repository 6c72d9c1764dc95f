// SPDX-License-Identifier: Apache-2.0
#include "engine_python/descriptor_stream.h"

#include <arrow/api.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ostream>
#include <streambuf>
#include <vector>

#include "base/edit_distance.h"
#include "sql/result_printer.h"

namespace gnomon {

namespace {

class DescriptorBuffer final : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor) : descriptor_(descriptor), bytes_(kBytes) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }

 protected:
  int_type overflow(int_type next) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(next, traits_type::eof())) sputc(traits_type::to_char_type(next));
    return traits_type::not_eof(next);
  }

  int sync() override {
    for (const char* at = pbase(); at < pptr();) {
      const ssize_t written = ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return -1;
      at += written;
    }
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return 0;
  }

 private:
  static constexpr std::size_t kBytes = std::size_t{1} << 16;

  int descriptor_;
  std::vector<char> bytes_;
};

// PrintResult owns its stream of rows; these belong to somebody else.
class BorrowedReader final : public arrow::RecordBatchReader {
 public:
  explicit BorrowedReader(std::shared_ptr<arrow::RecordBatchReader> reader)
      : reader_(std::move(reader)) {}
  std::shared_ptr<arrow::Schema> schema() const override { return reader_->schema(); }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    return reader_->ReadNext(batch);
  }

 private:
  std::shared_ptr<arrow::RecordBatchReader> reader_;
};

struct StyleName {
  std::string_view name;
  sql::PrintStyle style;
};

constexpr std::array<StyleName, 2> kStyles = {{
    {"tabs", sql::PrintStyle::kTabs},
    {"aligned", sql::PrintStyle::kAligned},
}};

Result<sql::PrintStyle> StyleOf(const std::string& name) {
  std::vector<std::string> known;
  for (const StyleName& style : kStyles) {
    if (style.name == name) return style.style;
    known.emplace_back(style.name);
  }
  return InvalidArgument("unknown style '{}'{}", name, DidYouMean(name, known));
}

}  // namespace

Result<std::int64_t> PrintToDescriptor(const PrintedRows& rows, const std::string& style,
                                       int descriptor) {
  GNOMON_ASSIGN_OR_RETURN(const sql::PrintStyle print_style, StyleOf(style));
  sql::QueryResult result{rows.schema, std::make_unique<BorrowedReader>(rows.batches)};
  DescriptorBuffer buffer(descriptor);
  std::ostream out(&buffer);
  return sql::PrintResult(result, print_style, out);
}

}  // namespace gnomon
