// Rows of the table error_groups, for whoever has console.db open: one statement each, no rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "console/api/errors/error_group.h"
#include "sqlite/sqlite.h"

namespace penstock::console {

Result<std::optional<ErrorGroup>> find_group(sqlite::Database& database, std::int64_t id);
Result<std::optional<ErrorGroup>> find_group(sqlite::Database& database, const ErrorKey& key);

// Gives the group its id.
Result<void> insert_group(sqlite::Database& database, ErrorGroup& group);
// All but its id and its key.
Result<void> update_group(sqlite::Database& database, const ErrorGroup& group);

// Tags of answers are made of it: each change of what they show is another number.
Result<std::int64_t> groups_revision(sqlite::Database& database);
Result<void> advance_groups_revision(sqlite::Database& database);

}  // namespace penstock::console
