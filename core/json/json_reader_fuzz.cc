// Reads a text as a document and as lines, unvisited, visited and copied: all must agree, and a
// copy must read back as itself.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "json/reader.h"

namespace {

using penstock::Error;
using penstock::FunctionRef;
using penstock::Result;
using penstock::json::Kind;
using penstock::json::Reader;
using penstock::json::Value;

Result<void> look_at_all(Value& value) {
  if (value.kind() == Kind::kObject) {
    return value.members([](std::string_view, Value& member) { return look_at_all(member); });
  }
  if (value.kind() == Kind::kArray) {
    return value.elements([](Value& element) { return look_at_all(element); });
  }
  if (value.kind() == Kind::kString) PENSTOCK_TRY(value.string());
  return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Reader reader;
  std::string copy;
  const bool is_valid = bool(reader.read(text, [](Value&) -> Result<void> { return {}; }));
  const bool is_copied =
      bool(reader.read(text, [&](Value& root) { return root.append_to(copy, 1024); }));
  PENSTOCK_CHECK(is_valid ==
                 bool(reader.read(text, [](Value& root) { return look_at_all(root); })));
  PENSTOCK_CHECK(is_valid == is_copied);
  if (is_valid) {
    std::string again;
    PENSTOCK_CHECK(
        bool(reader.read(copy, [&](Value& root) { return root.append_to(again, 1024); })));
    PENSTOCK_CHECK(again == copy);
  } else {
    PENSTOCK_CHECK(reader.error_offset() <= size);
  }

  const auto ignore = [](std::size_t, const Error&) -> Result<void> { return {}; };
  const FunctionRef<Result<void>(std::size_t, const Error&)> on_bad_line(ignore);
  PENSTOCK_CHECK(bool(reader.read_lines(
      text, [](std::size_t, Value& root) { return look_at_all(root); }, &on_bad_line)));
  return 0;
}
