// SPDX-License-Identifier: Apache-2.0
// A small table of texts for people: a head, columns as wide as their widest text, no lines.
#pragma once

#include <string>
#include <vector>

namespace gnomon::run {

class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) : head_(std::move(head)) {}

  // REQUIRES: as many cells as the head has.
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }

  // Nothing without rows. Lines begin with two spaces; a column of numbers is aligned to the right.
  std::string ToText() const;

 private:
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace gnomon::run
