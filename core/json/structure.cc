#include "json/structure.h"

#include <bit>

#include <simdjson.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/utf8.h"

namespace penstock::json {

static_assert(kReadablePadding >= simdjson::SIMDJSON_PADDING);

struct Structure::Parser {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
};

namespace {

// Of the index, for each byte of text.
constexpr std::size_t kIndexBytes = 4;
constexpr std::size_t kSmallestBytes = 1 << 14;
// simdjson's offsets have 32 bits; nothing that we read comes near.
constexpr std::size_t kTextBytesMax = 1 << 30;
// Of simdjson's second stage, which is not used.
constexpr std::size_t kUnusedDepth = 1;

// simdjson says only that something is wrong; this finds where, byte by byte.
Error locate_fault(std::string_view text) {
  bool is_in_string = false;
  std::size_t opened_at = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const char c = text[i];
    const auto offset = static_cast<std::int64_t>(i);
    if (length == 0) return {ErrorCode::kRejected, offset, "read JSON: not UTF-8"};
    i += length;
    if (!is_in_string) {
      is_in_string = c == '"';
      opened_at = i - 1;
    } else if (c == '\\' && i < text.size() && (text[i] == '"' || text[i] == '\\')) {
      ++i;
    } else if (c == '"') {
      is_in_string = false;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      return {ErrorCode::kRejected, offset, "read JSON: a control character in a string"};
    }
  }
  return {ErrorCode::kRejected, static_cast<std::int64_t>(opened_at),
          "read JSON: a string without its end"};
}

}  // namespace

Structure::Structure() : parser_(std::make_unique<Parser>()) {}
Structure::~Structure() = default;

Result<std::span<const std::uint32_t>> Structure::index(std::string_view text) {
  if (text.empty()) return std::span<const std::uint32_t>();
  if (text.size() > kTextBytesMax) return fail(ErrorCode::kRejected, "read JSON: too large");
  auto& stages = parser_->stages;
  if (!stages || stages->capacity() < text.size()) {
    const std::size_t capacity = std::max(kSmallestBytes, std::bit_ceil(text.size()));
    const auto made = simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, kUnusedDepth, stages);
    if (made != simdjson::SUCCESS) return fail(ErrorCode::kExhausted, made, "read JSON");
  }
  const auto error = stages->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                    simdjson::stage1_mode::regular);
  if (error == simdjson::EMPTY) return std::span<const std::uint32_t>();
  if (error != simdjson::SUCCESS) return fail(locate_fault(text));
  return std::span<const std::uint32_t>(stages->structural_indexes.get(),
                                        stages->n_structural_indexes);
}

std::size_t Structure::shrink(std::size_t keep_bytes) {
  auto& stages = parser_->stages;
  const std::size_t held = stages ? kIndexBytes * stages->capacity() : 0;
  if (held <= keep_bytes) return 0;
  stages.reset();
  return held;
}

}  // namespace penstock::json
