// Whether all programs that run are of this version.
#include <string>

#include "app/config/version.h"
#include "app/process/state_lock.h"
#include "app/status/metrics_reader.h"
#include "base/text.h"
#include "cli/doctor/checks.h"
#include "client/http_client.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kAnswerMs = 2'000;

std::string version_of(const app::RunFile& running) {
  if (running.admin.empty()) return "";
  const auto answer = client::http_get(running.admin, "/metrics", kAnswerMs);
  return answer ? app::Metrics(answer->body).label("penstock_build_info", "version") : "";
}

}  // namespace

void check_versions(const Examined& examined, Findings& findings) {
  const std::string own(app::kVersion);
  for (const auto program : {app::kIngestProgram, app::kWorkerProgram, app::kConsoleProgram}) {
    const auto running = app::find_running(examined.config.state_dir, program);
    if (!running) continue;
    const std::string version = version_of(*running);
    if (version.empty()) {
      findings.warn(str_cat(program, " does not tell its version"), running->admin,
                    "its admin port is off, or it hangs: `penstock status`");
    } else if (version != own) {
      findings.warn(str_cat(program, " runs in version ", version, ", this is ", own),
                    str_cat("process ", running->pid), "systemctl restart penstock.target");
    }
  }
  if (findings.list().empty())
    findings.ok(str_cat("nothing of another version runs; this is ", own));
}

}  // namespace penstock::cli
