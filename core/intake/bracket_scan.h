// Follows a JSON text's strings and brackets a byte at a time, as far as to tell how deep it is in
// them. A quote outside of all brackets begins no string: what is no JSON there hides nothing that
// stands behind it.
#pragma once

#include <cstddef>

namespace penstock::intake {

class BracketScan {
 public:
  // False for a byte inside a string.
  bool pass(char c) {
    if (is_in_string_) {
      is_in_string_ = is_escaped_ || c != '"';
      is_escaped_ = !is_escaped_ && c == '\\';
      return false;
    }
    if (c == '"' && depth_ > 0) is_in_string_ = true;
    if (c == '[' || c == '{') ++depth_;
    if ((c == ']' || c == '}') && depth_ > 0) --depth_;
    return true;
  }
  // Behind the last byte.
  std::size_t depth() const { return depth_; }

 private:
  bool is_in_string_ = false;
  bool is_escaped_ = false;
  std::size_t depth_ = 0;
};

}  // namespace penstock::intake
