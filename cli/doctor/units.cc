#include "cli/doctor/units.h"

#include <cstdio>
#include <memory>

#include <unistd.h>

#include "base/text.h"
#include "cli/doctor/checks.h"

namespace penstock::cli {
namespace {

constexpr const char* kSystemdRuns = "/run/systemd/system";
constexpr const char* kShow =
    "systemctl show -p Id,LoadState,ActiveState,UnitFileState,WatchdogUSec,NRestarts "
    "penstock-ingest.service penstock-worker.service penstock-console.service 2>/dev/null";

// Nothing of it is made from what anybody gave us.
std::string output_of(const char* command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command, "re"), ::pclose);
  std::string out;
  char bytes[4'096];
  while (pipe) {
    const std::size_t count = std::fread(bytes, 1, sizeof bytes, pipe.get());
    if (count == 0) break;
    out.append(bytes, count);
  }
  return out;
}

void take(UnitFacts& unit, std::string_view name, std::string_view value) {
  if (name == "Id") unit.name = value;
  if (name == "LoadState") unit.load = value;
  if (name == "ActiveState") unit.active = value;
  if (name == "UnitFileState") unit.enabled = value;
  if (name == "WatchdogUSec") unit.watchdog_us = value;
  if (name == "NRestarts") unit.restarts = value;
}

}  // namespace

std::vector<UnitFacts> read_units(std::string_view shown) {
  std::vector<UnitFacts> units;
  UnitFacts unit;
  while (!shown.empty()) {
    const std::string_view line = shown.substr(0, shown.find('\n'));
    shown.remove_prefix(std::min(line.size() + 1, shown.size()));
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) {
      take(unit, line.substr(0, equals), line.substr(equals + 1));
    }
    if ((line.empty() || shown.empty()) && !unit.name.empty()) {
      units.push_back(std::exchange(unit, {}));
    }
  }
  return units;
}

void judge_unit(const UnitFacts& facts, Findings& findings) {
  const std::string look = str_cat("journalctl -u ", facts.name, " has its last words");
  if (facts.load == "not-found") return;
  if (facts.active != "active" && facts.active != "reloading") {
    const bool is_meant = facts.enabled == "disabled" || facts.load == "masked";
    const std::string what = str_cat("is ", facts.active, is_meant ? ", and not enabled" : "");
    // Parts of an appliance may run on other machines.
    if (is_meant && facts.active == "inactive") return findings.ok(what, facts.name);
    return findings.fail(what, facts.name, str_cat(look, "; then systemctl start ", facts.name));
  }
  if (facts.watchdog_us.empty() || facts.watchdog_us == "0" || facts.watchdog_us == "infinity") {
    return findings.warn("runs, and nothing restarts it when it hangs", facts.name,
                         "take WatchdogSec= back from the package's unit: systemctl cat");
  }
  if (!facts.restarts.empty() && facts.restarts != "0") {
    return findings.warn(str_cat("runs, after ", facts.restarts, " restarts by systemd"),
                         facts.name, look);
  }
  findings.ok("runs, and is watched", facts.name);
}

void check_units(const Examined& examined, Findings& findings) {
  if (::access(kSystemdRuns, F_OK) != 0) return findings.ok("systemd does not run here");
  if (examined.config.state_dir != app::Config().state_dir) {
    return findings.ok("not looked at: this state directory is not that of the units");
  }
  for (const UnitFacts& unit : read_units(output_of(kShow))) judge_unit(unit, findings);
  if (findings.list().empty()) findings.ok("the package's units are not installed");
}

}  // namespace penstock::cli
