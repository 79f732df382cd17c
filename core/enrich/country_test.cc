#include "enrich/country.h"

#include <array>
#include <cstdint>
#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::enrich {
namespace {

using Bytes = std::string;

// MaxMind's format, as far as one network needs it: a tree of one node a bit, the data, and the
// metadata, each value with a control byte of its type and size.
Bytes text(const Bytes& value) { return Bytes(1, static_cast<char>(0x40 + value.size())) + value; }
Bytes map_of(int pairs) { return Bytes(1, static_cast<char>(0xe0 + pairs)); }
Bytes number(char type, std::uint32_t value, int size) {
  Bytes out;
  out += type;
  for (int i = size - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
  return out;
}
Bytes u16(std::uint32_t value) { return number(static_cast<char>(0xa2), value, 2); }
Bytes u32(std::uint32_t value) { return number(static_cast<char>(0xc4), value, 4); }

void append_u24(Bytes& out, std::uint32_t value) {
  for (const int shift : {16, 8, 0}) out += static_cast<char>(value >> shift);
}

// Networks 81.2.69.0/24 and 10.0.0.0/8 lead to `code`.
Bytes database_with(const Bytes& code) {
  const std::array<std::pair<std::uint32_t, int>, 2> networks = {
      {{0x51024500, 24}, {0x0a000000, 8}}};
  std::vector<std::array<std::uint32_t, 2>> nodes(1, {0, 0});  // 0: nothing yet.
  constexpr std::uint32_t kData = 0xffffffff;
  for (const auto& [prefix, length] : networks) {
    std::uint32_t node = 0;
    for (int bit = 0; bit < length; ++bit) {
      const std::size_t side = (prefix >> (31 - bit)) & 1;
      if (bit == length - 1) {
        nodes[node][side] = kData;
      } else if (nodes[node][side] == 0) {
        nodes[node][side] = static_cast<std::uint32_t>(nodes.size());
        nodes.push_back({0, 0});
      }
      if (bit < length - 1) node = nodes[node][side];
    }
  }
  const auto count = static_cast<std::uint32_t>(nodes.size());
  Bytes out;
  for (const auto& node : nodes) {
    for (const std::uint32_t side : node) {
      append_u24(out, side == kData ? count + 16 : side == 0 ? count : side);
    }
  }
  out += Bytes(16, '\0');
  out += map_of(1) + text("country") + map_of(1) + text("iso_code") + text(code);
  out += "\xab\xcd\xefMaxMind.com";
  const Bytes no_languages("\x00\x04", 2);
  const Bytes built("\x08\x02\x00\x00\x00\x00\x65\x00\x00\x00", 10);
  out += map_of(9) + text("node_count") + u32(count) + text("record_size") + u16(24);
  out += text("ip_version") + u16(4) + text("database_type") + text("Test");
  out += text("languages") + no_languages + text("description") + map_of(0);
  out += text("build_epoch") + built;
  out += text("binary_format_major_version") + u16(2);
  out += text("binary_format_minor_version") + u16(0);
  return out;
}

class Country : public ::testing::Test {
 protected:
  std::unique_ptr<CountryFinder> finder(const Bytes& code) {
    std::ofstream(dir_.path("x.mmdb"), std::ios::binary) << database_with(code);
    auto opened = CountryFinder::open(dir_.path("x.mmdb"));
    EXPECT_TRUE(opened) << opened.error().native;
    return std::move(*opened);
  }
  testing::TempDir dir_;
};

TEST_F(Country, IsThatOfTheNetwork) {
  const auto countries = finder("GB");
  EXPECT_EQ(countries->country("81.2.69.142"), "GB");
  EXPECT_EQ(countries->country("81.2.70.1"), "");
}

TEST_F(Country, IsNoneForPrivateAddresses) {
  const auto countries = finder("GB");
  for (const char* ip : {"10.1.2.3", "127.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.1.1",
                         "100.64.0.1", "::1", "fe80::1", "fd00::1"}) {
    EXPECT_EQ(countries->country(ip), "") << ip;
  }
}

TEST_F(Country, IsNoneForWhatIsNoAddress) {
  const auto countries = finder("GB");
  for (const char* ip : {"", "81.2.69", "81.2.69.142.", "x", "2001:db8::1", "::ffff:81.2.69.142.1",
                         "1111111111111111111111111111111111111111111111111111"}) {
    EXPECT_EQ(countries->country(ip), "") << ip;
  }
}

TEST_F(Country, IsNoneWhereTheDatabaseHoldsNoCode) {
  EXPECT_EQ(finder("gbr")->country("81.2.69.142"), "");
}

TEST_F(Country, RefusesAFileThatIsNoDatabase) {
  std::ofstream(dir_.path("y.mmdb")) << "nonsense";
  const auto opened = CountryFinder::open(dir_.path("y.mmdb"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kConfiguration);
  EXPECT_FALSE(CountryFinder::open(dir_.path("none.mmdb")));
}

}  // namespace
}  // namespace penstock::enrich
