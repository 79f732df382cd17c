#include "store/columns/text_search.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "base/utf8.h"
#include "event/fields.h"

namespace penstock::store {
namespace {

struct Spelling {
  bool is_ascii = false;
  bool has_slash = false;  // "\/"
};

void append_escape(std::string& out, std::uint32_t code_unit) {
  std::array<char, 8> text{};
  const int size = std::snprintf(text.data(), text.size(), "\\u%04x", code_unit);
  out.append(text.data(), static_cast<std::size_t>(size));
}

// Of a valid sequence.
std::uint32_t code_point_of(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence.front());
  std::uint32_t code_point = sequence.size() == 1 ? first : first & (0x7fU >> sequence.size());
  for (const char c : sequence.substr(1)) {
    code_point = code_point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  }
  return code_point;
}

void append_ascii(std::string& out, std::string_view sequence) {
  constexpr std::uint32_t kFirstPair = 0x10000;
  const std::uint32_t code_point = code_point_of(sequence);
  if (code_point < kFirstPair) return append_escape(out, code_point);
  append_escape(out, 0xd800 + ((code_point - kFirstPair) >> 10));
  append_escape(out, 0xdc00 + ((code_point - kFirstPair) & 0x3ff));
}

std::string spelled(std::string_view text, const Spelling& spelling) {
  constexpr std::string_view kNamed = "\b\f\n\r\t\"\\";
  constexpr std::string_view kNames = "bfnrt\"\\";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::max<std::size_t>(utf8_length(text, at), 1);
    const std::string_view sequence = text.substr(at, size);
    const char first = sequence.front();
    const std::size_t named = kNamed.find(first);
    if (named != std::string_view::npos) {
      out += {'\\', kNames[named]};
    } else if (first == '/' && spelling.has_slash) {
      out += "\\/";
    } else if (static_cast<unsigned char>(first) < 0x20 || (size > 1 && spelling.is_ascii)) {
      append_ascii(out, sequence);
    } else {
      out += sequence;
    }
    at += size;
  }
  return out;
}

}  // namespace

std::vector<std::string> json_spellings(std::string_view text) {
  std::vector<std::string> spellings = {std::string(text)};
  for (const bool is_ascii : {false, true}) {
    for (const bool has_slash : {false, true}) {
      std::string one = spelled(text, {is_ascii, has_slash});
      if (std::find(spellings.begin(), spellings.end(), one) == spellings.end()) {
        spellings.push_back(std::move(one));
      }
    }
  }
  return spellings;
}

bool any_text_holds(const Condition& condition, const event::Row& row) {
  for (const event::Field& field : event::kFields) {
    if (field.type == event::FieldType::kText && holds(condition, event::text_of(field, row))) {
      return true;
    }
  }
  const std::string_view properties = row.record.properties;
  if (condition.comparison != Comparison::kContains) return holds(condition, properties);
  const auto spellings = json_spellings(condition.operand);
  return std::any_of(spellings.begin(), spellings.end(), [&](const std::string& spelling) {
    return holds({condition.subject, spelling, Comparison::kContains}, properties);
  });
}

}  // namespace penstock::store
