#include "adapter/contract/loose_members.h"

#include <algorithm>
#include <array>

#include "base/scratch.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

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
  pairs_.start(bytes_max);
  headers_.clear();
}

std::size_t LooseMembers::shrink(std::size_t keep_bytes) {
  headers_.clear();
  return pairs_.shrink(keep_bytes) + shrink_scratch(headers_, keep_bytes);
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
                     [name](const Pair& header) { return header.name == name; });
}

void LooseMembers::add_pairs(std::string_view pairs) { pairs_.add(pairs); }

void LooseMembers::put_pairs(event::Draft& draft) const {
  for (const Pair& pair : pairs_.all()) {
    if (pair.name == "key" || has_header(pair.name)) continue;
    draft.take_text(pair.name, pair.value);
  }
}

void LooseMembers::put_headers(event::Draft& draft) const {
  for (const Pair& header : headers_) {
    // A variable of the server's that was empty.
    if (!header.value.empty()) draft.take_text(header.name, header.value);
  }
}

}  // namespace penstock::adapter
