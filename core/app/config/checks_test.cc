#include "app/config/checks.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::app {
namespace {

TEST(ConfigChecks, TakesEveryFormOfAListenAddress) {
  for (const char* text : {"0.0.0.0:8080", "127.0.0.1:0", "127.0.0.1:65535", "[::1]:8080",
                           "[::]:80", "unix:/run/penstock/ingest.sock"}) {
    EXPECT_EQ(check_listen_address(text), "") << text;
  }
}

TEST(ConfigChecks, RefusesWhatNobodyCouldListenAt) {
  for (const char* text : {"",
                           ":",
                           "8080",
                           ":8080",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1:+1",
                           "127.0.0.1:http",
                           "127.0.0.1:000080",
                           "localhost:80",
                           "::1:80",
                           "[::1]",
                           "[127.0.0.1]:80",
                           "[::ffff:127.0.0.1]:80",
                           "[fe80::1%lo]:80",
                           "[]:80",
                           "300.1.1.1:80",
                           "unix:",
                           "unix:relative",
                           "unix:/a\nb"}) {
    EXPECT_NE(check_listen_address(text), "") << text;
  }
  EXPECT_NE(check_listen_address("unix:/" + std::string(107, 'a')), "");
}

TEST(ConfigChecks, TellsHowToWriteAnAddress) {
  EXPECT_NE(check_listen_address("localhost:80").find("numeric address"), std::string::npos);
  EXPECT_NE(check_listen_address("::1:80").find("brackets"), std::string::npos);
  EXPECT_NE(check_listen_address("[::ffff:192.0.2.1]:80").find("as 192.0.2.1"), std::string::npos);
  EXPECT_NE(check_listen_address("1.2.3.4:99999").find("0 to 65535"), std::string::npos);
}

TEST(ConfigChecks, LetsOnlyTheAdminAddressBeEmpty) {
  EXPECT_EQ(check_admin_address(""), "");
  EXPECT_EQ(check_admin_address("127.0.0.1:9101"), "");
  EXPECT_NE(check_admin_address("9101"), "");
}

TEST(ConfigChecks, LetsTheControlAddressBeAUnixSocketAlone) {
  EXPECT_EQ(check_control_address(""), "");
  EXPECT_EQ(check_control_address("unix:/run/s"), "");
  for (const char* bad : {"127.0.0.1:9102", "[::1]:1", "/run/s", "unix:s", "unix:"}) {
    EXPECT_NE(check_control_address(bad), "") << bad;
  }
  EXPECT_NE(check_control_address("0.0.0.0:1").find("unix socket"), std::string::npos);
}

TEST(ConfigChecks, KnowsNetworks) {
  EXPECT_EQ(check_network("10.0.0.0/8"), "");
  EXPECT_EQ(check_network("fd00::/8"), "");
  EXPECT_NE(check_network("ten/8"), "");
  EXPECT_NE(check_network("10.0.0.0/\n"), "");
}

TEST(ConfigChecks, NamesTheChoices) {
  EXPECT_EQ(check_ack("none"), "");
  EXPECT_EQ(check_ack("maybe"), "is 'maybe'; it must be \"durable\" or \"none\"");
  EXPECT_EQ(check_log_level("loud"),
            "is 'loud'; it must be \"debug\", \"info\", \"warn\" or \"error\"");
  EXPECT_NE(check_queue_format("Native"), "");
  EXPECT_NE(check_log_format(""), "");
  EXPECT_EQ(check_evicting_redis("refuse"), "");
  EXPECT_NE(check_evicting_redis("spool"), "");
}

TEST(ConfigChecks, NeverRepeatsAQueueUrl) {
  for (const char* text : {"rediss://user:hunter2@host/x", "hunter2", "spool:hunter2",
                           "http://:hunter2@host", "redis://:hunter2@host:notaport/0"}) {
    const std::string fault = check_queue_url(text);
    EXPECT_NE(fault, "") << text;
    EXPECT_EQ(fault.find("hunter2"), std::string::npos) << fault;
  }
  EXPECT_EQ(check_queue_url("spool:"), "");
  EXPECT_EQ(check_queue_url("redis://user:hunter2@127.0.0.1:6379/3"), "");
  EXPECT_EQ(check_queue_url("rediss://user:hunter2@redis.example/3"), "");
  EXPECT_EQ(check_queue_url("redis+unix:///run/redis.sock?db=1"), "");
}

TEST(ConfigChecks, NamesTheNearestSchemeOfAQueueUrl) {
  const struct {
    const char* url;
    const char* nearest;
  } cases[] = {
      {"reds://h", "\"redis\""}, {"rediis://h", "\"redis\""}, {"Redis://h", "\"redis\""},
      {"spol:", "\"spool\""},    {"redis", "\"redis\""},      {"redis-unix:///s", "\"redis+unix\""},
      {"spools:", "\"spool\""},
  };
  for (const auto& c : cases) {
    const std::string fault = check_queue_url(c.url);
    EXPECT_NE(fault.find(str_cat("the nearest is ", c.nearest)), std::string::npos)
        << c.url << ": " << fault;
    EXPECT_NE(fault.find("\"spool:\" or \"redis://"), std::string::npos) << fault;
  }
  for (const char* url : {"http://h", "nats://h", "127.0.0.1:6379", "", ":"}) {
    const std::string fault = check_queue_url(url);
    EXPECT_NE(fault.find("no scheme"), std::string::npos) << fault;
    EXPECT_EQ(fault.find("nearest"), std::string::npos) << url << ": " << fault;
  }
}

TEST(ConfigChecks, KnowsSqliteAndSaysThatPostgresqlIsToCome) {
  EXPECT_EQ(check_store_url(""), "");
  EXPECT_EQ(check_store_url("sqlite:/var/lib/penstock/events"), "");
  EXPECT_NE(check_store_url("sqlite:"), "");
  EXPECT_NE(check_store_url("/var/lib/penstock/events"), "");
  const std::string fault = check_store_url("postgres://user:hunter2@db/events");
  EXPECT_NE(fault.find("PostgreSQL"), std::string::npos);
  EXPECT_EQ(fault.find("hunter2"), std::string::npos);
}

TEST(ConfigChecks, WantsAPlainPublicUrl) {
  for (const char* text : {"", "https://events.example.com", "http://10.0.0.1:8081/console/"}) {
    EXPECT_EQ(check_public_url(text), "") << text;
  }
  for (const char* text : {"events.example.com", "ftp://x", "https://", "https://:80",
                           "https://u:p@x", "https://x/?a", "https://x/#a", "https://x/\r\na"}) {
    EXPECT_NE(check_public_url(text), "") << text;
  }
}

TEST(ConfigChecks, RefusesNamesAndPathsThatBreakLines) {
  EXPECT_EQ(check_name("penstock:events"), "");
  for (const char* text : {"", "two words", "tab\there"}) EXPECT_NE(check_name(text), "") << text;
  EXPECT_NE(check_name(std::string(513, 'a')), "");
  EXPECT_EQ(check_path("/var/lib/pen stock"), "");
  EXPECT_NE(check_path(std::string("/a\0b", 4)), "");
  EXPECT_NE(check_path(""), "");
  EXPECT_EQ(check_path_or_empty(""), "");
}

TEST(ConfigChecks, WantsAPathForTheScriptThatIsNobodyElses) {
  for (const char* path : {"/p.js", "/assets/site.js", "/a"}) {
    EXPECT_EQ(check_script_path(path), "") << path;
  }
  for (const std::string& path :
       {std::string(), std::string("/"), std::string("p.js"), std::string("/a b"),
        std::string("/a?b"), std::string("/\"x"), "/" + std::string(200, 'a'),
        std::string("/v1/events"), std::string("/v1/collect"), std::string("/events/v1/events")}) {
    EXPECT_NE(check_script_path(path), "") << path;
  }
}

TEST(ConfigChecks, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("listen", "lisen"), 1u);
}

}  // namespace
}  // namespace penstock::app
