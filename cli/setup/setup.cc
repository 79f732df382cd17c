#include "cli/setup/setup.h"

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "base/clock.h"
#include "base/terminal_text.h"
#include "base/text.h"
#include "cli/setup/redis_files.h"
#include "cli/setup/state.h"
#include "crypto/secrets.h"
#include "files/folder.h"
#include "files/whole_file.h"
#include "queue/redis/audit.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kPasswordCharacters = 43;
constexpr const char* kRedisServer = "/usr/bin/redis-server";  // As in penstock-redis.service.

struct Arguments {
  OwnRedis redis;
  bool is_printed = false;
  bool is_forced = false;
  bool is_checked = false;
  std::string url;  // Of --check; "": queue.url.
};

int check_redis(const std::string& url, const app::Config& config) {
  queue::QueueOptions asked;
  asked.url = url.empty() ? config.queue.url : url;
  asked.key = config.queue.key;
  if (config.queue.format == "sidekiq") asked.sidekiq_queue = config.queue.sidekiq_queue;
  asked.timeout_ms = config.queue.timeout_ms;
  asked.tls_ca = config.queue.tls_ca;
  asked.tls_certificate = config.queue.tls_certificate;
  asked.tls_key = config.queue.tls_key;
  if (asked.url.starts_with("spool:")) {
    return failed("queue.url is the spool: name a Redis behind --check");
  }
  const auto options = queue::redis_options(asked);
  if (!options) return failed(to_text(options.error()));

  const SystemClock clock;
  queue::RedisClient client(*options, clock);
  const auto lacks = queue::audit_redis(client, *options);
  const std::string name = options->address.text();
  if (!lacks) return failed(str_cat(name, " cannot be used: ", to_text(lacks.error())));
  if (lacks->empty()) {
    print(str_cat(name, " lacks nothing.\n"));
    return app::kExitDone;
  }
  std::string text = str_cat(name, " lacks something:\n");
  for (const queue::RedisLack& lack : *lacks) {
    text += str_cat("  ", lack.what, "\n      ", lack.fix, "\n");
  }
  text += "CONFIG SET lasts until Redis ends; write the same into redis.conf.\n";
  print(text);
  return app::kExitFailed;
}

int write_file(const std::string& path, const std::string& content) {
  const auto written = files::write_whole_file(path, content, {.mode = 0640});
  if (written) return app::kExitDone;
  return failed(str_cat(path, " cannot be written: ", to_text(written.error())));
}

int write_redis(const Arguments& arguments, const std::string& folder) {
  const std::string configuration = folder + "/redis.conf";
  const std::string settings = folder + "/conf.d/50-redis.toml";
  if (arguments.is_printed) {
    print(str_cat("# ==> ", configuration, "\n", redis_configuration(arguments.redis), "\n# ==> ",
                  settings, "\n", redis_settings(arguments.redis)));
    return app::kExitDone;
  }
  if (::access(kRedisServer, X_OK) != 0) {
    return failed(str_cat(kRedisServer, " is not there: apt install redis-server"));
  }
  for (const std::string& path : {configuration, settings}) {
    if (arguments.is_forced || is_absent(path)) continue;
    return failed(
        str_cat(path, " is there already; --force writes a new one, with a new password"));
  }
  if (const int code = write_file(configuration, redis_configuration(arguments.redis))) return code;
  if (const int code = write_file(settings, redis_settings(arguments.redis))) return code;
  print(str_cat("Written: ", configuration, " and ", settings,
                ".\nTo use it:\n"
                "  systemctl enable penstock-redis\n"
                "  systemctl restart penstock-redis penstock.target\n"
                "Debian's own redis-server.service is not needed for it.\n"));
  return app::kExitDone;
}

int settle(const app::Config& config) {
  if (::geteuid() != 0) return failed("only root may give files to their owners");
  std::string lack;
  const auto owners = StateOwners::find(lack);
  if (!owners) return failed(str_cat(lack, "; the package makes it (systemd-sysusers)"));
  const auto changes = settle_state(config, *owners);
  if (!changes) {
    return failed(str_cat("the state directory ", config.state_dir,
                          " cannot be given to its users: ", to_text(changes.error())));
  }
  for (const std::string& path : changes->skipped) {
    std::string shown;
    append_escaped(shown, path);
    std::fprintf(stderr, "%s is none of ours and was left alone.\n", shown.c_str());
  }
  if (changes->changed > 0) {
    print(str_cat("Given to their users: ", changes->changed, " files and folders of ",
                  config.state_dir, ".\n"));
  }
  return app::kExitDone;
}

void add_state(CLI::App& verb, Context& context) {
  add_verb(verb, context, "state",
           "Give each part of the state directory to the user whose program needs it")
      ->callback([&context] { context.action = settle; });
}

}  // namespace

void add_setup(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "setup", "What Penstock may use besides itself");
  verb->require_subcommand(1);
  add_state(*verb, context);

  const auto arguments = std::make_shared<Arguments>();
  CLI::App* sub = add_verb(*verb, context, "redis",
                           "Write the configuration of a Redis of our own, or check another");
  sub->add_option("--memory", arguments->redis.maxmemory, "What it may hold: 256mb, 2gb")
      ->type_name("SIZE")
      ->check([](const std::string& text) {
        return is_memory_size(text) ? std::string() : "no size such as 256mb or 2gb";
      });
  sub->add_option("--fsync", arguments->redis.appendfsync,
                  "When it syncs: always, before an answer, or everysec")
      ->check(CLI::IsMember({"always", "everysec"}));
  sub->add_flag("--print", arguments->is_printed, "Show the files instead of writing them");
  sub->add_flag("--force", arguments->is_forced, "Replace the files that are there");
  CLI::Option* check =
      sub->add_option("--check", arguments->url, "Tell what the Redis of URL or queue.url lacks")
          ->type_name("[URL]")
          ->expected(0, 1);
  sub->callback([&context, arguments, check] {
    arguments->is_checked = check->count() > 0;
    context.action = [&context, arguments](const app::Config& config) {
      if (arguments->is_checked) return check_redis(arguments->url, config);
      arguments->redis.password = crypto::random_alphanumeric(kPasswordCharacters);
      const std::string& file = context.common.config_file;
      return write_redis(*arguments,
                         files::folder_of(file.empty() ? app::kDefaultConfigFile : file));
    };
  });
}

}  // namespace penstock::cli
