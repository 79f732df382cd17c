#include "app/config/schema.h"

#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "app/config/version.h"

namespace penstock::app {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The packaged file is what most operators will ever read about settings.
TEST(ConfigSchema, StandsInThePackagedFileKeyByKeyWithItsDefaults) {
  std::vector<std::string> expected;
  for (const Setting& setting : settings()) {
    const std::string section = "[" + std::string(setting.section) + "]";
    if (std::find(expected.begin(), expected.end(), section) == expected.end()) {
      expected.push_back(section);
    }
    if (setting.section == "protocols") continue;  // All alike, and told of together.
    expected.push_back("#" + std::string(setting.key) + " = " + toml_text(setting, Config()));
  }

  std::vector<std::string> found;
  for (const std::string& line : lines_of(PENSTOCK_SOURCE_DIR "/packaging/config/penstock.toml")) {
    if (line.empty() || line == "#" || line.substr(0, 2) == "# ") continue;
    found.push_back(line);
  }
  EXPECT_EQ(found, expected);
}

TEST(ConfigSchema, TakesEveryDefault) {
  for (const Setting& setting : settings()) {
    Config config;
    std::visit(
        [&](auto member) {
          EXPECT_EQ(assign(setting, Value(member(config)), config), "") << setting.name();
        },
        setting.target);
  }
}

// Two rows that fill one member, or share a name, would be a slip of the pen in the table.
TEST(ConfigSchema, HasEverySettingOnce) {
  std::set<std::string> names;
  std::set<const void*> members;
  Config config;
  for (const Setting& setting : settings()) {
    EXPECT_TRUE(names.insert(setting.name()).second) << setting.name();
    std::visit([&](auto member) { EXPECT_TRUE(members.insert(&member(config)).second); },
               setting.target);
    EXPECT_EQ(find_setting(setting.section, setting.key), &setting);
    EXPECT_TRUE(is_section(setting.section));
  }
  EXPECT_EQ(names.size(), 78u + adapter::protocols().size());
  EXPECT_EQ(find_setting("ingest", "url"), nullptr);
  EXPECT_FALSE(is_section("ingress"));
}

TEST(ConfigSchema, HasASwitchForEachProtocol) {
  for (std::size_t i = 0; i < adapter::protocols().size(); ++i) {
    Config config;
    const Setting* setting = find_setting("protocols", adapter::protocols()[i]->name);
    ASSERT_NE(setting, nullptr);
    EXPECT_EQ(assign(*setting, !config.protocols.is_on[i], config), "");
    EXPECT_NE(config.protocols.is_on, Config().protocols.is_on);
    EXPECT_EQ(assign(*setting, std::string("yes"), config),
              setting->name() + " must be true or false");
  }
  EXPECT_EQ(find_setting("protocols", "gopher"), nullptr);
  EXPECT_EQ(unknown_key("protocols.event"),
            "unknown key 'protocols.event'; did you mean 'protocols.events'?");
}

TEST(ConfigSchema, BoundsEveryNumber) {
  for (const Setting& setting : settings()) {
    if (setting.target.index() != 1) continue;
    Config config;
    EXPECT_LT(setting.min, setting.max) << setting.name();
    EXPECT_EQ(assign(setting, setting.min, config), "");
    EXPECT_EQ(assign(setting, setting.max, config), "");
    EXPECT_NE(assign(setting, setting.min - 1, config), "") << setting.name();
    EXPECT_NE(assign(setting, setting.max + 1, config), "") << setting.name();
  }
}

TEST(ConfigSchema, ChangesNothingWhereItRefuses) {
  Config config;
  EXPECT_NE(assign(*find_setting("ingest", "ack"), std::string("maybe"), config), "");
  EXPECT_EQ(config.ingest.ack, "durable");
}

TEST(ConfigSchema, SaysWhatIsWrongAndWhatIsRight) {
  Config config;
  EXPECT_EQ(assign(*find_setting("queue", "max_memory_percent"), std::int64_t{101}, config),
            "queue.max_memory_percent is 101; it must be 1 to 100");
  EXPECT_EQ(assign(*find_setting("queue", "timeout_ms"), std::string("2s"), config),
            "queue.timeout_ms must be a whole number");
  EXPECT_EQ(assign(*find_setting("ingest", "listen"), std::string("0.0.0.0:80"), config),
            "ingest.listen must be a list of texts");
  EXPECT_EQ(assign(*find_setting("ingest", "trusted_proxies"), std::vector<std::string>(), config),
            "");
}

TEST(ConfigSchema, ReadsTextByType) {
  std::string fault;
  EXPECT_EQ(value_of_text(*find_setting("ingest", "threads"), "1_0", fault), Value(10L));
  EXPECT_EQ(value_of_text(*find_setting("ingest", "require_key"), "true", fault), Value(true));
  EXPECT_EQ(value_of_text(*find_setting("log", "level"), " x ", fault), Value(std::string(" x ")));
  EXPECT_EQ(value_of_text(*find_setting("ingest", "listen"), "a:1, b:2,,", fault),
            Value(std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_EQ(value_of_text(*find_setting("ingest", "trusted_proxies"), "", fault),
            Value(std::vector<std::string>()));
  EXPECT_EQ(fault, "");
}

TEST(ConfigSchema, RefusesTextOfAnotherType) {
  for (const char* text : {"", "x", "1.5", "_1", "1_", "1__0", "-_1", "0x10", " 1", "1 "}) {
    std::string fault;
    value_of_text(*find_setting("ingest", "threads"), text, fault);
    EXPECT_EQ(fault, "ingest.threads must be a whole number") << text;
  }
  for (const char* text : {"", "1", "yes", "True"}) {
    std::string fault;
    value_of_text(*find_setting("ingest", "require_key"), text, fault);
    EXPECT_EQ(fault, "ingest.require_key must be true or false") << text;
  }
}

TEST(ConfigSchema, NamesTheNearestKey) {
  EXPECT_EQ(unknown_key("ingest.lisen"),
            "unknown key 'ingest.lisen'; did you mean 'ingest.listen'?");
  EXPECT_EQ(unknown_key("ingest.retention_days"),
            "unknown key 'ingest.retention_days'; did you mean 'store.retention_days'?");
  EXPECT_EQ(unknown_key("geoip_database"),
            "unknown key 'geoip_database'; did you mean 'store.geoip_database'?");
  EXPECT_EQ(unknown_key(std::string("lo\ng.leve")),
            "unknown key 'lo?g.leve'; did you mean 'log.level'?");
}

TEST(ConfigSchema, KnowsItsVariables) {
  EXPECT_EQ(find_setting("ingest", "max_body_bytes")->variable(), "PENSTOCK_INGEST_MAX_BODY_BYTES");
}

// The build and the programs must tell the same version.
TEST(Version, IsTheBuilds) {
  const std::string project = "project(penstock VERSION " + std::string(kVersion) + " ";
  bool is_found = false;
  for (const std::string& line : lines_of(PENSTOCK_SOURCE_DIR "/CMakeLists.txt")) {
    is_found = is_found || line.find(project) == 0;
  }
  EXPECT_TRUE(is_found) << project;
}

}  // namespace
}  // namespace penstock::app
