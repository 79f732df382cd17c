#include "enrich/url.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::enrich {
namespace {

class Url : public ::testing::Test {
 protected:
  UrlParts split(std::string_view url) { return split_url(url, arena_); }
  std::string host(std::string_view url) { return std::string(split(url).host); }
  std::string path(std::string_view url) { return std::string(split(url).path); }
  std::string source(std::string_view query) {
    return std::string(split("https://a.test/?utm_source=" + std::string(query)).utm_source);
  }

 private:
  TextArena arena_;
};

TEST_F(Url, FindsHostAndPath) {
  EXPECT_EQ(host("https://shop.example.com/cart/checkout?step=2#pay"), "shop.example.com");
  EXPECT_EQ(path("https://shop.example.com/cart/checkout?step=2#pay"), "/cart/checkout");
  EXPECT_EQ(path("https://shop.example.com"), "/");
  EXPECT_EQ(path("https://shop.example.com?a=/b"), "/");
  EXPECT_EQ(host("https://shop.example.com#/x"), "shop.example.com");
}

TEST_F(Url, LowersTheHostAndDropsUserPortAndDot) {
  EXPECT_EQ(host("HTTPS://user:pass@Shop.EXAMPLE.com.:8443/A"), "shop.example.com");
  EXPECT_EQ(path("HTTPS://user:pass@Shop.EXAMPLE.com.:8443/A"), "/A");
  EXPECT_EQ(host("http://a@b@evil.test/"), "evil.test");
  EXPECT_EQ(host("http://[2001:DB8::1]:8080/x"), "[2001:db8::1]");
  EXPECT_EQ(host("https://bücher.example/"), "bücher.example");
}

TEST_F(Url, ReadsWhatBrowsersForgive) {
  EXPECT_EQ(host("  https://example.com/a \n"), "example.com");
  EXPECT_EQ(host("https:\\\\example.com\\a"), "example.com");
  EXPECT_EQ(path("https:\\\\example.com\\a"), "\\a");
  EXPECT_EQ(host("//cdn.example.com/x.js"), "cdn.example.com");
  EXPECT_EQ(host("android-app://com.example.mail/x"), "com.example.mail");
}

TEST_F(Url, FindsNoHostWhereThereIsNone) {
  EXPECT_EQ(host("/pricing?x=1"), "");
  EXPECT_EQ(path("/pricing?x=1"), "/pricing");
  EXPECT_EQ(host("mailto:someone@example.com"), "");
  EXPECT_EQ(host("about:blank"), "");
  EXPECT_EQ(host("file:///etc/hosts"), "");
  EXPECT_EQ(path("file:///etc/hosts"), "/etc/hosts");
  EXPECT_EQ(host(""), "");
  EXPECT_EQ(path(""), "");
}

TEST_F(Url, RefusesHostsThatAreNone) {
  EXPECT_EQ(host("http://exa mple.com/"), "");
  EXPECT_EQ(host("http://%65xample.com/"), "");
  EXPECT_EQ(host("http://<script>/"), "");
  EXPECT_EQ(host(std::string("http://a\0b/", 11)), "");
  EXPECT_EQ(host("http://[::1/"), "");
  EXPECT_EQ(host("http://[zz]/"), "");
  EXPECT_EQ(host("http://" + std::string(254, 'a') + "/"), "");
  EXPECT_EQ(host("http://:80/"), "");
}

TEST_F(Url, ReadsTheCampaign) {
  const UrlParts parts = split(
      "https://a.test/"
      "?x=1&utm_source=news&utm_medium=e-mail&utm_campaign=spring%20sale+24&utm_x=y");

  EXPECT_EQ(parts.utm_source, "news");
  EXPECT_EQ(parts.utm_medium, "e-mail");
  EXPECT_EQ(parts.utm_campaign, "spring sale 24");
}

TEST_F(Url, DecodesTheNamesOfACampaignsParts) {
  const UrlParts parts = split(
      "https://a.test/?utm%5Fsource=news&%75%74%6d%5f%6D%65%64%69%75%6d=e-mail&"
      "%75%74%6d%5f%63%61%6d%70%61%69%67%6e=spring&utm%5Fsource=second");
  EXPECT_EQ(parts.utm_source, "news");
  EXPECT_EQ(parts.utm_medium, "e-mail");
  EXPECT_EQ(parts.utm_campaign, "spring");
  for (const char* name : {"utm%5source", "utm%255Fsource", "utm_source%00", "UTM_SOURCE",
                           "utm+source", "%", "%utm_source"}) {
    EXPECT_EQ(split(std::string("https://a.test/?") + name + "=x").utm_source, "") << name;
  }
}

TEST_F(Url, TakesTheFirstOfRepeatedCampaignValues) {
  EXPECT_EQ(source("a&utm_source=b"), "a");
  EXPECT_EQ(source("&utm_source=b"), "b");
}

TEST_F(Url, KeepsACampaignValueThatDoesNotDecode) {
  EXPECT_EQ(source("%ff%fe"), "%ff%fe");  // Not UTF-8.
  EXPECT_EQ(source("a%00b"), "a%00b");    // A control character.
  EXPECT_EQ(source("100%"), "100%");
  EXPECT_EQ(source("%zz"), "%zz");
  EXPECT_EQ(source("%C3%A9t%C3%A9"), "été");
}

TEST_F(Url, CutsLongCampaignValues) {
  EXPECT_EQ(source(std::string(5000, 'a')).size(), kUtmBytesMax);
  std::string encoded;
  for (int i = 0; i < 1000; ++i) encoded += "%41";
  EXPECT_EQ(source(encoded), std::string(kUtmBytesMax, 'A'));
}

TEST_F(Url, IgnoresACampaignInTheFragment) {
  EXPECT_EQ(split("https://a.test/#?utm_source=x").utm_source, "");
}

}  // namespace
}  // namespace penstock::enrich
