// Where a JSON text's tokens begin, found at SIMD speed by the first stage of simdjson's parsers.
//
// The index holds the offset of every bracket, colon, comma, and first byte of a scalar that is
// outside strings. Finding it also checks that the text is UTF-8, that strings are closed, and that
// they hold no control characters. Grammar is the cursor's part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/error.h"

namespace penstock::json {

class Structure {
 public:
  Structure();
  ~Structure();

  // Lends the tokens' offsets; none for a text of only white space. kRejected, with the offset of
  // the offending byte as its native number, for a text that breaks the rules above.
  Result<std::span<const std::uint32_t>> index(std::string_view text);

  // Between texts. Gives the index back if it holds more than `keep_bytes`; returns how much.
  std::size_t shrink(std::size_t keep_bytes);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace penstock::json
