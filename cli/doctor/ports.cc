// Whether the programs listen where they should, or could.
#include <string>
#include <string_view>
#include <vector>

#include "app/process/port_holder.h"
#include "app/process/state_lock.h"
#include "base/text.h"
#include "cli/doctor/checks.h"
#include "cli/shared/port_check.h"

namespace penstock::cli {
namespace {

struct Wanted {
  std::string_view program;
  std::string setting;
  std::string address;
};

std::vector<Wanted> wanted_by(const app::Config& config) {
  std::vector<Wanted> wanted;
  for (const std::string& address : config.ingest.listen) {
    wanted.push_back({app::kIngestProgram, "ingest.listen", address});
  }
  for (const std::string& address : config.ingest.tls_listen) {
    wanted.push_back({app::kIngestProgram, "ingest.tls_listen", address});
  }
  wanted.push_back({app::kIngestProgram, "ingest.admin_listen", config.ingest.admin_listen});
  wanted.push_back({app::kWorkerProgram, "worker.admin_listen", config.worker.admin_listen});
  wanted.push_back({app::kConsoleProgram, "console.listen", config.console.listen});
  for (const std::string& address : config.console.tls_listen) {
    wanted.push_back({app::kConsoleProgram, "console.tls_listen", address});
  }
  wanted.push_back(
      {app::kConsoleProgram, "console.redirect_listen", config.console.redirect_listen});
  wanted.push_back({app::kConsoleProgram, "console.admin_listen", config.console.admin_listen});
  return wanted;
}

std::string joined(const app::RunFile& running) {
  std::string text;
  for (const std::string& address : running.listen) text += str_cat(address, " ");
  for (const std::string& address : running.tls_listen) text += str_cat(address, " (TLS) ");
  if (!running.admin.empty()) return str_cat(text, running.admin, " (admin)");
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

void check_ports(const Examined& examined, Findings& findings) {
  const app::Config& config = examined.config;
  for (const auto program : {app::kIngestProgram, app::kWorkerProgram, app::kConsoleProgram}) {
    if (const auto running = app::find_running(config.state_dir, program)) {
      findings.ok(str_cat(program, " listens, process ", running->pid), joined(*running));
      continue;
    }
    for (const Wanted& wanted : wanted_by(config)) {
      if (wanted.program != program || wanted.address.empty()) continue;
      if (taken_addresses({wanted.address}).empty()) {
        findings.ok(str_cat("free for ", program), wanted.address);
        continue;
      }
      const std::string holder = app::holder_of(wanted.address);
      findings.fail(str_cat(program, " does not run here, and the address is taken by ",
                            holder.empty() ? "somebody; root sees by whom" : holder),
                    str_cat(wanted.setting, " ", wanted.address),
                    str_cat("stop that one, or set another ", wanted.setting));
    }
  }
}

}  // namespace penstock::cli
