// SPDX-License-Identifier: Apache-2.0
// The bytes of a sketch come from tables. DataSketches' readers trust the lengths and counts in
// them: damaged ones have them read and write outside of their buffers, or ask for all memory. So
// each operation looks at those first, and what the library notices itself becomes an error here.
#pragma once

#include <cstring>
#include <exception>
#include <new>
#include <string_view>

#include "base/result.h"

namespace gnomon::aggregate {

template <typename... Args>
Error DamagedSketch(const char* operation, fmt::format_string<Args...> why, Args&&... args) {
  return Corruption("a sketch of {} cannot be read: {}", operation,
                    fmt::format(why, std::forward<Args>(args)...));
}

// Reads fields one after the other; past the end they are zero, and ok() is false.
class SketchFields {
 public:
  explicit SketchFields(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  T Next() {
    T value{};
    const std::string_view bytes = Take(sizeof(T));
    if (is_ok_) std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }
  std::string_view Take(std::size_t size) {
    is_ok_ &= size <= rest_.size();
    if (!is_ok_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  bool ok() const { return is_ok_; }

 private:
  std::string_view rest_;
  bool is_ok_ = true;
};

// The one place where exceptions of a sketch's reader become errors.
template <typename Read>
auto ReadSketch(const char* operation, Read&& read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& failure) {
    return DamagedSketch(operation, "{}", failure.what());
  }
}

}  // namespace gnomon::aggregate
