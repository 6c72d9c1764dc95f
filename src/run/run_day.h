// SPDX-License-Identifier: Apache-2.0
// The macro {{ CHRONON_RUN_DS }} (SPEC 6.1): the day that a source is read for, in the text of a
// string literal of a select or where.
#pragma once

#include "base/calendar.h"
#include "expr/expression.h"

namespace gnomon::run {

bool AsksForRunDay(const expr::Expression& tree);

// The tree with the macro's places taken by `day` as yyyy-MM-dd.
expr::Expression WithRunDay(expr::Expression tree, Day day);

}  // namespace gnomon::run
