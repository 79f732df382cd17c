// OTLP's values, {"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}}]}}, as the plain
// JSON that they stand for: {"a":1}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/function_ref.h"
#include "json/reader.h"

namespace penstock::adapter {

// Appends what the member `type` of a value stands for. False: it nests deeper than `depth_max`,
// what was appended does not count, and the document may be read on.
Result<bool> append_plain(std::string_view type, json::Value& inner, std::string& out,
                          std::uint32_t depth_max);

// An integer as 64 bits of it may be written: a text.
bool is_integer_text(std::string_view text);

// Calls `visit` for each {"key":…,"value":…} of a list that has both. A pair whose value stands
// before its key is read twice.
Result<void> for_each_pair(
    json::Value& list, FunctionRef<Result<void>(std::string_view key, json::Value& value)> visit);

}  // namespace penstock::adapter
