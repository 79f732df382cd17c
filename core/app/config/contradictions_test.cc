#include "app/config/contradictions.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

std::vector<std::string> settings_of(const Config& config) {
  std::vector<std::string> names;
  for (const Contradiction& found : contradictions(config)) names.push_back(found.setting);
  return names;
}

using Names = std::vector<std::string>;

TEST(Contradictions, AreNoneByDefault) { EXPECT_EQ(settings_of({}), Names{}); }

TEST(Contradictions, EachProgramListensSomewhere) {
  Config config;
  config.ingest.listen.clear();
  config.console.listen.clear();
  EXPECT_EQ(settings_of(config), (Names{"ingest.listen", "console.listen"}));
  config.ingest.tls_listen = config.console.tls_listen = {"127.0.0.1:0"};
  config.ingest.tls_certificate = config.console.tls_certificate = {"/c"};
  config.ingest.tls_key = config.console.tls_key = {"/k"};
  EXPECT_EQ(settings_of(config), Names{});
}

TEST(Contradictions, EachCertificateHasItsKey) {
  Config config;
  config.ingest.tls_listen = {"127.0.0.1:0"};
  EXPECT_EQ(settings_of(config), Names{"ingest.tls_listen"});
  config.ingest.tls_certificate = {"/a", "/b"};
  config.ingest.tls_key = {"/a"};
  EXPECT_EQ(settings_of(config), Names{"ingest.tls_key"});
  EXPECT_EQ(contradictions(config).front().what,
            "ingest.tls_certificate names 2 and ingest.tls_key 1; each certificate needs its key, "
            "in the same order");
  config.ingest.tls_certificate = {};
  EXPECT_EQ(settings_of(config), Names{"ingest.tls_certificate"});
  config.ingest.tls_certificate = {"/a"};
  EXPECT_EQ(settings_of(config), Names{});
  config.console.tls_key = {"/a"};
  EXPECT_EQ(settings_of(config), Names{"console.tls_certificate"});
}

TEST(Contradictions, FilesForTlsAreForAUrlThatWantsIt) {
  Config config;
  config.queue.tls_ca = "/ca";
  for (const char* url : {"spool:", "redis://h", "redis+unix:///s"}) {
    config.queue.url = url;
    EXPECT_EQ(settings_of(config), Names{"queue.tls_ca"}) << url;
  }
  config.queue.url = "rediss://h";
  EXPECT_EQ(settings_of(config), Names{});
  config.queue.tls_key = "/k";
  EXPECT_EQ(settings_of(config), Names{"queue.tls_key"});
  EXPECT_EQ(contradictions(config).front().what,
            "queue.tls_key needs queue.tls_certificate, which belongs to it");
  config.queue.tls_certificate = "/c";
  EXPECT_EQ(settings_of(config), Names{});
  config.queue.tls_key = "";
  EXPECT_EQ(settings_of(config), Names{"queue.tls_certificate"});
  config.queue = {};
  EXPECT_EQ(settings_of(config), Names{});
}

TEST(Contradictions, ARedirectLeadsSomewhere) {
  Config config;
  config.console.redirect_listen = "127.0.0.1:0";
  EXPECT_EQ(settings_of(config), Names{"console.redirect_listen"});
  config.console.public_url = "https://stats.example.org";
  EXPECT_EQ(settings_of(config), Names{});
}

}  // namespace
}  // namespace penstock::app
