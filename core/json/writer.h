// Writes JSON into a caller's string. Append-only, no tree, no state but the comma.
//
//   json::Writer w(out);
//   w.begin_object();
//   w.key("accepted").value(3);
//   w.end_object();
//
// Texts are escaped, and repaired where they are not UTF-8, as base/json_text.h says.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"

namespace penstock::json {

class Writer {
 public:
  // Borrows `out`.
  explicit Writer(std::string& out) : out_(out) {}

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);

  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(bool truth);
  Writer& value(double number);  // Shortest text that reads back the same; NaN and infinity: null.
  Writer& value(std::integral auto number) {
    separate();
    append_text(out_, number);
    return *this;
  }
  Writer& null();
  // Null where there is none.
  template <class T>
  Writer& value(const std::optional<T>& v) {
    return v ? value(*v) : null();
  }
  // A JSON text that is known to be valid.
  Writer& raw(std::string_view json);

  // key(name).value(v) in one call.
  template <class T>
  Writer& member(std::string_view name, const T& v) {
    return key(name).value(v);
  }
  // As member(), but null where "" or 0 says that there is none: of a name, of a time.
  Writer& member_or_null(std::string_view name, std::string_view text) {
    return text.empty() ? key(name).null() : member(name, text);
  }
  Writer& member_or_null(std::string_view name, std::integral auto number) {
    return number > 0 ? member(name, number) : key(name).null();
  }

 private:
  void separate();

  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace penstock::json
