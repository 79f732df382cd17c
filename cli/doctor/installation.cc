// What no library scan finds: files of other packages, and what dead programs have left.
#include <string>

#include <unistd.h>

#include "app/process/state_lock.h"
#include "base/text.h"
#include "cli/doctor/checks.h"
#include "enrich/places/user_agent_rules.h"

namespace penstock::cli {

void check_installation(const Examined& examined, Findings& findings) {
  if (::access(enrich::kUserAgentRules, R_OK) == 0) {
    findings.ok("browsers and systems can be told", enrich::kUserAgentRules);
  } else {
    findings.warn("not there: events have no browser and no system", enrich::kUserAgentRules,
                  "apt install uap-core; systemctl restart penstock-worker");
  }
  const app::Config& config = examined.config;
  for (const auto program : {app::kIngestProgram, app::kWorkerProgram, app::kConsoleProgram}) {
    const auto left = app::read_run_file(config.state_dir, program);
    if (!left || app::find_running(config.state_dir, program)) continue;
    findings.warn(str_cat(program, " has ended without a goodbye; its process was ", left->pid),
                  str_cat(config.state_dir, "/run"),
                  str_cat("nothing depends on the file; `journalctl -u ", program,
                          "` may tell why it ended"));
  }
}

}  // namespace penstock::cli
