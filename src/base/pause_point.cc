// SPDX-License-Identifier: Apache-2.0
#include "base/pause_point.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/cancellation.h"

namespace gnomon {

void PausePoint(std::string_view name) {
  static const char* const wanted = std::getenv("GNOMON_PAUSE_AT");
  if (wanted == nullptr || name != wanted) return;
  const char* const file = std::getenv("GNOMON_PAUSE_FILE");
  if (file == nullptr) return;
  std::ofstream(file) << name << '\n';
  while (std::filesystem::exists(file) && SleepUnlessCancelled(std::chrono::milliseconds(5))) {
  }
}

}  // namespace gnomon
