// SPDX-License-Identifier: Apache-2.0
// Locations inside Iceberg metadata. They are opaque strings to every engine: `file://` and the
// path as it is on the disk, never percent-encoded (a folder named `s=a%2Fb` really is called
// that).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gnomon::iceberg {

// The local path of a location of ours or of another engine. Errors: Unimplemented for a scheme
// other than file.
Result<std::string> LocalPathOfLocation(std::string_view location);

// The location of an absolute local path.
std::string LocationOfPath(std::string_view absolute_path);

// A random UUID (version 4) in its text form.
std::string MakeUuid();

// A random positive id, for snapshots.
std::int64_t MakeSnapshotId();

// Encodes one side of a partition path segment (`ds=2023-12-01`) as Java's URLEncoder does.
std::string UrlEncode(std::string_view text);

}  // namespace gnomon::iceberg
