#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/config/config.h"
#include "app/config/schema.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

class ConfigLoader : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(dir_.path(name)).parent_path());
    std::ofstream(dir_.path(name)) << text;
  }

  LoadedConfig load(std::vector<std::string> sets = {}, std::vector<const char*> environment = {}) {
    environment.push_back(nullptr);
    ConfigSources sources;
    sources.file = dir_.path("penstock.toml");
    sources.sets = std::move(sets);
    sources.environment = environment.data();
    return load_config(sources);
  }

  // The faults as lines, the folder's name cut away.
  std::string faults(const LoadedConfig& loaded) {
    std::string out;
    for (const Fault& fault : loaded.faults) {
      std::string where = fault.where;
      if (where.find(dir_.path()) == 0) where.erase(0, dir_.path().size() + 1);
      out += where + ": " + fault.what + "\n";
    }
    return out;
  }

  const testing::TempDir dir_;
};

TEST_F(ConfigLoader, HasDefaultsWithoutAFile) {
  const LoadedConfig loaded = load();
  EXPECT_EQ(faults(loaded), "");
  for (const Setting& setting : settings()) {
    EXPECT_EQ(toml_text(setting, loaded.config), toml_text(setting, Config())) << setting.name();
  }
}

TEST_F(ConfigLoader, WantsAFileThatWasNamed) {
  ConfigSources sources;
  sources.file = dir_.path("absent.toml");
  sources.is_file_required = true;
  const LoadedConfig loaded = load_config(sources);
  ASSERT_EQ(loaded.faults.size(), 1u);
  EXPECT_EQ(loaded.faults[0].where, sources.file);
  EXPECT_NE(loaded.faults[0].what.find("No such file"), std::string::npos);
}

TEST_F(ConfigLoader, ReadsEveryType) {
  write("penstock.toml", R"(
[ingest]
listen = ["127.0.0.1:8080", "[::1]:8080"]
threads = 4
require_key = true
max_body_bytes = 2_000_000
[queue]
url = "redis://127.0.0.1:6379/0"
[state]
dir = '/srv/penstock'
)");
  const LoadedConfig loaded = load();
  EXPECT_EQ(faults(loaded), "");
  EXPECT_EQ(loaded.config.ingest.listen.size(), 2u);
  EXPECT_EQ(loaded.config.ingest.threads, 4);
  EXPECT_TRUE(loaded.config.ingest.require_key);
  EXPECT_EQ(loaded.config.ingest.max_body_bytes, 2'000'000);
  EXPECT_EQ(loaded.config.queue.url, "redis://127.0.0.1:6379/0");
  EXPECT_EQ(loaded.config.state_dir, "/srv/penstock");
}

TEST_F(ConfigLoader, LetsLaterSourcesWin) {
  write("penstock.toml", "[worker]\nbatch_rows = 1\nbatch_wait_ms = 1\n[log]\nlevel = 'debug'\n");
  write("conf.d/20-b.toml", "[worker]\nbatch_rows = 3\n");
  write("conf.d/10-a.toml", "[worker]\nbatch_rows = 2\nbatch_wait_ms = 2\n");
  write("conf.d/30-not-a-config.txt", "[worker]\nbatch_rows = 4\n");

  EXPECT_EQ(load().config.worker.batch_rows, 3);
  EXPECT_EQ(load().config.worker.batch_wait_ms, 2);
  EXPECT_EQ(load().config.log_level, "debug");
  const char* variable = "PENSTOCK_WORKER_BATCH_ROWS=5";
  EXPECT_EQ(load({}, {variable}).config.worker.batch_rows, 5);
  EXPECT_EQ(load({"worker.batch_rows=6"}, {variable}).config.worker.batch_rows, 6);
  EXPECT_EQ(load({"worker.batch_rows=6", "worker.batch_rows=7"}).config.worker.batch_rows, 7);
}

// What editors and package managers leave beside a file is nobody's wish.
TEST_F(ConfigLoader, TakesNoHiddenFileAndNoBackupForSettings) {
  write("penstock.toml", "");
  write("conf.d/10-a.toml", "[worker]\nbatch_rows = 2\n");
  for (const char* name : {".10-a.toml", ".10-a.toml.swp", "#10-a.toml#", "#10-a.toml",
                           "10-a.toml~", "10-a.toml.bak", "10-a.toml.dpkg-old", "10-a.toml.orig"}) {
    write(std::string("conf.d/") + name, "nonsense");
  }
  std::filesystem::create_symlink("somebody@somewhere.1", dir_.path("conf.d/.#10-a.toml"));
  EXPECT_EQ(faults(load()), "");
  EXPECT_EQ(load().config.worker.batch_rows, 2);
}

TEST_F(ConfigLoader, TellsEveryFaultWithItsFileAndLine) {
  write("penstock.toml", R"([ingest]
threads = -1
lisen = ["0.0.0.0:80"]
ack = "perhaps"
[strore]
url = ""
[log]
level = 3
)");
  write("conf.d/10-redis.toml", "\n[queue]\nmax_memory_percent = 200\n");
  EXPECT_EQ(faults(load({"ingest.threads=x"}, {"PENSTOCK_QUEUE_KEYS=a"})),
            "penstock.toml:2: ingest.threads is -1; it must be 0 to 1024\n"
            "penstock.toml:3: unknown key 'ingest.lisen'; did you mean 'ingest.listen'?\n"
            "penstock.toml:4: ingest.ack is 'perhaps'; it must be \"durable\" or \"none\"\n"
            "penstock.toml:5: unknown key 'strore'; did you mean 'store.url'?\n"
            "penstock.toml:8: log.level must be a text in quotes\n"
            "conf.d/10-redis.toml:3: queue.max_memory_percent is 200; it must be 1 to 100\n"
            "PENSTOCK_QUEUE_KEYS: unknown key 'queue.keys'; did you mean 'queue.key'?\n"
            "--set: ingest.threads must be a whole number\n");
}

TEST_F(ConfigLoader, TellsTheLineOfASyntaxError) {
  write("penstock.toml", "[ingest]\nthreads = 1\nack = \n");
  const LoadedConfig loaded = load();
  ASSERT_EQ(loaded.faults.size(), 1u);
  EXPECT_EQ(loaded.faults[0].where, dir_.path("penstock.toml:3"));
}

TEST_F(ConfigLoader, RefusesAKeyGivenTwice) {
  write("penstock.toml", "[ingest]\nthreads = 1\nthreads = 2\n");
  EXPECT_EQ(load().faults.size(), 1u);
}

TEST_F(ConfigLoader, IsStrictAboutTypes) {
  for (const char* line : {"threads = 1.0", "threads = '1'", "threads = true", "threads = [1]",
                           "ack = 1", "ack = ['none']", "ack = 2026-11-24", "require_key = 1",
                           "require_key = 'true'", "listen = '0.0.0.0:80'", "listen = [80]",
                           "listen = [['0.0.0.0:80']]", "listen = {a = 1}", "ack.b = 1"}) {
    write("penstock.toml", std::string("[ingest]\n") + line + "\n");
    EXPECT_EQ(load().faults.size(), 1u) << line;
    EXPECT_NE(faults(load()).find("penstock.toml:2: ingest."), std::string::npos) << faults(load());
  }
}

TEST_F(ConfigLoader, WantsSections) {
  write("penstock.toml", "ingest = 3\nlisten = ['0.0.0.0:80']\n");
  EXPECT_EQ(faults(load()),
            "penstock.toml:1: 'ingest' is a section; write [ingest]\n"
            "penstock.toml:2: unknown key 'listen'; did you mean 'ingest.listen'?\n");
}

TEST_F(ConfigLoader, KnowsWhichVariablesAreMeant) {
  const LoadedConfig loaded =
      load({}, {"PENSTOCK_INGEST_ACK=none", "PENSTOCK_INGEST_TRUSTED_PROXIES=10.0.0.0/8,::1/128",
                "PENSTOCK_CONSOLE_SERVICE_HOST=10.0.0.1", "PENSTOCK_CONSOLE_PORT=tcp://10.0.0.1:80",
                "PENSTOCK_CONSOLE_PORT_80_TCP=tcp", "PENSTOCK_VERSION=3", "PENSTOCK_STORE=x",
                "PENSTOCK_HOME_DIR=x", "PENSTOCK_", "PATH=/bin", "XPENSTOCK_LOG_LEVEL=loud"});
  EXPECT_EQ(faults(loaded), "");
  EXPECT_EQ(loaded.config.ingest.ack, "none");
  EXPECT_EQ(loaded.config.ingest.trusted_proxies,
            (std::vector<std::string>{"10.0.0.0/8", "::1/128"}));
}

TEST_F(ConfigLoader, RefusesASetThatIsNone) {
  EXPECT_EQ(faults(load({"ingest.ack"})),
            "--set: ingest.ack has no value; write ingest.ack=VALUE\n");
  EXPECT_EQ(load({"", "=", "ack=none", "ingest.=1", ".ack=1"}).faults.size(), 5u);
}

TEST_F(ConfigLoader, TakesASetAsItStands) {
  const LoadedConfig loaded = load({"state.dir=/a=b", "ingest.listen=127.0.0.1:0,unix:/tmp/x"});
  EXPECT_EQ(faults(loaded), "");
  EXPECT_EQ(loaded.config.state_dir, "/a=b");
  EXPECT_EQ(loaded.config.ingest.listen, (std::vector<std::string>{"127.0.0.1:0", "unix:/tmp/x"}));
}

TEST_F(ConfigLoader, NeverShowsASecret) {
  write("penstock.toml", "[queue]\nurl = 'redis://:hunter2@host:port'\n[store]\nurl = 'hunter2'\n");
  const std::string text =
      faults(load({"queue.url=rediss://:hunter2@x?y", "queue.urls=hunter2"},
                  {"PENSTOCK_QUEUE_URL=hunter2", "PENSTOCK_QUEUE_URI=hunter2"}));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
  EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
}

TEST_F(ConfigLoader, TellsWhereTwoSettingsClash) {
  write("penstock.toml",
        "[ingest]\nlisten = ['127.0.0.1:9101']\nadmin_listen = '127.0.0.1:9101'\n");
  EXPECT_EQ(faults(load()),
            "penstock.toml:3: ingest.admin_listen is '127.0.0.1:9101', as ingest.listen is\n");
}

TEST_F(ConfigLoader, TellsOfAClashWhereSomebodySetSomething) {
  write("penstock.toml", "[ingest]\nlisten = ['0.0.0.0:9101', '127.0.0.1:9102']\n");
  const LoadedConfig loaded = load();
  EXPECT_EQ(faults(loaded),
            "penstock.toml:2: ingest.admin_listen is '127.0.0.1:9101' and ingest.listen is "
            "'0.0.0.0:9101', which cannot both be listened at\n");
  ASSERT_EQ(loaded.faults_on_one_machine.size(), 1u);
  EXPECT_EQ(loaded.faults_on_one_machine[0].what,
            "worker.admin_listen is '127.0.0.1:9102', as ingest.listen is");
}

TEST_F(ConfigLoader, RefusesWhatIsNoConfiguration) {
  std::filesystem::create_directory(dir_.path("penstock.toml"));
  EXPECT_EQ(faults(load()), "penstock.toml: is a folder, not a file\n");
  std::filesystem::remove(dir_.path("penstock.toml"));
  write("penstock.toml", std::string(1'048'577, '#'));
  EXPECT_EQ(faults(load()), "penstock.toml: is larger than 1 MiB\n");
  write("penstock.toml", std::string("[log]\nlevel = 'info'\xff\n"));
  EXPECT_EQ(load().faults.size(), 1u);
}

TEST_F(ConfigLoader, SaysThatAFileMayNotBeRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  write("penstock.toml", "");
  std::filesystem::permissions(dir_.path("penstock.toml"), std::filesystem::perms::none);
  EXPECT_EQ(faults(load()), "penstock.toml: cannot be read: Permission denied\n");
}

TEST_F(ConfigLoader, TakesThePackagedFile) {
  ConfigSources sources;
  sources.file = PENSTOCK_SOURCE_DIR "/packaging/config/penstock.toml";
  sources.is_file_required = true;
  EXPECT_EQ(faults(load_config(sources)), "");
}

TEST_F(ConfigLoader, ReadsHooksOfAnyName) {
  write("penstock.toml", R"([hooks.github]
scheme = "github"
secret_file = "/s"
[hooks.My-Shop]
scheme = "stripe"
secret = "file"
)");
  const LoadedConfig loaded =
      load({"hooks.My-Shop.secret=a=b", "hooks.new.scheme=svix"},
           {"PENSTOCK_HOOKS_NEW_SECRET=s", "PENSTOCK_HOOKS_GITHUB_PROJECT=p",
            "PENSTOCK_HOOKS_SERVICE_HOST=10.0.0.1"});
  EXPECT_EQ(faults(loaded), "");
  EXPECT_EQ(loaded.config.hooks.at("github"), (HookConfig{"github", "", "/s", "p"}));
  EXPECT_EQ(loaded.config.hooks.at("My-Shop"), (HookConfig{"stripe", "a=b", "", ""}));
  EXPECT_EQ(loaded.config.hooks.at("new"), (HookConfig{"svix", "s", "", ""}));
  EXPECT_EQ(place_of(loaded, "hooks.My-Shop.secret"), "--set");
}

TEST_F(ConfigLoader, TellsFaultsOfHooksByTheirPlaces) {
  write("penstock.toml", R"([hooks.a]
scheme = "paypal"
secret = 7
color = "red"
[hooks.b]
scheme = "github"
[hooks."c d"]
[hooks]
e = "x"
)");
  const LoadedConfig loaded = load({"hooks.a", "hooks.a.b.c=d"}, {"PENSTOCK_HOOKS_A_COLOR=red"});
  const std::string all = faults(loaded);
  for (const char* line :
       {"penstock.toml:2: hooks.a.scheme must be ",
        "penstock.toml:3: hooks.a.secret must be a text",
        "penstock.toml:4: unknown key 'hooks.a.color'; a hook has",
        "penstock.toml:5: hooks.b needs a secret or a secret_file",
        "penstock.toml:7: 'c d' is no name of a hook", "penstock.toml:9: a hook is a table",
        "PENSTOCK_HOOKS_A_COLOR: unknown key", "--set: unknown key 'hooks.a'",
        "--set: unknown key 'hooks.a.b.c'"}) {
    EXPECT_NE(all.find(line), std::string::npos) << line << "\n" << all;
  }
}

TEST_F(ConfigLoader, ReadsRulesOfProjects) {
  write("penstock.toml", R"([errors]
fingerprint_rules = 2
[errors.projects]
shop = 1
"a.b" = 1
)");
  const LoadedConfig loaded = load({"errors.projects.a.b=2"}, {"PENSTOCK_ERRORS_PROJECTS_NEW=1"});
  EXPECT_EQ(faults(loaded), "");
  EXPECT_EQ(loaded.config.errors, (ErrorsConfig{2, {{"a.b", 2}, {"new", 1}, {"shop", 1}}}));
  EXPECT_EQ(load_config({}).config.errors, (ErrorsConfig{1, {}}));
}

TEST_F(ConfigLoader, TellsFaultsOfProjectsByTheirPlaces) {
  write("penstock.toml", R"([errors]
fingerprint_rules = 3
fingerprint_rule = 1
[errors.projects]
shop = 7
"my shop" = 2
text = "2"
table.a = 2
)");
  write("conf.d/a.toml", "[errors]\nprojects = 2\n");
  const std::string all = faults(load({"errors.projects.shop", "errors.projects.shop=x"},
                                      {"PENSTOCK_ERRORS_PROJECTS_SHOP=9"}));
  for (const char* line :
       {"penstock.toml:2: errors.fingerprint_rules is 3; it must be 1 to 2",
        "penstock.toml:3: unknown key 'errors.fingerprint_rule'; did you mean "
        "'errors.fingerprint_rules'?",
        "penstock.toml:5: errors.projects.shop is 7; it must be 1 to 2",
        "penstock.toml:6: the name of a project in [errors.projects] holds spaces",
        "penstock.toml:7: errors.projects.text must be a whole number",
        "penstock.toml:8: errors.projects.table must be a whole number",
        "a.toml:2: errors.projects is a table", "--set: unknown key 'errors.projects.shop'",
        "--set: errors.projects.shop must be a whole number",
        "PENSTOCK_ERRORS_PROJECTS_SHOP: errors.projects.shop is 9"}) {
    EXPECT_NE(all.find(line), std::string::npos) << line << "\n" << all;
  }
}

}  // namespace
}  // namespace penstock::app
