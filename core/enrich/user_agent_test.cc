#include "enrich/user_agent.h"

#include <fstream>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "enrich/enricher.h"
#include "event/limits.h"

namespace penstock::enrich {
namespace {

constexpr std::string_view kChrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36";

constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr WorkLimits kUnlimited = {kDayUs, kDayUs};

// A parser with what its answers are lent from.
class Agents {
 public:
  explicit Agents(const char* rules = kUserAgentRules, const WorkLimits& limits = kUnlimited) {
    auto opened = UserAgentParser::open(rules, limits);
    EXPECT_TRUE(opened);
    parser_ = std::move(*opened);
  }
  UserAgent parse(std::string_view text, std::string_view source = "192.0.2.1") {
    return parser_->parse(text, source, texts_);
  }
  void renew() { parser_->renew(); }
  std::size_t cached() const { return parser_->cached(); }
  std::uint64_t unjudged() const { return parser_->unjudged(); }

 private:
  std::unique_ptr<UserAgentParser> parser_;
  TextArena texts_;
};

TEST(UserAgent, NamesCommonBrowsers) {
  Agents agents;

  const UserAgent chrome = agents.parse(kChrome);
  EXPECT_EQ(chrome.browser, "Chrome");
  EXPECT_EQ(chrome.os, "Windows");
  EXPECT_EQ(chrome.device, "desktop");
  EXPECT_FALSE(chrome.is_bot);

  const UserAgent safari = agents.parse(
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
      "Gecko) Version/16.5 Mobile/15E148 Safari/604.1");
  EXPECT_EQ(safari.browser, "Mobile Safari");
  EXPECT_EQ(safari.os, "iOS");
  EXPECT_EQ(safari.device, "mobile");

  const UserAgent firefox =
      agents.parse("Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0");
  EXPECT_EQ(firefox.browser, "Firefox");
  EXPECT_EQ(firefox.os, "Linux");
}

TEST(UserAgent, KnowsBots) {
  Agents agents;
  for (const char* text :
       {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://x.y)",
        "facebookexternalhit/1.1", "Mozilla/5.0 (compatible; bingbot/2.0)", "Scrapy/2.5",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36"}) {
    const UserAgent agent = agents.parse(text);
    EXPECT_TRUE(agent.is_bot) << text;
    EXPECT_EQ(agent.device, "bot") << text;
  }
}

TEST(UserAgent, TakesNoPersonForABot) {
  Agents agents;
  for (const char* text :
       {"Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; U; en-us; KFTT Build/IML74K) AppleWebKit/535.19 Silk/2.0 Safari/535",
        "Mozilla/5.0 (Linux; U; Android 2.2; en-us; LG Vortex Build/FRF91) Mobile Safari/533.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36"}) {
    EXPECT_FALSE(agents.parse(text).is_bot) << text;
  }
}

TEST(UserAgent, TakesPhonesWithABotsNameForPhones) {
  Agents agents;
  for (const char* model :
       {"Android 11; Zeal 5G", "Android 12; ROBOT X1", "Android 10; CUBOT X20"}) {
    const std::string text = "Mozilla/5.0 (Linux; " + std::string(model) +
                             ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile "
                             "Safari/537.36";
    EXPECT_EQ(agents.parse(text).device, "mobile") << text;
    EXPECT_EQ(agents.parse(text).browser, "Chrome Mobile") << text;
  }
}

TEST(UserAgent, SaysNothingOfAnEmptyOne) {
  Agents agents;
  const UserAgent none = agents.parse("");
  EXPECT_EQ(none.browser, "");
  EXPECT_EQ(none.device, "");
  EXPECT_FALSE(none.is_bot);
}

TEST(UserAgent, CallsUnknownOnesOther) {
  Agents agents;
  const UserAgent agent = agents.parse("penstock-test/1.0");
  EXPECT_EQ(agent.browser, "Other");
  EXPECT_EQ(agent.os, "Other");
}

TEST(UserAgent, FindsDeviceAndBotsWithoutRules) {
  Agents agents("");
  EXPECT_EQ(agents.parse(kChrome).browser, "");
  EXPECT_EQ(agents.parse(kChrome).device, "desktop");
  EXPECT_TRUE(agents.parse("x (Googlebot/2.1)").is_bot);
}

// Also within a batch: its rows point into the batch's own texts.
TEST(UserAgent, KeepsTheNewestAnswersAndNeverMoreThanItsBound) {
  Agents agents;
  const UserAgent first = agents.parse(kChrome);
  for (std::size_t i = 1; i <= UserAgentParser::kCachedMax + 100; ++i) {
    agents.parse("agent " + std::to_string(i));
    ASSERT_LE(agents.cached(), UserAgentParser::kCachedMax);
  }
  EXPECT_EQ(first.browser, "Chrome");
  EXPECT_EQ(first.os, "Windows");
  EXPECT_EQ(agents.parse(kChrome).browser, "Chrome");
  EXPECT_EQ(agents.cached(), UserAgentParser::kCachedMax);
}

// Its next batch has time for one at least, so that none waits for ever.
TEST(UserAgent, TellsByWordsWhatABatchHasNoTimeFor) {
  Agents agents(kUserAgentRules, {.batch_us = kDayUs, .source_us = 1});
  EXPECT_EQ(agents.parse(kChrome).browser, "Chrome");
  const std::string other = std::string(kChrome) + " Edg/120.0";
  const UserAgent late = agents.parse(other);
  EXPECT_EQ(late.browser, "");
  EXPECT_EQ(late.device, "desktop");
  EXPECT_TRUE(agents.parse("new-bot/1.0").is_bot);
  EXPECT_EQ(agents.unjudged(), 2u);

  EXPECT_EQ(agents.parse(kChrome).browser, "Chrome");  // Known ones cost nothing.
  EXPECT_EQ(agents.parse(other, "192.0.2.2").browser, "Edge");
  agents.renew();
  EXPECT_EQ(agents.parse("curl/7.88").browser, "curl");
  EXPECT_EQ(agents.unjudged(), 2u);
}

TEST(UserAgent, CutsLongOnes) {
  Agents agents("");
  agents.parse(std::string(event::kUserAgentBytesMax, 'a') + "b");
  agents.parse(std::string(event::kUserAgentBytesMax, 'a') + "c");
  EXPECT_EQ(agents.cached(), 1u);
}

TEST(UserAgent, TakesTextThatIsNotUtf8) {
  Agents agents;
  EXPECT_EQ(agents.parse("\xff\xfe Chrome/120.0 \x80").browser, "Chrome");
}

// uap-core's own examples, of its own version, with what its authors expect.
void expect_families(const char* file, std::string_view UserAgent::*part) {
  const std::string path = std::string("/usr/share/uap-core/tests/") + file;
  ASSERT_TRUE(std::ifstream(path)) << path << " is missing; it is in Debian's package uap-core";
  Agents agents;
  int count = 0;
  for (const auto& test : YAML::LoadFile(path)["test_cases"]) {
    const auto text = test["user_agent_string"].as<std::string>();
    if (text.empty()) continue;
    ++count;
    EXPECT_EQ(agents.parse(text).*part, test["family"].as<std::string>()) << text;
  }
  EXPECT_GT(count, 400);
}

TEST(UserAgent, AgreesWithUapCoreOnBrowsers) {
  expect_families("test_ua.yaml", &UserAgent::browser);
}
TEST(UserAgent, AgreesWithUapCoreOnSystems) { expect_families("test_os.yaml", &UserAgent::os); }

}  // namespace
}  // namespace penstock::enrich
