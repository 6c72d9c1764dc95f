// SPDX-License-Identifier: Apache-2.0
// What a sketch of DataSketches takes on the heap: its allocations are counted per thread, and what
// an operation on it leaves behind is how much it grew. A state is changed by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace gnomon::aggregate {

// Bytes that this thread's counting allocators hold, less what it freed of other threads'.
inline thread_local std::int64_t counted_bytes = 0;

template <typename T>
struct CountingAllocator {
  using value_type = T;
  CountingAllocator() = default;
  template <typename U>
  CountingAllocator(const CountingAllocator<U>&) {}  // NOLINT: allocators convert.
  T* allocate(std::size_t n) {
    counted_bytes += static_cast<std::int64_t>(n * sizeof(T));
    return std::allocator<T>().allocate(n);
  }
  void deallocate(T* at, std::size_t n) {
    counted_bytes -= static_cast<std::int64_t>(n * sizeof(T));
    std::allocator<T>().deallocate(at, n);
  }
  template <typename U>
  bool operator==(const CountingAllocator<U>&) const {
    return true;
  }
};

// A sketch on the heap, made when first needed, that knows what it takes.
template <typename Sketch>
class SketchBox {
 public:
  bool empty() const { return sketch_ == nullptr; }
  const Sketch& get() const { return *sketch_; }
  std::int64_t heap_bytes() const { return bytes_; }

  // Calls change(std::unique_ptr<Sketch>&), which may make the sketch; gives the growth.
  template <typename Change>
  std::int64_t Apply(Change&& change) {
    const std::int64_t before = counted_bytes;
    const bool was_empty = empty();
    change(sketch_);
    std::int64_t growth = counted_bytes - before;
    if (was_empty && !empty()) growth += static_cast<std::int64_t>(sizeof(Sketch));
    bytes_ += growth;
    return growth;
  }

 private:
  std::unique_ptr<Sketch> sketch_;
  std::int64_t bytes_ = 0;
};

}  // namespace gnomon::aggregate
