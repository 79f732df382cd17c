// Reads JSON in one pass over padded text (simdjson's On-Demand parser), behind an interface that
// does not show it.
//
// Values are visited in document order, each at most once; what a visitor does not look at is
// still checked, so a text that is accepted is valid JSON to its last byte. Views that string()
// returns are lent until the reader's next document.
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

// A value at the reader's position. Not kept beyond the visit that received it. Every failure is
// kRejected; a failure of one value makes the document's read fail, so a visitor just returns it.
class Value {
 public:
  Kind kind();
  Result<std::string_view> string();  // Unescaped.
  Result<std::int64_t> integer();     // A number without fraction, in range.
  Result<double> number();
  Result<bool> boolean();

  // Calls `visit` for each member or element in order. Fails on another kind.
  Result<void> members(FunctionRef<Result<void>(std::string_view key, Value& value)> visit);
  Result<void> elements(FunctionRef<Result<void>(Value& value)> visit);

  // Appends the value's text, checked and without white space; numbers keep their digits.
  // kRejected where it nests deeper than `depth_max`.
  Result<void> append_to(std::string& out, std::uint32_t depth_max);

 private:
  friend class Reader;
  struct Access;
  alignas(8) std::byte storage_[64];
};

class Reader {
 public:
  Reader();
  ~Reader();

  // Reads one document that fills `text` but for white space. Requires kReadablePadding readable
  // bytes behind it. `visit` sees the root.
  Result<void> read(std::string_view text, FunctionRef<Result<void>(Value& root)> visit);

  // Reads newline-delimited documents; empty lines are passed over. `visit` sees each root and its
  // line's number from 0. Stops at the first failure, unless `on_bad_line` is given: then it is
  // told and reading goes on with the next line.
  Result<void> read_lines(
      std::string_view text, FunctionRef<Result<void>(std::size_t line, Value& root)> visit,
      const FunctionRef<Result<void>(std::size_t line, const Error& error)>* on_bad_line = nullptr);

  // After a failure of the syntax: the offset of the byte at which reading stopped.
  std::size_t error_offset() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::json
