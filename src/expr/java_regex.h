// SPDX-License-Identifier: Apache-2.0
// Regular expressions of Java as RE2 reads them: the constructs on which both agree, rewritten
// where they spell it differently. All else is refused by name.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace gnomon::expr {

struct JavaRegex {
  // For RE2; `name_groups` gave its groups the names g1, g2, ..., and g0 for the whole.
  std::string pattern;
  int groups = 0;
  // The least length of a match; 0: it may match nothing.
  int least_width = 0;
  // Texts with other characters than ASCII may match otherwise in Java.
  bool ascii_only = false;
  // It has ^, $ or \b, which look at what stands around.
  bool has_anchor = false;
  // It has `$`, which Java also matches before a line's end at the end of the text.
  bool has_end_anchor = false;
  // The pattern is these characters and nothing else.
  bool literal = false;
  std::string literal_text;
};

// Errors: Unimplemented names the construct; InvalidArgument: it is no regular expression.
Result<JavaRegex> TranslateJavaRegex(std::string_view pattern, bool name_groups);

// The replacement of Java's replaceAll (`$1`, `\$`) as RE2's (`\1`). Unimplemented: a group that is
// not there, or a name.
Result<std::string> TranslateJavaReplacement(std::string_view replacement, int groups);

}  // namespace gnomon::expr
