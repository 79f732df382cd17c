// Which of two releases is the newer one, where their names tell.
#pragma once

#include <optional>
#include <string_view>

namespace penstock::console {

// Whether its name is of numbers, as below.
bool is_numbered_release(std::string_view release);

// Below zero: `a` is older. Names that tell are of numbers: "1.10.2", "v1.9", "shop@2.0.0-rc.1",
// "1042"; what stands before an "@" has to be the same, and what follows a "+" says nothing
// (Semantic Versioning 2.0, 11). Nullopt where they do not tell: hashes, dates of several forms,
// equal ones of two builds.
std::optional<int> order_of_releases(std::string_view a, std::string_view b);

}  // namespace penstock::console
