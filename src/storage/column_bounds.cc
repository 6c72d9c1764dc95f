// SPDX-License-Identifier: Apache-2.0
// One tracker template for numbers, one for text, one for decimals: loops without virtual calls per
// value.
#include "storage/column_bounds.h"

#include <arrow/api.h>
#include <arrow/util/bitmap_reader.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <type_traits>

#include "base/parse.h"

namespace gnomon {

namespace {

// The least and the greatest of some numbers; NaN, which compares with nothing, is none. Several of
// each are kept, so that no comparison waits for the one before it.
template <typename Native>
class Extremes {
 public:
  static constexpr bool kIsFloating = std::is_floating_point_v<Native>;

  Extremes() {
    using Limits = std::numeric_limits<Native>;
    lower_.fill(kIsFloating ? Limits::infinity() : Limits::max());
    upper_.fill(kIsFloating ? -Limits::infinity() : Limits::min());
  }

  void Add(std::size_t lane, Native value) {
    lower_[lane] = value < lower_[lane] ? value : lower_[lane];
    upper_[lane] = value > upper_[lane] ? value : upper_[lane];
    if constexpr (kIsFloating) nan_count_ += std::isnan(value) ? 1 : 0;
  }
  void AddAll(std::span<const Native> values) {
    for (; values.size() >= kLanes; values = values.subspan(kLanes)) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) Add(lane, values[lane]);
    }
    for (const Native value : values) Add(0, value);
  }

  Native lower() const { return *std::min_element(lower_.begin(), lower_.end()); }
  Native upper() const { return *std::max_element(upper_.begin(), upper_.end()); }
  std::int64_t nan_count() const { return nan_count_; }

 private:
  static constexpr std::size_t kLanes = 4;
  std::array<Native, kLanes> lower_;
  std::array<Native, kLanes> upper_;
  std::int64_t nan_count_ = 0;
};

template <typename ArrowType>
class NumberTracker final : public BoundsTracker {
 public:
  using ArrayType = typename arrow::TypeTraits<ArrowType>::ArrayType;
  using Native = typename ArrowType::c_type;
  static constexpr bool kIsFloating = std::is_floating_point_v<Native>;

  explicit NumberTracker(std::shared_ptr<arrow::DataType> type) : type_(std::move(type)) {}

  void Add(const arrow::Array& array) override {
    const std::span values(static_cast<const ArrayType&>(array).raw_values(),
                           static_cast<std::size_t>(array.length()));
    // In registers while the loop runs.
    Extremes<Native> extremes = extremes_;
    if (array.null_count() == 0) {
      extremes.AddAll(values);
    } else {
      AddValid(array, values, &extremes);
    }
    extremes_ = extremes;
    valid_count_ += array.length() - array.null_count();
  }

  std::shared_ptr<arrow::Scalar> lower() const override {
    const Native lower = extremes_.lower();
    // Zeros compare equal, so which one came first says nothing about the other.
    if constexpr (kIsFloating) return Wrap(lower == 0 ? -Native{0} : lower);
    return Wrap(lower);
  }
  std::shared_ptr<arrow::Scalar> upper() const override {
    const Native upper = extremes_.upper();
    if constexpr (kIsFloating) return Wrap(upper == 0 ? Native{0} : upper);
    return Wrap(upper);
  }
  std::optional<std::int64_t> nan_count() const override {
    if constexpr (kIsFloating) return extremes_.nan_count();
    return std::nullopt;
  }

 private:
  static void AddValid(const arrow::Array& array, std::span<const Native> values,
                       Extremes<Native>* extremes) {
    constexpr std::size_t kWordBits = 64;
    arrow::internal::BitmapUInt64Reader words(array.null_bitmap_data(), array.offset(),
                                              array.length());
    for (std::size_t begin = 0; begin < values.size(); begin += kWordBits) {
      std::uint64_t valid = words.NextWord();
      if (valid == UINT64_MAX) {
        extremes->AddAll(values.subspan(begin, kWordBits));
        continue;
      }
      for (; valid != 0; valid &= valid - 1)
        extremes->Add(0, values[begin + static_cast<std::size_t>(std::countr_zero(valid))]);
    }
  }

  std::shared_ptr<arrow::Scalar> Wrap(Native value) const {
    if (valid_count_ == extremes_.nan_count()) return nullptr;
    return arrow::MakeScalar(type_, value).ValueOrDie();  // The type is the one of Native.
  }

  std::shared_ptr<arrow::DataType> type_;
  Extremes<Native> extremes_;
  std::int64_t valid_count_ = 0;
};

class BooleanTracker final : public BoundsTracker {
 public:
  void Add(const arrow::Array& array) override {
    const auto& values = static_cast<const arrow::BooleanArray&>(array);
    has_true_ = has_true_ || values.true_count() > 0;
    has_false_ = has_false_ || values.false_count() > 0;
  }
  std::shared_ptr<arrow::Scalar> lower() const override { return Wrap(!has_false_); }
  std::shared_ptr<arrow::Scalar> upper() const override { return Wrap(has_true_); }

 private:
  std::shared_ptr<arrow::Scalar> Wrap(bool value) const {
    if (!has_true_ && !has_false_) return nullptr;
    return std::make_shared<arrow::BooleanScalar>(value);
  }

  bool has_true_ = false;
  bool has_false_ = false;
};

// The first bytes as a number that orders as they do; most texts differ in them.
std::uint64_t PrefixOf(std::string_view text) {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, text.data(), std::min(text.size(), sizeof(prefix)));
  return __builtin_bswap64(prefix);
}

template <typename ArrayType, typename ScalarType>
class TextTracker final : public BoundsTracker {
 public:
  void Add(const arrow::Array& array) override {
    const auto& values = static_cast<const ArrayType&>(array);
    for (std::int64_t i = 0; i < values.length(); ++i) {
      if (values.IsNull(i)) continue;
      const std::string_view value = values.GetView(i);
      const std::uint64_t prefix = PrefixOf(value);
      if (lower_ && prefix > lower_prefix_ && prefix < upper_prefix_) continue;
      if (!lower_ || value < *lower_) {
        lower_ = value;
        lower_prefix_ = prefix;
      }
      if (!upper_ || value > *upper_) {
        upper_ = value;
        upper_prefix_ = prefix;
      }
    }
  }
  std::shared_ptr<arrow::Scalar> lower() const override { return Wrap(lower_); }
  std::shared_ptr<arrow::Scalar> upper() const override { return Wrap(upper_); }

 private:
  static std::shared_ptr<arrow::Scalar> Wrap(const std::optional<std::string>& value) {
    if (!value) return nullptr;
    return std::make_shared<ScalarType>(arrow::Buffer::FromString(*value));
  }

  std::optional<std::string> lower_;
  std::optional<std::string> upper_;
  std::uint64_t lower_prefix_ = 0;
  std::uint64_t upper_prefix_ = 0;
};

class DecimalTracker final : public BoundsTracker {
 public:
  explicit DecimalTracker(std::shared_ptr<arrow::DataType> type) : type_(std::move(type)) {}

  void Add(const arrow::Array& array) override {
    const auto& values = static_cast<const arrow::Decimal128Array&>(array);
    for (std::int64_t i = 0; i < values.length(); ++i) {
      if (values.IsNull(i)) continue;
      const arrow::Decimal128 value(values.GetValue(i));
      if (!lower_ || value < *lower_) lower_ = value;
      if (!upper_ || value > *upper_) upper_ = value;
    }
  }
  std::shared_ptr<arrow::Scalar> lower() const override { return Wrap(lower_); }
  std::shared_ptr<arrow::Scalar> upper() const override { return Wrap(upper_); }

 private:
  std::shared_ptr<arrow::Scalar> Wrap(const std::optional<arrow::Decimal128>& value) const {
    if (!value) return nullptr;
    return std::make_shared<arrow::Decimal128Scalar>(*value, type_);
  }

  std::shared_ptr<arrow::DataType> type_;
  std::optional<arrow::Decimal128> lower_;
  std::optional<arrow::Decimal128> upper_;
};

}  // namespace

std::unique_ptr<BoundsTracker> BoundsTracker::Make(const std::shared_ptr<arrow::DataType>& type) {
  switch (type->id()) {
    case arrow::Type::BOOL:
      return std::make_unique<BooleanTracker>();
    case arrow::Type::INT8:
      return std::make_unique<NumberTracker<arrow::Int8Type>>(type);
    case arrow::Type::INT16:
      return std::make_unique<NumberTracker<arrow::Int16Type>>(type);
    case arrow::Type::INT32:
      return std::make_unique<NumberTracker<arrow::Int32Type>>(type);
    case arrow::Type::INT64:
      return std::make_unique<NumberTracker<arrow::Int64Type>>(type);
    case arrow::Type::FLOAT:
      return std::make_unique<NumberTracker<arrow::FloatType>>(type);
    case arrow::Type::DOUBLE:
      return std::make_unique<NumberTracker<arrow::DoubleType>>(type);
    case arrow::Type::DATE32:
      return std::make_unique<NumberTracker<arrow::Date32Type>>(type);
    case arrow::Type::TIMESTAMP:
      return std::make_unique<NumberTracker<arrow::TimestampType>>(type);
    case arrow::Type::STRING:
      return std::make_unique<TextTracker<arrow::StringArray, arrow::StringScalar>>();
    case arrow::Type::BINARY:
      return std::make_unique<TextTracker<arrow::BinaryArray, arrow::BinaryScalar>>();
    case arrow::Type::DECIMAL128:
      return std::make_unique<DecimalTracker>(type);
    default:
      return nullptr;
  }
}

SchemaBounds::SchemaBounds(const arrow::Schema& schema) {
  for (const auto& field : schema.fields()) Register(*field);
}

void SchemaBounds::Register(const arrow::Field& field) {
  if (field.type()->id() == arrow::Type::STRUCT) {
    for (const auto& child : field.type()->fields()) Register(*child);
    return;
  }
  const std::int32_t id = FieldIdOf(field);
  auto tracker = BoundsTracker::Make(field.type());
  if (id >= 0 && tracker != nullptr) trackers_[id] = std::move(tracker);
}

void SchemaBounds::Add(const arrow::RecordBatch& batch) {
  for (int i = 0; i < batch.num_columns(); ++i) Add(*batch.schema()->field(i), *batch.column(i));
}

void SchemaBounds::Add(const arrow::Field& field, const arrow::Array& array) {
  if (array.type_id() == arrow::Type::STRUCT) {
    const auto& parent = static_cast<const arrow::StructArray&>(array);
    for (int i = 0; i < parent.num_fields(); ++i) {
      // Flattening hides the values under null parents, which may be anything.
      Add(*parent.type()->field(i), *parent.GetFlattenedField(i).ValueOrDie());
    }
    return;
  }
  const auto tracker = trackers_.find(FieldIdOf(field));
  if (tracker != trackers_.end()) tracker->second->Add(array);
}

std::int32_t FieldIdOf(const arrow::Field& field) {
  if (field.metadata() == nullptr) return -1;
  const auto id = field.metadata()->Get("PARQUET:field_id");
  return id.ok() ? static_cast<std::int32_t>(ParseInt(*id).value_or(-1)) : -1;
}

}  // namespace gnomon
