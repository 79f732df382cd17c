#include "intake/address_ranges.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/text.h"

namespace penstock::intake {
namespace {

AddressRanges ranges_of(const std::vector<std::string>& networks) {
  return AddressRanges(*http::NetworkList::parse(networks));
}

bool has(const AddressRanges& ranges, std::string_view address) {
  return ranges.contains(*http::Address::parse(address));
}

TEST(AddressRanges, HoldWhatTheirNetworksDo) {
  const AddressRanges ranges = ranges_of({"10.0.0.0/8", "192.0.2.7", "2001:db8::/33"});
  for (const char* in : {"10.0.0.0", "10.255.255.255", "192.0.2.7", "::ffff:10.1.2.3",
                         "2001:db8::", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"}) {
    EXPECT_TRUE(has(ranges, in)) << in;
  }
  for (const char* out : {"9.255.255.255", "11.0.0.0", "192.0.2.6", "192.0.2.8",
                          "2001:db8:8000::", "2001:db7:ffff::", "::"}) {
    EXPECT_FALSE(has(ranges, out)) << out;
  }
  EXPECT_FALSE(has(AddressRanges(), "10.0.0.1"));
}

TEST(AddressRanges, JoinWhatTouches) {
  EXPECT_EQ(ranges_of({"10.0.1.0/24", "10.0.0.0/24", "10.0.0.0/16", "10.0.7.1"}).size(), 1u);
  EXPECT_EQ(ranges_of({"10.0.0.0/24", "10.0.2.0/24"}).size(), 2u);
  const AddressRanges all = ranges_of({"::/0", "ffff::/16"});
  EXPECT_EQ(all.size(), 1u);
  EXPECT_TRUE(has(all, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
}

TEST(AddressRanges, SayWhatAWalkOverAllNetworksWould) {
  Random random(7);
  std::vector<std::string> networks;
  for (int i = 0; i < 300; ++i) {
    networks.push_back(str_cat(random.next() % 4, ".", random.next() % 256, ".",
                               random.next() % 256, ".0/", 8 + random.next() % 25));
  }
  const auto list = http::NetworkList::parse(networks);
  const AddressRanges ranges(*list);
  for (int i = 0; i < 5'000; ++i) {
    const auto address = http::Address::parse(str_cat(random.next() % 5, ".", random.next() % 256,
                                                      ".", random.next() % 256, ".", i % 256));
    EXPECT_EQ(ranges.contains(*address), list->contains(*address)) << address->text();
  }
}

}  // namespace
}  // namespace penstock::intake
