// SPDX-License-Identifier: Apache-2.0
// For tests: aggregation as one would do it by hand. Events in a list; for each answer, those that
// a predicate lets in are folded again, one after the other. Prices are multiples of 1/4, so that
// sums do not depend on their order.
#pragma once

#include <arrow/api.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "aggregate/aggregation_spec.h"
#include "base/calendar.h"
#include "base/check.h"

namespace gnomon::aggregate::naive {

inline constexpr int kMin = 0, kMax = 1, kFirst = 2, kLast = 3, kCount = 6, kSum = 7, kAverage = 8;

struct Event {
  std::optional<std::string> user;
  std::optional<std::int64_t> item;
  std::optional<std::int64_t> ts;
  std::optional<double> price;
  std::optional<std::string> label;
  std::optional<std::int64_t> mutation_ts = std::nullopt;
  bool is_before = false;
  Day partition = Day{0};
};

// A result: printed key (and time) -> printed values.
using Answer = std::map<std::string, std::vector<std::string>>;

inline std::string Print(const std::optional<std::string>& text) {
  return text.has_value() ? fmt::format("'{}'", *text) : "null";
}
template <typename T>
std::string Print(const std::optional<T>& number) {
  return number.has_value() ? fmt::format("{}", *number) : "null";
}

// `keys` is 1 (user) or 2 (user, item).
inline std::string KeyOf(const Event& event, int keys) {
  return keys == 1 ? Print(event.user) : Print(event.user) + "|" + Print(event.item);
}
inline bool HasKey(const Event& event, int keys) {
  return event.user.has_value() || (keys == 2 && event.item.has_value());
}

// The events of each key.
inline std::map<std::string, std::vector<const Event*>> ByKey(std::span<const Event> events,
                                                              int keys) {
  std::map<std::string, std::vector<const Event*>> by_key;
  for (const Event& event : events) {
    if (HasKey(event, keys)) by_key[KeyOf(event, keys)].push_back(&event);
  }
  return by_key;
}

// What one aggregation gives for these events in this order, without any windowing. Deletions count
// backwards, and only for COUNT, SUM and AVERAGE.
inline std::string Fold(const AggregationSpec& spec, std::vector<const Event*> events) {
  const bool on_price = spec.input_column == "price";
  const int operation = spec.operation_id;
  const bool can_delete = operation == kCount || operation == kSum || operation == kAverage;
  std::erase_if(events, [&](const Event* e) {
    const bool is_null = on_price ? !e->price.has_value() : !e->label.has_value();
    return is_null || (e->is_before && !can_delete);
  });
  if (events.empty()) return "null";
  const auto value = [&](const Event* e) { return on_price ? Print(e->price) : Print(e->label); };
  const auto below = [&](const Event* a, const Event* b) {
    return on_price ? *a->price < *b->price : *a->label < *b->label;
  };
  double sum = 0;
  std::int64_t count = 0;
  for (const Event* e : events) {
    sum += (e->is_before ? -1 : 1) * e->price.value_or(0);
    count += e->is_before ? -1 : 1;
  }
  switch (operation) {
    case kCount:
      return fmt::format("{}", count);
    case kSum:
      return fmt::format("{}", sum + 0.0);
    case kAverage:
      return count == 0 ? "null" : fmt::format("{}", sum / static_cast<double>(count) + 0.0);
    case kMin:
      return value(*std::min_element(events.begin(), events.end(), below));
    case kMax:
      return value(*std::max_element(events.begin(), events.end(), below));
    default:
      break;
  }
  const bool latest = operation == kLast;
  const auto best =
      std::max_element(events.begin(), events.end(), [&](const Event* a, const Event* b) {
        const std::int64_t a_ts = a->ts.value_or(0), b_ts = b->ts.value_or(0);
        if (a_ts != b_ts) return latest ? a_ts < b_ts : a_ts > b_ts;
        return below(a, b);
      });
  return value(*best);
}

// One value per aggregation and window, of the events that `sees(event, window)` lets in.
using Sees = std::function<bool(const Event&, const std::optional<Window>&)>;
inline std::vector<std::string> Row(std::span<const AggregationSpec> aggregations,
                                    std::span<const Event* const> events, const Sees& sees) {
  std::vector<std::string> row;
  for (const AggregationSpec& spec : aggregations) {
    auto windows = spec.windows;
    if (windows.empty()) windows.push_back(std::nullopt);
    for (auto window : windows) {
      if (window.has_value() && window->length == kUnboundedLength) window = std::nullopt;
      std::vector<const Event*> inside;
      for (const Event* event : events) {
        if (sees(*event, window)) inside.push_back(event);
      }
      row.push_back(Fold(spec, inside));
    }
  }
  return row;
}

inline bool IsAllNull(const std::vector<std::string>& row) {
  return std::all_of(row.begin(), row.end(), [](const std::string& v) { return v == "null"; });
}

// A line about the first row that is not the same in both; empty when there is none.
inline std::string FirstDifference(const Answer& actual, const Answer& expected) {
  for (const auto& [key, row] : expected) {
    const auto found = actual.find(key);
    if (found == actual.end()) return key + " is missing";
    if (found->second != row) {
      return fmt::format("{}: {} instead of {}", key, fmt::join(found->second, ", "),
                         fmt::join(row, ", "));
    }
  }
  for (const auto& [key, row] : actual) {
    if (!expected.contains(key)) return key + " is too many";
  }
  return "";
}

// All seven operations that need no arguments on `price`, five on `label`.
inline std::vector<AggregationSpec> AllAggregations(
    const std::vector<std::optional<Window>>& windows) {
  std::vector<AggregationSpec> all;
  for (const int operation : {kSum, kCount, kAverage, kMin, kMax, kFirst, kLast}) {
    all.push_back({operation, "price", {}, windows});
  }
  for (const int operation : {kCount, kMin, kMax, kFirst, kLast}) {
    all.push_back({operation, "label", {}, windows});
  }
  return all;
}

// All columns that an event has: user, item, ts, price, label, mutation_ts, is_before.
inline std::shared_ptr<arrow::RecordBatch> ToBatch(std::span<const Event> events) {
  arrow::StringBuilder user, label;
  arrow::Int64Builder item, ts, mutation_ts;
  arrow::DoubleBuilder price;
  arrow::BooleanBuilder is_before;
  const auto append = [](auto* builder, const auto& value) {
    const arrow::Status status =
        value.has_value() ? builder->Append(*value) : builder->AppendNull();
    GNOMON_CHECK(status.ok());
  };
  for (const Event& event : events) {
    append(&user, event.user);
    append(&item, event.item);
    append(&ts, event.ts);
    append(&price, event.price);
    append(&label, event.label);
    append(&mutation_ts, event.mutation_ts);
    append(&is_before, std::optional(event.is_before));
  }
  const auto schema = arrow::schema(
      {arrow::field("label", arrow::utf8()), arrow::field("ts", arrow::int64()),
       arrow::field("user", arrow::utf8()), arrow::field("item", arrow::int64()),
       arrow::field("price", arrow::float64()), arrow::field("mutation_ts", arrow::int64()),
       arrow::field("is_before", arrow::boolean())});
  return arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(events.size()),
                                  {*label.Finish(), *ts.Finish(), *user.Finish(), *item.Finish(),
                                   *price.Finish(), *mutation_ts.Finish(), *is_before.Finish()});
}

// As ToBatch, cut into batches of so many rows.
inline std::vector<std::shared_ptr<arrow::RecordBatch>> ToBatches(std::span<const Event> events,
                                                                  std::size_t batch_rows) {
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (std::size_t begin = 0; begin < events.size(); begin += batch_rows) {
    batches.push_back(ToBatch(events.subspan(begin, std::min(batch_rows, events.size() - begin))));
  }
  return batches;
}

// The same for a kernel of these keys: if they are the users alone, those of every other batch come
// as a dictionary, as those of files may. It also holds a value that no row has.
inline std::vector<std::shared_ptr<arrow::RecordBatch>> ToBatchesFor(const Schema& keys,
                                                                     std::span<const Event> events,
                                                                     std::size_t batch_rows) {
  auto batches = ToBatches(events, batch_rows);
  if (keys.fields.size() > 1) return batches;
  for (std::size_t i = 0; i < batches.size(); i += 2) {
    const int at = batches[i]->schema()->GetFieldIndex("user");
    const auto& users = static_cast<const arrow::StringArray&>(*batches[i]->column(at));
    arrow::StringDictionary32Builder builder;
    arrow::StringBuilder unused;
    GNOMON_CHECK(unused.Append("nobody at all").ok());
    GNOMON_CHECK(builder.InsertMemoValues(*unused.Finish().ValueOrDie()).ok());
    GNOMON_CHECK(builder.AppendArray(users).ok());
    const std::shared_ptr<arrow::Array> encoded = builder.Finish().ValueOrDie();
    batches[i] =
        batches[i]->SetColumn(at, arrow::field("user", encoded->type()), encoded).ValueOrDie();
  }
  return batches;
}

// `is_to_the_bit` tells -0.0 from 0.0.
inline std::string PrintCell(const arrow::Array& array, std::int64_t row,
                             bool is_to_the_bit = false) {
  if (array.IsNull(row)) return "null";
  switch (array.type_id()) {
    case arrow::Type::STRING:
      return "'" + static_cast<const arrow::StringArray&>(array).GetString(row) + "'";
    case arrow::Type::INT64:
      return fmt::format("{}", static_cast<const arrow::Int64Array&>(array).Value(row));
    default:
      break;
  }
  const double number = static_cast<const arrow::DoubleArray&>(array).Value(row);
  return fmt::format("{}", is_to_the_bit ? number : number + 0.0);
}

// Adds rows whose first `keys` columns are the key, which `suffix` follows. False for a key that is
// there already.
inline bool AddRows(const arrow::RecordBatch& rows, int keys, const std::string& suffix,
                    Answer* answer, bool is_to_the_bit = false) {
  bool is_new = true;
  for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
    std::string key;
    for (int i = 0; i < keys; ++i) key += (i > 0 ? "|" : "") + PrintCell(*rows.column(i), row);
    std::vector<std::string> values;
    for (int i = keys; i < rows.num_columns(); ++i)
      values.push_back(PrintCell(*rows.column(i), row, is_to_the_bit));
    is_new &= answer->emplace(key + suffix, values).second;
  }
  return is_new;
}

// Draws what tests need.
class Draw {
 public:
  explicit Draw(std::uint32_t seed) : random_(seed) {}

  std::int64_t Below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
  }
  template <typename T>
  const T& OneOf(const std::vector<T>& items) {
    return items[static_cast<std::size_t>(Below(static_cast<std::int64_t>(items.size())))];
  }
  // In [begin, end): three of ten on a boundary of a day, an hour or five minutes, or 1 ms beside.
  std::int64_t Time(std::int64_t begin_ms, std::int64_t end_ms) {
    const std::int64_t any = begin_ms + Below(end_ms - begin_ms);
    if (Below(10) >= 3) return any;
    const std::int64_t hops[] = {kMillisPerDay, kMillisPerDay / 24, 5 * 60'000};
    const std::int64_t hop = hops[Below(3)];
    return any / hop * hop + Below(3) - 1;
  }
  Event Any(int users, std::int64_t begin_ms, std::int64_t end_ms) {
    static const std::vector<std::string> labels = {
        "", "a", "b", "a label that is too long to lie inside of a string", "\xf0\x9f\x98\x80"};
    Event event;
    if (Below(20) > 0) event.user = Below(10) == 0 ? "" : fmt::format("u{}", Below(users));
    if (Below(4) > 0) event.item = Below(3);
    if (Below(30) > 0) event.ts = Time(begin_ms, end_ms);
    if (Below(8) > 0) event.price = static_cast<double>(Below(801) - 400) / 4.0;
    if (Below(8) > 0) event.label = labels[static_cast<std::size_t>(Below(5))];
    return event;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace gnomon::aggregate::naive
