// Reads JSON where it lies: simdjson finds the tokens, and visitors walk them in order without a
// tree between.
//
// Values are visited in document order, each at most once; what a visitor does not look at is
// still checked, so a text that is accepted is valid JSON to its last byte. Once members() or
// elements() of the root has succeeded, the whole document has been checked. Views that string()
// returns are lent until the reader's next document, and no longer than the text.
//
// Half of a surrogate pair, which scripts write when they cut a text inside an emoji, is read and
// copied as U+FFFD. Texts that nest deeper than 1024 are refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/function_ref.h"

namespace penstock::json {

enum class Kind : std::uint8_t { kObject, kArray, kString, kNumber, kBool, kNull };

class Cursor;

// A value at the reader's position. Not kept beyond the visit that received it. Every failure is
// kRejected; a failure inside a container makes the document's read fail, so a visitor just returns
// it. Asking for the wrong kind fails and changes nothing.
//
// A container is read once, by members(), elements(), append_to() or raw(), and after rewind() once
// more.
class Value {
 public:
  Value() = default;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  Kind kind() const { return kind_; }
  // Of a string: whether its text may hold what stands in no JSON text itself, such as a NUL.
  bool has_escapes() const { return is_escaped_; }
  // A string without escapes, and its text: as string() gives it, but it cannot fail.
  bool is_plain_string() const { return kind_ == Kind::kString && !is_escaped_; }
  std::string_view plain_string() const { return text_; }
  Result<std::string_view> string();  // Unescaped.
  Result<std::int64_t> integer();     // A number without fraction or exponent, in range.
  Result<double> number();
  Result<bool> boolean();

  // Calls `visit` for each member or element in order. Fails on another kind.
  Result<void> members(FunctionRef<Result<void>(std::string_view key, Value& value)> visit);
  Result<void> elements(FunctionRef<Result<void>(Value& value)> visit);

  // Appends the value's text, checked and without white space; numbers keep their digits.
  // kRejected where it nests deeper than `depth_max`: nothing is appended then, and the document
  // may be read on.
  Result<void> append_to(std::string& out, std::uint32_t depth_max);

  // The value's text as it stands in the document, checked; lent like string()'s. Fails as
  // append_to() does.
  Result<std::string_view> raw(std::uint32_t depth_max);

  // Goes back to the container's beginning. Who does so with each of n containers that lie in one
  // another reads the innermost 2^n times.
  void rewind();

 private:
  friend class Cursor;

  Result<void> pass(std::uint32_t depth_max, std::string* out);

  Cursor* cursor_ = nullptr;
  Kind kind_ = Kind::kNull;
  bool is_escaped_ = false;  // text_ still has its escapes.
  bool has_lone_surrogate_ = false;
  std::size_t token_ = 0;
  std::string_view raw_;   // A scalar's token; of a container, everything from its first byte on.
  std::string_view text_;  // What string() returns, or will unescape.
  const char* backslash_ = nullptr;  // Of a container: the cursor's when it stood before it.
};

class Reader {
 public:
  Reader();
  ~Reader();

  // Reads one document that fills `text` but for white space and a byte order mark. `visit` sees
  // the root. Requires kReadablePadding readable bytes behind `text`, though none is read today.
  Result<void> read(std::string_view text, FunctionRef<Result<void>(Value& root)> visit);

  // Reads newline-delimited documents; empty lines are passed over, and a byte order mark at the
  // beginning of a line. `visit` sees each root and its
  // line's number from 0. Stops at the first failure, unless `on_bad_line` is given: then it is
  // told and reading goes on with the next line. An error's native number is the offset within the
  // line.
  Result<void> read_lines(
      std::string_view text, FunctionRef<Result<void>(std::size_t line, Value& root)> visit,
      const FunctionRef<Result<void>(std::size_t line, const Error& error)>* on_bad_line = nullptr);

  // Between documents. Gives back what its buffers hold beyond `keep_bytes` each; returns how much.
  std::size_t shrink(std::size_t keep_bytes);

  // Whether the last failure was the text's and not a visitor's.
  bool failed_on_syntax() const;
  // After a failure of the syntax: the offset in the text of the byte at which reading stopped.
  std::size_t error_offset() const;

 private:
  Result<void> read_document(std::string_view marked_text, std::size_t base,
                             FunctionRef<Result<void>(Value& root)> visit);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::json
