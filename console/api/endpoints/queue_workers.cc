// Who works on the queue: this machine's worker, asked by its socket, and those that the queue
// itself knows of.
//
// A worker that does not get on is not told as one that does: it has to answer, and its pipeline
// has to have turned lately.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/process/state_lock.h"
#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/queue_message.h"
#include "console/api/request/answers.h"
#include "control/worker_state.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

constexpr std::chrono::seconds kDeadline{2};
// An idle pipeline turns several times a second; a commit of a large batch may take seconds.
constexpr std::int64_t kStuckMs = 60'000;
// Sidekiq's processes beat every five to ten seconds.
constexpr std::int64_t kSilentMs = 30'000;

struct Worker {
  std::string identity;
  std::string_view state;
  std::string note;
  std::int64_t started_ms = 0;  // 0: unknown, as the next two.
  std::int64_t seen_ms = 0;
  std::int64_t claimed_ms = 0;
  std::optional<std::uint64_t> claimed;
};

Worker worker_of(const control::WorkerState& state) {
  Worker worker;
  worker.identity = state.identity;
  worker.started_ms = state.started_ms;
  worker.seen_ms = state.turned_ms;
  worker.claimed = state.claimed;
  worker.claimed_ms = state.claimed_ms;
  worker.state = state.claimed > 0 ? "working" : "idle";
  for (const std::string& trouble : state.troubles) {
    worker.state = "troubled";
    worker.note += str_cat(worker.note.empty() ? "" : "; ", trouble);
  }
  const std::int64_t silent_ms = state.now_ms - state.turned_ms;
  if (silent_ms > kStuckMs) {
    worker.state = "stuck";
    worker.note = str_cat("it has not got on for ", silent_ms / 1'000, " seconds",
                          worker.note.empty() ? "" : ": ", worker.note);
  }
  return worker;
}

// Nullopt where none ever ran on this state directory, or the last one has left it.
std::optional<Worker> worker_here(const Services& services) {
  const control::Client client(services.settings.worker_address, kDeadline);
  auto answer = client.ask(http::Method::kGet, control::kWorkerStatePath);
  if (answer && answer->status == 200) {
    reserve_padding(answer->body);
    if (const auto state = control::read_worker_state(answer->body)) return worker_of(*state);
  }
  const std::string& folder = services.settings.state_dir;
  Worker worker;
  if (const auto file = app::find_running(folder, app::kWorkerProgram)) {
    worker.identity = str_cat("process ", file->pid);
    worker.state = "silent";
    worker.note = "it runs and does not answer: it hangs, or is busy with dead letters";
    return worker;
  }
  const auto left = app::read_run_file(folder, app::kWorkerProgram);
  if (!left) return std::nullopt;
  worker.identity = str_cat("process ", left->pid);
  worker.state = "stopped";
  worker.note = "it ended without a word, as one that is killed";
  return worker;
}

Worker worker_of(const queue::SeenWorker& seen, std::int64_t now_ms) {
  Worker worker;
  worker.identity = seen.identity;
  worker.started_ms = seen.started_ms;
  worker.seen_ms = seen.seen_ms;
  worker.claimed = seen.busy;
  worker.claimed_ms = seen.busy > 0 ? seen.busy_ms : 0;
  worker.state = seen.busy > 0 ? "working" : "idle";
  if (seen.is_quiet) worker.state = "quiet";
  if (seen.seen_ms > 0 && now_ms - seen.seen_ms > kSilentMs) {
    worker.state = "silent";
    worker.note = str_cat("its last beat was ", (now_ms - seen.seen_ms) / 1'000, " seconds ago");
  }
  if (seen.is_gone) {
    worker.state = "stopped";
    worker.note = "it has not beaten for a minute or more";
    worker.claimed.reset();
  }
  return worker;
}

void write_worker(json::Writer& writer, const Worker& worker, std::int64_t now_ms) {
  writer.begin_object().member("identity", std::string_view(worker.identity));
  writer.member("state", worker.state).member("note", std::string_view(worker.note));
  writer.member_or_null("started_at", worker.started_ms);
  writer.member_or_null("seen_at", worker.seen_ms);
  writer.member("claimed", worker.claimed);
  const auto claim_s = std::max<std::int64_t>(now_ms - worker.claimed_ms, 0) / 1'000;
  writer.member("oldest_claim_seconds",
                worker.claimed_ms > 0 ? std::optional(claim_s) : std::nullopt);
  writer.end_object();
}

http::Response get_workers(Call& /*call*/, Services& services) {
  const std::int64_t now_ms = services.clock.wall_ms();
  std::vector<Worker> workers;
  if (auto here = worker_here(services)) workers.push_back(std::move(*here));
  const auto seen = services.look->workers();
  if (seen) {
    for (const queue::SeenWorker& one : *seen) {
      const bool is_known = std::any_of(workers.begin(), workers.end(), [&](const Worker& worker) {
        return worker.identity == one.identity;
      });
      if (!is_known) workers.push_back(worker_of(one, now_ms));
    }
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("workers").begin_array();
  for (const Worker& worker : workers) write_worker(writer, worker, now_ms);
  writer.end_array().member("complete", seen.has_value()).end_object();
  return json_answer(std::move(body));
}

constexpr const char* kWorkers = R"({"title":"QueueWorkers","type":"object","properties":{
  "workers":{"type":"array","items":{"title":"QueueWorker","type":"object","properties":{
    "identity":{"type":"string","description":"HOST:PID:NONCE where it is known"},
    "state":{"type":"string",
      "enum":["working","idle","quiet","troubled","stuck","silent","stopped"]},
    "note":{"type":"string","description":"Why it is not well"},
    "started_at":{"type":["integer","null"],"description":"Unix milliseconds"},
    "seen_at":{"type":["integer","null"],"description":"When it last got on"},
    "claimed":{"type":["integer","null"],"description":"Messages in hand"},
    "oldest_claim_seconds":{"type":["integer","null"]}}}},
  "complete":{"type":"boolean",
    "description":"False: the queue could not be asked, so there may be more"}}})";

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/queue/workers",
     .access = Access::kViewer,
     .endpoint = get_workers,
     .lane = Lane::kQueue,
     .summary = "Who works on the queue, and whether he gets on",
     .answer_schema = kWorkers},
};

}  // namespace

std::span<const Route> queue_worker_routes() { return kRoutes; }

}  // namespace penstock::console
