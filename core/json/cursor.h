// Walks the tokens of one document and checks their grammar; what Value and Reader stand on.
//
// A failure sticks: once a document is found bad, every further step says the same, so that a
// visitor that drops an error cannot make it good again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
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
  Result<void> enter(Value& value);
  // Steps over what a visitor left of `value`.
  Result<void> leave(const Value& value);

  // Reads the container at the cursor to its end. With `out`, appends its text without white space.
  // One that nests deeper than `depth_max` is passed all the same, but nothing is appended and the
  // call fails, without refusing the document.
  Result<void> pass_container(std::uint32_t depth_max, std::string* out);

  // The first byte of the next token; 0 at the end.
  char peek() const { return next_ < tokens_.size() ? text_[tokens_[next_]] : '\0'; }
  bool is_at(std::size_t token) const { return next_ == token; }
  // Steps over `token` or refuses the document.
  Result<void> expect(char token, const char* step);
  // As enter(), for a member's name.
  Result<void> enter_name(Value& name);

  // Around the members or elements of one container.
  Result<void> descend();
  Result<void> ascend();

  // Refuses what stands behind the root.
  Result<void> end();

  // The text from `begin` to the end of the last token passed.
  std::string_view passed_since(const char* begin) const;

  // Text of an escaped string; lent until the next start().
  std::string_view unescape(std::string_view body);

  // Keeps `error`, so that the document stays refused.
  tl::unexpected<Error> keep(const Error& error);
  // Refuses the document at the next token.
  tl::unexpected<Error> refuse(const char* step);
  Result<void> state() const;

  // Offset at which the grammar broke; nullopt if it did not.
  std::optional<std::size_t> fault_offset() const { return fault_offset_; }

 private:
  struct Scalar {
    Kind kind;
    StringForm form;
    std::string_view token;
  };

  Result<Scalar> pass_scalar();
  std::string_view token_text() const;

  std::string_view text_;
  std::span<const std::uint32_t> tokens_;
  std::size_t next_ = 0;
  std::uint32_t depth_ = 0;
  std::optional<Error> error_;
  std::optional<std::size_t> fault_offset_;
  std::string unescaped_;
};

}  // namespace penstock::json
