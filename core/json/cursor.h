// Walks the tokens of one document and checks their grammar; what Value and Reader stand on.
//
// Steps say whether they succeeded; why one did not is kept in state(). A failure sticks: once a
// document is found bad, every further step fails, so that a visitor that drops an error cannot
// make it good again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/scratch.h"
#include "json/reader.h"
#include "json/token.h"

namespace penstock::json {

class Cursor {
 public:
  // Deeper texts are refused, whoever reads them.
  static constexpr std::uint32_t kDepthMax = 1024;

  // Starts on a text whose tokens Structure has found. Borrows both.
  void start(std::string_view text, std::span<const std::uint32_t> tokens);

  // Steps onto the value at the cursor: reads a scalar whole, stops before a container.
  [[nodiscard]] bool enter(Value& value);
  // pass_name() and enter() at once, for a name and a string without escapes, with white space only
  // behind the colon. False, and nothing passed: it is not of that kind.
  [[nodiscard]] bool pass_plain_member(std::string_view& name, Value& value);
  // Steps over what a visitor left of `value`.
  [[nodiscard]] bool leave(const Value& value) {
    if (error_) return false;
    return next_ != value.token_ || pass_container(kDepthMax, nullptr).has_value();
  }
  // Goes back to before `value`, a container that was entered and read.
  void go_back(const Value& value) {
    next_ = value.token_;
    backslash_ = value.backslash_;
  }
  // Reads a member's name and the colon behind it. The name is lent until the next start().
  [[nodiscard]] bool pass_name(std::string_view& name);
  // Steps over the comma between two members or elements. False also before `close`, the bracket
  // that ends them: then state() is good.
  [[nodiscard]] bool pass_comma(char close) {
    const char first = peek();
    if (first == close) return false;
    if (first != ',') return refuse_comma();
    ++next_;
    return true;
  }

  // Reads the container at the cursor to its end. With `out`, appends its text without white space.
  // One that nests deeper than `depth_max` is passed all the same, but nothing is appended and the
  // call fails, without refusing the document.
  Result<void> pass_container(std::uint32_t depth_max, std::string* out);

  // Over the brackets around the members or elements of one container.
  [[nodiscard]] bool descend();
  [[nodiscard]] bool ascend();
  // Refuses what stands behind the root.
  [[nodiscard]] bool end();

  // The first byte of the next token; 0 at the end.
  char peek() const { return next_ < count_ ? text_[tokens_[next_]] : '\0'; }
  bool is_at(std::size_t token) const { return next_ == token; }

  // The text from `begin` to the end of the last token passed, which was one byte.
  std::string_view passed_since(const char* begin) const;

  // Text of an escaped string; lent until the next start().
  std::string_view unescape(std::string_view body);

  // Between documents. Gives back what is held beyond `keep_bytes`; returns how much.
  std::size_t shrink(std::size_t keep_bytes) {
    outgrown_.clear();
    return shrink_scratch(unescaped_, keep_bytes);
  }

  bool is_good() const { return !error_; }
  Result<void> state() const;
  // Keeps a visitor's error, so that the document stays refused.
  void keep(const Error& error);
  // Refuses the document at the next token. Returns false.
  bool refuse(const char* step);
  // Offset at which the grammar broke; nullopt if it did not.
  std::optional<std::size_t> fault_offset() const { return fault_offset_; }

 private:
  class Copy;
  class Walk;
  struct Scalar {
    Kind kind;
    StringForm form;
    std::string_view token;
  };

  std::optional<std::string_view> pass_plain_string();
  bool refuse_comma();
  bool pass_scalar(Scalar& scalar);
  bool pass_scalar(Copy& copy);
  std::string_view token_text() const;

  const char* text_ = nullptr;
  std::size_t text_bytes_ = 0;
  const std::uint32_t* tokens_ = nullptr;
  std::size_t count_ = 0;
  std::size_t next_ = 0;
  std::uint32_t depth_ = 0;
  // The first backslash not yet passed: strings that end before it have no escapes. Tokens are
  // passed in order, so that each byte is looked at once.
  const char* backslash_ = nullptr;
  std::optional<Error> error_;
  std::optional<std::size_t> fault_offset_;
  std::string unescaped_;
  std::vector<std::string> outgrown_;  // What views of texts that were read again may look at.
};

}  // namespace penstock::json
