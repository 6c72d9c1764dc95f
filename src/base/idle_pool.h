// SPDX-License-Identifier: Apache-2.0
// Things whose room is worth keeping: who needs one takes one that lies idle, and gives it back.
// Thread safe.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace gnomon {

template <typename Thing>
class IdlePool {
 public:
  // Calls work(thing) with an idle one, or else with make(), which gives a unique_ptr. When work
  // fails the thing is gone.
  template <typename Make, typename Work>
  auto With(Make&& make, Work&& work) {
    std::unique_ptr<Thing> thing = Take();
    if (thing == nullptr) thing = make();
    auto result = work(*thing);
    if (result.has_value()) Give(std::move(thing));
    return result;
  }

  // All that lie idle. Not while others work.
  const std::vector<std::unique_ptr<Thing>>& idle() const { return idle_; }

 private:
  std::unique_ptr<Thing> Take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<Thing> thing = std::move(idle_.back());
    idle_.pop_back();
    return thing;
  }
  void Give(std::unique_ptr<Thing> thing) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(thing));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Thing>> idle_;
};

}  // namespace gnomon
