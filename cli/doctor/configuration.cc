// Whether the configuration is what --check calls valid, and what is hardly meant in it.
#include <filesystem>
#include <string>

#include "app/command_line.h"
#include "base/text.h"
#include "cli/doctor/checks.h"

namespace penstock::cli {

void check_configuration(const Examined& examined, Findings& findings) {
  const app::LoadedConfig loaded = app::load_config(examined.sources);
  for (const app::Fault& fault : loaded.faults)
    findings.fail(fault.what, fault.where, "correct it");
  for (const app::Fault& fault : loaded.faults_on_one_machine) {
    findings.fail(fault.what, fault.where, "give each its own address");
  }
  for (const std::string& warning : app::warnings_of(examined.config)) {
    findings.warn(warning, "", "see penstock.toml(5)");
  }
  if (!findings.list().empty()) return;
  const std::string& file = examined.sources.file;
  std::error_code error;
  const bool is_there = std::filesystem::exists(file, error);
  findings.ok(is_there ? "valid" : str_cat("valid, and ", file, " is not there"),
              is_there ? file : "");
}

}  // namespace penstock::cli
