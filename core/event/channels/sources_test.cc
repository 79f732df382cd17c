#include "event/channels/sources.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::event {
namespace {

TEST(Sources, AHostIsOfTheDomainThatItIsUnder) {
  EXPECT_EQ(source_kind_of_host("duckduckgo.com"), SourceKind::kSearch);
  EXPECT_EQ(source_kind_of_host("old.reddit.com"), SourceKind::kSocial);
  EXPECT_EQ(source_kind_of_host("l.facebook.com"), SourceKind::kSocial);
  EXPECT_EQ(source_kind_of_host("m.youtube.com"), SourceKind::kVideo);
  EXPECT_EQ(source_kind_of_host("com.google.android.gm"), SourceKind::kEmail);
  EXPECT_EQ(source_kind_of_host("notreddit.com"), SourceKind::kUnknown);
  EXPECT_EQ(source_kind_of_host("reddit.com.evil.example"), SourceKind::kUnknown);
  EXPECT_EQ(source_kind_of_host("com"), SourceKind::kUnknown);
  EXPECT_EQ(source_kind_of_host(""), SourceKind::kUnknown);
  EXPECT_EQ(source_kind_of_host("."), SourceKind::kUnknown);
  EXPECT_EQ(source_kind_of_host("..google..de"), SourceKind::kUnknown);
}

TEST(Sources, TheLongestDomainCounts) {
  EXPECT_EQ(source_kind_of_host("google.com"), SourceKind::kSearch);
  EXPECT_EQ(source_kind_of_host("mail.google.com"), SourceKind::kEmail);
  EXPECT_EQ(source_kind_of_host("gemini.google.com"), SourceKind::kAssistant);
  EXPECT_EQ(source_kind_of_host("docs.google.com"), SourceKind::kSite);
  EXPECT_EQ(source_kind_of_host("copilot.microsoft.com"), SourceKind::kAssistant);
}

TEST(Sources, SomeNamesHaveADomainInEachCountry) {
  EXPECT_EQ(source_kind_of_host("google.de"), SourceKind::kSearch);
  EXPECT_EQ(source_kind_of_host("google.co.uk"), SourceKind::kSearch);
  EXPECT_EQ(source_kind_of_host("google.com.au"), SourceKind::kSearch);
  EXPECT_EQ(source_kind_of_host("search.yahoo.co.jp"), SourceKind::kSearch);
  EXPECT_EQ(source_kind_of_host("amazon.fr"), SourceKind::kShopping);
  EXPECT_EQ(source_kind_of_host("de.pinterest.com"), SourceKind::kSocial);
  EXPECT_EQ(source_kind_of_host("google.example"), SourceKind::kUnknown);
  EXPECT_EQ(source_kind_of_host("google.shop.de"), SourceKind::kUnknown);
}

TEST(Sources, CampaignsNameThemShortly) {
  EXPECT_EQ(source_kind_of_name("google"), SourceKind::kSearch);
  EXPECT_EQ(source_kind_of_name("bing"), SourceKind::kSearch);
  EXPECT_EQ(source_kind_of_name("fb"), SourceKind::kSocial);
  EXPECT_EQ(source_kind_of_name("facebook"), SourceKind::kSocial);
  EXPECT_EQ(source_kind_of_name("youtube"), SourceKind::kVideo);
  EXPECT_EQ(source_kind_of_name("chatgpt.com"), SourceKind::kAssistant);
  EXPECT_EQ(source_kind_of_name("newsletter"), SourceKind::kEmail);
  EXPECT_EQ(source_kind_of_name("acme"), SourceKind::kUnknown);
  EXPECT_EQ(source_kind_of_name(""), SourceKind::kUnknown);
  EXPECT_EQ(source_kind_of_name(std::string(300, 'x')), SourceKind::kUnknown);
}

}  // namespace
}  // namespace penstock::event
