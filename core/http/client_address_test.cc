#include "http/client_address.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

std::string parsed(std::string_view text) {
  const auto address = Address::parse(text);
  return address ? address->text() : "none";
}

NetworkList networks(const std::vector<std::string>& list) {
  auto result = NetworkList::parse(list);
  EXPECT_TRUE(result);
  return result ? std::move(*result) : NetworkList();
}

std::string client(std::string_view peer, std::string_view forwarded,
                   const std::vector<std::string>& trusted) {
  return client_address(*Address::parse(peer), forwarded, networks(trusted)).text();
}

TEST(Address, ReadsEveryUsualForm) {
  EXPECT_EQ(parsed("203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(parsed("203.0.113.9:8080"), "203.0.113.9");
  EXPECT_EQ(parsed("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(parsed("[2001:db8::1]"), "2001:db8::1");
  EXPECT_EQ(parsed("[2001:db8::1]:443"), "2001:db8::1");
  EXPECT_EQ(parsed("fe80::1%eth0"), "fe80::1");
  EXPECT_EQ(parsed("[fe80::1%eth0]:1"), "fe80::1");
  EXPECT_EQ(parsed("::ffff:203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(parsed("::"), "::");
}

TEST(Address, RefusesEverythingElse) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv,
                                      " "sv,
                                      "unknown"sv,
                                      "_hidden"sv,
                                      "1.2.3"sv,
                                      "1.2.3.4.5"sv,
                                      "1.2.3.256"sv,
                                      "01.2.3.4"sv,
                                      "1.2.3.4:"sv,
                                      "1.2.3.4:x"sv,
                                      "1.2.3.4:65536"sv,
                                      "1.2.3.4:-1"sv,
                                      "[1.2.3.4]"sv,
                                      "[::1"sv,
                                      "::1]"sv,
                                      "[::1]x"sv,
                                      "[::1]:"sv,
                                      "[]"sv,
                                      "::1%"sv,
                                      ":::"sv,
                                      "1:2:3:4:5:6:7:8:9"sv,
                                      " 1.2.3.4"sv,
                                      "1.2.3.4\0"sv,
                                      "1.2.3.4/8"sv,
                                      "g::1"sv,
                                      "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"sv}) {
    EXPECT_EQ(parsed(text), "none") << text;
  }
}

TEST(Address, KnowsItsFamily) {
  EXPECT_TRUE(Address::parse("10.0.0.1")->is_v4());
  EXPECT_EQ(*Address::parse("10.0.0.1"), *Address::parse("::ffff:10.0.0.1"));
  EXPECT_FALSE(Address::parse("::1")->is_v4());
}

TEST(NetworkList, ContainsWhatItsNetworksDo) {
  const NetworkList list =
      networks({"10.0.0.0/8", "192.168.5.128/25", "2001:db8::/33", " ::1 ", "203.0.113.7"});
  const auto contains = [&](std::string_view text) { return list.contains(*Address::parse(text)); };

  EXPECT_TRUE(contains("10.255.0.1"));
  EXPECT_FALSE(contains("11.0.0.1"));
  EXPECT_TRUE(contains("192.168.5.128"));
  EXPECT_FALSE(contains("192.168.5.127"));
  EXPECT_TRUE(contains("2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8:8000::1"));
  EXPECT_TRUE(contains("::1"));
  EXPECT_FALSE(contains("::2"));
  EXPECT_TRUE(contains("203.0.113.7"));
  EXPECT_FALSE(contains("203.0.113.6"));
  EXPECT_TRUE(contains("::ffff:10.1.2.3"));
}

TEST(NetworkList, CoversAFamilyByAnEmptyPrefix) {
  EXPECT_TRUE(networks({"0.0.0.0/0"}).contains(*Address::parse("8.8.8.8")));
  EXPECT_FALSE(networks({"0.0.0.0/0"}).contains(*Address::parse("2001:db8::1")));
  EXPECT_TRUE(networks({"::/0"}).contains(*Address::parse("2001:db8::1")));
  EXPECT_FALSE(networks({}).contains(*Address::parse("::1")));
}

TEST(NetworkList, NamesTheFaultyEntry) {
  for (const char* const text : {"", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8",
                                 "::/129", "10.0.0.1:80", "[::1]/128", "localhost"}) {
    const auto result = NetworkList::parse({"10.0.0.0/8", text});
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, ErrorCode::kConfiguration);
    EXPECT_EQ(result.error().native, 1);
  }
}

TEST(ClientAddress, IsThePeerWhereItIsNotTrusted) {
  EXPECT_EQ(client("198.51.100.1", "203.0.113.9", {"127.0.0.0/8"}), "198.51.100.1");
  EXPECT_EQ(client("198.51.100.1", "203.0.113.9", {}), "198.51.100.1");
}

TEST(ClientAddress, IsTheFirstUntrustedFromTheRight) {
  const std::vector<std::string> trusted = {"127.0.0.0/8", "10.0.0.0/8"};

  EXPECT_EQ(client("127.0.0.1", "203.0.113.9", trusted), "203.0.113.9");
  EXPECT_EQ(client("127.0.0.1", "6.6.6.6, 203.0.113.9", trusted), "203.0.113.9");
  EXPECT_EQ(client("127.0.0.1", "6.6.6.6,203.0.113.9 ,\t10.0.0.3, 10.0.0.2", trusted),
            "203.0.113.9");
  EXPECT_EQ(client("127.0.0.1", "203.0.113.9:4711, [2001:db8::2]:80", trusted), "2001:db8::2");
  EXPECT_EQ(client("127.0.0.1", "203.0.113.9:4711, 10.0.0.2:80", trusted), "203.0.113.9");
}

TEST(ClientAddress, IsTheFarthestWhereAllAreTrusted) {
  EXPECT_EQ(client("127.0.0.1", "10.0.0.9, 10.0.0.2", {"127.0.0.0/8", "10.0.0.0/8"}), "10.0.0.9");
}

TEST(ClientAddress, IsThePeerWhereTheHeaderIsOfNoUse) {
  const std::vector<std::string> trusted = {"127.0.0.0/8"};

  EXPECT_EQ(client("127.0.0.1", "", trusted), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", "   ", trusted), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", "unknown", trusted), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", "203.0.113.9, unknown", trusted), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", "203.0.113.9, _hidden", trusted), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", "203.0.113.9, \"", trusted), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", "203.0.113.9, \"\"", trusted), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", ", ,", trusted), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", "nonsense, 203.0.113.9", trusted), "203.0.113.9");
}

TEST(ClientAddress, PassesOverEmptyEntries) {
  const std::vector<std::string> trusted = {"127.0.0.0/8", "10.0.0.0/8"};

  for (const char* const header :
       {"203.0.113.7,", ",203.0.113.7", ", ,203.0.113.7", "203.0.113.7,,",
        "203.0.113.7 , \t, 10.0.0.2,", "6.6.6.6,,203.0.113.7,,10.0.0.2"}) {
    EXPECT_EQ(client("127.0.0.1", header, trusted), "203.0.113.7") << header;
  }
  EXPECT_EQ(client("127.0.0.1", ",10.0.0.2,", trusted), "10.0.0.2");
}

TEST(ClientAddress, ReadsPortsBracketsAndQuotes) {
  const std::vector<std::string> trusted = {"127.0.0.0/8"};

  EXPECT_EQ(client("127.0.0.1", "\"203.0.113.7\"", trusted), "203.0.113.7");
  EXPECT_EQ(client("127.0.0.1", "\"203.0.113.7:80\",", trusted), "203.0.113.7");
  EXPECT_EQ(client("127.0.0.1", "\"[2001:db8::2]:443\"", trusted), "2001:db8::2");
  EXPECT_EQ(client("127.0.0.1", "[2001:db8::2]", trusted), "2001:db8::2");
  EXPECT_EQ(client("127.0.0.1", "2001:DB8:0:0::2", trusted), "2001:db8::2");
}

TEST(Address, SpellsEveryNumberOfAnIpv4Address) {
  for (int number = 0; number < 256; ++number) {
    const std::string digits = std::to_string(number);
    const std::string text = digits + "." + digits + ".0." + digits;
    const auto address = Address::parse(text);
    ASSERT_TRUE(address);
    EXPECT_EQ(address->text(), text);
  }
}

}  // namespace
}  // namespace penstock::http
