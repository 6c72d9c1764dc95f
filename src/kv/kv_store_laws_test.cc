// SPDX-License-Identifier: Apache-2.0
// What every store must do, run for each line of stores/list.inc.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "kv/kv_store_type.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::kv {
namespace {

using testing::ElementsAre;
using Pairs = std::map<std::string, std::string>;

class KvStoreLaws : public testing::TestWithParam<const KvStoreType*> {
 protected:
  void SetUp() override {
    const KvStoreType& type = *GetParam();
    if (type.lives_in_a_folder) {
      url_ = fmt::format("{}://{}", type.scheme, dir_ / "kv");
    } else if (type.test_url_variable.empty()) {
      url_ = fmt::format("{}:", type.scheme);
    } else if (const char* url = std::getenv(std::string(type.test_url_variable).c_str())) {
      url_ = url;
    } else {
      GTEST_SKIP() << "set " << type.test_url_variable << " to test " << type.scheme;
    }
    store_ = Open();
  }

  std::unique_ptr<KvStore> Open() {
    auto store = OpenKvStore(url_);
    EXPECT_THAT(store, IsOk());
    return store.has_value() ? *std::move(store) : nullptr;
  }

  void Load(const Pairs& pairs, const std::string& dataset = "D",
            const std::string& batch = "2023-12-08") {
    auto loader = store_->BeginBatch(dataset, batch);
    ASSERT_THAT(loader, IsOk());
    for (const auto& [key, value] : pairs) ASSERT_THAT((*loader)->Put(key, value), IsOk());
    ASSERT_THAT((*loader)->Publish(), IsOk());
  }

  static std::string Get(KvStore& store, const std::string& key, const std::string& dataset = "D") {
    const auto values = store.MultiGet(dataset, {key});
    if (!values.has_value()) return "error: " + values.error().message;
    if (!(*values)[0].has_value()) return "key error: " + (*values)[0].error().message;
    return (*values)[0]->value_or("<none>");
  }

  // A store that is open already may look at its pointer once a second only.
  static bool BecomesWithinASecond(KvStore& store, const std::string& key,
                                   const std::string& value) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(1100);
    while (std::chrono::steady_clock::now() < deadline) {
      if (Get(store, key) == value) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  TempDir dir_;
  std::string url_;
  std::unique_ptr<KvStore> store_;
};

TEST_P(KvStoreLaws, GivesWhatWasPutInTheOrderAsked) {
  Load({{"a", "1"}, {"b", ""}, {std::string("\0\xff", 2), "bytes"}});
  const auto values = store_->MultiGet("D", {"b", "none", "a", std::string("\0\xff", 2), "a"});
  ASSERT_THAT(values, IsOk());
  std::vector<std::optional<std::string>> found;
  for (const auto& value : *values) {
    ASSERT_THAT(value, IsOk());
    found.push_back(*value);
  }
  EXPECT_THAT(found, ElementsAre("", std::nullopt, "1", "bytes", "1"));
}

TEST_P(KvStoreLaws, NoKeysGiveNoValues) {
  Load({{"a", "1"}});
  const auto values = store_->MultiGet("D", {});
  ASSERT_THAT(values, IsOk());
  EXPECT_TRUE(values->empty());
}

TEST_P(KvStoreLaws, AnEmptyBatchIsADataset) {
  Load({});
  EXPECT_EQ(Get(*store_, "a"), "<none>");
  EXPECT_THAT(*store_->ListDatasets(), ElementsAre("D"));
}

TEST_P(KvStoreLaws, UnknownDatasetsAreNamedWithTheKnownOnes) {
  EXPECT_THAT(store_->MultiGet("D", {"a"}), IsError(ErrorCode::kNotFound, "D"));
  Load({{"a", "1"}}, "SALES_BATCH");
  EXPECT_THAT(store_->MultiGet("SALE_BATCH", {"a"}), IsError(ErrorCode::kNotFound, "SALES_BATCH"));
  EXPECT_THAT(store_->MultiGet("SALE_BATCH", {}), IsError(ErrorCode::kNotFound, "SALES_BATCH"));
}

TEST_P(KvStoreLaws, NamesCannotLeaveTheStore) {
  for (const char* name : {"", ".", "..", "../x", "a/b", ".hidden", "a b"}) {
    EXPECT_THAT(store_->BeginBatch(name, "b"), IsError(ErrorCode::kInvalidArgument, "name"))
        << name;
    EXPECT_THAT(store_->BeginBatch("D", name), IsError(ErrorCode::kInvalidArgument, "name"))
        << name;
    EXPECT_FALSE(store_->MultiGet(name, {"a"}).has_value()) << name;
  }
}

TEST_P(KvStoreLaws, TheLastValueOfAKeyWins) {
  auto loader = store_->BeginBatch("D", "b");
  ASSERT_THAT(loader, IsOk());
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT((*loader)->Put("a", std::to_string(i)), IsOk());
    ASSERT_THAT((*loader)->Put(std::string(600, 'x'), std::to_string(i)), IsOk());
  }
  ASSERT_THAT((*loader)->Publish(), IsOk());
  EXPECT_EQ(Get(*store_, "a"), "99");
  EXPECT_EQ(Get(*store_, std::string(600, 'x')), "99");
}

TEST_P(KvStoreLaws, AnEmptyKeyIsRefused) {
  auto loader = store_->BeginBatch("D", "b");
  ASSERT_THAT(loader, IsOk());
  EXPECT_THAT((*loader)->Put("", "x"), IsError(ErrorCode::kInvalidArgument, "empty"));
}

TEST_P(KvStoreLaws, KeysAndValuesOfAnySize) {
  Pairs pairs;
  for (const std::size_t size : {1, 2, 509, 510, 511, 512, 513, 2'000, 100'000}) {
    pairs[std::string(size, 'k')] = "value " + std::to_string(size);
    pairs["v" + std::to_string(size)] = std::string(size, 'v');
  }
  pairs["large"] = std::string(1 << 20, 'L');
  Load(pairs);
  for (const auto& [key, value] : pairs) EXPECT_EQ(Get(*store_, key), value) << key.size();
  EXPECT_EQ(Get(*store_, std::string(514, 'k')), "<none>");
}

TEST_P(KvStoreLaws, ManyRandomPairs) {
  std::mt19937 random(7);
  Pairs pairs;
  for (int i = 0; i < 20'000; ++i) {
    std::string key(1 + random() % 12, ' ');
    for (char& c : key) c = static_cast<char>(random());
    pairs[key] = std::string(random() % 300, static_cast<char>('a' + random() % 26));
  }
  Load(pairs);
  std::vector<std::string> keys;
  for (const auto& [key, value] : pairs) keys.push_back(key);
  const auto values = store_->MultiGet("D", keys);
  ASSERT_THAT(values, IsOk());
  for (std::size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(*(*values)[i], pairs[keys[i]]);
}

TEST_P(KvStoreLaws, ABatchReplacesTheOneBeforeWhole) {
  Load({{"a", "old"}, {"gone", "old"}});
  EXPECT_EQ(Get(*store_, "a"), "old");
  Load({{"a", "new"}}, "D", "2023-12-09");
  EXPECT_TRUE(BecomesWithinASecond(*store_, "a", "new"));
  EXPECT_EQ(Get(*store_, "gone"), "<none>");
}

TEST_P(KvStoreLaws, AnUnpublishedBatchLeavesNothing) {
  Load({{"a", "old"}});
  {
    auto loader = store_->BeginBatch("D", "2023-12-09");
    ASSERT_THAT(loader, IsOk());
    ASSERT_THAT((*loader)->Put("a", "new"), IsOk());
    auto other = store_->BeginBatch("NEVER", "2023-12-09");
    ASSERT_THAT(other, IsOk());
  }
  EXPECT_FALSE(BecomesWithinASecond(*store_, "a", "new"));
  EXPECT_THAT(*store_->ListDatasets(), ElementsAre("D"));
}

TEST_P(KvStoreLaws, OfTwoLoadsAtOnceTheLastPublishedWinsWhole) {
  auto first = store_->BeginBatch("D", "b");
  auto second = store_->BeginBatch("D", "b");
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  ASSERT_THAT((*first)->Put("a", "first"), IsOk());
  ASSERT_THAT((*first)->Put("only first", "x"), IsOk());
  ASSERT_THAT((*second)->Put("a", "second"), IsOk());
  ASSERT_THAT((*second)->Publish(), IsOk());
  ASSERT_THAT((*first)->Publish(), IsOk());
  EXPECT_EQ(Get(*store_, "a"), "first");
  EXPECT_EQ(Get(*store_, "only first"), "x");
}

TEST_P(KvStoreLaws, ReadersNeverSeeAMix) {
  const auto batch = [](const std::string& value) {
    Pairs pairs;
    for (int i = 0; i < 50; ++i) pairs["key" + std::to_string(i)] = value;
    return pairs;
  };
  Load(batch("0"));
  std::vector<std::string> keys;
  for (const auto& [key, value] : batch("0")) keys.push_back(key);
  std::atomic<bool> done = false;
  std::atomic<int> mixes = 0;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      while (!done) {
        const auto values = store_->MultiGet("D", keys);
        std::set<std::string> seen;
        if (values.has_value()) {
          for (const auto& value : *values)
            seen.insert(value.has_value() ? value->value_or("<none>") : "error");
        }
        if (seen.size() != 1 || seen.contains("<none>") || seen.contains("error")) ++mixes;
        ++reads;
      }
    });
  }
  while (reads == 0) std::this_thread::yield();
  for (int i = 1; i <= 30; ++i) Load(batch(std::to_string(i)));
  EXPECT_TRUE(BecomesWithinASecond(*store_, "key0", "30"));
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(mixes, 0);
}

TEST_P(KvStoreLaws, WhatIsPublishedSurvivesReopening) {
  if (!GetParam()->lives_in_a_folder) GTEST_SKIP() << "this store does not outlive its process";
  Load({{"a", "1"}});
  store_ = Open();
  EXPECT_EQ(Get(*store_, "a"), "1");
  EXPECT_THAT(*store_->ListDatasets(), ElementsAre("D"));
  const auto other = Open();
  Load({{"a", "2"}});
  EXPECT_TRUE(BecomesWithinASecond(*other, "a", "2"));
}

INSTANTIATE_TEST_SUITE_P(Stores, KvStoreLaws,
                         testing::ValuesIn(KvStoreTypes().begin(), KvStoreTypes().end()),
                         [](const auto& test) { return std::string(test.param->scheme); });

TEST(OpenKvStore, UnknownSchemesListTheKnownOnesAndHideTheRest) {
  const auto store = OpenKvStore("redis://user:secret@host");
  EXPECT_THAT(store, IsError(ErrorCode::kInvalidArgument, "lmdb"));
  EXPECT_EQ(store.error().message.find("secret"), std::string::npos);
  EXPECT_THAT(OpenKvStore("lmdb"), IsError(ErrorCode::kInvalidArgument, "unknown scheme"));
  EXPECT_THAT(OpenKvStore("lmdb://relative/path"),
              IsError(ErrorCode::kInvalidArgument, "absolute"));
  EXPECT_THAT(OpenKvStore("memory:x"), IsError(ErrorCode::kInvalidArgument, "memory"));
}

}  // namespace
}  // namespace gnomon::kv
