#include "adapter/contract/loose_members.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/scratch.h"
#include "base/text.h"
#include "base/utf8.h"
#include "http/target.h"

namespace penstock::adapter {
namespace {

// A bad byte becomes three.
constexpr std::size_t kRepairFactor = 3;

constexpr std::size_t kMemberBytesMax = 16;

}  // namespace

std::string_view member_of_header(std::string_view header) {
  if (header.size() <= kMemberHeaderPrefix.size() ||
      !equals_ignoring_case(header.substr(0, kMemberHeaderPrefix.size()), kMemberHeaderPrefix)) {
    return {};
  }
  std::array<char, kMemberBytesMax> name{};
  header.remove_prefix(kMemberHeaderPrefix.size());
  if (header.size() > name.size() || header.find('_') != std::string_view::npos) return {};
  std::transform(header.begin(), header.end(), name.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  });
  return event::known_member({name.data(), header.size()});
}

void LooseMembers::start(std::size_t bytes_max) {
  pairs_.clear();
  headers_.clear();
  texts_.clear();
  texts_.reserve(kRepairFactor * bytes_max);
}

std::size_t LooseMembers::shrink(std::size_t keep_bytes) {
  start(0);
  return shrink_scratch(texts_, keep_bytes) + shrink_scratch(pairs_, keep_bytes) +
         shrink_scratch(headers_, keep_bytes);
}

// Earlier copies are lent out and must not move.
std::string_view LooseMembers::keep(std::string_view text) {
  const std::size_t begin = texts_.size();
  PENSTOCK_CHECK(texts_.capacity() - begin >= kRepairFactor * text.size());
  if (is_valid_utf8(text)) {
    texts_ += text;
  } else {
    append_valid_utf8(texts_, text);
  }
  return std::string_view(texts_).substr(begin);
}

// Of a header that comes twice the last counts: proxies add theirs behind the client's.
void LooseMembers::add_headers(std::span<const http::Header> headers) {
  for (const http::Header& header : headers) {
    const std::string_view member = member_of_header(header.name);
    if (!member.empty()) headers_.push_back({member, keep(header.value)});
  }
}

bool LooseMembers::has_header(std::string_view name) const {
  return std::any_of(headers_.begin(), headers_.end(),
                     [name](const Member& header) { return header.name == name; });
}

void LooseMembers::add_pairs(std::string_view pairs) {
  const auto read = http::for_each_pair(
      pairs, [&](std::string_view name, std::string_view value) -> Result<void> {
        if (name == "key" || has_header(name)) return {};
        const std::string_view own_name = keep(name);
        pairs_.push_back({own_name, keep(value)});
        return {};
      });
  PENSTOCK_CHECK(read);  // The visitor does not fail, and no form is malformed.
}

void LooseMembers::put_pairs(event::Draft& draft) const {
  for (const Member& pair : pairs_) draft.take_text(pair.name, pair.value);
}

void LooseMembers::put_headers(event::Draft& draft) const {
  for (const Member& header : headers_) {
    // A variable of the server's that was empty.
    if (!header.value.empty()) draft.take_text(header.name, header.value);
  }
}

}  // namespace penstock::adapter
