#include "http/proxy_protocol.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

// "more", "rejected", or "BYTES ADDRESS".
std::string outcome(std::string_view bytes) {
  const auto result = parse_proxy_header(bytes);
  if (!result) return result.error().code == ErrorCode::kRejected ? "rejected" : "wrong code";
  if (!*result) return "more";
  const ProxyHeader& header = **result;
  return std::to_string(header.bytes) + " " + (header.client ? header.client->text() : "peer");
}

// Each beginning wants more, and what follows the header is left alone.
void expect_header(const std::string& header, const std::string& client) {
  for (std::size_t bytes = 0; bytes < header.size(); ++bytes) {
    EXPECT_EQ(outcome(std::string_view(header).substr(0, bytes)), "more") << bytes;
  }
  const std::string expected = std::to_string(header.size()) + " " + client;
  EXPECT_EQ(outcome(header), expected);
  EXPECT_EQ(outcome(header + "GET / HTTP/1.1\r\n"), expected);
}

std::string v2(int version_command, int family, const std::string& block) {
  std::string header = "\r\n\r\n\0\r\nQUIT\n"s;
  header += static_cast<char>(version_command);
  header += static_cast<char>(family);
  header += static_cast<char>(block.size() >> 8);
  header += static_cast<char>(block.size() & 0xff);
  return header + block;
}

const std::string kV4Block = "\xcb\x00\x71\x09\x0a\x00\x00\x01\x12\x67\x01\xbb"s;
const std::string kV6Block = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01"s +
                             std::string(16, '\x22') + "\x12\x67\x01\xbb"s;

TEST(ProxyProtocolV1, GivesTheSource) {
  expect_header("PROXY TCP4 203.0.113.9 10.0.0.1 56324 443\r\n", "203.0.113.9");
  expect_header("PROXY TCP4 255.255.255.255 255.255.255.255 65535 0\r\n", "255.255.255.255");
  expect_header("PROXY TCP6 2001:db8::1 ::1 56324 443\r\n", "2001:db8::1");
  expect_header("PROXY TCP6 ::ffff:1.2.3.4 ::1 1 2\r\n", "1.2.3.4");
}

TEST(ProxyProtocolV1, LeavesUnknownToThePeer) {
  expect_header("PROXY UNKNOWN\r\n", "peer");
  expect_header("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff::ffff 65535 65535\r\n",
                "peer");
  const std::string longest = "PROXY UNKNOWN " + std::string(107 - 14 - 2, 'x') + "\r\n";
  ASSERT_EQ(longest.size(), 107U);
  expect_header(longest, "peer");
}

TEST(ProxyProtocolV1, RefusesBrokenLines) {
  for (const std::string_view line : {"PROXY\r\n",
                                      "PROXY \r\n",
                                      "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                                      "proxy TCP4 ",
                                      "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n",
                                      "PROXY TCP4\r\n",
                                      "PROXY TCP4 1.2.3.4\r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4\r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 1 \r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n",
                                      "PROXY TCP4 1.2.3.4  1.2.3.4 1 2\r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n",
                                      "PROXY TCP4 1.2.3.4:5 1.2.3.4 1 2\r\n",
                                      "PROXY TCP4 ::1 ::1 1 2\r\n",
                                      "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
                                      "PROXY TCP6 1.2.3.4:5 ::1 1 2\r\n",
                                      "PROXY TCP6 [::1] ::1 1 2\r\n",
                                      "PROXY TCP6 ::1%lo ::1 1 2\r\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n",
                                      "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r ",
                                      "PROXY UNKNOWN\n\r\n",
                                      "PROXY UNKNOWNX\r\n"}) {
    EXPECT_EQ(outcome(line), "rejected") << line;
  }
}

TEST(ProxyProtocolV1, RefusesALineThatIsTooLong) {
  const std::string line = "PROXY UNKNOWN " + std::string(107 - 14 - 1, 'x');
  ASSERT_EQ(line.size(), 106U);
  EXPECT_EQ(outcome(line), "more");
  EXPECT_EQ(outcome(line + "\r"), "rejected");
  EXPECT_EQ(outcome(line + "x"), "rejected");
  EXPECT_EQ(outcome(line + "\r\n"), "rejected");
}

TEST(ProxyProtocolV2, GivesTheSource) {
  expect_header(v2(0x21, 0x11, kV4Block), "203.0.113.9");
  expect_header(v2(0x21, 0x12, kV4Block), "203.0.113.9");
  expect_header(v2(0x21, 0x21, kV6Block), "2001:db8::1");
  expect_header(v2(0x21, 0x22, kV6Block), "2001:db8::1");
}

TEST(ProxyProtocolV2, ReadsOverTlvs) {
  expect_header(v2(0x21, 0x11, kV4Block + "\x01\x00\x02h2\x04\x00\x00"s), "203.0.113.9");
  expect_header(v2(0x21, 0x21, kV6Block + "\x20\x00\x05\x01\x00\x00\x00\x00"s), "2001:db8::1");
}

TEST(ProxyProtocolV2, LeavesTheRestToThePeer) {
  expect_header(v2(0x20, 0x00, ""), "peer");
  expect_header(v2(0x20, 0x11, kV4Block), "peer");
  expect_header(v2(0x20, 0xff, "whatever"), "peer");
  expect_header(v2(0x21, 0x00, ""), "peer");
  expect_header(v2(0x21, 0x00, "whatever"), "peer");
  expect_header(v2(0x21, 0x31, std::string(216, 'u')), "peer");
  expect_header(v2(0x21, 0x32, std::string(216, 'u')), "peer");
}

TEST(ProxyProtocolV2, RefusesBrokenHeaders) {
  EXPECT_EQ(outcome(v2(0x11, 0x11, kV4Block)), "rejected");
  EXPECT_EQ(outcome(v2(0x22, 0x11, kV4Block)), "rejected");
  EXPECT_EQ(outcome(v2(0x31, 0x11, kV4Block)), "rejected");
  for (const int family : {0x01, 0x02, 0x10, 0x13, 0x20, 0x30, 0x33, 0x41, 0xff}) {
    EXPECT_EQ(outcome(v2(0x21, family, std::string(216, '\0'))), "rejected") << family;
  }
  EXPECT_EQ(outcome(v2(0x21, 0x11, kV4Block.substr(1))), "rejected");
  EXPECT_EQ(outcome(v2(0x21, 0x21, kV6Block.substr(1))), "rejected");
  EXPECT_EQ(outcome(v2(0x21, 0x31, std::string(215, 'u'))), "rejected");
  EXPECT_EQ(outcome(v2(0x21, 0x11, kV4Block + "\x01\x00"s)), "rejected");
  EXPECT_EQ(outcome(v2(0x21, 0x11, kV4Block + "\x01\x00\x03h2"s)), "rejected");
}

TEST(ProxyProtocolV2, RefusesNonsenseAsSoonAsItIsSeen) {
  EXPECT_EQ(outcome(v2(0x11, 0, "").substr(0, 13)), "rejected");
  EXPECT_EQ(outcome("\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff"sv), "rejected");
}

TEST(ProxyProtocolV2, ReadsUpToItsLimit) {
  const auto of_bytes = [](std::size_t bytes) {
    const std::size_t noop = bytes - 16 - kV4Block.size() - 3;
    return v2(0x21, 0x11,
              kV4Block + "\x04"s + static_cast<char>(noop >> 8) + static_cast<char>(noop & 0xff) +
                  std::string(noop, '\0'));
  };

  EXPECT_EQ(outcome(of_bytes(kProxyHeaderBytesMax)), "2048 203.0.113.9");
  EXPECT_EQ(outcome(of_bytes(kProxyHeaderBytesMax + 1)), "rejected");
}

TEST(ProxyProtocol, RefusesWhatBeginsNoHeader) {
  for (const std::string_view bytes : {"G"sv, "GET / HTTP/1.1\r\n"sv, "P OXY "sv, "\r\n\r\n\r"sv,
                                       "\r\r"sv, "\0"sv, "\x16\x03\x01"sv}) {
    EXPECT_EQ(outcome(bytes), "rejected") << bytes;
  }
}

}  // namespace
}  // namespace penstock::http
