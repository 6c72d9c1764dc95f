// SPDX-License-Identifier: Apache-2.0
// What the engine asks of a Join before it looks at any table (SPEC 2.3, 8): the rules that its
// config alone decides.
#pragma once

#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"

namespace gnomon::config {

// Errors: InvalidArgument (the config is wrong), Unimplemented (it is right, and not built). `side`
// gives the places.
Status Validate(const Join& join, const SideFile& side);
// What a label join asks on top (SPEC 8.10).
Status ValidateLabels(const Join& join, const SideFile& side);

}  // namespace gnomon::config
