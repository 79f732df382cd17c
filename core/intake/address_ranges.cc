#include "intake/address_ranges.h"

#include <algorithm>

namespace penstock::intake {
namespace {

// With each bit behind the network's prefix as `bit`.
http::Address with_rest(http::Address address, int prefix_bits, bool bit) {
  for (int i = prefix_bits; i < 128; ++i) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> (i % 8));
    std::uint8_t& byte = address.bytes[static_cast<std::size_t>(i / 8)];
    byte = bit ? static_cast<std::uint8_t>(byte | mask) : static_cast<std::uint8_t>(byte & ~mask);
  }
  return address;
}

// Of the last address of all: itself, which no other begins behind.
http::Address next(http::Address address) {
  for (std::size_t i = address.bytes.size(); i > 0; --i) {
    if (++address.bytes[i - 1] != 0) return address;
  }
  address.bytes.fill(0xff);
  return address;
}

}  // namespace

AddressRanges::AddressRanges(const http::NetworkList& networks) {
  std::vector<Range> all;
  for (const http::NetworkList::Network& network : networks.all()) {
    all.push_back({with_rest(network.base, network.prefix_bits, false),
                   with_rest(network.base, network.prefix_bits, true)});
  }
  std::sort(all.begin(), all.end(),
            [](const Range& a, const Range& b) { return a.first.bytes < b.first.bytes; });
  for (const Range& range : all) {
    if (!ranges_.empty() && range.first.bytes <= next(ranges_.back().last).bytes) {
      Range& before = ranges_.back();
      before.last.bytes = std::max(before.last.bytes, range.last.bytes);
    } else {
      ranges_.push_back(range);
    }
  }
}

bool AddressRanges::contains(const http::Address& address) const {
  const auto behind = std::upper_bound(
      ranges_.begin(), ranges_.end(), address,
      [](const http::Address& a, const Range& range) { return a.bytes < range.first.bytes; });
  return behind != ranges_.begin() && address.bytes <= std::prev(behind)->last.bytes;
}

}  // namespace penstock::intake
