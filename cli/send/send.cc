#include "cli/send/send.h"

#include <cmath>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "app/process/run_file.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/send/sender.h"
#include "cli/shared/output.h"
#include "client/http_client.h"
#include "client/http_connection.h"

namespace penstock::cli {
namespace {

constexpr std::string_view kRoute = "/v1/events";
constexpr std::size_t kWriteBytes = 1 << 20;

struct SendArguments {
  SendOptions options;
  std::uint64_t seed = 0;
  bool has_seed = false;
  std::string url;
  std::string output;
};

// Where the intake of this configuration really listens in the clear, else where it would; "" for
// nowhere.
std::string intake_address(const app::Config& config) {
  const auto file = app::read_run_file(config.state_dir, app::kIngestProgram);
  if (file && !file->listen.empty()) return file->listen.front();
  return config.ingest.listen.empty() ? "" : config.ingest.listen.front();
}

// "http://host" and "http://host/" mean the events route; a path of its own is left alone.
std::string with_route(std::string url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  if (slash == std::string::npos) return str_cat(url, kRoute);
  if (slash + 1 == url.size()) return str_cat(std::string_view(url).substr(0, slash), kRoute);
  return url;
}

Result<void> write_traffic(const SendOptions& options, Output& output) {
  Traffic traffic(options.traffic);
  std::string text;
  for (std::uint64_t i = 0; i < options.count; ++i) {
    traffic.append_next(text);
    text += '\n';
    if (text.size() < kWriteBytes && i + 1 < options.count) continue;
    PENSTOCK_TRY(output.write(text));
    text.clear();
  }
  return output.finish();
}

int write_events(const SendArguments& arguments) {
  auto output = Output::open(arguments.output);
  const Result<void> written =
      output ? write_traffic(arguments.options, *output) : fail(output.error());
  if (written) return app::kExitDone;
  return failed(str_cat("cannot write ", arguments.output, ": ", to_text(written.error())));
}

int report(const SendOptions& options, const SendOutcome& outcome) {
  const double rate =
      outcome.seconds > 0 ? static_cast<double>(outcome.accepted) / outcome.seconds : 0;
  std::printf("accepted %llu of %llu events in %.1f s (%.0f/s), %llu requests, %llu retries\n",
              static_cast<unsigned long long>(outcome.accepted),
              static_cast<unsigned long long>(options.count), outcome.seconds, rate,
              static_cast<unsigned long long>(outcome.requests),
              static_cast<unsigned long long>(outcome.retries));
  if (outcome.accepted == options.count) return app::kExitDone;
  for (const auto& [reason, events] : outcome.reasons) {
    failed(str_cat(options.url, ": ", events, " events not accepted: ", reason));
  }
  if (outcome.accepted == 0) failed("is penstock-ingest running there? `penstock status` tells");
  return app::kExitFailed;
}

int send(SendArguments arguments, const app::Config& config) {
  const SystemClock clock;
  SendOptions& options = arguments.options;
  options.traffic.seed = arguments.has_seed ? arguments.seed : Random::from_system().next();
  options.traffic.now_ms = clock.wall_ms();
  options.traffic.is_server_side = !options.key.empty() || !arguments.output.empty();
  if (!arguments.output.empty()) return write_events(arguments);

  if (arguments.url.empty()) {
    const std::string address = intake_address(config);
    if (address.empty()) {
      return failed(
          "the intake listens with TLS alone, which this does not speak; name a proxy or "
          "an address in the clear with --url");
    }
    options.unix_path = client::unix_path_of(address);
    arguments.url = client::url_of(address);
  }
  options.url = with_route(arguments.url);
  if (const auto url = client::check_http_url(options.url); !url) {
    failed(str_cat(options.url, ": ", to_text(url.error())));
    return app::kExitUsage;
  }
  return report(options, send_traffic(options, clock));
}

}  // namespace

void add_send(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "send", "Send made-up traffic to an intake");
  const auto arguments = std::make_shared<SendArguments>();
  SendOptions& options = arguments->options;
  verb->add_option("--count", options.count, "Events to send (default: 1000)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40));
  verb->add_option("--rate", options.rate, "Events a second (default: as fast as they are taken)")
      ->check(CLI::Range(0.001, 1e9));
  verb->add_option("--url", arguments->url, "The intake (default: the one that runs here)");
  verb->add_option("--batch", options.batch,
                   "Events a request (default: single events, arrays and NDJSON in turn)")
      ->check(CLI::Range(1, 100'000));
  verb->add_option("--key", options.key, "Key to send with; see `penstock key create`");
  verb->add_option("--connections", options.connections, "Connections (default: 16)")
      ->check(CLI::Range(1, 1'000));
  verb->add_option("--hours", options.traffic.hours,
                   "Spread the events' times over the last HOURS (default: now)")
      ->check(CLI::Range(1, 168));
  CLI::Option* seed =
      verb->add_option("--seed", arguments->seed,
                       "Send the same events, with the same ids, as this seed did before");
  verb->add_option("--output", arguments->output,
                   "Write the events as NDJSON to FILE (\"-\": standard output), send nothing")
      ->type_name("FILE");
  verb->callback([&context, arguments, seed] {
    arguments->has_seed = !seed->empty();
    context.action = [arguments](const app::Config& config) { return send(*arguments, config); };
  });
}

}  // namespace penstock::cli
