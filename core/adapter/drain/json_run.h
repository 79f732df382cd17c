// JSON texts behind one another, with or without white space between.
#pragma once

#include <optional>
#include <string_view>

namespace penstock::adapter {

// Takes the first object or array off `rest`, up to the bracket that closes it, or else up to the
// end of its line; nullopt where nothing is left. Looks for brackets alone: whether it is JSON,
// its reader says.
std::optional<std::string_view> take_json(std::string_view& rest);

}  // namespace penstock::adapter
