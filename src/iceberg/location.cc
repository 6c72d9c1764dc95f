// SPDX-License-Identifier: Apache-2.0
// Locations inside Iceberg metadata, and the names of new files.
#include "iceberg/location.h"

#include <filesystem>
#include <random>

#include "storage/file_io.h"

namespace gnomon::iceberg {

namespace {

// Ids must differ between processes that start at the same moment, so they come from the system's
// entropy.
std::uint64_t RandomBits() {
  static thread_local std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

Result<std::string> LocalPathOfLocation(std::string_view location) {
  std::string_view path = location;
  if (path.starts_with("file://")) {
    path.remove_prefix(7);
  } else if (path.starts_with("file:")) {
    path.remove_prefix(5);
  }
  if (!path.starts_with('/')) return LocalPathOf(location);
  // Some writers do encode their locations: believed only when the plain name does not exist.
  if (path.find('%') != std::string_view::npos && !std::filesystem::exists(path)) {
    if (auto decoded = LocalPathOf(location); decoded && std::filesystem::exists(*decoded)) {
      return decoded;
    }
  }
  return std::string(path);
}

std::string LocationOfPath(std::string_view absolute_path) {
  return fmt::format("file://{}", absolute_path);
}

std::string MakeUuid() {
  const std::uint64_t high = (RandomBits() & 0xffff'ffff'ffff'0fffULL) | 0x4000;
  const std::uint64_t low = (RandomBits() & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffff'ffff'ffffULL);
}

std::int64_t MakeSnapshotId() {
  const auto id = static_cast<std::int64_t>(RandomBits() >> 1);
  return id == 0 ? 1 : id;
}

std::string UrlEncode(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '*' || c == '_';
    if (plain) {
      result.push_back(c);
    } else if (c == ' ') {
      result.push_back('+');
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

}  // namespace gnomon::iceberg
