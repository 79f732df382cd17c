// The product's version: what --version prints and metrics carry. CMakeLists.txt states it for the
// build; a test keeps the two equal.
#pragma once

#include <string_view>

namespace penstock::app {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace penstock::app
