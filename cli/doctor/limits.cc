#include "cli/doctor/limits.h"

#include <string>

#include <sys/resource.h>

#include "app/process/state_lock.h"
#include "base/text.h"
#include "cli/doctor/checks.h"
#include "cli/doctor/process_facts.h"

namespace penstock::cli {
namespace {

// Beside its connections: segments with their journals, Redis, loops, the log.
constexpr std::uint64_t kOtherFiles = 256;

}  // namespace

void judge_open_files(std::uint64_t files_max, std::uint64_t connections_max,
                      const std::string& where, Findings& findings) {
  if (files_max >= connections_max + kOtherFiles) {
    return findings.ok(str_cat(files_max, " open files for ", connections_max, " connections"),
                       where);
  }
  findings.warn(str_cat("ingest.max_connections is ", connections_max, ", and only ", files_max,
                        " files may be open: connections beyond are refused"),
                where,
                "raise LimitNOFILE= by `systemctl edit penstock-ingest`, or lower "
                "ingest.max_connections");
}

void check_limits(const Examined& examined, Findings& findings) {
  const app::Config& config = examined.config;
  const auto wanted = static_cast<std::uint64_t>(config.ingest.max_connections);
  if (const auto running = app::find_running(config.state_dir, app::kIngestProgram)) {
    if (const auto files_max = open_files_max(running->pid)) {
      judge_open_files(*files_max, wanted, str_cat("process ", running->pid), findings);
    }
    return;
  }
  // A unit has its own; of a trial from this shell it is this one, which the intake raises as far
  // as it may.
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  judge_open_files(limit.rlim_max, wanted, "this shell", findings);
}

}  // namespace penstock::cli
